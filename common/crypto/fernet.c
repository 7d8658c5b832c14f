#include "crypto/fernet.h"

#include <limits.h>
#include <string.h>

#include "base/enc.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "crypto/lean.h"
#include "crypto/rng.h"

enum { VERSION = 0x80, IV = 16, BLOCK = 16, HEAD = 1 + 8 + IV, SIGN = 16 };

static EVP_CIPHER_CTX *
context(void)
{
	static EVP_CIPHER_CTX *ctx;

	if (!ctx)
		ctx = EVP_CIPHER_CTX_new();
	return ctx;
}

static bool
cbc(uint8_t *out, size_t *out_len, const uint8_t *key, const uint8_t *iv, const void *in, size_t len, int encrypt)
{
	EVP_CIPHER_CTX *ctx = context();
	const EVP_CIPHER *cipher = lean_aes128_cbc();
	int n = 0, last = 0;
	bool ok;

	*out_len = 0;
	if (!ctx || !cipher || len > INT_MAX - BLOCK)
		return false;
	ok = EVP_CipherInit_ex2(ctx, cipher, key, iv, encrypt, NULL) == 1 && EVP_CipherUpdate(ctx, out, &n, in, (int)len) == 1 &&
	    EVP_CipherFinal_ex(ctx, out + n, &last) == 1;
	EVP_CIPHER_CTX_reset(ctx); /* it holds the key and the last block */
	*out_len = ok ? (size_t)n + (size_t)last : 0;
	return ok;
}

bool
fernet_seal_iv(struct buf *token, const uint8_t key[static FERNET_KEY_LEN], int64_t now, const uint8_t iv[static 16], const void *plain, size_t len)
{
	size_t body = len / BLOCK * BLOCK + BLOCK, total = HEAD + body + HASH_LEN, made;
	uint8_t *raw = len < INT_MAX - BLOCK ? malloc(total) : NULL;
	char *out;
	bool ok = false;

	if (!raw)
		return false;
	raw[0] = VERSION;
	for (int i = 0; i < 8; i++)
		raw[1 + i] = (uint8_t)((uint64_t)now >> (56 - 8 * i));
	memcpy(raw + 9, iv, IV);
	if (!cbc(raw + HEAD, &made, key + SIGN, iv, plain, len, 1) || made != body)
		goto out;
	if (!hash_hmac(raw + HEAD + body, key, SIGN, raw, HEAD + body))
		goto out;
	out = buf_room(token, ENC_B64_LEN(total));
	if (!out)
		goto out;
	enc_b64url_padded(out, raw, total);
	ok = true;
out:
	free(raw);
	return ok;
}

bool
fernet_seal(struct buf *token, const uint8_t key[static FERNET_KEY_LEN], int64_t now, const void *plain, size_t len)
{
	uint8_t iv[IV];

	return rng_bytes(iv, sizeof(iv)) && fernet_seal_iv(token, key, now, iv, plain, len);
}

bool
fernet_open(struct buf *plain, int64_t *time, const uint8_t key[static FERNET_KEY_LEN], const char *token, size_t len)
{
	uint8_t *raw = malloc(len + 1), mac[HASH_LEN];
	size_t n = 0, body, made = 0;
	uint64_t at = 0;
	bool ok = false;

	if (time)
		*time = 0;
	plain->failed |= !raw;
	if (!raw || !dec_b64url_padded(raw, len, &n, token, len) || n < HEAD + BLOCK + HASH_LEN || raw[0] != VERSION)
		goto out;
	body = n - HEAD - HASH_LEN;
	if (body % BLOCK)
		goto out;
	plain->failed |= !hash_hmac(mac, key, SIGN, raw, HEAD + body);
	if (plain->failed || !secret_equal(mac, raw + HEAD + body, HASH_LEN))
		goto out;
	/* in place: libcrypto writes whole blocks before it looks at the padding, and the caller's buffer may have no room for those */
	if (!cbc(raw + HEAD, &made, key + SIGN, raw + 9, raw + HEAD, body, 0))
		goto out;
	buf_add(plain, raw + HEAD, made);
	if (plain->failed)
		goto out;
	for (int i = 0; i < 8; i++)
		at = at << 8 | raw[1 + i];
	if (time)
		*time = (int64_t)at;
	ok = true;
out:
	if (raw)
		secret_wipe(raw, n);
	free(raw);
	return ok;
}
