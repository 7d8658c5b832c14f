#include "crypto/hash.h"

#include <string.h>

#include "base/secret.h"
#include "crypto/lean.h"

#define BLOCK 64 /* of SHA-1 and SHA-256 */
#define BLOCK_SHA512 128
#define HKDF_MAX (255 * HASH_LEN)

struct part {
	const void *p;
	size_t len;
};

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
digest(uint8_t *out, const EVP_MD *md, const struct part *parts, size_t n)
{
	EVP_MD_CTX *ctx = context();
	bool ok = md && ctx && EVP_DigestInit_ex2(ctx, md, NULL) == 1;

	for (size_t i = 0; ok && i < n; i++)
		ok = parts[i].len == 0 || EVP_DigestUpdate(ctx, parts[i].p, parts[i].len) == 1;
	/* the last start clears the state: it equals the result, and that may be a key */
	return ok && EVP_DigestFinal_ex(ctx, out, NULL) == 1 && EVP_DigestInit_ex2(ctx, NULL, NULL) == 1;
}

/* HMAC over digest calls: the MAC family of libcrypto would have to be fetched first, which costs more than all hashing of a request. */
static bool
hmac(uint8_t *out, size_t size, const EVP_MD *md, const void *key, size_t key_len, const struct part *data, size_t n)
{
	const size_t block = size == HASH_SHA512_LEN ? BLOCK_SHA512 : BLOCK;
	uint8_t pad[BLOCK_SHA512], k[BLOCK_SHA512] = { 0 }, inner[HASH_SHA512_LEN];
	struct part in[5] = { { pad, block } }, out_parts[] = { { pad, block }, { inner, size } };
	bool ok = false;

	for (size_t i = 0; i < n; i++)
		in[i + 1] = data[i];
	if (key_len > block) {
		if (!digest(k, md, &(struct part){ key, key_len }, 1))
			goto out;
	} else if (key_len) {
		memcpy(k, key, key_len);
	}
	for (size_t i = 0; i < block; i++)
		pad[i] = k[i] ^ 0x36;
	if (!digest(inner, md, in, n + 1))
		goto out;
	for (size_t i = 0; i < block; i++)
		pad[i] = k[i] ^ 0x5c;
	ok = digest(out, md, out_parts, ARRAY_LEN(out_parts));
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
	bool ok = digest(out, lean_sha256(), &(struct part){ data, len }, 1);

	if (!ok)
		memset(out, 0, HASH_LEN);
	return ok;
}

bool
hash_hmac(uint8_t out[static HASH_LEN], const void *key, size_t key_len, const void *data, size_t len)
{
	return hmac(out, HASH_LEN, lean_sha256(), key, key_len, &(struct part){ data, len }, 1);
}

bool
hash_hmac_sha1(uint8_t out[static HASH_SHA1_LEN], const void *key, size_t key_len, const void *data, size_t len)
{
	return hmac(out, HASH_SHA1_LEN, lean_sha1(), key, key_len, &(struct part){ data, len }, 1);
}

bool
hash_hmac_sha512(uint8_t out[static HASH_SHA512_LEN], const void *key, size_t key_len, const void *data, size_t len)
{
	return hmac(out, HASH_SHA512_LEN, lean_sha512(), key, key_len, &(struct part){ data, len }, 1);
}

bool
hash_hkdf_extract(uint8_t prk[static HASH_LEN], const void *ikm, size_t ikm_len, const void *salt, size_t salt_len)
{
	return hash_hmac(prk, salt, salt_len, ikm, ikm_len);
}

bool
hash_hkdf_expand(uint8_t *out, size_t out_len, const uint8_t prk[static HASH_LEN], const void *info, size_t info_len)
{
	uint8_t t[HASH_LEN], n = 1;
	struct part parts[] = { { t, 0 }, { info, info_len }, { &n, 1 } };
	bool ok = out_len <= HKDF_MAX;

	for (size_t done = 0, take; ok && done < out_len; done += take, n++) {
		take = out_len - done < HASH_LEN ? out_len - done : HASH_LEN;
		ok = hmac(t, HASH_LEN, lean_sha256(), prk, HASH_LEN, parts, ARRAY_LEN(parts));
		parts[0].len = HASH_LEN;
		memcpy(out + done, t, take);
	}
	if (!ok)
		memset(out, 0, out_len);
	secret_wipe(t, sizeof(t));
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
	uint8_t u[HASH_LEN], t[HASH_LEN], number[4];
	struct part first[] = { { salt, salt_len }, { number, sizeof(number) } }, next[] = { { u, HASH_LEN } };
	bool ok = iterations > 0 && out_len <= (size_t)UINT32_MAX * HASH_LEN;
	uint32_t block = 1;

	for (size_t done = 0, take; ok && done < out_len; done += take, block++) {
		take = out_len - done < HASH_LEN ? out_len - done : HASH_LEN;
		for (size_t i = 0; i < sizeof(number); i++)
			number[i] = (uint8_t)(block >> (24 - 8 * i));
		ok = hmac(u, HASH_LEN, lean_sha256(), password, password_len, first, ARRAY_LEN(first));
		memcpy(t, u, sizeof(t));
		for (uint32_t i = 1; ok && i < iterations; i++) {
			ok = hmac(u, HASH_LEN, lean_sha256(), password, password_len, next, 1);
			for (size_t k = 0; k < HASH_LEN; k++)
				t[k] ^= u[k];
		}
		memcpy(out + done, t, take);
	}
	if (!ok)
		memset(out, 0, out_len);
	secret_wipe(u, sizeof(u));
	secret_wipe(t, sizeof(t));
	return ok;
}
