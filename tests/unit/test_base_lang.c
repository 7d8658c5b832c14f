/* test_base_lang: which language is meant, and sentences in it. */
#include "base/lang.h"
#include "unit.h"

TEST(names_are_read_whole_with_what_follows_them)
{
	static const char *const good[] = { "de", "DE", "de-AT", "de;q=0.3", "de , en", "de\t" };
	static const char *const bad[] = { "", "d", "den", "xx", "-de", " de", "\xc3\xa4" };
	enum lang l;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		l = LANG_EN;
		CHECK(lang_parse(&l, good[i]) && l == LANG_DE);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		l = LANG__MAX;
		CHECK(!lang_parse(&l, bad[i]) && l == LANG__MAX);
	}
	CHECK(lang_names[LANG__MAX] == NULL);
}

TEST(the_first_language_of_a_list_that_there_is)
{
	static const struct {
		const char *header;
		enum lang want;
	} cases[] = {
		{ "", LANG_EN }, { "de", LANG_DE }, { "fr, it;q=0.9,de-CH;q=0.1", LANG_DE }, { "fr,en,de", LANG_EN }, { "en-GB", LANG_EN }, { "*", LANG_EN },
		{ ",,, ,\tde", LANG_DE }, { "deutsch", LANG_EN }, { "x-de", LANG_EN }, { ",", LANG_EN }, { ";de", LANG_EN },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		CHECK_EQ_INT(lang_accepted(cases[i].header), cases[i].want);
}

TEST(sentences_in_the_language_of_now)
{
	static const char unknown[] = "Nobody translated this.";

	CHECK(lang_now() == LANG_EN);
	CHECK_EQ_TEXT(tr("Too many tries"), "Too many tries");
	lang_use(LANG_DE);
	CHECK_EQ_TEXT(tr("Too many tries"), "Zu viele Versuche");
	CHECK_EQ_TEXT(tr("very weak"), "sehr schwach");
	CHECK(tr(unknown) == unknown);
	CHECK_EQ_TEXT(tr(""), "");
	/* a translation is no key */
	CHECK_EQ_TEXT(tr("sehr schwach"), "sehr schwach");
	lang_use(LANG_EN);
}

static const struct unit_test tests[] = {
	UNIT(names_are_read_whole_with_what_follows_them),
	UNIT(the_first_language_of_a_list_that_there_is),
	UNIT(sentences_in_the_language_of_now),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
