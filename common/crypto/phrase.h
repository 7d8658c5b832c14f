/* phrase.h - recovery phrases: five words of the EFF large list (7,776 words, 64.6 bits). Layer: crypto. */
#ifndef CRYPTO_PHRASE_H
#define CRYPTO_PHRASE_H

#include "base/attr.h"

#define PHRASE_WORDS 5
#define PHRASE_LIST_LEN 7776
#define PHRASE_MAX 64 /* five words of at most 9 letters, four spaces, NUL; rounded up */

/* Made from the Debian package diceware at build time. */
extern const char *const eff_words[PHRASE_LIST_LEN];

/* Five words, uniform and independent, lower case, single spaces. The caller wipes. */
NODISCARD bool phrase_new(char out[static PHRASE_MAX]);
/* Bring what a person typed to that form: any case, white space, commas, dots, hyphens or numbers ("1. word") between words are forgiven.
 * Exactly five words, each on the list; false otherwise, out then "". (yo-yo, t-shirt and other words of the list that hold a hyphen must work.) */
NODISCARD bool phrase_normalise(char out[static PHRASE_MAX], const char *typed);
/* Whether word `n` (1..5) of `phrase` is `typed` (case and outer white space forgiven), compared in constant time. */
NODISCARD bool phrase_word_is(const char *phrase, int n, const char *typed);

#endif
