/* lean.h - libcrypto started with nothing that we do not use (ARCHITECTURE.md 3). Layer: crypto.
 * Private to crypto/: hash.c, aead.c and fernet.c call it; other layers never do. */
#ifndef CRYPTO_LEAN_H
#define CRYPTO_LEAN_H

#include <openssl/evp.h>

#include "base/attr.h"

/* The algorithm, fetched once per process; NULL when libcrypto refuses. Owned by this module. */
const EVP_MD *lean_sha256(void);
const EVP_MD *lean_sha1(void);
const EVP_MD *lean_sha512(void);
const EVP_CIPHER *lean_aes256_gcm(void);
const EVP_CIPHER *lean_aes128_cbc(void);

#endif
