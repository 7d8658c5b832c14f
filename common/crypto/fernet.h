/* fernet.h - Fernet tokens (github.com/fernet/spec): 0x80 || u64be time || iv16 || AES-128-CBC || HMAC-SHA256. Layer: crypto. */
#ifndef CRYPTO_FERNET_H
#define CRYPTO_FERNET_H

#include "base/attr.h"
#include "base/buf.h"

#define FERNET_KEY_LEN 32 /* 16 bytes of signing key, then 16 of encryption key */

/* Append the token (base64url with padding, as the specification has it) of `len` bytes to `token`. `now` in seconds. */
NODISCARD bool fernet_seal(struct buf *token, const uint8_t key[static FERNET_KEY_LEN], int64_t now, const void *plain, size_t len);
/* The same with a given iv: for test vectors only. */
NODISCARD bool fernet_seal_iv(struct buf *token, const uint8_t key[static FERNET_KEY_LEN], int64_t now, const uint8_t iv[static 16],
    const void *plain, size_t len);
/* Open a token: the mac is checked before anything is decrypted. The text is appended to `plain`; nothing on failure. No age limit is
 * applied; *time (may be NULL) gets the token's time in seconds, 0 on failure. plain->failed: memory ran out, and nothing is said about the token. */
NODISCARD bool fernet_open(struct buf *plain, int64_t *time, const uint8_t key[static FERNET_KEY_LEN], const char *token, size_t len);

#endif
