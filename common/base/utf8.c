#include "base/utf8.h"

#include <string.h>

#include "base/utf8_folds.h"

/* "!" to "~" as East Asian input methods write them */
#define FULLWIDTH_FIRST 0xff01
#define FULLWIDTH_LAST 0xff5e

/* Length of the sequence at s, at most `left` bytes, and its code point; 0 when it is not valid. */
static size_t
decode(uint32_t *cp, const char *s, size_t left)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)s[0];
	size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;

	if (n == 0 || n > left)
		return 0;
	*cp = n == 1 ? c : c & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (*cp < least[n] || *cp > 0x10ffff || (*cp >= 0xd800 && *cp < 0xe000))
		return 0;
	return n;
}

bool
utf8_valid(const char *s, size_t len)
{
	uint32_t cp;

	for (size_t i = 0, n; i < len; i += n) {
		n = decode(&cp, s + i, len - i);
		if (n == 0)
			return false;
	}
	return true;
}

size_t
utf8_count(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

bool
utf8_has_control(const char *s, size_t len, bool single_line)
{
	uint32_t cp;

	for (size_t i = 0, n; i < len; i += n) {
		n = decode(&cp, s + i, len - i);
		if (n == 0)
			return true;
		if (!single_line && (cp == '\n' || cp == '\r' || cp == '\t'))
			continue;
		if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
			return true;
	}
	return false;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static const char *
fold(uint32_t cp)
{
	size_t lo = 0, hi = ARRAY_LEN(folds);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (folds[mid].from == cp)
			return folds[mid].to;
		if (folds[mid].from < cp)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* ASCII takes a run at a time: most of what is searched is that, and 10,000 entries are folded for one search. */
void
utf8_fold(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		uint32_t cp = 0;
		const char *to;

		for (n = 0; i + n < len && (unsigned char)s[i + n] < 0x80; n++)
			;
		if (n > 0) {
			char *room = buf_room(out, n);

			for (size_t k = 0; room && k < n; k++)
				room[k] = lower(s[i + k]);
			continue;
		}
		n = decode(&cp, s + i, len - i);
		if (n == 0) {
			n = 1;
			continue;
		}
		if (cp >= 0x300 && cp < 0x370)
			continue;
		to = fold(cp);
		if (to)
			buf_str(out, to);
		else if (cp >= FULLWIDTH_FIRST && cp <= FULLWIDTH_LAST)
			buf_ch(out, lower((char)(cp - FULLWIDTH_FIRST + '!')));
		else
			buf_add(out, s + i, n);
	}
}
