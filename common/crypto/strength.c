#include "crypto/strength.h"

#include <math.h>
#include <string.h>
#include <zxcvbn.h>

#include "base/secret.h"
#include "base/utf8.h"

#define LOOK_AT 100 /* characters: what follows cannot make a password weaker, and zxcvbn's time grows with the square */
#define PRODUCT "vaultsphere"

/* The library wants one array of plain pointers; it does not write through them. */
static const char **
dictionary(const char *const own[])
{
	size_t n = 0;
	const char **words = malloc((common_passwords_len + STRENGTH_WORDS_MAX + 2) * sizeof(*words));

	if (!words)
		return NULL;
	for (size_t i = 0; i < STRENGTH_WORDS_MAX && own && own[i]; i++)
		if (own[i][0])
			words[n++] = own[i];
	words[n++] = PRODUCT;
	memcpy(words + n, common_passwords, common_passwords_len * sizeof(*words));
	words[n + common_passwords_len] = NULL;
	return words;
}

int
strength_level(const char *password, const char *const own[])
{
	static const double bands[] = { 3, 6, 8, 10 };
	char cut[4 * LOOK_AT + 1];
	const char **words = dictionary(own);
	double guesses;
	size_t len = strlen(password), chars = 0, n = 0;
	int level = 0;

	while (n < len && n + 1 < sizeof(cut) && (chars += ((unsigned char)password[n] & 0xc0) != 0x80) <= LOOK_AT)
		n++;
	memcpy(cut, password, n);
	cut[n] = '\0';
	guesses = words ? ZxcvbnMatch(cut, words, NULL) * log10(2.0) : 0;
	if (guesses > (double)utf8_count(password, len))
		guesses = (double)utf8_count(password, len);
	while (level < 4 && guesses >= bands[level])
		level++;
	free(words);
	secret_wipe(cut, sizeof(cut));
	return level;
}

bool
strength_is_common(const char *password, const char *const own[])
{
	struct buf folded, word;
	bool common = false;

	buf_init(&folded, 8192);
	buf_init(&word, 8192);
	utf8_fold(&folded, password, strlen(password));
	for (size_t i = 0; i < common_passwords_len && !common; i++)
		common = strcmp(common_passwords[i], folded.p) == 0 || strcmp(common_passwords[i], password) == 0;
	for (size_t i = 0; own && own[i] && !common; i++) {
		buf_cut(&word, 0);
		utf8_fold(&word, own[i], strlen(own[i]));
		common = own[i][0] && strcmp(word.p, folded.p) == 0;
	}
	buf_wipe(&folded);
	buf_wipe(&word);
	return common;
}
