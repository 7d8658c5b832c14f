/* test_crypto_otpauth: keys of one-time codes as other sites hand them out, and the codes of all three hashes (RFC 6238, appendix B). */
#include "crypto/otpauth.h"
#include "unit.h"
#include "unit_hex.h"

#define KEY "GEZDGNBVGY3TQOJQ" /* "1234567890" */

TEST(codes_of_RFC_6238_for_all_three_hashes)
{
	static const char digits[] = "1234567890123456789012345678901234567890123456789012345678901234";
	static const size_t lens[TOTP_HASH__MAX] = { [TOTP_SHA1] = 20, [TOTP_SHA256] = 32, [TOTP_SHA512] = 64 };
	static const struct {
		int64_t now;
		const char *want[TOTP_HASH__MAX];
	} cases[] = {
		{ 59, { "94287082", "46119246", "90693936" } },          { 1111111109, { "07081804", "68084774", "25091201" } },
		{ 1111111111, { "14050471", "67062674", "99943326" } },  { 1234567890, { "89005924", "91819424", "93441116" } },
		{ 2000000000, { "69279037", "90698825", "38618901" } },  { 20000000000, { "65353130", "77737706", "47863826" } },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (enum totp_hash h = TOTP_SHA1; h < TOTP_HASH__MAX; h++)
			for (int n = TOTP_DIGITS; n <= TOTP_DIGITS_MAX; n++) {
				struct totp t = { .hash = h, .digits = n, .period = 30, .len = lens[h] };
				char code[TOTP_DIGITS_MAX + 1];
				int left = 0;

				memcpy(t.key, digits, lens[h]);
				CHECK(totp_now(code, &left, &t, cases[i].now));
				CHECK_EQ_TEXT(code, cases[i].want[h] + TOTP_DIGITS_MAX - n);
				CHECK_EQ_INT(left, 30 - cases[i].now % 30);
			}
}

TEST(a_code_stays_for_its_period_and_then_changes)
{
	static const int periods[] = { 1, 7, 30, TOTP_PERIOD_MAX };

	for (size_t i = 0; i < ARRAY_LEN(periods); i++) {
		struct totp t = { .hash = TOTP_SHA1, .digits = 8, .period = periods[i], .key = "12345678901234567890", .len = 20 };
		char first[TOTP_DIGITS_MAX + 1], code[TOTP_DIGITS_MAX + 1];
		int left;

		CHECK(totp_now(first, &left, &t, 1000 * periods[i]));
		CHECK_EQ_INT(left, periods[i]);
		CHECK(totp_now(code, &left, &t, 1001 * periods[i] - 1));
		CHECK_EQ_TEXT(code, first);
		CHECK_EQ_INT(left, 1);
		CHECK(totp_now(code, &left, &t, 1001 * periods[i]));
		CHECK(strcmp(code, first) != 0);
	}
}

TEST(addresses_and_bare_keys_are_read)
{
	static const struct {
		const char *text, *hex;
		enum totp_hash hash;
		int digits, period;
	} good[] = {
		{ KEY, "31323334353637383930", TOTP_SHA1, 6, 30 },
		{ " gezd gnbv gy3t qojq \n", "31323334353637383930", TOTP_SHA1, 6, 30 },
		{ "GEZD-GNBV-GY3T-QOJQ====", "31323334353637383930", TOTP_SHA1, 6, 30 },
		{ "GEZDGNBV", "3132333435", TOTP_SHA1, 6, 30 },
		{ "GEZDGNBVG", "3132333435", TOTP_SHA1, 6, 30 },
		{ "otpauth://totp/Bank:a?secret=" KEY, "31323334353637383930", TOTP_SHA1, 6, 30 },
		{ "OTPAuth://TOTP/x?SECRET=" KEY "&Algorithm=sha256&DIGITS=8&period=60", "31323334353637383930", TOTP_SHA256, 8, 60 },
		{ "otpauth://totp/?algorithm=SHA-512&secret=" KEY "&digits=7&period=1", "31323334353637383930", TOTP_SHA512, 7, 1 },
		{ "otpauth://totp/?algorithm=SHA1&period=0300&secret=gezd%20gnbv+gy3t%2Dqojq%3D", "31323334353637383930", TOTP_SHA1, 6, 300 },
		{ "otpauth://totp/?secret=" KEY "&issuer=%zz&image=https://x/?y&&=&issuer=again#digits=9", "31323334353637383930", TOTP_SHA1, 6, 30 },
		{ "  otpauth://totp/a%3Ab?secret=" KEY " ", "31323334353637383930", TOTP_SHA1, 6, 30 },
	};

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct totp t;
		char tidy[256], twice[256];

		CHECK(otpauth_parse(&t, good[i].text));
		CHECK_EQ_HEX(t.key, t.len, good[i].hex);
		CHECK_EQ_INT(t.hash, good[i].hash);
		CHECK_EQ_INT(t.digits, good[i].digits);
		CHECK_EQ_INT(t.period, good[i].period);
		snprintf(tidy, sizeof(tidy), "%s", good[i].text);
		otpauth_tidy(tidy);
		CHECK(otpauth_parse(&t, tidy));
		CHECK_EQ_HEX(t.key, t.len, good[i].hex);
		CHECK_EQ_INT(t.digits, good[i].digits);
		snprintf(twice, sizeof(twice), "%s", tidy);
		otpauth_tidy(twice);
		CHECK_EQ_TEXT(twice, tidy);
	}
}

TEST(what_is_no_key_is_refused_and_leaves_nothing)
{
	static const char *const bad[] = {
		"", " ", "=", "-", "GEZDGNB", "GEZDGNBV1", "GEZDGNBV0", "GEZDGNBV8", "GEZDGNBV!", "https://x/?secret=" KEY, "otpauth:", "otpauth://",
		"otpauth://totp", "otpauth://totp/", "otpauth://totp/x", "otpauth://totp/x?", "otpauth://totp?secret=" KEY, "otpauth://hotp/x?secret=" KEY "&counter=1",
		"otpauth://totpx/x?secret=" KEY, "otpauth://totp/x?secret", "otpauth://totp/x?secret=", "otpauth://totp/x?secre=" KEY, "otpauth://totp/x?secrets=" KEY,
		"otpauth://totp/x?issuer=y", "otpauth://totp/x#?secret=" KEY, "otpauth://totp/x?secret=" KEY "&secret=" KEY, "otpauth://totp/x?secret=" KEY "&digits=6&digits=6",
		"otpauth://totp/x?secret=" KEY "&digits=5", "otpauth://totp/x?secret=" KEY "&digits=9", "otpauth://totp/x?secret=" KEY "&digits=",
		"otpauth://totp/x?secret=" KEY "&digits", "otpauth://totp/x?secret=" KEY "&digits=6x", "otpauth://totp/x?secret=" KEY "&digits=-6",
		"otpauth://totp/x?secret=" KEY "&digits=4294967302", "otpauth://totp/x?secret=" KEY "&period=0", "otpauth://totp/x?secret=" KEY "&period=301",
		"otpauth://totp/x?secret=" KEY "&period=1.5", "otpauth://totp/x?secret=" KEY "&period=18446744073709551646", "otpauth://totp/x?secret=" KEY "&algorithm=",
		"otpauth://totp/x?secret=" KEY "&algorithm=MD5", "otpauth://totp/x?secret=" KEY "&algorithm=SHA2", "otpauth://totp/x?secret=" KEY "%0",
		"otpauth://totp/x?secret=" KEY "%", "otpauth://totp/x?secret=" KEY "%zz", "otpauth://totp/x?secret=" KEY "%00", "otpauth://totp/x?secret=%31",
	};
	struct totp t;
	char text[8 * TOTP_KEY_MAX];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		memset(&t, 7, sizeof(t));
		if (otpauth_parse(&t, bad[i]))
			printf("# taken: \"%s\"\n", bad[i]);
		CHECK(!otpauth_parse(&t, bad[i]));
		CHECK(all_zero(&t, sizeof(t)));
	}
	for (size_t n = TOTP_KEY_MAX - 1; n <= TOTP_KEY_MAX + 1; n++) {
		size_t chars = (n * 8 + 4) / 5;

		memset(text, 'A', chars);
		text[chars] = '\0';
		CHECK_EQ_INT(otpauth_parse(&t, text), n <= TOTP_KEY_MAX);
	}
	memset(text, 'A', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CHECK(!otpauth_parse(&t, text));
	memcpy(text, "otpauth://totp/x?algorithm=", 27);
	CHECK(!otpauth_parse(&t, text));
}

/* Behind the end of a text that was made shorter nothing of the key is left. */
TEST(tidying_wipes_what_it_cuts_off)
{
	char text[] = "  gezd gnbv gy3t qojq  ";

	otpauth_tidy(text);
	CHECK_EQ_TEXT(text, KEY);
	CHECK(all_zero(text + strlen(KEY), sizeof(text) - strlen(KEY)));
}

static const struct unit_test tests[] = {
	UNIT(codes_of_RFC_6238_for_all_three_hashes),
	UNIT(a_code_stays_for_its_period_and_then_changes),
	UNIT(addresses_and_bare_keys_are_read),
	UNIT(what_is_no_key_is_refused_and_leaves_nothing),
	UNIT(tidying_wipes_what_it_cuts_off),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
