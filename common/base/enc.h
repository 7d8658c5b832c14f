/* enc.h - base64 (standard and URL alphabet), base32, hex: RFC 4648. Layer: base.
 *
 * Encoders and decoders use no table look-up and no branch that depends on the data, as most of what they carry is
 * secret. Decoders are strict: no white space, no characters outside the alphabet, no wrong padding, unused last bits zero.
 */
#ifndef BASE_ENC_H
#define BASE_ENC_H

#include "base/attr.h"

/* Lengths of the text for n bytes, without the NUL. */
#define ENC_B64_LEN(n) (((n) + 2) / 3 * 4)
#define ENC_B64URL_LEN(n) (((n) * 4 + 2) / 3)
#define ENC_B32_LEN(n) (((n) * 8 + 4) / 5)
#define ENC_HEX_LEN(n) ((n) * 2)

/* Encode `len` bytes; `out` holds the length above + 1 and gets a NUL. b64: padded, standard alphabet. b64url_padded: padded,
 * URL alphabet (Fernet). b64url: URL alphabet, unpadded. b32: upper case, unpadded. b32lower: lower case, unpadded. hex: lower case. */
void enc_b64(char *out, const void *in, size_t len);
void enc_b64url_padded(char *out, const void *in, size_t len);
void enc_b64url(char *out, const void *in, size_t len);
void enc_b32(char *out, const void *in, size_t len);
void enc_b32lower(char *out, const void *in, size_t len);
void enc_hex(char *out, const void *in, size_t len);

/* Decode `len` characters into at most `cap` bytes; *out_len gets the count. False (and *out_len 0) on any character, length,
 * padding or last-bit fault, or when `cap` is too small. dec_b32 takes both cases, and padding only if complete. */
NODISCARD bool dec_b64(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len);
NODISCARD bool dec_b64url_padded(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len);
NODISCARD bool dec_b64url(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len);
NODISCARD bool dec_b32(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len);
/* For keys that other sites hand out: any length and padding is taken, and last bits that fill no byte are left out, as authenticators do. */
NODISCARD bool dec_b32_loose(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len);
NODISCARD bool dec_hex(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len);

#endif
