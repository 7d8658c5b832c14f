/* keyring.h - the server's keys: roots from SESSION_SECRET, and a key per purpose from each. Layer: crypto.
 *
 * root = the decoded secret when it has exactly 32 bytes, else its SHA-256.
 * kid  = first byte of HKDF-SHA256(root, info = LP("vs1")||LP("kid")), 0 counts as 1: a name that stays with the key when newer keys come
 *        before it (numbers by position would not). Two keys of one ring with one kid are refused: make another secret.
 * H(l) = HKDF-SHA256(root[kid], info = LP("vs1")||LP(l)).
 */
#ifndef CRYPTO_KEYRING_H
#define CRYPTO_KEYRING_H

#include "base/attr.h"
#include "crypto/hash.h"

#define KEYRING_MAX 8

struct keyring {
	size_t n;
	struct {
		uint8_t kid;
		uint8_t root[HASH_LEN];
	} key[KEYRING_MAX]; /* newest first */
};

/* Read `secret` (base64, standard or URL alphabet, padded or not) and `previous` (comma-separated, may be ""). False, with a log line that
 * says which rule failed and no value, when one is malformed, shorter than 32 bytes, or two share a kid. Wipe with keyring_wipe. */
NODISCARD bool keyring_load(struct keyring *ring, const char *secret, const char *previous);
/* H(label) of the key named `kid`; false when the ring has none of that name. keyring_newest gives the kid for new work. */
NODISCARD bool keyring_label(uint8_t out[static HASH_LEN], const struct keyring *ring, uint8_t kid, const char *label);
uint8_t keyring_newest(const struct keyring *ring);
void keyring_wipe(struct keyring *ring);

#endif
