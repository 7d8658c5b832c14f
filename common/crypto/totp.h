/* totp.h - TOTP (RFC 6238): SHA-1, 6 digits, 30 s; the authenticator's second factor. Layer: crypto. */
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

#endif
