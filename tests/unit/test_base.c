/* test_base: buffers, secrets, identifiers, time, log lines. */
#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>

#include "unit.h"

/* Memory that runs out on demand, and a look at each block just before it is given back. */
static size_t fail_malloc;
static bool freed_clean = true;

static void *
test_malloc(size_t n)
{
	return fail_malloc > 0 && --fail_malloc == 0 ? NULL : malloc(n);
}

static void
test_free(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		freed_clean = freed_clean && p[i] == '\0';
	free(p);
}

#define malloc(n) test_malloc(n)
#define free(p) test_free(p, b->len)
#include "base/buf.c"
#undef malloc
#undef free

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"

TEST(a_buffer_grows_and_stays_terminated)
{
	struct buf b;
	char want[3000];

	buf_init(&b, sizeof(want));
	CHECK_EQ_TEXT(b.p, "");
	for (size_t i = 0; i < sizeof(want); i++) {
		want[i] = (char)('a' + i % 26);
		buf_ch(&b, want[i]);
		CHECK(b.p[b.len] == '\0' && b.len == i + 1 && b.cap > b.len);
	}
	CHECK(!b.failed);
	CHECK_EQ_MEM(b.p, want, sizeof(want));
	buf_wipe(&b);
	CHECK(b.len == 0 && b.cap == 0 && b.max == sizeof(want) && !b.failed);
	CHECK_EQ_TEXT(b.p, "");
	buf_str(&b, "again");
	CHECK_EQ_TEXT(b.p, "again");
	buf_wipe(&b);
	CHECK(freed_clean);
}

TEST(the_maximum_holds_and_failure_is_sticky)
{
	struct buf b;

	buf_init(&b, 5);
	buf_str(&b, "12345");
	CHECK(!b.failed);
	buf_add(&b, "", 0);
	CHECK(!b.failed && b.len == 5);
	buf_ch(&b, '6');
	CHECK(b.failed && b.len == 5);
	buf_cut(&b, 0);
	buf_ch(&b, '1');
	CHECK(b.failed && b.len == 0);
	CHECK(buf_room(&b, 0) == NULL);
	buf_wipe(&b);
	CHECK(!b.failed);
	buf_init(&b, SIZE_MAX);
	CHECK(buf_room(&b, SIZE_MAX) == NULL && b.failed);
	buf_init(&b, 0);
	buf_str(&b, "");
	CHECK(!b.failed);
	buf_wipe(&b);
}

TEST(memory_that_runs_out_fails_the_buffer_and_keeps_what_it_has)
{
	struct buf b;

	buf_init(&b, 1000);
	fail_malloc = 1;
	buf_str(&b, "x");
	CHECK(b.failed && b.len == 0);
	CHECK_EQ_TEXT(b.p, "");
	buf_wipe(&b);
	buf_str(&b, "kept");
	fail_malloc = 1;
	CHECK(buf_room(&b, 500) == NULL);
	CHECK(b.failed);
	CHECK_EQ_TEXT(b.p, "kept");
	buf_wipe(&b);
	fail_malloc = 0;
}

TEST(formats_are_bounded)
{
	struct buf b;

	buf_init(&b, 100000);
	buf_fmt(&b, "%d-%s", 42, "x");
	CHECK_EQ_TEXT(b.p, "42-x");
	buf_fmt(&b, "%s", "");
	CHECK_EQ_TEXT(b.p, "42-x");
	buf_fmt(&b, "%4095s", "y");
	CHECK(!b.failed && b.len == 4 + 4095);
	buf_fmt(&b, "%4096s", "y");
	CHECK(b.failed && b.len == 4 + 4095);
	buf_wipe(&b);
	buf_fmt(&b, "%ls", L"\x110000"); /* has no multibyte form: the format itself fails */
	CHECK(b.failed && b.len == 0);
	buf_wipe(&b);
}

TEST(what_is_cut_off_is_wiped)
{
	struct buf b;

	buf_init(&b, 100);
	buf_str(&b, "secret text");
	buf_cut(&b, 20);
	CHECK_EQ_INT(b.len, 11);
	buf_cut(&b, 6);
	CHECK_EQ_TEXT(b.p, "secret");
	CHECK_EQ_MEM(b.p + 6, "\0\0\0\0\0", 5);
	buf_wipe(&b);
}

TEST(secrets_compare_and_wipe)
{
	char a[] = "abcdef";
	char *heap = strdup("gone");

	CHECK(secret_equal("", "", 0));
	CHECK(secret_equal(a, "abcdef", 6));
	for (size_t i = 0; i < 6; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			a[i] = (char)(a[i] ^ (1 << bit));
			CHECK(!secret_equal(a, "abcdef", 6));
			CHECK(!secret_equal_text(a, "abcdef"));
			CHECK(!secret_equal_text("abcdef", a));
			a[i] = (char)(a[i] ^ (1 << bit));
		}
	CHECK(secret_equal_text("", ""));
	CHECK(secret_equal_text(a, "abcdef"));
	CHECK(!secret_equal_text(a, ""));
	CHECK(!secret_equal_text("", a));
	CHECK(!secret_equal_text("abc", "abcabc"));
	CHECK(!secret_equal_text("abcabc", "abc"));
	CHECK(!secret_equal_text("", "\x01"));
	secret_wipe(a, 3);
	CHECK_EQ_MEM(a, "\0\0\0def", 6);
	secret_wipe(NULL, 0);
	secret_free_text(heap);
	secret_free_text(NULL);
}

TEST(an_identifier_has_one_text)
{
	struct id id = { { 0 } }, back;
	char text[ID_TEXT_LEN + 1];
	static const char *const bad[] = { "", "aaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaa", "Aaaaaaaaaaaaaaaaaaaaaaaaaa",
		"aaaaaaaaaaaaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaaaaaaaaaaaa=", "aaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa9", "aaaaaaaaaaaa1aaaaaaaaaaaaa",
		"aaaaaaaaaaaa aaaaaaaaaaaaa" };

	id_text(text, &id);
	CHECK_EQ_TEXT(text, "aaaaaaaaaaaaaaaaaaaaaaaaaa");
	for (size_t i = 0; i < ID_LEN; i++)
		id.b[i] = (uint8_t)(i * 37 + 5);
	id_text(text, &id);
	CHECK(id_parse(&back, text) && id_equal(&id, &back));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		memset(&back, 7, sizeof(back));
		CHECK(!id_parse(&back, bad[i]));
		CHECK(id_equal(&back, &(struct id){ { 0 } }));
	}
	back = id;
	back.b[15] ^= 1;
	CHECK(!id_equal(&id, &back));
}

TEST(time_is_written_as_RFC_3339)
{
	static const struct {
		int64_t t;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z" }, { 951782400, "2000-02-29T00:00:00Z" }, { 1795269729, "2026-11-21T14:02:09Z" },
		{ 253402300799, "9999-12-31T23:59:59Z" }, { 253402300800, "" }, { -1, "" }, { INT64_MAX, "" }, { INT64_MIN, "" },
	};
	char text[CLOCK_TEXT_LEN + 1];
	int64_t before, now = clock_now();

	setenv("TZ", "Asia/Tokyo", 1);
	tzset();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		clock_text(text, cases[i].t);
		CHECK_EQ_TEXT(text, cases[i].text);
	}
	CHECK(now > 1700000000 && clock_now_ms() / 1000 - now <= 1);
	before = clock_mono_ms();
	clock_sleep_ms(30);
	CHECK(clock_mono_ms() - before >= 29);
	clock_sleep_ms(0);
	clock_sleep_ms(-5);
}

/* What one call writes to standard error. */
static size_t
caught(char *out, size_t cap, void (*say)(void))
{
	int p[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	out[0] = '\0';
	if (pipe(p) != 0)
		return 0;
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	dup2(p[1], STDERR_FILENO);
	say();
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(p[1]);
	n = read(p[0], out, cap - 1);
	close(p[0]);
	out[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static void
say_plain(void)
{
	log_info("login_failed", "try %d of %d", 3, 5);
}

static void
say_odd(void)
{
	log_warn("odd", "%s", "a\"b\\c\nd\x01\x7f\xc3\xa9");
}

static void
say_long(void)
{
	log_error("long", "%2000s|", "x");
}

static void
say_long_odd(void)
{
	char text[600];

	memset(text, '\n', sizeof(text));
	text[599] = '\0';
	log_error("long", "%s", text);
}

static void
say_broken(void)
{
	log_error("broken", "%ls", L"\x110000");
}

TEST(a_log_line_is_one_JSON_object)
{
	static const struct {
		void (*say)(void);
		const char *level, *event, *message; /* NULL: any */
	} cases[] = {
		{ say_plain, "info", "login_failed", "try 3 of 5" }, { say_odd, "warn", "odd", "a\"b\\c\nd\x01\x7f\xc3\x83\xc2\xa9" },
		{ say_long, "error", "long", NULL }, { say_long_odd, "error", "long", NULL }, { say_broken, "error", "broken", "" },
	};
	char line[4096];

	CHECK_EQ_TEXT(log_request_id(), "");
	log_set("abcdefghij012345", "/login");
	CHECK_EQ_TEXT(log_request_id(), "abcdefghij012345");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = caught(line, sizeof(line), cases[i].say);
		struct json_object *o = json_tokener_parse(line), *v = NULL;

		CHECK(n > 0 && n <= 1024 && line[n - 1] == '\n' && strchr(line, '\n') == line + n - 1);
		CHECK(o != NULL);
		if (o == NULL)
			continue;
		CHECK_EQ_INT(json_object_object_length(o), 6);
		CHECK(json_object_object_get_ex(o, "level", &v));
		CHECK_EQ_TEXT(json_object_get_string(v), cases[i].level);
		CHECK(json_object_object_get_ex(o, "event", &v));
		CHECK_EQ_TEXT(json_object_get_string(v), cases[i].event);
		CHECK(json_object_object_get_ex(o, "id", &v));
		CHECK_EQ_TEXT(json_object_get_string(v), "abcdefghij012345");
		CHECK(json_object_object_get_ex(o, "route", &v));
		CHECK_EQ_TEXT(json_object_get_string(v), "/login");
		CHECK(json_object_object_get_ex(o, "time", &v));
		CHECK_EQ_INT(json_object_get_string_len(v), CLOCK_TEXT_LEN);
		CHECK(json_object_object_get_ex(o, "message", &v));
		if (cases[i].message != NULL)
			CHECK_EQ_TEXT(json_object_get_string(v), cases[i].message);
		json_object_put(o);
	}
}

static void
say_to_nobody(void)
{
	int saved = dup(STDERR_FILENO);

	close(STDERR_FILENO);
	log_info("lost", "nobody listens");
	dup2(saved, STDERR_FILENO);
	close(saved);
}

TEST(a_log_that_cannot_be_written_harms_nobody)
{
	char line[64];

	CHECK_EQ_INT(caught(line, sizeof(line), say_to_nobody), 0);
}

static const struct unit_test tests[] = {
	UNIT(a_buffer_grows_and_stays_terminated),
	UNIT(the_maximum_holds_and_failure_is_sticky),
	UNIT(memory_that_runs_out_fails_the_buffer_and_keeps_what_it_has),
	UNIT(formats_are_bounded),
	UNIT(what_is_cut_off_is_wiped),
	UNIT(secrets_compare_and_wipe),
	UNIT(an_identifier_has_one_text),
	UNIT(time_is_written_as_RFC_3339),
	UNIT(a_log_line_is_one_JSON_object),
	UNIT(a_log_that_cannot_be_written_harms_nobody),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
