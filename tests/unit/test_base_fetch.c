/* test_base_fetch: which answers of a metadata service are taken, and which addresses are asked at all. */
#include <stdlib.h>

#include "unit.h"

#include "base/fetch.c"

static const struct {
	const char *text, *body;
	bool closed;
	int status;
} fine[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ni-123", "i-123", false, 200 },
	{ "HTTP/1.0 404\r\ncontent-length:\t0 \r\n\r\n", "", false, 404 },
	{ "HTTP/1.1 200 OK\r\nServer: EC2ws\r\nConnection: close\r\n\r\ntoken", "token", true, 200 },
	{ "HTTP/1.1 200 \r\nX: a: b\r\n\r\n", "", true, 200 },
	{ "HTTP/1.1 503 Busy\r\n\r\n", "", true, 503 },
};

static const char *const wrong[] = {
	"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 600 X\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
	"http/1.1 200 OK\r\n\r\n", "HTTP/1.1 2a0 OK\r\n\r\n", "\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\n: x\r\n\r\n", "HTTP/1.1 200 OK\r\nA b: x\r\n\r\n",
	"HTTP/1.1 200 OK\r\nA: x\001\r\n\r\n", "HTTP/1.1 200 OK\r\nA: x\ny: z\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ntoken\r\n0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nTRANSFER-encoding: identity\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\ntoken",
	"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\ntoken", "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\ntoken", "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
	"HTTP/1.1 200 OK\r\nContent-Length: 000005\r\n\r\ntoken", "HTTP/1.1 200 OK\r\nContent-Length: 4294967301\r\n\r\ntoken", "HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\n",
	"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntoken", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ntoken", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\n\ntoken", "",
};

TEST(answers_that_are_fine)
{
	for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
		struct fetch_answer a;
		size_t len = strlen(fine[i].text);

		CHECK_EQ_INT(fetch_parse(&a, fine[i].text, len, fine[i].closed), FETCH_WHOLE);
		CHECK_EQ_INT(a.status, fine[i].status);
		CHECK_EQ_TEXT(a.body, fine[i].body);
		CHECK_EQ_INT(a.len, strlen(fine[i].body));
		for (size_t n = 0; n < len; n++)
			CHECK_EQ_INT(fetch_parse(&a, fine[i].text, n, false), FETCH_MORE);
	}
}

TEST(answers_that_are_not)
{
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct fetch_answer a;

		if (fetch_parse(&a, wrong[i], strlen(wrong[i]), true) != FETCH_WRONG)
			unit_fail(__FILE__, __LINE__, "taken: %s", wrong[i]);
		CHECK(true);
	}
}

TEST(bodies_up_to_the_bound_and_without_a_nul)
{
	static char text[FETCH_MAX];
	struct fetch_answer a;

	for (size_t len = FETCH_BODY_MAX; len <= FETCH_BODY_MAX + 1; len++) {
		int n = snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\n\r\n");

		memset(text + n, 'a', len);
		CHECK_EQ_INT(fetch_parse(&a, text, (size_t)n + len, true), len == FETCH_BODY_MAX ? FETCH_WHOLE : FETCH_WRONG);
		n = snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", len);
		memset(text + n, 'a', len);
		CHECK_EQ_INT(fetch_parse(&a, text, (size_t)n + len, false), len == FETCH_BODY_MAX ? FETCH_WHOLE : FETCH_WRONG);
	}
	CHECK_EQ_INT(fetch_parse(&a, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na\0b", 42, true), FETCH_WRONG);
}

TEST(addresses_that_are_asked)
{
	static const char *const good[] = { "http://169.254.169.254", "http://127.0.0.1:80/", "http://localhost", "http://localhost:65535///", "http://[fd00:ec2::254]", "http://[::1]:8080" };
	static const char *const bad[] = {
		"", "http://", "http:///", "https://127.0.0.1", "HTTP://127.0.0.1", "http://example.org", "http://127.0.0.1:", "http://127.0.0.1:0", "http://127.0.0.1:65536", "http://127.0.0.1:99999999999",
		"http://127.0.0.1:8x", "http://127.0.0.1/x", "http://127.0.0.1?", "http://user@127.0.0.1", "http://[::1", "http://[::1]x", "http://[127.0.0.1]", "http://127.1", "http://0x7f.0.0.1",
		"http://[::1]:", "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	struct target t;
	struct fetch_answer a;

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (!parse_base(&t, good[i]))
			unit_fail(__FILE__, __LINE__, "refused: %s", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (parse_base(&t, bad[i]))
			unit_fail(__FILE__, __LINE__, "taken: %s", bad[i]);
	/* what would begin a header, or a request, of somebody else's making */
	CHECK_EQ_INT(fetch_ask(&a, "GET", "http://127.0.0.1:1", "/a b", NULL, clock_mono_ms() + 100), FETCH_BAD);
	CHECK_EQ_INT(fetch_ask(&a, "GET", "http://127.0.0.1:1", "/a\r\nX: y", NULL, clock_mono_ms() + 100), FETCH_BAD);
	CHECK_EQ_INT(fetch_ask(&a, "GET", "http://127.0.0.1:1", "a", NULL, clock_mono_ms() + 100), FETCH_BAD);
	CHECK_EQ_INT(fetch_ask(&a, "GET", "http://127.0.0.1:1", "/", "X: y\r\nZ: z", clock_mono_ms() + 100), FETCH_BAD);
	CHECK_EQ_INT(fetch_ask(&a, "GET", "http://127.0.0.1:1", "/", "X: y", clock_mono_ms() + 100), FETCH_AWAY);
}

static const struct unit_test tests[] = {
	UNIT(answers_that_are_fine),
	UNIT(answers_that_are_not),
	UNIT(bodies_up_to_the_bound_and_without_a_nul),
	UNIT(addresses_that_are_asked),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
