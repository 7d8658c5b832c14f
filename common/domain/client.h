/* client.h - from where a request came, as sessions and the activity log keep it. Layer: domain. */
#ifndef DOMAIN_CLIENT_H
#define DOMAIN_CLIENT_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/id.h"

#define CLIENT_DETAIL_MAX 512

struct client {
	const char *address; /* text of an IP address */
	const char *agent;   /* User-Agent, at most 200 bytes */
	const char *device;  /* value of the device cookie, "" without */
};

/* Seal address and browser under H("activity"), bound to owner and row, so that a stolen database names no place. Append the text to out. */
NODISCARD bool client_seal(struct buf *out, const struct id *uid, const char *row, const struct client *c);
/* Open it again: address and a short name of the browser ("Firefox on Linux"); both "" when it does not open. */
void client_open(char address[static 48], char browser[static 64], const struct id *uid, const char *row, const char *detail);

#endif
