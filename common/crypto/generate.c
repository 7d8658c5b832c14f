#include "crypto/generate.h"

#include <math.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/phrase.h"
#include "crypto/rng.h"

#define SETS 4
#define SEPARATOR_MAX 3

static const struct {
	unsigned bit;
	const char *all, *clear; /* clear: without characters that look like others */
} sets[SETS] = {
	{ GENERATE_LOWER, "abcdefghijklmnopqrstuvwxyz", "abcdefghijkmnpqrstuvwxyz" },
	{ GENERATE_UPPER, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ABCDEFGHJKLMNPQRSTUVWXYZ" },
	{ GENERATE_DIGITS, "0123456789", "23456789" },
	{ GENERATE_SYMBOLS, "!#$%&()*+,-./:;<=>?@[]^_{|}~", "!#$%&()*+,-./:;<=>?@[]^_{}~" },
};

static const char *
letters(size_t i, bool clear)
{
	return clear ? sets[i].clear : sets[i].all;
}

/* log2 of the number of texts of that length that hold each chosen set: inclusion and exclusion over the sets left out, relative to all texts. */
static int
count_bits(unsigned mask, int length, bool clear)
{
	long double all = 0, share = 0;

	for (size_t i = 0; i < SETS; i++)
		if (mask & sets[i].bit)
			all += (long double)strlen(letters(i, clear));
	for (unsigned out = 0; out < 1u << SETS; out++) {
		long double n = all;
		int left = 0;

		if (out & ~mask)
			continue;
		for (size_t i = 0; i < SETS; i++)
			if (out & sets[i].bit) {
				n -= (long double)strlen(letters(i, clear));
				left++;
			}
		share += (left % 2 ? -1 : 1) * powl(n / all, (long double)length);
	}
	return (int)floorl((long double)length * log2l(all) + log2l(share));
}

bool
generate_password(struct buf *out, int *bits, unsigned mask, int length, bool no_lookalikes)
{
	char alphabet[128] = "", text[GENERATE_LEN_MAX + 1] = "";
	size_t n = 0;
	unsigned have = 0;

	*bits = 0;
	if (mask == 0 || mask >= 1u << SETS || length < GENERATE_LEN_MIN || length > GENERATE_LEN_MAX)
		return false;
	for (size_t i = 0; i < SETS; i++)
		if (mask & sets[i].bit)
			n += (size_t)snprintf(alphabet + n, sizeof(alphabet) - n, "%s", letters(i, no_lookalikes));
	while (have != mask) {
		have = 0;
		for (int i = 0; i < length; i++) {
			uint32_t k;

			if (!rng_below(&k, (uint32_t)n)) {
				secret_wipe(text, sizeof(text));
				return false;
			}
			text[i] = alphabet[k];
			for (size_t s = 0; s < SETS; s++)
				have |= strchr(sets[s].all, text[i]) ? sets[s].bit : 0;
		}
	}
	buf_add(out, text, (size_t)length);
	secret_wipe(text, sizeof(text));
	if (out->failed)
		return false;
	*bits = count_bits(mask, length, no_lookalikes);
	return true;
}

bool
generate_passphrase(struct buf *out, int *bits, int words, const char *separator, bool capitals)
{
	size_t start = out->len;

	*bits = 0;
	if (words < GENERATE_WORDS_MIN || words > GENERATE_WORDS_MAX || strlen(separator) > SEPARATOR_MAX)
		return false;
	for (int i = 0; i < words; i++) {
		uint32_t n;
		const char *w;

		if (!rng_below(&n, PHRASE_LIST_LEN)) {
			buf_cut(out, start);
			return false;
		}
		w = eff_words[n];
		buf_str(out, i ? separator : "");
		buf_ch(out, capitals ? (char)(w[0] - 'a' + 'A') : w[0]);
		buf_str(out, w + 1);
	}
	if (out->failed) {
		buf_cut(out, start);
		return false;
	}
	*bits = (int)floor(words * log2(PHRASE_LIST_LEN));
	return true;
}
