#include "crypto/totp.h"

#include <string.h>

#include "base/enc.h"
#include "base/secret.h"
#include "crypto/hash.h"

#define ISSUER "VaultSphere"

typedef bool hmac_fn(uint8_t *out, const void *key, size_t key_len, const void *data, size_t len);

static const struct hash {
	hmac_fn *hmac;
	size_t len;
} sha1 = { hash_hmac_sha1, HASH_SHA1_LEN };

/* out: digits + 1 bytes */
static bool
code_of(char *out, int digits, const struct hash *h, const uint8_t *key, size_t len, uint64_t step)
{
	uint8_t msg[8], mac[HASH_SHA512_LEN];
	uint32_t v;
	size_t at;
	bool ok;

	for (int i = 0; i < 8; i++)
		msg[i] = (uint8_t)(step >> (56 - 8 * i));
	ok = h->hmac(mac, key, len, msg, sizeof(msg));
	at = mac[h->len - 1] & 15;
	v = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	for (int i = digits - 1; i >= 0; i--, v /= 10)
		out[i] = (char)('0' + v % 10);
	out[digits] = '\0';
	if (!ok)
		memset(out, 0, (size_t)digits + 1);
	secret_wipe(mac, sizeof(mac));
	return ok;
}

bool
totp_code(char out[static TOTP_DIGITS + 1], const uint8_t secret[static TOTP_SECRET_LEN], uint64_t step)
{
	return code_of(out, TOTP_DIGITS, &sha1, secret, TOTP_SECRET_LEN, step);
}

bool
totp_now(char out[static TOTP_DIGITS_MAX + 1], int *remaining, const struct totp *t, int64_t now)
{
	static const struct hash hashes[TOTP_HASH__MAX] = {
		[TOTP_SHA1] = { hash_hmac_sha1, HASH_SHA1_LEN }, [TOTP_SHA256] = { hash_hmac, HASH_LEN }, [TOTP_SHA512] = { hash_hmac_sha512, HASH_SHA512_LEN },
	};
	bool ok = code_of(out, t->digits, &hashes[t->hash], t->key, t->len, (uint64_t)(now / t->period));

	*remaining = ok ? t->period - (int)(now % t->period) : 0;
	return ok;
}

bool
totp_match(uint64_t *step, const uint8_t secret[static TOTP_SECRET_LEN], const char *code, int64_t now, int64_t last)
{
	char want[TOTP_DIGITS + 1];
	int64_t at = now / TOTP_PERIOD;
	bool found = false;

	*step = 0;
	if (strlen(code) != TOTP_DIGITS || strspn(code, "0123456789") != TOTP_DIGITS || at < TOTP_WINDOW)
		return false;
	for (int64_t s = at - TOTP_WINDOW; s <= at + TOTP_WINDOW; s++) {
		bool same = totp_code(want, secret, (uint64_t)s) && secret_equal(want, code, TOTP_DIGITS);

		if (same && s > last && !found) {
			*step = (uint64_t)s;
			found = true;
		}
	}
	secret_wipe(want, sizeof(want));
	return found;
}

void
totp_uri(struct buf *out, const char *name, const uint8_t secret[static TOTP_SECRET_LEN])
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	char text[ENC_B32_LEN(TOTP_SECRET_LEN) + 1];

	enc_b32(text, secret, TOTP_SECRET_LEN);
	buf_str(out, "otpauth://totp/" ISSUER ":");
	for (; *name; name++) {
		if (strchr(plain, *name))
			buf_ch(out, *name);
		else
			buf_fmt(out, "%%%02X", (unsigned char)*name);
	}
	buf_fmt(out, "?secret=%s&issuer=" ISSUER "&algorithm=SHA1&digits=%d&period=%d", text, TOTP_DIGITS, TOTP_PERIOD);
	secret_wipe(text, sizeof(text));
}
