#include "crypto/phrase.h"

#include <string.h>

#include "base/secret.h"
#include "crypto/rng.h"

bool
phrase_new(char out[static PHRASE_MAX])
{
	size_t len = 0;

	for (int i = 0; i < PHRASE_WORDS; i++) {
		uint32_t n;

		if (!rng_below(&n, PHRASE_LIST_LEN)) {
			secret_wipe(out, PHRASE_MAX);
			return false;
		}
		len += (size_t)snprintf(out + len, PHRASE_MAX - len, "%s%s", i ? " " : "", eff_words[n]);
	}
	return true;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_letter(char c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

/* The list is sorted, but for the few words with a hyphen: a plain walk is quick enough beside the KDF that follows. */
static bool
on_list(const char *word)
{
	for (size_t i = 0; i < PHRASE_LIST_LEN; i++)
		if (eff_words[i][0] == word[0] && strcmp(eff_words[i], word) == 0)
			return true;
	return false;
}

/* Take a run of letters with at most one hyphen inside it when that is a word of the list; else the hyphen separates. Returns what follows. */
static const char *
next_word(char out[static PHRASE_MAX], const char *p)
{
	size_t n = 0, hyphen = 0;

	while (*p && !is_letter(*p))
		p++;
	while (n + 1 < PHRASE_MAX && (is_letter(p[n]) || (p[n] == '-' && n > 0 && hyphen == 0 && is_letter(p[n + 1])))) {
		if (p[n] == '-')
			hyphen = n;
		out[n] = lower(p[n]);
		n++;
	}
	out[n] = '\0';
	if (hyphen && !on_list(out)) {
		n = hyphen;
		out[n] = '\0';
	}
	return p + n;
}

bool
phrase_normalise(char out[static PHRASE_MAX], const char *typed)
{
	char word[PHRASE_MAX];
	size_t len = 0;
	int n = 0;
	bool ok = true;

	out[0] = '\0';
	for (const char *p = next_word(word, typed); *word && ok; p = next_word(word, p)) {
		ok = ++n <= PHRASE_WORDS && on_list(word) && len + strlen(word) + 2 < PHRASE_MAX;
		if (ok)
			len += (size_t)snprintf(out + len, PHRASE_MAX - len, "%s%s", n > 1 ? " " : "", word);
	}
	secret_wipe(word, sizeof(word));
	if (!ok || n != PHRASE_WORDS) {
		secret_wipe(out, PHRASE_MAX);
		return false;
	}
	return true;
}

bool
phrase_word_is(const char *phrase, int n, const char *typed)
{
	char want[PHRASE_MAX] = "", given[PHRASE_MAX] = "";
	size_t len = 0;
	bool same;

	if (n < 1)
		return false;
	for (; n > 1 && *phrase; n--) {
		phrase += strcspn(phrase, " ");
		phrase += *phrase == ' ';
	}
	snprintf(want, sizeof(want), "%.*s", (int)strcspn(phrase, " "), phrase);
	typed += strspn(typed, " \t\r\n");
	for (; *typed && len + 1 < sizeof(given); typed++)
		given[len++] = lower(*typed);
	while (len > 0 && strchr(" \t\r\n", given[len - 1]))
		given[--len] = '\0';
	same = *want && secret_equal(want, given, sizeof(want));
	secret_wipe(want, sizeof(want));
	secret_wipe(given, sizeof(given));
	return same;
}
