/* totp.h - TOTP (RFC 6238). The account's second factor: SHA-1, 6 digits, 30 s. Keys kept in entries: whatever their sites chose. Layer: crypto. */
#ifndef CRYPTO_TOTP_H
#define CRYPTO_TOTP_H

#include "base/attr.h"
#include "base/buf.h"

#define TOTP_SECRET_LEN 20
#define TOTP_DIGITS 6
#define TOTP_PERIOD 30
#define TOTP_WINDOW 1 /* steps before and after now that are accepted */

/* HOTP (RFC 4226) of a counter: six digits and a NUL. */
NODISCARD bool totp_code(char out[static TOTP_DIGITS + 1], const uint8_t secret[static TOTP_SECRET_LEN], uint64_t step);
/* Whether `code` is right for a step in now's window and later than `last`; *step gets it. All three steps are always computed and compared
 * in constant time. `code` is NUL-terminated; anything but six digits is false. */
NODISCARD bool totp_match(uint64_t *step, const uint8_t secret[static TOTP_SECRET_LEN], const char *code, int64_t now, int64_t last);
/* Append "otpauth://totp/VaultSphere:NAME?secret=BASE32&issuer=VaultSphere&algorithm=SHA1&digits=6&period=30" (name percent-encoded). */
void totp_uri(struct buf *out, const char *name, const uint8_t secret[static TOTP_SECRET_LEN]);

/* What another site's codes are made of. Wipe with secret_wipe. */
#define TOTP_KEY_MIN 5 /* bytes: less was a code or a word in the wrong field */
#define TOTP_KEY_MAX 128
#define TOTP_DIGITS_MAX 8
#define TOTP_PERIOD_MAX 300
enum totp_hash { TOTP_SHA1, TOTP_SHA256, TOTP_SHA512, TOTP_HASH__MAX };
struct totp {
	enum totp_hash hash;
	int digits; /* 6..8 */
	int period; /* 1..300 seconds */
	size_t len; /* bytes of key, TOTP_KEY_MIN..TOTP_KEY_MAX */
	uint8_t key[TOTP_KEY_MAX];
};
/* The code at `now` (seconds since 1970, >= 0), t->digits characters and a NUL; *remaining gets the seconds for which it is still shown, 1..period.
 * False, out and *remaining zeroed, when libcrypto failed. */
NODISCARD bool totp_now(char out[static TOTP_DIGITS_MAX + 1], int *remaining, const struct totp *t, int64_t now);

#endif
