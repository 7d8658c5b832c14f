/* aead.h - AES-256-GCM with 12-byte nonces (NIST SP 800-38D). Layer: crypto. */
#ifndef CRYPTO_AEAD_H
#define CRYPTO_AEAD_H

#include "base/attr.h"

#define AEAD_KEY_LEN 32
#define AEAD_NONCE_LEN 12
#define AEAD_TAG_LEN 16

/* out: len bytes of ciphertext, then the tag. False on any fault, out then zeroed. */
NODISCARD bool aead_seal(uint8_t *out, const uint8_t key[static AEAD_KEY_LEN], const uint8_t nonce[static AEAD_NONCE_LEN],
    const void *aad, size_t aad_len, const void *plain, size_t len);
/* in: len >= AEAD_TAG_LEN bytes; out: len - AEAD_TAG_LEN bytes. False when the tag is wrong, out then zeroed. */
NODISCARD bool aead_open(uint8_t *out, const uint8_t key[static AEAD_KEY_LEN], const uint8_t nonce[static AEAD_NONCE_LEN],
    const void *aad, size_t aad_len, const void *in, size_t len);

#endif
