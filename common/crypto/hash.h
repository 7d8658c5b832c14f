/* hash.h - SHA-256, HMAC, HKDF, PBKDF2 over one fetched digest each. Layer: crypto. */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include "base/attr.h"

#define HASH_LEN 32      /* SHA-256, and HMAC and HKDF blocks over it */
#define HASH_SHA1_LEN 20 /* only for TOTP */
#define HASH_SHA512_LEN 64 /* only for TOTP */

/* SHA-256 (FIPS 180-4). */
NODISCARD bool hash_sha256(uint8_t out[static HASH_LEN], const void *data, size_t len);
/* HMAC (RFC 2104) with SHA-256 / SHA-1 / SHA-512. out zeroed on failure. */
NODISCARD bool hash_hmac(uint8_t out[static HASH_LEN], const void *key, size_t key_len, const void *data, size_t len);
NODISCARD bool hash_hmac_sha1(uint8_t out[static HASH_SHA1_LEN], const void *key, size_t key_len, const void *data, size_t len);
NODISCARD bool hash_hmac_sha512(uint8_t out[static HASH_SHA512_LEN], const void *key, size_t key_len, const void *data, size_t len);
/* HKDF-SHA256 (RFC 5869), extract then expand; out_len <= 255*32; salt NULL with 0 means HASH_LEN zero bytes. */
NODISCARD bool hash_hkdf(uint8_t *out, size_t out_len, const void *ikm, size_t ikm_len, const void *salt, size_t salt_len,
    const void *info, size_t info_len);
/* The two halves of HKDF, for many keys from one ikm and salt (one extract, then one expand per entry). */
NODISCARD bool hash_hkdf_extract(uint8_t prk[static HASH_LEN], const void *ikm, size_t ikm_len, const void *salt, size_t salt_len);
NODISCARD bool hash_hkdf_expand(uint8_t *out, size_t out_len, const uint8_t prk[static HASH_LEN], const void *info, size_t info_len);
/* PBKDF2-HMAC-SHA256 (RFC 8018), iterations >= 1. */
NODISCARD bool hash_pbkdf2(uint8_t *out, size_t out_len, const void *password, size_t password_len, const void *salt, size_t salt_len,
    uint32_t iterations);

#endif
