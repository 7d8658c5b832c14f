/* bcrypt.h - bcrypt $2b$ cost 10 through libcrypt's crypt_r. Layer: crypto. */
#ifndef CRYPTO_BCRYPT_H
#define CRYPTO_BCRYPT_H

#include "base/attr.h"

#define BCRYPT_TEXT_LEN 60
#define BCRYPT_INPUT_MAX 72 /* bcrypt ignores what follows: longer input is refused here */

/* Hash a NUL-terminated text of 1..72 bytes. False when it is longer, randomness failed or libcrypt refused. */
NODISCARD bool bcrypt_hash(char out[static BCRYPT_TEXT_LEN + 1], const char *input);
/* The same with given 16 bytes of salt (the made-up hash of unknown names; tests). */
NODISCARD bool bcrypt_hash_salted(char out[static BCRYPT_TEXT_LEN + 1], const char *input, const uint8_t salt[static 16]);
/* Whether `input` belongs to `hash`; takes the full time for every well-formed hash. Other methods and costs are false. */
NODISCARD bool bcrypt_check(const char *hash, const char *input);

#endif
