#include "crypto/totp.h"

#include <string.h>

#include "base/enc.h"
#include "base/secret.h"
#include "crypto/hash.h"

#define ISSUER "VaultSphere"

bool
totp_code(char out[static TOTP_DIGITS + 1], const uint8_t secret[static TOTP_SECRET_LEN], uint64_t step)
{
	uint8_t msg[8], mac[HASH_SHA1_LEN];
	uint32_t v, at;
	bool ok;

	for (int i = 0; i < 8; i++)
		msg[i] = (uint8_t)(step >> (56 - 8 * i));
	ok = hash_hmac_sha1(mac, secret, TOTP_SECRET_LEN, msg, sizeof(msg));
	at = mac[HASH_SHA1_LEN - 1] & 15;
	v = ((uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3]) % 1000000;
	for (int i = TOTP_DIGITS - 1; i >= 0; i--, v /= 10)
		out[i] = (char)('0' + v % 10);
	out[TOTP_DIGITS] = '\0';
	if (!ok)
		memset(out, 0, TOTP_DIGITS + 1);
	secret_wipe(mac, sizeof(mac));
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
