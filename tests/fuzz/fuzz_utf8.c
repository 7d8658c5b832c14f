/* fuzz_utf8: validity agrees with a decoder of another make; folded text is valid, folds to itself, and has no capital ASCII letter. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)

/* The table of Unicode, "well-formed UTF-8 byte sequences": first byte, bounds of the second, length. */
static const struct {
	uint8_t first, last, low, high, len;
} rows[] = {
	{ 0x00, 0x7f, 0, 0, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

static bool
well_formed(const uint8_t *p, size_t n, size_t *count)
{
	*count = 0;
	for (size_t i = 0, k; i < n; ++*count) {
		for (k = 0; k < ARRAY_LEN(rows) && (p[i] < rows[k].first || p[i] > rows[k].last); k++)
			;
		if (k == ARRAY_LEN(rows) || rows[k].len > n - i)
			return false;
		for (size_t j = 1; j < rows[k].len; j++)
			if (p[i + j] < (j == 1 ? rows[k].low : 0x80) || p[i + j] > (j == 1 ? rows[k].high : 0xbf))
				return false;
		i += rows[k].len;
	}
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	size_t count;
	bool ok = well_formed(data, size, &count);
	struct buf once, twice;

	MUST(utf8_valid(s, size) == ok);
	MUST(!ok || utf8_count(s, size) == count);
	MUST(ok || utf8_has_control(s, size, false));
	MUST(!utf8_has_control(s, size, false) || utf8_has_control(s, size, true));
	buf_init(&once, 8 * size + 64);
	buf_init(&twice, 8 * size + 64);
	utf8_fold(&once, s, size);
	utf8_fold(&twice, once.p, once.len);
	MUST(!once.failed && !twice.failed);
	MUST(utf8_valid(once.p, once.len));
	MUST(once.len == twice.len && memcmp(once.p, twice.p, once.len) == 0);
	for (size_t i = 0; i < once.len; i++)
		MUST(once.p[i] < 'A' || once.p[i] > 'Z');
	buf_wipe(&once);
	buf_wipe(&twice);
	return 0;
}
