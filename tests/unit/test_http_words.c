/* test_http_words: every code has its words, and the words keep the house's tone. */
#include <string.h>

#include "http/words.h"
#include "unit.h"

static void
errors_are_complete(void)
{
	for (enum error e = ERR_MALFORMED; e < ERR__MAX; e++) {
		CHECK(strspn(words_error_code(e), "abcdefghijklmnopqrstuvwxyz_") == strlen(words_error_code(e)) && words_error_code(e)[0] != '\0');
		CHECK(words_error_status(e) >= 400 && words_error_status(e) <= 507);
		CHECK(words_error_title(e)[0] != '\0');
		CHECK(words_error_sentence(e)[strlen(words_error_sentence(e)) - 1] == '.');
		CHECK(strchr(words_error_sentence(e), '!') == NULL && strstr(words_error_sentence(e), "Oops") == NULL);
		/* The emergency answer puts it between quotes as it stands. */
		CHECK(strpbrk(words_error_sentence(e), "\"\\") == NULL);
		for (enum error f = ERR_MALFORMED; f < e; f++)
			CHECK(strcmp(words_error_code(e), words_error_code(f)) != 0);
	}
	CHECK_STR(words_error_sentence(ERR_CREDENTIALS), "User name or password is not right.");
	CHECK_INT(words_error_status(ERR_FULL), 507);
	CHECK_INT(words_error_status(ERR_INVALID), 422);
}

static void
fields_are_complete(void)
{
	for (enum field_error f = FIELD_MISSING; f < FIELD__MAX; f++) {
		struct buf b;

		CHECK(words_field_code(f)[0] != '\0');
		buf_init(&b, 512);
		words_field_sentence(&b, "site", f, 1, 2, 3);
		CHECK(b.len > 10 && b.p[b.len - 1] == '.' && strchr(b.p, '%') == NULL && strchr(b.p, '!') == NULL);
		buf_wipe(&b);
	}
}

static void
field_sentences(void)
{
	static const struct {
		const char *name;
		enum field_error fault;
		size_t min, max, have;
		const char *want;
	} rows[] = {
		{ "notes", FIELD_TOO_LONG, 0, 10000, 10214, "Notes can hold 10,000 characters; yours has 10,214." },
		{ "notes", FIELD_TOO_LONG, 0, 1234567, 1234568, "Notes can hold 1,234,567 characters; yours has 1,234,568." },
		{ "x", FIELD_TOO_LONG, 0, 1, 2, "x can hold 1 character; yours has 2." },
		{ "username", FIELD_MISSING, 0, 0, 0, "User name is missing. Fill it in." },
		{ "username", FIELD_TOO_SHORT, 3, 32, 1, "User name needs 3 characters or more; yours has 1." },
		{ "password", FIELD_TOO_SHORT, 12, 1024, 3, "Use 12 or more characters; a few words are fine." },
		{ "password", FIELD_WEAK, 12, 1024, 13, "This password is easy to guess. Add a word or two." },
		{ "code", FIELD_WRONG, 0, 0, 6, "That code did not match. Check the phone's clock and try the next one." },
		{ "length", FIELD_INVALID, 8, 128, 0, "Length takes a whole number from 8 to 128." },
		{ "email", FIELD_INVALID, 0, 0, 0, "This does not look like an email address. It should read like name@example.org." },
		{ "tags", FIELD_TOO_LONG, 0, 50, 62, "A tag can hold 50 characters; one of yours has 62." },
		{ "tags", FIELD_TOO_MANY, 0, 20, 23, "An entry can have 20 tags; yours has 23. Remove some of them." },
		{ "word2", FIELD_WRONG, 0, 0, 0, "Word 2 does not match. Check it and try again." },
		{ "repeat", FIELD_DIFFERENT, 0, 0, 0, "The two passwords differ. Type the same one twice." },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, 512);
		words_field_sentence(&b, rows[i].name, rows[i].fault, rows[i].min, rows[i].max, rows[i].have);
		CHECK_STR(b.p, rows[i].want);
		buf_wipe(&b);
	}
}

static void
retry_sentences(void)
{
	static const struct {
		enum error e;
		int64_t seconds;
		const char *want;
	} rows[] = {
		{ ERR_TOO_MANY, 0, "Too many tries. Wait a moment and try again." },
		{ ERR_TOO_MANY, -5, "Too many tries. Wait a moment and try again." },
		{ ERR_TOO_MANY, 1, "Too many tries. You can try again in 1 second." },
		{ ERR_TOO_MANY, 90, "Too many tries. You can try again in 90 seconds." },
		{ ERR_TOO_MANY, 121, "Too many tries. You can try again in 3 minutes." },
		{ ERR_TOO_MANY, 7201, "Too many tries. You can try again in 3 hours." },
		{ ERR_TRY_LATER, 30, "The server is busy. Wait a few seconds and try again." },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, 512);
		words_retry_sentence(&b, rows[i].e, rows[i].seconds);
		CHECK_STR(b.p, rows[i].want);
		buf_wipe(&b);
	}
}

static void
done_codes(void)
{
	static const char *const known[] = {
		"registered", "signed-out", "session-ended", "reset", "entry-created", "entry-saved", "entry-deleted", "entry-restored", "trash-emptied",
		"favorite-on", "favorite-off", "password-changed", "phrase-changed", "totp-changed", "session-closed", "sessions-closed", "account-closed", "account-back",
		"expired",
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		CHECK(words_done(known[i]) != NULL);
	CHECK(words_done("") == NULL);
	CHECK(words_done("<b>") == NULL);
	CHECK(words_done("entry") == NULL);
	CHECK_STR(words_done("expired"), "You were logged out after 10 minutes without activity. Log in to go on where you were.");
}

int
main(void)
{
	errors_are_complete();
	fields_are_complete();
	field_sentences();
	retry_sentences();
	done_codes();
	return unit_end();
}
