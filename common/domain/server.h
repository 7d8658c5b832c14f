/* server.h - the server's own keys and settings, read once per process from the configuration. Layer: domain. */
#ifndef DOMAIN_SERVER_H
#define DOMAIN_SERVER_H

#include "base/attr.h"
#include "crypto/hash.h"
#include "crypto/keyring.h"

/* H(label) of the newest key (kid 0) or of the one named. False when the ring cannot be read or has no such key: logged. */
NODISCARD bool server_key(uint8_t out[static HASH_LEN], uint8_t kid, const char *label);
/* Name of the newest key; 0 when the ring cannot be read. */
uint8_t server_kid(void);
/* Wipe the ring: called by the route runner before it leaves. */
void server_wipe(void);

#endif
