#include "crypto/hash.h"

#include <string.h>

#include "base/secret.h"
#include "crypto/lean.h"

#define BLOCK 64 /* of SHA-1 and SHA-256 */

/* One context serves every call of the process: to make and free one costs more than to hash a short text. */
static EVP_MD_CTX *
context(void)
{
	static EVP_MD_CTX *ctx;

	if (!ctx)
		ctx = EVP_MD_CTX_new();
	return ctx;
}

static bool
digest(uint8_t *out, const EVP_MD *md, const void *a, size_t a_len, const void *b, size_t b_len)
{
	EVP_MD_CTX *ctx = context();

	return md && ctx && EVP_DigestInit_ex2(ctx, md, NULL) == 1 && (a_len == 0 || EVP_DigestUpdate(ctx, a, a_len) == 1) &&
	    (b_len == 0 || EVP_DigestUpdate(ctx, b, b_len) == 1) && EVP_DigestFinal_ex(ctx, out, NULL) == 1;
}

/* HMAC over digest calls: the MAC family of libcrypto would have to be fetched first, which costs more than all hashing of a request. */
static bool
hmac(uint8_t *out, size_t size, const EVP_MD *md, const void *key, size_t key_len, const void *data, size_t len)
{
	uint8_t pad[BLOCK], k[BLOCK] = { 0 }, inner[HASH_LEN];
	bool ok = false;

	if (key_len > BLOCK) {
		if (!digest(k, md, key, key_len, NULL, 0))
			goto out;
	} else if (key_len) {
		memcpy(k, key, key_len);
	}
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] = k[i] ^ 0x36;
	if (!digest(inner, md, pad, BLOCK, data, len))
		goto out;
	for (size_t i = 0; i < BLOCK; i++)
		pad[i] = k[i] ^ 0x5c;
	ok = digest(out, md, pad, BLOCK, inner, size);
out:
	if (!ok)
		memset(out, 0, size);
	secret_wipe(pad, sizeof(pad));
	secret_wipe(k, sizeof(k));
	secret_wipe(inner, sizeof(inner));
	return ok;
}

bool
hash_sha256(uint8_t out[static HASH_LEN], const void *data, size_t len)
{
	bool ok = digest(out, lean_sha256(), data, len, NULL, 0);

	if (!ok)
		memset(out, 0, HASH_LEN);
	return ok;
}

bool
hash_hmac(uint8_t out[static HASH_LEN], const void *key, size_t key_len, const void *data, size_t len)
{
	return hmac(out, HASH_LEN, lean_sha256(), key, key_len, data, len);
}

bool
hash_hmac_sha1(uint8_t out[static HASH_SHA1_LEN], const void *key, size_t key_len, const void *data, size_t len)
{
	return hmac(out, HASH_SHA1_LEN, lean_sha1(), key, key_len, data, len);
}

bool
hash_hkdf_extract(uint8_t prk[static HASH_LEN], const void *ikm, size_t ikm_len, const void *salt, size_t salt_len)
{
	return hash_hmac(prk, salt, salt_len, ikm, ikm_len);
}

bool
hash_hkdf_expand(uint8_t *out, size_t out_len, const uint8_t prk[static HASH_LEN], const void *info, size_t info_len)
{
	uint8_t t[HASH_LEN], msg[HASH_LEN + 1024 + 1];
	size_t done = 0, t_len = 0;
	bool ok = out_len <= 255 * HASH_LEN && info_len <= 1024;

	for (uint8_t n = 1; ok && done < out_len; n++) {
		size_t take = out_len - done < HASH_LEN ? out_len - done : HASH_LEN;

		memcpy(msg, t, t_len);
		if (info_len)
			memcpy(msg + t_len, info, info_len);
		msg[t_len + info_len] = n;
		ok = hash_hmac(t, prk, HASH_LEN, msg, t_len + info_len + 1);
		t_len = HASH_LEN;
		memcpy(out + done, t, take);
		done += take;
	}
	if (!ok)
		memset(out, 0, out_len);
	secret_wipe(t, sizeof(t));
	secret_wipe(msg, t_len);
	return ok;
}

bool
hash_hkdf(uint8_t *out, size_t out_len, const void *ikm, size_t ikm_len, const void *salt, size_t salt_len, const void *info, size_t info_len)
{
	uint8_t prk[HASH_LEN];
	bool ok = hash_hkdf_extract(prk, ikm, ikm_len, salt, salt_len) && hash_hkdf_expand(out, out_len, prk, info, info_len);

	if (!ok)
		memset(out, 0, out_len);
	secret_wipe(prk, sizeof(prk));
	return ok;
}

bool
hash_pbkdf2(uint8_t *out, size_t out_len, const void *password, size_t password_len, const void *salt, size_t salt_len, uint32_t iterations)
{
	uint8_t u[HASH_LEN], t[HASH_LEN], *msg = malloc(salt_len + 4);
	bool ok = msg && iterations > 0;

	for (uint32_t block = 1; ok && (size_t)(block - 1) * HASH_LEN < out_len; block++) {
		size_t at = (size_t)(block - 1) * HASH_LEN, take = out_len - at < HASH_LEN ? out_len - at : HASH_LEN;

		if (salt_len)
			memcpy(msg, salt, salt_len);
		for (size_t i = 0; i < 4; i++)
			msg[salt_len + i] = (uint8_t)(block >> (24 - 8 * i));
		ok = hash_hmac(u, password, password_len, msg, salt_len + 4);
		memcpy(t, u, sizeof(t));
		for (uint32_t i = 1; ok && i < iterations; i++) {
			ok = hash_hmac(u, password, password_len, u, sizeof(u));
			for (size_t k = 0; k < HASH_LEN; k++)
				t[k] ^= u[k];
		}
		memcpy(out + at, t, take);
	}
	if (!ok)
		memset(out, 0, out_len);
	if (msg)
		secret_wipe(msg, salt_len + 4); /* the salt may be a password: see factor.c */
	free(msg);
	secret_wipe(u, sizeof(u));
	secret_wipe(t, sizeof(t));
	return ok;
}
