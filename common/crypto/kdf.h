/* kdf.h - Argon2id (RFC 9106) with its cost kept beside each hash. Layer: crypto. */
#ifndef CRYPTO_KDF_H
#define CRYPTO_KDF_H

#include "base/attr.h"

#define KDF_LEN 32
#define KDF_TEXT_MAX 64

/* Cost: memory in KiB, passes, lanes; kid names the server key (pepper) in use. */
struct kdf_cost {
	uint32_t m, t, p;
	uint8_t kid;
};

/* The cost for new hashes: m=32768, t=3, p=1. */
extern const struct kdf_cost kdf_cost_new;

/* "argon2id$v=19$m=32768,t=3,p=1$KID" and back. kdf_cost_parse is false for any other text, for m < 19456, t < 2, m > 131072, t > 10,
 * p != 1, so that a changed record can neither weaken a hash nor exhaust the machine. */
void kdf_cost_text(char out[static KDF_TEXT_MAX], const struct kdf_cost *cost);
NODISCARD bool kdf_cost_parse(struct kdf_cost *out, const char *text);

/* Argon2id. secret and ad may be NULL with 0. salt_len >= 8. Takes about 100 ms and cost->m KiB: hold a KDF slot while calling.
 * False when memory could not be had; out then zeroed. */
NODISCARD bool kdf_argon2id(uint8_t out[static KDF_LEN], const struct kdf_cost *cost, const void *password, size_t password_len,
    const void *salt, size_t salt_len, const void *secret, size_t secret_len, const void *ad, size_t ad_len);

#endif
