/* otpauth.h - reads the keys of one-time codes as sites hand them out: an otpauth:// address or bare base32. Layer: crypto.
 *
 * Address: otpauth://totp/LABEL?secret=BASE32[&algorithm=SHA1|SHA256|SHA512][&digits=6..8][&period=1..300], scheme and names in any case, values percent-coded, other
 * names (issuer, image) passed over; a name of these four that occurs twice is refused, and so is hotp: a counter that moves with every look has no place
 * in a document with versions. Bare key: base32 of SHA-1, 6 digits, 30 s. Of a key, which has 5 to 128 bytes, spaces, hyphens and '=' do not matter, nor does case.
 * Source: github.com/google/google-authenticator/wiki/Key-Uri-Format.
 */
#ifndef CRYPTO_OTPAUTH_H
#define CRYPTO_OTPAUTH_H

#include "base/attr.h"
#include "crypto/totp.h"

/* Read a NUL-terminated text. False, and *out wiped, when it is neither of the two. The caller wipes *out and the text. */
NODISCARD bool otpauth_parse(struct totp *out, const char *text);
/* Bring a text that otpauth_parse takes into the form in which it is stored, in place: an address loses the white space around it, a bare key all between its
 * characters, and is upper case. Never longer; done twice it changes nothing more. What it cut off is wiped. */
void otpauth_tidy(char *text);

#endif
