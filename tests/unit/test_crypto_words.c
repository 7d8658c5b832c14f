/* test_crypto_words: recovery phrases, generated passwords, strength. */
#include <math.h>
#include <stdlib.h>

#include "crypto/generate.h"
#include "crypto/phrase.h"
#include "crypto/rng.h"
#include "crypto/strength.h"
#include "unit.h"

/* strength.c with a memory that can run out. */
static bool no_memory;

#define malloc(n) (no_memory ? NULL : malloc(n))
#include "crypto/strength.c"
#undef malloc

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define SYMBOLS "!#$%&()*+,-./:;<=>?@[]^_{|}~"
#define LOOKALIKES "0Oo1lI|"
#define ALL_SETS (GENERATE_LOWER | GENERATE_UPPER | GENERATE_DIGITS | GENERATE_SYMBOLS)

static const char *const set_of[] = { LOWER, UPPER, DIGITS, SYMBOLS };

TEST(phrases_are_five_words_of_the_list)
{
	char phrase[PHRASE_MAX], again[PHRASE_MAX], twin[PHRASE_MAX];

	for (size_t i = 0; i + 1 < PHRASE_LIST_LEN; i++)
		CHECK(strlen(eff_words[i]) >= 3 && strlen(eff_words[i]) <= 9);
	for (int i = 0; i < 50; i++) {
		CHECK(phrase_new(phrase) && phrase_new(twin) && strcmp(phrase, twin) != 0);
		CHECK(strlen(phrase) < PHRASE_MAX);
		CHECK(phrase_normalise(again, phrase));
		CHECK_EQ_TEXT(again, phrase);
	}
}

TEST(what_people_type_is_forgiven)
{
	static const struct {
		const char *typed, *phrase; /* NULL: refused */
	} cases[] = {
		{ "zoom zone abacus abide acid", "zoom zone abacus abide acid" },
		{ " ZOOM\tZone\r\nabacus,  abide.Acid \n", "zoom zone abacus abide acid" },
		{ "1. zoom 2. zone 3. abacus 4. abide 5. acid", "zoom zone abacus abide acid" },
		{ "zoom-zone-abacus-abide-acid", "zoom zone abacus abide acid" },
		{ "1)zoom;2)zone;3)abacus;4)abide;5)acid", "zoom zone abacus abide acid" },
		{ "zoom\xc2\xa0zone\xc2\xa0" "abacus - abide -- acid", "zoom zone abacus abide acid" },
		{ "yo-yo t-shirt drop-down felt-tip acid", "yo-yo t-shirt drop-down felt-tip acid" },
		{ "yo-yo-t-shirt-drop-down-felt-tip-acid", "yo-yo t-shirt drop-down felt-tip acid" },
		{ "acid-yo-yo-acid-yo-yo-acid", "acid yo-yo acid yo-yo acid" },
		{ "zoom zoom zoom zoom zoom", "zoom zoom zoom zoom zoom" },
		{ "", NULL },
		{ "   ", NULL },
		{ "zoom zone abacus abide", NULL },
		{ "zoom zone abacus abide acid acid", NULL },
		{ "zoom zone abacus abide acid x", NULL },
		{ "zoom zone abacus abide xyzzy", NULL },
		{ "zoom zone abacus abide aci", NULL },
		{ "zoom zone abacus abide acidd", NULL },
		{ "zoomzone abacus abide acid acid", NULL },
		{ "yo yo t-shirt acid acid acid", NULL },
		{ "12345", NULL },
		{ "\xc3\xa9\xc3\xa9\xc3\xa9", NULL },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
		{ "zoom zone abacus abide acid-", "zoom zone abacus abide acid" },
	};
	char out[PHRASE_MAX];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool ok = phrase_normalise(out, cases[i].typed);

		CHECK_EQ_INT(ok, cases[i].phrase != NULL);
		CHECK_EQ_TEXT(out, cases[i].phrase != NULL ? cases[i].phrase : "");
	}
}

TEST(single_words_are_asked_for)
{
	static const char phrase[] = "zoom yo-yo abacus abide acid";
	static const char *const words[] = { "zoom", "yo-yo", "abacus", "abide", "acid" };
	char typed[200];

	for (int n = -1; n <= 7; n++)
		for (size_t w = 0; w < ARRAY_LEN(words); w++)
			CHECK_EQ_INT(phrase_word_is(phrase, n, words[w]), n == (int)w + 1);
	CHECK(phrase_word_is(phrase, 2, " \tYo-YO\r\n "));
	CHECK(!phrase_word_is(phrase, 2, "yo yo") && !phrase_word_is(phrase, 2, "yo") && !phrase_word_is(phrase, 2, ""));
	CHECK(!phrase_word_is(phrase, 6, "") && !phrase_word_is("", 1, ""));
	memset(typed, 'z', sizeof(typed));
	typed[sizeof(typed) - 1] = '\0';
	CHECK(!phrase_word_is(phrase, 1, typed) && !phrase_word_is(typed, 1, "z"));
}

TEST(passwords_hold_each_chosen_set_and_no_other)
{
	struct buf out;
	int bits;

	buf_init(&out, 1000);
	for (unsigned mask = 1; mask <= ALL_SETS; mask++)
		for (int length = GENERATE_LEN_MIN; length <= GENERATE_LEN_MAX; length += length < 12 ? 1 : 29)
			for (int clear = 0; clear < 2; clear++) {
				size_t of_a_set = 0;

				buf_cut(&out, 0);
				CHECK(generate_password(&out, &bits, mask, length, clear));
				CHECK_EQ_INT(out.len, length);
				for (unsigned s = 0; s < 4; s++) {
					bool there = strpbrk(out.p, set_of[s]) != NULL;

					CHECK_EQ_INT(there, (mask & 1u << s) != 0);
					for (size_t i = 0; i < out.len; i++)
						of_a_set += strchr(set_of[s], out.p[i]) != NULL;
				}
				CHECK_EQ_INT(of_a_set, out.len);
				CHECK(!clear || strpbrk(out.p, LOOKALIKES) == NULL);
				CHECK(bits > 0 && bits < length * 7);
			}
	buf_wipe(&out);
}

/* By hand or with whole numbers of any length, not with the code under test. */
TEST(bits_are_the_logarithm_of_the_number_of_passwords)
{
	static const struct {
		unsigned sets;
		int length;
		bool clear;
		int bits;
	} cases[] = {
		{ GENERATE_DIGITS, 8, false, 26 },
		{ GENERATE_DIGITS, 8, true, 24 },
		{ GENERATE_LOWER, 8, false, 37 },
		{ GENERATE_LOWER, 128, false, 601 },
		{ GENERATE_SYMBOLS, 20, true, 95 },
		{ ALL_SETS, 8, false, 50 },
		{ ALL_SETS, 8, true, 49 },
		{ ALL_SETS, 20, false, 129 },
		{ ALL_SETS, 20, true, 127 },
		{ ALL_SETS, 128, false, 830 },
		{ ALL_SETS, 128, true, 816 },
		{ GENERATE_LOWER | GENERATE_UPPER | GENERATE_DIGITS, 8, false, 47 },
		{ GENERATE_LOWER | GENERATE_UPPER | GENERATE_DIGITS, 12, false, 71 },
		{ GENERATE_LOWER | GENERATE_UPPER, 8, false, 45 },
		{ GENERATE_DIGITS | GENERATE_SYMBOLS, 8, false, 41 },
		{ GENERATE_DIGITS | GENERATE_SYMBOLS, 9, true, 46 },
		{ GENERATE_LOWER | GENERATE_DIGITS | GENERATE_SYMBOLS, 16, false, 95 },
		{ GENERATE_LOWER | GENERATE_SYMBOLS, 64, false, 368 },
	};
	struct buf out;
	int bits;

	buf_init(&out, 1000);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_cut(&out, 0);
		CHECK(generate_password(&out, &bits, cases[i].sets, cases[i].length, cases[i].clear));
		CHECK_EQ_INT(bits, cases[i].bits);
	}
	buf_wipe(&out);
}

TEST(impossible_wishes_are_refused)
{
	static const struct {
		unsigned sets;
		int length;
	} bad[] = { { 0, 20 }, { 16, 20 }, { ~0u, 20 }, { ALL_SETS, 7 }, { ALL_SETS, 0 }, { ALL_SETS, -1 }, { ALL_SETS, 129 } };
	struct buf out;
	int bits = 5;

	buf_init(&out, 1000);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		bits = 5;
		CHECK(!generate_password(&out, &bits, bad[i].sets, bad[i].length, false));
		CHECK(bits == 0 && out.len == 0 && !out.failed);
	}
	CHECK(!generate_passphrase(&out, &bits, 2, "-", false) && bits == 0);
	CHECK(!generate_passphrase(&out, &bits, 13, "-", false));
	CHECK(!generate_passphrase(&out, &bits, 5, "----", false) && out.len == 0);
	buf_wipe(&out);
	buf_init(&out, 10);
	bits = 5;
	CHECK(!generate_password(&out, &bits, ALL_SETS, 20, false) && bits == 0 && out.failed);
	buf_wipe(&out);
	bits = 5;
	CHECK(!generate_passphrase(&out, &bits, 12, "-", false) && bits == 0 && out.len == 0);
	buf_wipe(&out);
}

/* One set makes draws independent and uniform; the test statistic passes the bound once in 10^10 runs. */
TEST(characters_and_words_are_uniform)
{
	static const struct {
		unsigned sets;
		bool clear;
		double bound;
	} cases[] = {
		{ GENERATE_LOWER, false, 99 },   /* 25 degrees of freedom */
		{ GENERATE_DIGITS, false, 66 },  /* 9 */
		{ GENERATE_DIGITS, true, 66 },   /* 7 */
		{ GENERATE_SYMBOLS, false, 110 } /* 27 */
	};
	struct buf out;
	int bits;
	unsigned low = 0;

	for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
		unsigned seen[256] = { 0 }, kinds = 0;
		double chi = 0, mean;

		buf_init(&out, 1 << 20);
		for (int i = 0; i < 400; i++)
			CHECK(generate_password(&out, &bits, cases[k].sets, 128, cases[k].clear));
		for (size_t i = 0; i < out.len; i++)
			kinds += seen[(unsigned char)out.p[i]]++ == 0;
		mean = (double)out.len / kinds;
		for (size_t c = 0; c < 256; c++)
			if (seen[c] > 0)
				chi += (seen[c] - mean) * (seen[c] - mean) / mean;
		CHECK(chi < cases[k].bound);
		buf_wipe(&out);
	}
	/* all sets at the least length: the set of a character must not depend on its place, as filling up afterwards would make it */
	{
		unsigned digits[8] = { 0 };
		double chi = 0, mean = 0;

		buf_init(&out, 100);
		for (int i = 0; i < 8000; i++) {
			buf_cut(&out, 0);
			CHECK(generate_password(&out, &bits, ALL_SETS, 8, false));
			for (size_t at = 0; at < 8; at++)
				digits[at] += out.p[at] >= '0' && out.p[at] <= '9';
		}
		for (size_t at = 0; at < 8; at++)
			mean += digits[at] / 8.0;
		for (size_t at = 0; at < 8; at++)
			chi += (digits[at] - mean) * (digits[at] - mean) / mean;
		CHECK(chi < 66);
		buf_wipe(&out);
	}
	for (int i = 0; i < 10000; i++) {
		uint32_t n;

		low += rng_below(&n, PHRASE_LIST_LEN) && n < PHRASE_LIST_LEN / 2;
	}
	CHECK(low > 4650 && low < 5350); /* seven standard deviations */
}

TEST(passphrases)
{
	static const struct {
		int words;
		const char *sep;
		bool capitals;
		int bits;
	} cases[] = { { 3, "-", false, 38 }, { 5, " ", false, 64 }, { 5, "", true, 64 }, { 12, ", .", true, 155 } };
	struct buf out;
	int bits;

	buf_init(&out, 1000);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		unsigned capitals = 0;

		buf_cut(&out, 0);
		CHECK(generate_passphrase(&out, &bits, cases[i].words, cases[i].sep, cases[i].capitals));
		CHECK_EQ_INT(bits, cases[i].bits);
		for (size_t k = 0; k < out.len; k++)
			capitals += out.p[k] >= 'A' && out.p[k] <= 'Z';
		CHECK_EQ_INT(capitals, cases[i].capitals ? cases[i].words : 0);
		CHECK(out.len >= (size_t)cases[i].words * 3);
	}
	buf_cut(&out, 0);
	CHECK(generate_passphrase(&out, &bits, PHRASE_WORDS, " ", false));
	{
		char same[PHRASE_MAX];

		CHECK(phrase_normalise(same, out.p));
		CHECK_EQ_TEXT(same, out.p);
	}
	buf_wipe(&out);
}

TEST(levels_of_strength)
{
	static const char *const own[] = { "alice-liddell", "", "wonderland", NULL };
	static const struct {
		const char *password;
		int low, high;
	} cases[] = {
		{ "", 0, 0 }, { "a", 0, 0 }, { "123456", 0, 0 }, { "password", 0, 0 }, { "Password1", 0, 1 }, { "qwertyuiop", 0, 1 }, { "aaaaaaaaaaaaaaaa", 0, 1 },
		{ "vaultsphere", 0, 0 }, { "alice-liddell", 0, 0 }, { "wonderland", 0, 0 }, { "FYnrWSF", 2, 2 }, { "3$QysK$", 2, 2 }, { "kX9#vQ2!mZ", 4, 4 },
		{ "correct horse battery staple", 4, 4 }, { "xkTq7vRz2mWp9LsD", 4, 4 }, { "\xc3\xa9\xc3\xb1\xc3\xbc", 0, 1 },
	};
	char text[600];

	CHECK_EQ_INT(common_passwords_len, 3000);
	CHECK(common_passwords[common_passwords_len] == NULL);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int level = strength_level(cases[i].password, own);

		if (level < cases[i].low || level > cases[i].high)
			CHECK_EQ_TEXT(cases[i].password, level < cases[i].low ? "(rated too low)" : "(rated too high)");
	}
	CHECK(strength_level("alice-liddell", NULL) > 0);
	/* own words count even when there are more than fit */
	CHECK_EQ_INT(strength_level("zgxvbq-own", (const char *const[]){ "zgxvbq-own", "b", "c", "d", "e", "f", "g", "h", "i", NULL }), 0);
	/* what follows the first hundred characters changes nothing, be it text or no UTF-8 at all */
	memset(text, 'a', sizeof(text));
	text[550] = '\0';
	CHECK(strength_level(text, NULL) <= 1);
	memset(text, 0x80, 550);
	CHECK(strength_level(text, NULL) >= 0);
	for (size_t i = 0; i < 550; i++)
		text[i] = (char)(i % 2 ? 0xa0 + i % 31 : 0xc3);
	CHECK(strength_level(text, NULL) >= 3);
	no_memory = true;
	CHECK_EQ_INT(strength_level("kX9#vQ2!mZ", NULL), 0);
	no_memory = false;
}

TEST(common_passwords_are_known_in_any_case)
{
	static const char *const own[] = { "Alice", "", "Zo\xc3\xab", NULL };
	static const char *const yes[] = { "123456", "PASSWORD", "p\xc3\xa4ssword", "letmein", "Alice", "aLICE", "zoe", "ZO\xc3\x8b" };
	static const char *const no[] = { "", "passwordx", "correct horse battery staple", "alice1" };

	for (size_t i = 0; i < common_passwords_len; i++)
		CHECK(strength_is_common(common_passwords[i], NULL));
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		CHECK(strength_is_common(yes[i], own));
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		CHECK(!strength_is_common(no[i], own));
	CHECK(!strength_is_common("alice-liddell", NULL));
}

static const struct unit_test tests[] = {
	UNIT(phrases_are_five_words_of_the_list),
	UNIT(what_people_type_is_forgiven),
	UNIT(single_words_are_asked_for),
	UNIT(passwords_hold_each_chosen_set_and_no_other),
	UNIT(bits_are_the_logarithm_of_the_number_of_passwords),
	UNIT(impossible_wishes_are_refused),
	UNIT(characters_and_words_are_uniform),
	UNIT(passphrases),
	UNIT(levels_of_strength),
	UNIT(common_passwords_are_known_in_any_case),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
