/* fuzz_otpauth: what is taken is within its bounds and makes a code; in its stored form it is the same key, and that form is its own. */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "crypto/otpauth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)
#define CAP 2048

static void
check(const char *text)
{
	static char tidy[CAP + 64], twice[CAP + 64];
	char code[TOTP_DIGITS_MAX + 1];
	struct totp t, again;
	int left;

	memset(&t, 7, sizeof(t));
	memcpy(tidy, text, strlen(text) + 1);
	if (!otpauth_parse(&t, text)) {
		for (size_t i = 0; i < sizeof(t); i++)
			MUST(((const uint8_t *)&t)[i] == 0);
		otpauth_tidy(tidy);
		MUST(strlen(tidy) <= strlen(text));
		return;
	}
	MUST(t.hash < TOTP_HASH__MAX && t.digits >= TOTP_DIGITS && t.digits <= TOTP_DIGITS_MAX && t.period >= 1 && t.period <= TOTP_PERIOD_MAX);
	MUST(t.len >= TOTP_KEY_MIN && t.len <= TOTP_KEY_MAX);
	MUST(totp_now(code, &left, &t, 1700000000) && strlen(code) == (size_t)t.digits && left >= 1 && left <= t.period);
	otpauth_tidy(tidy);
	MUST(strlen(tidy) <= strlen(text) && otpauth_parse(&again, tidy) && memcmp(&t, &again, sizeof(t)) == 0);
	memcpy(twice, tidy, strlen(tidy) + 1);
	otpauth_tidy(twice);
	MUST(strcmp(tidy, twice) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] = "otpauth://totp/x?secret=";
	static char text[CAP + 64];

	if (size > CAP / 2)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	check(text);
	/* as the query of an address, and as bytes of a key, so that texts that are taken occur too */
	memcpy(text, head, sizeof(head) - 1);
	memcpy(text + sizeof(head) - 1, data, size);
	text[sizeof(head) - 1 + size] = '\0';
	check(text);
	if (size > 0 && size <= TOTP_KEY_MAX + 1) {
		enc_b32(text + sizeof(head) - 1, data, size);
		check(text);
		check(text + sizeof(head) - 1);
	}
	return 0;
}
