#include "crypto/aead.h"

#include <limits.h>
#include <string.h>

#include "crypto/lean.h"

static EVP_CIPHER_CTX *
context(void)
{
	static EVP_CIPHER_CTX *ctx;

	if (!ctx)
		ctx = EVP_CIPHER_CTX_new();
	return ctx;
}

static bool
start(EVP_CIPHER_CTX *ctx, const uint8_t *key, const uint8_t *nonce, const void *aad, size_t aad_len, size_t len, int encrypt)
{
	const EVP_CIPHER *cipher = lean_aes256_gcm();
	int n;

	if (!ctx || !cipher || aad_len > INT_MAX || len > INT_MAX - AEAD_TAG_LEN)
		return false;
	return EVP_CipherInit_ex2(ctx, cipher, key, nonce, encrypt, NULL) == 1 &&
	    (aad_len == 0 || EVP_CipherUpdate(ctx, NULL, &n, aad, (int)aad_len) == 1);
}

bool
aead_seal(uint8_t *out, const uint8_t key[static AEAD_KEY_LEN], const uint8_t nonce[static AEAD_NONCE_LEN], const void *aad, size_t aad_len,
    const void *plain, size_t len)
{
	EVP_CIPHER_CTX *ctx = context();
	int n = 0;
	bool ok;

	ok = start(ctx, key, nonce, aad, aad_len, len, 1) && (len == 0 || EVP_CipherUpdate(ctx, out, &n, plain, (int)len) == 1) &&
	    EVP_CipherFinal_ex(ctx, out + n, &n) == 1 && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_LEN, out + len) == 1;
	if (ctx)
		EVP_CIPHER_CTX_reset(ctx);
	if (!ok)
		memset(out, 0, len + AEAD_TAG_LEN);
	return ok;
}

bool
aead_open(uint8_t *out, const uint8_t key[static AEAD_KEY_LEN], const uint8_t nonce[static AEAD_NONCE_LEN], const void *aad, size_t aad_len,
    const void *in, size_t len)
{
	EVP_CIPHER_CTX *ctx = context();
	uint8_t tag[AEAD_TAG_LEN];
	size_t body;
	int n = 0;
	bool ok;

	if (len < AEAD_TAG_LEN)
		return false;
	body = len - AEAD_TAG_LEN;
	memcpy(tag, (const uint8_t *)in + body, sizeof(tag));
	ok = start(ctx, key, nonce, aad, aad_len, body, 0) && (body == 0 || EVP_CipherUpdate(ctx, out, &n, in, (int)body) == 1) &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_LEN, tag) == 1 && EVP_CipherFinal_ex(ctx, out + n, &n) == 1;
	if (ctx)
		EVP_CIPHER_CTX_reset(ctx);
	if (!ok)
		memset(out, 0, body);
	return ok;
}
