/* test_base_utf8: RFC 3629 to the letter, control characters, and the folding that search uses. */
#include "base/utf8.h"

#include "base/utf8.c"
#include "unit.h"

static const char *const valid[] = {
	"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
	"Zo\xc3\xab \xf0\x9f\x94\x91",
};
static const char *const invalid[] = {
	"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xc2\xc2", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe1\x80", "\xe1\x80\x41", "\xed\xa0\x80",
	"\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff", "a\xff",
	"\xf0\x90\x80", "\xf0\x90", "\xf0", "\xe1",
};

TEST(validity)
{
	char made[4];
	size_t good = 0;

	for (size_t i = 0; i < ARRAY_LEN(valid); i++)
		CHECK(utf8_valid(valid[i], strlen(valid[i])));
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++) {
		CHECK(!utf8_valid(invalid[i], strlen(invalid[i])));
		CHECK(utf8_has_control(invalid[i], strlen(invalid[i]), false));
	}
	CHECK(utf8_valid("a\0b", 3));
	CHECK(!utf8_valid("\xc3\xa9", 1));
	/* every two and three bytes: as many valid ones as there are code points */
	for (unsigned v = 0; v < 1u << 16; v++) {
		made[0] = (char)(v >> 8);
		made[1] = (char)v;
		good += (v >> 8) >= 0x80 && utf8_valid(made, 2);
	}
	CHECK_EQ_INT(good, 0x800 - 0x80);
	good = 0;
	for (unsigned v = 0xe00000; v < 0xf00000; v++) {
		made[0] = (char)(v >> 16);
		made[1] = (char)(v >> 8);
		made[2] = (char)v;
		good += utf8_valid(made, 3);
	}
	CHECK_EQ_INT(good, 0x10000 - 0x800 - 0x800);
}

TEST(counting)
{
	CHECK_EQ_INT(utf8_count("", 0), 0);
	CHECK_EQ_INT(utf8_count("abc", 3), 3);
	CHECK_EQ_INT(utf8_count("\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x91z", 10), 4);
}

TEST(control_characters)
{
	for (unsigned c = 0; c < 0x100; c++) {
		char s[2] = { (char)(c < 0x80 ? c : 0xc2 + (c >> 6) - 2), (char)(0x80 | (c & 0x3f)) };
		size_t n = c < 0x80 ? 1 : 2;
		bool control = c < 0x20 || (c >= 0x7f && c < 0xa0), line = c == '\n' || c == '\r' || c == '\t';

		CHECK_EQ_INT(utf8_has_control(s, n, true), control);
		CHECK_EQ_INT(utf8_has_control(s, n, false), control && !line);
	}
	CHECK(!utf8_has_control("\xe2\x82\xac", 3, true));
}

static const struct {
	const char *from, *to;
} cases[] = {
	{ "", "" },
	{ "Hello, WORLD [@`{] 09", "hello, world [@`{] 09" },
	{ "Žluťoučký KŮŇ", "zlutoucky kun" },
	{ "ÀÉÎÕÜ Ç Ñ ý ÿ", "aeiou c n y y" },
	{ "Straße GROẞ", "strasse gross" },
	{ "Æsop œuvre Þór Øre Łódź Đ ð ħ ı İ", "aesop oeuvre thor ore lodz d d h i i" },
	{ "Việt Nam ẰẲỠ", "viet nam aao" },
	{ "Ǣ ǻ ȟ", "ae a h" },
	{ "ΆΈΉΊΌΎΏ άέήίόύώ ΰ ΐ ς", "αεηιουω αεηιουω υ ι σ" },
	{ "ПРИВЕТ, Ёлка ЙОД", "привет, елка иод" },
	{ "Ђ Љ Ў Ї Ґ", "ђ љ у і ґ" },
	{ "e\xcc\x81 a\xcc\x8a\xcc\x81 \xd0\xb8\xcc\x86", "e a и" },
	{ "ＡＢｃ１２！～＠", "abc12!~@" },
	{ "ﾊﾝｶｸ 日本語 한국어 עברית العربية 🔑", "ﾊﾝｶｸ 日本語 한국어 עברית العربية 🔑" },
	{ "a\xc2\xa0" "b\xe3\x80\x80" "c", "a b c" },
	{ "\xef\xbc\x80\xef\xbd\x9f", "\xef\xbc\x80\xef\xbd\x9f" }, /* on both sides of full width */
};

TEST(folding)
{
	struct buf out;

	buf_init(&out, 4096);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char once[256];

		buf_cut(&out, 0);
		utf8_fold(&out, cases[i].from, strlen(cases[i].from));
		CHECK_EQ_TEXT(out.len > 0 ? out.p : "", cases[i].to);
		snprintf(once, sizeof(once), "%s", out.len > 0 ? out.p : "");
		buf_cut(&out, 0);
		utf8_fold(&out, once, strlen(once));
		CHECK_EQ_TEXT(out.len > 0 ? out.p : "", once);
	}
	buf_cut(&out, 0);
	utf8_fold(&out, "a\xff" "b\xc3", 4);
	CHECK_EQ_TEXT(out.p, "ab");
	buf_wipe(&out);
	buf_init(&out, 2);
	utf8_fold(&out, "abc", 3);
	CHECK(out.failed);
	buf_wipe(&out);
}

TEST(the_table_is_sorted_valid_and_stable)
{
	struct buf out;

	buf_init(&out, 64);
	for (size_t i = 0; i < ARRAY_LEN(folds); i++) {
		size_t n = strnlen(folds[i].to, sizeof(folds[i].to));

		CHECK(i == 0 || folds[i - 1].from < folds[i].from);
		CHECK(n > 0 && n < sizeof(folds[i].to) && utf8_valid(folds[i].to, n));
		CHECK(fold(folds[i].from) == folds[i].to);
		buf_cut(&out, 0);
		utf8_fold(&out, folds[i].to, n);
		CHECK_EQ_TEXT(out.p, folds[i].to);
	}
	buf_wipe(&out);
}

static const struct unit_test tests[] = {
	UNIT(validity),
	UNIT(counting),
	UNIT(control_characters),
	UNIT(folding),
	UNIT(the_table_is_sorted_valid_and_stable),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
