/* test_http_request: what the environment may hold, the body, cookies, the origin. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "crypto/rng.h"

/* Reads come in pieces, with an interruption between; randomness can fail. */
static const char *body;
static size_t body_left, piece = 1000;
static int interruptions, read_fails;
static bool rng_fails, room_fails;

static ssize_t
fake_read(int fd, void *to, size_t len)
{
	(void)fd;
	if (interruptions-- > 0) {
		errno = EINTR;
		return -1;
	}
	if (read_fails > 0) {
		errno = EIO;
		return -1;
	}
	if (len > piece)
		len = piece;
	if (len > body_left)
		len = body_left;
	memcpy(to, body, len);
	body += len;
	body_left -= len;
	return (ssize_t)len;
}

static bool
fake_rng(void *out, size_t len)
{
	if (rng_fails) {
		memset(out, 0, len);
		return false;
	}
	return rng_bytes(out, len);
}

static void *
fake_room(struct buf *b, size_t len)
{
	return room_fails ? NULL : buf_room(b, len);
}

#define buf_room fake_room
#define read fake_read
#define rng_bytes fake_rng
#include "../../common/http/request.c"
#undef buf_room
#undef read
#undef rng_bytes

#include "unit.h"

#define ENV_MAX 320

static char *env[ENV_MAX + 1];
static size_t nenv;

static void
env_start(void)
{
	while (nenv > 0)
		free(env[--nenv]);
	env[0] = NULL;
}

static void
env_add(const char *line)
{
	env[nenv++] = strdup(line);
	env[nenv] = NULL;
}

static enum error
start(struct request *rq)
{
	extern char **environ;
	char **before = environ;
	enum error e;

	environ = env;
	e = request_start(rq);
	environ = before;
	return e;
}

/* Environment lines, '|' between them. */
static enum error
start_with(struct request *rq, const char *lines)
{
	env_start();
	for (const char *s = lines; *s != '\0';) {
		size_t len = strcspn(s, "|");
		char *line = strndup(s, len);

		env_add(line);
		free(line);
		s += len + (s[len] == '|');
	}
	return start(rq);
}

static void
a_whole_request(void)
{
	struct request rq;

	CHECK(start_with(&rq, "REQUEST_METHOD=POST|REQUEST_URI=/entry/edit?id=a|SCRIPT_NAME=/entry/edit|PATH_INFO=/x|QUERY_STRING=id=a|CONTENT_LENGTH=12|"
	    "CONTENT_TYPE=Application/X-WWW-Form-Urlencoded; charset=utf-8|REMOTE_ADDR=2001:db8::1|HTTP_ACCEPT=text/css, TEXT/html ;q=0.1|HTTP_COOKIE=a=b|"
	    "HTTP_ORIGIN=http://localhost:5001|HTTP_SEC_FETCH_SITE=same-origin|HTTP_USER_AGENT=Firefox|OTHER=x|no-equals-sign") == ERR_NONE);
	CHECK(rq.known_verb && rq.verb == VERB_POST && rq.html && rq.body_type == BODY_FORM && rq.content_length == 12);
	CHECK_STR(rq.path, "/entry/edit");
	CHECK_STR(rq.path_info, "/x");
	CHECK_STR(rq.query, "id=a");
	CHECK_STR(rq.cookies, "a=b");
	CHECK_STR(rq.address, "2001:db8::1");
	CHECK_STR(rq.agent, "Firefox");
	CHECK_STR(rq.origin, "http://localhost:5001");
	CHECK_STR(rq.fetch_site, "same-origin");
	CHECK(strlen(rq.id) == 16 && strspn(rq.id, "abcdefghijklmnopqrstuvwxyz234567") == 16);
	request_wipe(&rq);
}

static void
a_bare_request(void)
{
	struct request rq, other;

	CHECK(start_with(&rq, "REQUEST_METHOD=GET|SCRIPT_NAME=/health") == ERR_NONE);
	CHECK_STR(rq.path, "/health");
	CHECK_STR(rq.path_info, "");
	CHECK_STR(rq.query, "");
	CHECK_STR(rq.cookies, "");
	CHECK_STR(rq.address, "unknown");
	CHECK_STR(rq.agent, "");
	CHECK(!rq.html && rq.origin == NULL && rq.fetch_site == NULL && rq.body_type == BODY_NONE && rq.content_length == 0);
	CHECK(start_with(&other, "REQUEST_METHOD=GET|SCRIPT_NAME=/health") == ERR_NONE);
	CHECK(strcmp(rq.id, other.id) != 0);
}

static void
verbs_are_a_closed_list(void)
{
	static const struct {
		const char *line;
		bool known;
		enum verb verb;
	} rows[] = {
		{ "REQUEST_METHOD=GET", true, VERB_GET }, { "REQUEST_METHOD=HEAD", true, VERB_GET }, { "REQUEST_METHOD=POST", true, VERB_POST },
		{ "REQUEST_METHOD=PUT", true, VERB_PUT }, { "REQUEST_METHOD=DELETE", true, VERB_DELETE }, { "REQUEST_METHOD=TRACE", false, VERB_GET },
		{ "REQUEST_METHOD=get", false, VERB_GET }, { "REQUEST_METHOD=", false, VERB_GET }, { "REQUEST_METHOD=POSTX", false, VERB_GET },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char line[128];
		struct request rq;

		(void)snprintf(line, sizeof(line), "%s|REQUEST_URI=/", rows[i].line);
		CHECK(start_with(&rq, line) == ERR_NONE);
		CHECK(rq.known_verb == rows[i].known && rq.verb == rows[i].verb);
	}
}

static void
malformed_environments(void)
{
	static const char *const lines[] = {
		"REQUEST_URI=/", /* no method */
		"REQUEST_METHOD=GET",
		"REQUEST_METHOD=GET|REQUEST_URI=",
		"REQUEST_METHOD=GET|REQUEST_URI=http://x/",
		"REQUEST_METHOD=GET|REQUEST_URI=*",
		"REQUEST_METHOD=GET|REQUEST_URI=/\xff",
		"REQUEST_METHOD=GET|REQUEST_URI=/\xc3",
		"REQUEST_METHOD=GET|REQUEST_URI=/|PATH_INFO=/\xed\xa0\x80",
		"REQUEST_METHOD=GET|REQUEST_URI=/|REQUEST_METHOD=GET",
		"REQUEST_METHOD=GET|REQUEST_URI=/|HTTP_COOKIE=a=b|HTTP_COOKIE=c=d",
		"REQUEST_METHOD=GET|REQUEST_URI=/|X=1|X=1",
		"REQUEST_METHOD=GET|REQUEST_URI=/|X=|X=",
		"REQUEST_METHOD=POST|REQUEST_URI=/|CONTENT_LENGTH=-1",
		"REQUEST_METHOD=POST|REQUEST_URI=/|CONTENT_LENGTH=+1",
		"REQUEST_METHOD=POST|REQUEST_URI=/|CONTENT_LENGTH= 1",
		"REQUEST_METHOD=POST|REQUEST_URI=/|CONTENT_LENGTH=1 ",
		"REQUEST_METHOD=POST|REQUEST_URI=/|CONTENT_LENGTH=0x1",
		"REQUEST_METHOD=POST|REQUEST_URI=/|CONTENT_LENGTH=1,1",
		"REQUEST_METHOD=POST|REQUEST_URI=/|CONTENT_LENGTH=99999999999999999999",
		"REQUEST_METHOD=GETGETGETGETGETGETGETGETGETGETGETGET|REQUEST_URI=/",
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct request rq;

		if (start_with(&rq, lines[i]) != ERR_MALFORMED)
			CHECK_STR(lines[i], "(should be malformed)");
		CHECK(strlen(rq.id) == 16 && rq.path != NULL);
	}
}

/* name, longest value that is taken */
static void
values_are_bounded(void)
{
	static const struct {
		const char *name;
		size_t max;
	} rows[] = { { "HTTP_COOKIE", 4096 }, { "HTTP_ORIGIN", 256 }, { "HTTP_ACCEPT", 2048 }, { "QUERY_STRING", 8192 }, { "PATH_INFO", 1024 } };
	struct request rq;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t over = 0; over < 2; over++) {
			struct buf b;

			env_start();
			env_add("REQUEST_METHOD=GET");
			env_add("REQUEST_URI=/");
			buf_init(&b, 10000);
			buf_fmt(&b, "%s=", rows[i].name);
			for (size_t k = 0; k < rows[i].max + over; k++)
				buf_ch(&b, 'a');
			env_add(b.p);
			CHECK(start(&rq) == (over == 0 ? ERR_NONE : ERR_MALFORMED));
			buf_wipe(&b);
		}
	}
	/* The path within REQUEST_URI has a bound of its own; the answer to a refused request can still be a page. */
	for (size_t over = 0; over < 2; over++) {
		struct buf b;

		env_start();
		env_add("REQUEST_METHOD=GET");
		env_add("HTTP_ACCEPT=text/html");
		buf_init(&b, 10000);
		buf_str(&b, "REQUEST_URI=/");
		for (size_t k = 1; k < REQUEST_PATH_MAX + over; k++)
			buf_ch(&b, 'a');
		buf_str(&b, "?query");
		env_add(b.p);
		CHECK(start(&rq) == (over == 0 ? ERR_NONE : ERR_MALFORMED));
		CHECK(rq.html);
		buf_wipe(&b);
	}
	env_start();
	env_add("REQUEST_METHOD=GET");
	env_add("REQUEST_URI=/");
	while (nenv <= NAMES_MAX) {
		char line[32];

		CHECK(start(&rq) == ERR_NONE);
		(void)snprintf(line, sizeof(line), "N%zu=x", nenv);
		env_add(line);
	}
	CHECK(start(&rq) == ERR_MALFORMED);
}

static void
accept_lists_html(void)
{
	static const char *const yes[] = { "text/html", "TEXT/HTML", "a/b,text/html", " text/html ;q=0", "text/html;level=1, a/b", "a/b;q=1 ,\ttext/html" };
	static const char *const no[] = { "", "*/*", "text/*", "text/htmlx", "text/htm", "application/xhtml+xml", "a/b;text/html", "text/html+x", "application/json" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		CHECK(lists_html(yes[i]));
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		CHECK(!lists_html(no[i]));
}

static void
content_types(void)
{
	CHECK(body_type_of("application/json") == BODY_JSON);
	CHECK(body_type_of("APPLICATION/JSON ; charset=utf-8") == BODY_JSON);
	CHECK(body_type_of("application/x-www-form-urlencoded") == BODY_FORM);
	CHECK(body_type_of("application/jsonp") == BODY_NONE);
	CHECK(body_type_of("multipart/form-data; boundary=x") == BODY_MULTIPART);
	CHECK(body_type_of("text/plain") == BODY_NONE);
	CHECK(body_type_of("") == BODY_NONE);
}

static void
addresses(void)
{
	static const char *const good[] = { "127.0.0.1", "::1", "2001:db8::1", "::ffff:192.0.2.1" };
	static const char *const bad[] = { "", "localhost", "1.2.3", "1.2.3.4 ", "::g", "fe80::1%eth0", "/run/socket",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000" };

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		CHECK(is_address(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK(!is_address(bad[i]));
}

static void
agents_are_plain_text(void)
{
	static const struct {
		const char *given, *want;
	} rows[] = {
		{ "Mozilla/5.0", "Mozilla/5.0" }, { "a\tb\x7f\x1b[31m", "a?b??[31m" }, { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "a\xff\xfe" "b", "a??b" }, { "a\xc3", "a?" }, { "\xed\xa0\x80z", "?z" }, { "\xc2\x85x", "?x" }, { "\x80\x80", "?" },
	};
	char out[REQUEST_AGENT_MAX + 1], lots[1001];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		copy_agent(out, rows[i].given);
		CHECK_STR(out, rows[i].want);
	}
	memset(lots, 'a', sizeof(lots));
	lots[1000] = '\0';
	copy_agent(out, lots);
	CHECK(strlen(out) == REQUEST_AGENT_MAX);
	/* A character is not cut in two. */
	memcpy(lots + REQUEST_AGENT_MAX - 1, "\xc3\xa9", 2);
	copy_agent(out, lots);
	CHECK(strlen(out) == REQUEST_AGENT_MAX - 1);
}

static void
bodies_are_checked(void)
{
	static const struct {
		enum verb verb;
		enum body_type type;
		size_t length;
		enum error want;
	} rows[] = {
		{ VERB_GET, BODY_NONE, 0, ERR_NONE }, { VERB_GET, BODY_FORM, 1, ERR_MALFORMED }, { VERB_DELETE, BODY_JSON, 1, ERR_MALFORMED },
		{ VERB_DELETE, BODY_NONE, 0, ERR_NONE }, { VERB_POST, BODY_NONE, 0, ERR_NONE }, { VERB_POST, BODY_JSON, 0, ERR_NONE },
		{ VERB_POST, BODY_FORM, 100, ERR_NONE }, { VERB_POST, BODY_FORM, 101, ERR_TOO_LARGE }, { VERB_PUT, BODY_JSON, 100, ERR_NONE },
		{ VERB_POST, BODY_NONE, 5, ERR_TYPE }, { VERB_PUT, BODY_NONE, 101, ERR_TOO_LARGE }, { VERB_POST, BODY_MULTIPART, 5, ERR_TYPE },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct request rq = { .verb = rows[i].verb, .body_type = rows[i].type, .content_length = rows[i].length };

		CHECK(request_check_body(&rq, 100, false) == rows[i].want);
		if (rows[i].want == ERR_NONE && rows[i].length == 0 && rows[i].verb == VERB_POST)
			CHECK(rq.body_type == BODY_FORM);
	}
}

static void
bodies_are_read(void)
{
	struct request rq;

	CHECK(start_with(&rq, "REQUEST_METHOD=POST|REQUEST_URI=/|CONTENT_LENGTH=10") == ERR_NONE);
	body = "0123456789ABC";
	body_left = 13;
	piece = 3;
	interruptions = 2;
	CHECK(request_read_body(&rq) == ERR_NONE);
	CHECK_STR(rq.body.p, "0123456789");
	body = "012345678";
	body_left = 9;
	CHECK(request_read_body(&rq) == ERR_MALFORMED);
	read_fails = 1;
	CHECK(request_read_body(&rq) == ERR_MALFORMED);
	read_fails = 0;
	rq.content_length = 0;
	CHECK(request_read_body(&rq) == ERR_NONE && rq.body.len == 0);
	rq.content_length = 4;
	room_fails = true;
	CHECK(request_read_body(&rq) == ERR_MALFORMED);
	room_fails = false;
	request_wipe(&rq);
}

static void
origins(void)
{
	static const char own[] = "http://localhost:5001, https://vault.example.org ,,";
	static const struct {
		const char *origin, *site;
		bool want;
	} rows[] = {
		{ "http://localhost:5001", NULL, true }, { "https://vault.example.org", "cross-site", true },
		{ "http://localhost:5002", "same-origin", false }, { "http://localhost:500", "same-origin", false },
		{ "http://localhost:50011", NULL, false }, { "https://localhost:5001", NULL, false }, { "null", "same-origin", false },
		{ "", "same-origin", false }, { "https://vault.example.org.evil.example", NULL, false }, { ",", NULL, false },
		{ NULL, "same-origin", true }, { NULL, "same-site", false }, { NULL, "cross-site", false }, { NULL, "none", false },
		{ NULL, "", false }, { NULL, "Same-Origin", false }, { NULL, NULL, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct request rq = { .origin = rows[i].origin, .fetch_site = rows[i].site };

		if (request_same_origin(&rq, own) != rows[i].want)
			CHECK_STR(rows[i].origin != NULL ? rows[i].origin : "(none)", "(the other way)");
	}
	CHECK(!request_same_origin(&(struct request){ .origin = "" }, ""));
}

static void
cookies(void)
{
	static const struct {
		const char *header, *want; /* NULL: not found */
		bool twice;
	} rows[] = {
		{ "vs=abc", "abc", false }, { "a=b; vs=abc; c=d", "abc", false }, { "a=b;vs=abc", "abc", false }, { "vs=", "", false },
		{ "vs=a=b", "a=b", false }, { "", NULL, false }, { "a=b", NULL, false }, { "vsx=abc", NULL, false }, { "xvs=abc", NULL, false },
		{ "vs", NULL, false }, { "VS=abc", NULL, false }, { "a=vs=abc", NULL, false }, { "vs=1; vs=1", NULL, true }, { "vs=1; a=b; vs=2", NULL, true },
		{ "vs=1234567", "1234567", false }, { "vs=12345678", NULL, false }, { "a=1; a=2; vs=x", "x", false }, { ";;; vs=x ;", "x", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct request rq = { .cookies = rows[i].header };
		char out[8];
		bool twice;

		CHECK(request_cookie(&rq, "vs", out, sizeof(out), &twice) == (rows[i].want != NULL));
		CHECK_STR(out, rows[i].want != NULL ? rows[i].want : "");
		CHECK(twice == rows[i].twice);
	}
}

static void
without_randomness_there_is_still_an_id(void)
{
	struct request rq;

	rng_fails = true;
	CHECK(start_with(&rq, "REQUEST_METHOD=GET|REQUEST_URI=/") == ERR_NONE);
	CHECK_STR(rq.id, "aaaaaaaaaaaaaaaa");
	rng_fails = false;
}

int
main(void)
{
	a_whole_request();
	a_bare_request();
	verbs_are_a_closed_list();
	malformed_environments();
	values_are_bounded();
	accept_lists_html();
	content_types();
	addresses();
	agents_are_plain_text();
	bodies_are_checked();
	bodies_are_read();
	origins();
	cookies();
	without_randomness_there_is_still_an_id();
	env_start();
	return unit_end();
}
