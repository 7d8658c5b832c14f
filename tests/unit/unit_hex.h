/* unit_hex.h - hexadecimal texts in tests of the crypto layer. No layer: tests only. */
#ifndef UNIT_HEX_H
#define UNIT_HEX_H

#include "base/enc.h"
#include "unit.h"

/* Bytes of a literal that the test's author wrote. */
static inline size_t
unhex(uint8_t *out, size_t cap, const char *hex)
{
	size_t n;

	CHECK(dec_hex(out, cap, &n, hex, strlen(hex)));
	return n;
}

static inline void
unit_hex(const char *file, int line, const char *what, const void *got, size_t len, const char *want)
{
	static char text[2 * 8192 + 1];

	enc_hex(text, got, len < 8192 ? len : 8192);
	unit_text(file, line, what, text, want);
}

#define CHECK_EQ_HEX(got, len, want) unit_hex(__FILE__, __LINE__, #got, got, len, want)

static inline bool
all_zero(const void *p, size_t len)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < len; i++)
		if (b[i] != 0)
			return false;
	return true;
}

#endif
