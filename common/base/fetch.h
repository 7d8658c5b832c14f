/* fetch.h - one plain HTTP request to this machine or its link: the metadata service of a cloud. Small and strict, in every build. Layer: base.
 *
 * HTTP/1.1 with "Connection: close", no redirect, no encoding, no cookies, no proxy, no name lookup. DynamoDB is not asked with this: store_dynamodb_call.c has TLS,
 * signatures and libcurl for it.
 */
#ifndef BASE_FETCH_H
#define BASE_FETCH_H

#include "base/attr.h"

#define FETCH_BODY_MAX 1024
#define FETCH_MAX 4096 /* head and body */
#define FETCH_URL_MAX 256

struct fetch_answer {
	int status;                    /* 100..599 */
	char body[FETCH_BODY_MAX + 1]; /* NUL-terminated; without NUL inside */
	size_t len;
};

enum fetch { FETCH_OK, FETCH_AWAY, FETCH_BAD };

/* Ask `base` `path` by `method` (GET, PUT).
 *   base    "http://" and an address: IPv4, [IPv6] or localhost, with ":PORT" or without; nothing after it but slashes
 *   path    begins with '/'; visible ASCII
 *   header  one more line "Name: value" without its end, or NULL
 *   until   clock_mono_ms() at which to give up; connecting, sending and reading together
 * FETCH_OK with any status; FETCH_AWAY: no connection, or no answer in time; FETCH_BAD: what came is not HTTP, larger than the bounds, holds a NUL, or the address is not
 * of the form above. *a is zero unless FETCH_OK. */
NODISCARD enum fetch fetch_ask(struct fetch_answer *a, const char *method, const char *base, const char *path, const char *header, int64_t until);

enum fetch_parse { FETCH_WHOLE, FETCH_MORE, FETCH_WRONG };
/* Take an answer apart: `len` bytes so far, `closed` when no more will come. FETCH_WHOLE fills *a. Either Content-Length, once and a plain number, or all until the
 * end; a Transfer-Encoding, a line without ':' or with control characters, a NUL in the body are FETCH_WRONG. RFC 9112. */
NODISCARD enum fetch_parse fetch_parse(struct fetch_answer *a, const char *text, size_t len, bool closed);

#endif
