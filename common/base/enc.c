/* No table and no branch here depends on the data: what these functions carry is mostly secret. */
#include "base/enc.h"

#include "base/secret.h"

/* 0xff when lo <= c <= hi, else 0: differences of small numbers have their sign in bit 8 and up. */
static unsigned
in_range(unsigned c, unsigned lo, unsigned hi)
{
	return (((lo - 1 - c) & (c - (hi + 1))) >> 8) & 0xff;
}

static char
b64_char(unsigned v, unsigned c62, unsigned c63)
{
	unsigned c = 0;

	c |= in_range(v, 0, 25) & (v + 'A');
	c |= in_range(v, 26, 51) & (v - 26 + 'a');
	c |= in_range(v, 52, 61) & (v - 52 + '0');
	c |= in_range(v, 62, 62) & c62;
	c |= in_range(v, 63, 63) & c63;
	return (char)c;
}

/* Value + 1, so that 0 says "not in the alphabet". */
static unsigned
b64_value(unsigned c, unsigned c62, unsigned c63)
{
	unsigned v = 0;

	v |= in_range(c, 'A', 'Z') & (c - 'A' + 1);
	v |= in_range(c, 'a', 'z') & (c - 'a' + 27);
	v |= in_range(c, '0', '9') & (c - '0' + 53);
	v |= in_range(c, c62, c62) & 63;
	v |= in_range(c, c63, c63) & 64;
	return v;
}

static void
encode64(char *out, const void *in, size_t len, unsigned c62, unsigned c63, bool pad)
{
	const uint8_t *p = in;

	while (len > 0) {
		size_t n = len < 3 ? len : 3;
		unsigned v = (unsigned)p[0] << 16 | (n > 1 ? (unsigned)p[1] << 8 : 0) | (n > 2 ? p[2] : 0);

		for (size_t i = 0; i < 4; i++) {
			if (i <= n)
				*out++ = b64_char(v >> (18 - 6 * i) & 63, c62, c63);
			else if (pad)
				*out++ = '=';
		}
		p += n;
		len -= n;
	}
	*out = '\0';
}

static bool
decode64(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len, unsigned c62, unsigned c63, bool pad)
{
	size_t n = 0, tail;
	unsigned bad = 0;

	*out_len = 0;
	if (pad) {
		if (len % 4)
			return false;
		if (len && in[len - 1] == '=')
			len -= in[len - 2] == '=' ? 2 : 1;
	}
	tail = len % 4;
	if (tail == 1 || len / 4 * 3 + (tail ? tail - 1 : 0) > cap)
		return false;
	for (size_t i = 0; i < len; i += 4) {
		size_t m = len - i < 4 ? len - i : 4;
		unsigned v = 0;

		for (size_t k = 0; k < 4; k++) {
			unsigned d = k < m ? b64_value((uint8_t)in[i + k], c62, c63) : 1;

			bad |= in_range(d, 0, 0);
			v = v << 6 | ((d - 1) & 63);
		}
		for (size_t k = 0; k + 1 < m; k++)
			out[n++] = (uint8_t)(v >> (16 - 8 * k));
		if (m < 4)
			bad |= v & (m == 3 ? 0xffu : 0xffffu);
	}
	if (bad) {
		secret_wipe(out, n);
		return false;
	}
	*out_len = n;
	return true;
}

void
enc_b64(char *out, const void *in, size_t len)
{
	encode64(out, in, len, '+', '/', true);
}

void
enc_b64url_padded(char *out, const void *in, size_t len)
{
	encode64(out, in, len, '-', '_', true);
}

void
enc_b64url(char *out, const void *in, size_t len)
{
	encode64(out, in, len, '-', '_', false);
}

bool
dec_b64(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len)
{
	return decode64(out, cap, out_len, in, len, '+', '/', true);
}

bool
dec_b64url_padded(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len)
{
	return decode64(out, cap, out_len, in, len, '-', '_', true);
}

bool
dec_b64url(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len)
{
	return decode64(out, cap, out_len, in, len, '-', '_', false);
}

static void
encode32(char *out, const void *in, size_t len, unsigned letter)
{
	const uint8_t *p = in;
	unsigned bits = 0, acc = 0;

	for (size_t i = 0; i < len || bits > 0;) {
		unsigned v;

		if (bits < 5 && i < len) {
			acc = (acc << 8 | p[i++]) & 0xffff;
			bits += 8;
			continue;
		}
		if (bits < 5) {
			acc <<= 5 - bits;
			bits = 5;
		}
		bits -= 5;
		v = acc >> bits & 31;
		*out++ = (char)((in_range(v, 0, 25) & (v + letter)) | (in_range(v, 26, 31) & (v - 26 + '2')));
	}
	*out = '\0';
}

void
enc_b32(char *out, const void *in, size_t len)
{
	encode32(out, in, len, 'A');
}

void
enc_b32lower(char *out, const void *in, size_t len)
{
	encode32(out, in, len, 'a');
}

static bool
decode32(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len, bool strict)
{
	static const uint8_t pads[8] = { 0, 0, 6, 0, 4, 3, 0, 1 }; /* '=' that complete a tail of so many characters */
	size_t n = 0, tail, given = 0;
	unsigned bits = 0, acc = 0, bad = 0;

	*out_len = 0;
	while (len > 0 && in[len - 1] == '=' && given < 7) {
		len--;
		given++;
	}
	tail = len % 8;
	if ((strict && (tail == 1 || tail == 3 || tail == 6 || (given && given != pads[tail]))) || len * 5 / 8 > cap)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned c = (uint8_t)in[i], v = 0;

		v |= in_range(c, 'A', 'Z') & (c - 'A' + 1);
		v |= in_range(c, 'a', 'z') & (c - 'a' + 1);
		v |= in_range(c, '2', '7') & (c - '2' + 27);
		bad |= in_range(v, 0, 0);
		acc = (acc << 5 | ((v - 1) & 31)) & 0xffff;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			out[n++] = (uint8_t)(acc >> bits);
		}
	}
	bad |= strict ? acc & ((1u << bits) - 1) : 0;
	if (bad) {
		secret_wipe(out, n);
		return false;
	}
	*out_len = n;
	return true;
}

bool
dec_b32(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len)
{
	return decode32(out, cap, out_len, in, len, true);
}

bool
dec_b32_loose(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len)
{
	return decode32(out, cap, out_len, in, len, false);
}

void
enc_hex(char *out, const void *in, size_t len)
{
	const uint8_t *p = in;

	for (size_t i = 0; i < len; i++)
		for (unsigned shift = 4, k = 0; k < 2; k++, shift -= 4) {
			unsigned v = p[i] >> shift & 15;

			*out++ = (char)((in_range(v, 0, 9) & (v + '0')) | (in_range(v, 10, 15) & (v - 10 + 'a')));
		}
	*out = '\0';
}

bool
dec_hex(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len)
{
	unsigned bad = 0;

	*out_len = 0;
	if (len % 2 || len / 2 > cap)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned c = (uint8_t)in[i], v = 0;

		v |= in_range(c, '0', '9') & (c - '0' + 1);
		v |= in_range(c, 'a', 'f') & (c - 'a' + 11);
		v |= in_range(c, 'A', 'F') & (c - 'A' + 11);
		bad |= in_range(v, 0, 0);
		out[i / 2] = (uint8_t)(i % 2 ? (unsigned)out[i / 2] | ((v - 1) & 15) : ((v - 1) & 15) << 4);
	}
	if (bad) {
		secret_wipe(out, len / 2);
		return false;
	}
	*out_len = len / 2;
	return true;
}
