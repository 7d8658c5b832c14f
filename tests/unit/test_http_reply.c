/* test_http_reply: one outcome for two kinds of client; what may never get into an answer. */
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "http/request.h"

/* Output comes here, in pieces and with interruptions; allocations of json-c can fail from the n-th on. */
static char sent[65536];
static size_t sent_len, piece = 100;
static int interruptions, write_fails, writes;
static int allocations_left = -1;

static ssize_t
fake_write(int fd, const void *from, size_t len)
{
	writes++;
	if (fd != STDOUT_FILENO || write_fails) {
		errno = EPIPE;
		return -1;
	}
	if (interruptions-- > 0) {
		errno = EINTR;
		return -1;
	}
	if (len > piece)
		len = piece;
	memcpy(sent + sent_len, from, len);
	sent_len += len;
	sent[sent_len] = '\0';
	return (ssize_t)len;
}

static bool
have_memory(void)
{
	if (allocations_left == 0)
		return false;
	if (allocations_left > 0)
		allocations_left--;
	return true;
}

static struct json_object *
fake_new_object(void)
{
	return have_memory() ? json_object_new_object() : NULL;
}

static struct json_object *
fake_new_array(void)
{
	return have_memory() ? json_object_new_array() : NULL;
}

static struct json_object *
fake_new_text(const char *s, int len)
{
	return have_memory() ? json_object_new_string_len(s, len) : NULL;
}

static int
fake_object_add(struct json_object *o, const char *key, struct json_object *value)
{
	return have_memory() ? json_object_object_add(o, key, value) : -1;
}

static int
fake_array_add(struct json_object *list, struct json_object *value)
{
	return have_memory() ? json_object_array_add(list, value) : -1;
}

static const char *
fake_to_text(struct json_object *o, int flags, size_t *len)
{
	return have_memory() ? json_object_to_json_string_length(o, flags, len) : NULL;
}

#define write fake_write
#define json_object_new_object fake_new_object
#define json_object_new_array fake_new_array
#define json_object_new_string_len fake_new_text
#define json_object_object_add fake_object_add
#define json_object_array_add fake_array_add
#define json_object_to_json_string_length fake_to_text
#include "../../common/http/model.c"
#include "../../common/http/reply.c"
#include "../../common/http/render.c"
#undef write
#undef json_object_new_object
#undef json_object_new_array
#undef json_object_new_string_len
#undef json_object_object_add
#undef json_object_array_add
#undef json_object_to_json_string_length

#include "unit.h"

static const char *const colours[] = { "red", "dark-blue", NULL };

enum { NAME, PASSWORD, TAGS, COUNT, AGREE, COLOUR, NOTES, NPARAM };
static const struct param params[NPARAM] = {
	[NAME]     = { "username", PARAM_TEXT, PARAM_REQUIRED, .min = 3, .max = 32 },
	[PASSWORD] = { "password", PARAM_TEXT, PARAM_SECRET, .min = 12, .max = 1024 },
	[TAGS]     = { "tags", PARAM_TAGS, 0, .max = 3 },
	[COUNT]    = { "length", PARAM_NUMBER, 0, .min = 8, .max = 128 },
	[AGREE]    = { "accept", PARAM_FLAG, 0, .max = 0 },
	[COLOUR]   = { "colour", PARAM_ENUM, 0, .choices = colours },
	[NOTES]    = { "notes", PARAM_LINES, 0, .max = 0 },
};

#define ALL_PARAMETERS "{{form.username}}|{{form.password}}|{{form.tags}}|{{form.length}}|{{form.accept}}|{{form.colour}}|{{form.notes}}|" \
	"{{error.username}}|{{error.password}}|{{error.tags}}|{{error.length}}|{{error.accept}}|{{error.colour}}|{{error.notes}}"

#define PAGE(id, t) static const struct page id = { #id, t, sizeof(t) - 1 }
PAGE(page_plain, "<p>{{text}}</p>");
PAGE(page_form, "{{title_error}}{{#has_errors}}[{{message}}{{#errors}}({{.field}}: {{.message}}){{/errors}}]{{/has_errors}}" ALL_PARAMETERS
    "{{#chosen.colour.red}} red{{/chosen.colour.red}}{{#chosen.colour.dark_blue}} blue{{/chosen.colour.dark_blue}}");
PAGE(page_always, "{{title_error}}|{{message}}|{{#has_errors}}e{{/has_errors}}|{{#errors}}{{.field}}{{/errors}}|{{frame.username}}|{{frame.csrf}}|"
    "{{frame.version}}|{{frame.done}}|{{frame.request_id}}");
PAGE(page_error, "ERROR {{status}} {{code}} {{title}} {{message}} {{frame.username}}");
PAGE(page_wrong, "{{nobody_knows}}");

static struct request rq;
static struct buf out;

static void
ask(enum verb verb, bool html)
{
	rq = (struct request){ .id = "abcdefghijklmnop", .known_verb = true, .verb = verb, .html = html, .path = "/entry", .query = "id=a b" };
}

/* Parse a form into `a`. */
static enum error
given(struct args *a, const char *form)
{
	struct request posted = { .verb = VERB_POST, .query = "", .body_type = BODY_FORM };
	enum error e;

	buf_init(&posted.body, 4096);
	buf_str(&posted.body, form);
	e = args_parse(a, params, NPARAM, &posted, NULL, 0);
	request_wipe(&posted);
	return e;
}

static const char *
render(struct reply *rp)
{
	buf_wipe(&out);
	buf_init(&out, PAGE_MAX + 65536);
	reply_render(rp, &out);
	reply_wipe(rp);
	return out.p;
}

static const char *
body_of(const char *answer)
{
	const char *b = strstr(answer, "\r\n\r\n");

	return b != NULL ? b + 4 : "(no body)";
}

static bool
says(const char *answer, const char *line)
{
	char with[1024];

	(void)snprintf(with, sizeof(with), "%s\r\n", line);
	return strstr(answer, with) != NULL && strstr(answer, with) < body_of(answer);
}

static void fill_text(struct reply *rp) { reply_text(rp, "text", "a<b"); }
static void state_see(struct reply *rp) { fill_text(rp); reply_see(rp, "/vault?done=%s", "entry-saved"); }
static void state_see_202(struct reply *rp) { state_see(rp); reply_status(rp, 202); }
static void state_created(struct reply *rp) { fill_text(rp); reply_created(rp, "/api/entries/x", "/entry?id=x"); }
static void state_created_200(struct reply *rp) { state_created(rp); reply_status(rp, 200); }
static void state_empty(struct reply *rp) { fill_text(rp); reply_empty(rp, "/login"); }
static void state_reveal(struct reply *rp) { state_see(rp); rp->page_on_post = true; }
static void state_credentials(struct reply *rp) { fill_text(rp); reply_error(rp, ERR_CREDENTIALS); }
static void state_credentials_alone(struct reply *rp) { reply_error(rp, ERR_CREDENTIALS); }
static void state_not_found(struct reply *rp) { reply_error(rp, ERR_NOT_FOUND); }
static void state_no_session(struct reply *rp) { reply_error(rp, ERR_NO_SESSION); }
static void state_back(struct reply *rp) { reply_see(rp, "/register"); reply_error(rp, ERR_NO_SESSION); }
static void state_limit(struct reply *rp) { fill_text(rp); reply_retry(rp, ERR_TOO_MANY, 61); }
static void state_later(struct reply *rp) { reply_error(rp, ERR_TRY_LATER); }
static void state_method(struct reply *rp) { reply_error(rp, ERR_METHOD); (void)snprintf(rp->allow, sizeof(rp->allow), "GET, POST"); }
static void state_odd(struct reply *rp) { fill_text(rp); reply_status(rp, 299); }

static const struct {
	const char *what;
	enum verb verb;
	bool html, page, error_page;
	void (*state)(struct reply *);
	const char *line, *more; /* header lines */
	const char *body;
} outcomes[] = {
	{ "get", VERB_GET, false, true, true, fill_text, "Status: 200 OK", "Content-Type: application/json; charset=utf-8", "{\"text\":\"a<b\"}" },
	{ "get, page", VERB_GET, true, true, true, fill_text, "Status: 200 OK", "Content-Type: text/html; charset=utf-8", "<p>a&lt;b</p>" },
	{ "get, page, no page", VERB_GET, true, false, true, fill_text, "Status: 200 OK", "Content-Type: application/json; charset=utf-8", "{\"text\":\"a<b\"}" },
	{ "see", VERB_POST, false, true, true, state_see, "Status: 200 OK", "Vary: Accept", "{\"text\":\"a<b\"}" },
	{ "see 202", VERB_POST, false, true, true, state_see_202, "Status: 202 Accepted", "Vary: Accept", "{\"text\":\"a<b\"}" },
	{ "see, page", VERB_POST, true, true, true, state_see, "Status: 303 See Other", "Location: /vault?done=entry-saved", "See other.\n" },
	{ "see, no page", VERB_POST, true, false, true, state_see, "Status: 303 See Other", "Location: /vault?done=entry-saved", "See other.\n" },
	{ "created", VERB_POST, false, true, true, state_created, "Status: 201 Created", "Location: /api/entries/x", "{\"text\":\"a<b\"}" },
	{ "created 200", VERB_POST, false, true, true, state_created_200, "Status: 200 OK", "Location: /api/entries/x", "{\"text\":\"a<b\"}" },
	{ "created, page", VERB_POST, true, true, true, state_created, "Status: 303 See Other", "Location: /entry?id=x", "See other.\n" },
	{ "empty", VERB_POST, false, true, true, state_empty, "Status: 204 No Content", "Cache-Control: no-store", "" },
	{ "empty, page", VERB_POST, true, true, true, state_empty, "Status: 303 See Other", "Location: /login", "See other.\n" },
	{ "reveal, page", VERB_POST, true, true, true, state_reveal, "Status: 200 OK", "Content-Length: 13", "<p>a&lt;b</p>" },
	{ "odd", VERB_GET, false, true, true, state_odd, "Status: 299 Other", "Content-Length: 14", "{\"text\":\"a<b\"}" },
	{ "credentials", VERB_POST, false, true, true, state_credentials, "Status: 401 Unauthorized", "X-Request-Id: abcdefghijklmnop",
	    "{\"error\":\"credentials\",\"message\":\"User name or password is not right.\",\"request_id\":\"abcdefghijklmnop\"}" },
	{ "credentials, page", VERB_POST, true, true, true, state_credentials, "Status: 401 Unauthorized", "Content-Type: text/html; charset=utf-8",
	    "<p>a&lt;b</p>" },
	{ "credentials, page, get", VERB_GET, true, true, true, state_credentials, "Status: 401 Unauthorized", "Content-Type: text/html; charset=utf-8",
	    "<p>a&lt;b</p>" },
	{ "credentials, page with nothing in it, get", VERB_GET, true, true, true, state_credentials_alone, "Status: 401 Unauthorized",
	    "Content-Type: text/html; charset=utf-8", "ERROR 401 credentials Not logged in User name or password is not right. " },
	{ "credentials, page with nothing in it", VERB_POST, true, true, true, state_credentials_alone, "Status: 500 Internal Server Error",
	    "Content-Type: text/html; charset=utf-8", "ERROR 500 internal Something broke on our side Something broke on our side. "
	    "What was saved before is safe. Try again in a moment. " },
	{ "credentials, no page", VERB_POST, true, false, true, state_credentials, "Status: 401 Unauthorized", "Content-Type: text/html; charset=utf-8",
	    "ERROR 401 credentials Not logged in User name or password is not right. " },
	{ "not found, page", VERB_GET, true, true, true, state_not_found, "Status: 404 Not Found", "Content-Type: text/html; charset=utf-8",
	    "ERROR 404 not_found Not found This page is not in the vault. " },
	{ "not found, post, page", VERB_POST, true, true, true, state_not_found, "Status: 404 Not Found", "Content-Type: text/html; charset=utf-8",
	    "ERROR 404 not_found Not found This page is not in the vault. " },
	{ "not found, no error page", VERB_GET, true, true, false, state_not_found, "Status: 404 Not Found", "Content-Type: application/json; charset=utf-8",
	    "{\"error\":\"not_found\",\"message\":\"This page is not in the vault.\",\"request_id\":\"abcdefghijklmnop\"}" },
	{ "no session", VERB_GET, false, true, true, state_no_session, "Status: 401 Unauthorized", "Vary: Accept",
	    "{\"error\":\"no_session\",\"message\":\"You are not logged in, or the session has ended. Log in to go on.\",\"request_id\":\"abcdefghijklmnop\"}" },
	{ "no session, page", VERB_GET, true, true, true, state_no_session, "Status: 303 See Other", "Location: /login?next=%2Fentry%3Fid%3Da%20b", "See other.\n" },
	{ "no session, page, post", VERB_POST, true, true, true, state_no_session, "Status: 303 See Other", "Location: /login", "See other.\n" },
	{ "no step before, page", VERB_POST, true, true, true, state_back, "Status: 303 See Other", "Location: /register", "See other.\n" },
	{ "limit", VERB_POST, false, true, true, state_limit, "Status: 429 Too Many Requests", "Retry-After: 61",
	    "{\"error\":\"too_many\",\"message\":\"Too many tries. You can try again in 61 seconds.\",\"request_id\":\"abcdefghijklmnop\"}" },
	{ "limit, page", VERB_POST, true, true, true, state_limit, "Status: 429 Too Many Requests", "Retry-After: 61", "<p>a&lt;b</p>" },
	{ "later, page", VERB_POST, true, true, true, state_later, "Status: 503 Service Unavailable", "Retry-After: 5",
	    "ERROR 503 try_later Busy The server is busy. Wait a few seconds and try again. " },
	{ "method", VERB_POST, false, true, true, state_method, "Status: 405 Method Not Allowed", "Allow: GET, POST",
	    "{\"error\":\"method\",\"message\":\"This address does not take that kind of request. Nothing was changed.\",\"request_id\":\"abcdefghijklmnop\"}" },
};

static void
outcomes_for_both(void)
{
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
		struct reply rp;
		const char *answer;
		char length[64];

		ask(outcomes[i].verb, outcomes[i].html);
		reply_start(&rp, &rq, outcomes[i].page ? &page_plain : NULL, outcomes[i].error_page ? &page_error : NULL);
		outcomes[i].state(&rp);
		answer = render(&rp);
		if (!says(answer, outcomes[i].line) || !says(answer, outcomes[i].more))
			CHECK_STR(outcomes[i].what, answer);
		CHECK_STR(body_of(answer), outcomes[i].body);
		(void)snprintf(length, sizeof(length), "Content-Length: %zu", strlen(outcomes[i].body));
		CHECK(says(answer, length) == (strstr(answer, "204") == NULL));
		CHECK(says(answer, "X-Request-Id: abcdefghijklmnop") && says(answer, "Cache-Control: no-store") && says(answer, "X-Content-Type-Options: nosniff"));
	}
}

static void
security_headers(void)
{
	static const char *const lines[] = {
		("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
		"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types vs-sw"),
		"X-Content-Type-Options: nosniff", "Referrer-Policy: same-origin",
		"Cross-Origin-Opener-Policy: same-origin", "Cross-Origin-Embedder-Policy: require-corp", "Cross-Origin-Resource-Policy: same-origin",
		"Cache-Control: no-store", "Vary: Accept",
	};
	struct reply rp;

	ask(VERB_GET, false);
	reply_start(&rp, &rq, NULL, NULL);
	(void)render(&rp);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (!says(out.p, lines[i]))
			CHECK_STR(lines[i], "(missing)");
	CHECK(strstr(out.p, "Permissions-Policy: ") != NULL && strstr(out.p, "camera=()") != NULL);
}

static void
back_after_login(void)
{
	char path[REPLY_LOCATION_MAX];
	struct reply rp;

	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	for (int i = 0; i < 3; i++) {
		ask(VERB_GET, true);
		rq.query = "";
		rq.path = i == 0 ? path : i == 1 ? "//evil.example" : "";
		reply_start(&rp, &rq, NULL, &page_error);
		reply_error(&rp, ERR_NO_SESSION);
		CHECK(says(render(&rp), "Location: /login"));
	}
	ask(VERB_GET, true);
	rq.query = "";
	reply_start(&rp, &rq, NULL, &page_error);
	reply_error(&rp, ERR_NO_SESSION);
	CHECK(says(render(&rp), "Location: /login?next=%2Fentry"));
}

static void
faulty_fields(void)
{
	struct args a;
	struct reply rp;
	enum error e;

	for (int html = 0; html < 2; html++) {
		e = given(&a, "username=a%3Cb&password=short&tags=x,y&length=7&accept=yes&colour=dark-blue&notes=n");
		CHECK(e == ERR_INVALID);
		ask(VERB_POST, html == 1);
		reply_start(&rp, &rq, &page_form, &page_error);
		reply_forms(&rp, &a);
		CHECK(rp.error == ERR_INVALID);
		reply_error(&rp, e);
		(void)render(&rp);
		CHECK(says(out.p, "Status: 422 Unprocessable Content"));
		if (html == 0)
			CHECK_STR(body_of(out.p), "{\"error\":\"invalid\",\"message\":\"Some fields need another look. What you typed is kept, except passwords and codes.\","
			    "\"fields\":{\"password\":\"too_short\",\"length\":\"invalid\"},\"request_id\":\"abcdefghijklmnop\"}");
		else
			CHECK_STR(body_of(out.p), "Error: [Some fields need another look. What you typed is kept, except passwords and codes."
			    "(password: Use 12 or more characters; a few words are fine.)(length: Length takes a whole number from 8 to 128.)]"
			    "a&lt;b||x, y|7|on|dark-blue|n||Use 12 or more characters; a few words are fine.||Length takes a whole number from 8 to 128.||| blue");
		args_wipe(&a);
	}
}

static void
a_fault_stated_by_the_handler(void)
{
	struct args a;
	struct reply rp;

	CHECK(given(&a, "username=anna&password=correct+horse+battery&colour=red") == ERR_NONE);
	ask(VERB_POST, true);
	reply_start(&rp, &rq, &page_form, &page_error);
	reply_forms(&rp, &a);
	reply_field(&rp, &a, NAME, FIELD_OK);
	CHECK(rp.error == ERR_NONE);
	reply_field(&rp, &a, PASSWORD, FIELD_COMMON);
	reply_field(&rp, &a, PASSWORD, FIELD_WEAK);
	reply_forms(&rp, &a); /* a second call keeps what was stated */
	reply_form(&rp, "notes", "<kept>");
	reply_form(&rp, "colour", "dark-blue");
	(void)render(&rp);
	CHECK_STR(body_of(out.p), "Error: [Some fields need another look. What you typed is kept, except passwords and codes."
	    "(password: This password is one of the first that attackers try. Choose another one.)]anna|||||dark-blue|&lt;kept&gt;|"
	    "|This password is one of the first that attackers try. Choose another one.||||| blue");
	ask(VERB_POST, false);
	reply_start(&rp, &rq, &page_form, &page_error);
	reply_error(&rp, ERR_CODE);
	reply_field(&rp, &a, NAME, FIELD_WRONG);
	(void)render(&rp);
	CHECK(says(out.p, "Status: 401 Unauthorized") && strstr(out.p, "\"fields\":{\"username\":\"wrong\"}") != NULL);
	args_wipe(&a);
}

static void
tags_are_one_field(void)
{
	struct args a;
	struct reply rp;

	ask(VERB_POST, true);
	CHECK(given(&a, "username=anna&tags=a,b,c,d") == ERR_INVALID);
	reply_start(&rp, &rq, &page_form, &page_error);
	reply_forms(&rp, &a);
	CHECK(strstr(render(&rp), "An entry can have 3 tags; yours has 4. Remove some of them.") != NULL);
	CHECK(strstr(out.p, "|a,b,c,d|") != NULL);
	args_wipe(&a);
	CHECK(given(&a, "username=anna&tags=a,123456789012345678901234567890123456789012345678901") == ERR_INVALID);
	reply_start(&rp, &rq, &page_form, &page_error);
	reply_forms(&rp, &a);
	CHECK(strstr(render(&rp), "A tag can hold 50 characters; one of yours has 51.") != NULL);
	args_wipe(&a);
}

/* What was not parsed still gives a form that can be shown. */
static void
forms_without_arguments(void)
{
	struct args a = { .params = params, .n = NPARAM };
	struct reply rp;

	ask(VERB_GET, true);
	reply_start(&rp, &rq, &page_form, &page_error);
	reply_forms(&rp, &a);
	CHECK_STR(body_of(render(&rp)), "|||||||||||||");
}

/* A template that prints every parameter, in every outcome: a secret that a client sent never comes back, valid or faulty. */
static void
secrets_never_come_back(void)
{
	static const char *const forms[] = {
		"username=anna&password=TOPSECRETTOPSECRET", "username=anna&password=TOPSECRET", "username=a&password=TOPSECRET%01TOPSECRET",
		"password=TOPSECRETTOPSECRET&tags=a,b,c,d&length=x&accept=maybe&colour=none",
	};

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		for (enum error e = ERR_NONE; e < ERR__MAX; e++) {
			for (int html = 0; html < 2; html++) {
				struct args a;
				struct reply rp;

				(void)(given(&a, forms[i]) == ERR_NONE);
				ask(VERB_POST, html == 1);
				reply_start(&rp, &rq, &page_form, &page_error);
				reply_forms(&rp, &a);
				reply_field(&rp, &a, PASSWORD, FIELD_WRONG);
				reply_error(&rp, e);
				CHECK(strstr(render(&rp), "SECRET") == NULL);
				CHECK(strstr(out.p, "Status: 500") == NULL || e == ERR_INTERNAL || e == ERR_DAMAGED);
				args_wipe(&a);
			}
		}
	}
}

static void
keys_that_always_exist(void)
{
	struct reply rp;

	ask(VERB_GET, true);
	reply_start(&rp, &rq, &page_always, &page_error);
	CHECK_STR(body_of(render(&rp)), "||||||||abcdefghijklmnop");
	reply_start(&rp, &rq, &page_always, &page_error);
	reply_frame(&rp, &(struct reply_frame){ "anna", "t", "1.0", "Done." });
	CHECK_STR(body_of(render(&rp)), "||||anna|t|1.0|Done.|abcdefghijklmnop");
}

static void
models(void)
{
	struct json_object *list, *o;
	struct reply rp;

	ask(VERB_GET, false);
	reply_start(&rp, &rq, NULL, NULL);
	reply_num(&rp, "n", INT64_MIN);
	reply_flag(&rp, "f", true);
	reply_time(&rp, "t", 1795269729);
	reply_time(&rp, "never", 0);
	reply_text(&rp, "path", "/a\"\\\n\xc3\xa9");
	list = reply_list(&rp, "list");
	model_add_text(list, "x");
	o = model_add(list);
	model_num(o, "a", 1);
	model_flag(o, "b", false);
	model_time(o, "c", 0);
	(void)model_list(o, "d");
	model_text(model_object(o, "e"), "f", "g");
	model_text(reply_object(&rp, "o"), "k", "v");
	reply_view_text(&rp, "seen", "by pages only");
	CHECK_STR(body_of(render(&rp)), "{\"n\":-9223372036854775808,\"f\":true,\"t\":\"2026-11-21T14:02:09Z\",\"never\":\"\",\"path\":\"/a\\\"\\\\\\n\xc3\xa9\","
	    "\"list\":[\"x\",{\"a\":1,\"b\":false,\"c\":\"\",\"d\":[],\"e\":{\"f\":\"g\"}}],\"o\":{\"k\":\"v\"}}");
	CHECK(json_object_put(NULL) == 0);
}

PAGE(page_view, "{{t}}{{n}}{{#f}}!{{/f}}{{o.a}}{{#l}}{{.}}{{/l}}");

static void
what_only_pages_see(void)
{
	struct reply rp;

	ask(VERB_GET, true);
	reply_start(&rp, &rq, &page_view, &page_error);
	reply_view_text(&rp, "t", "T");
	reply_view_num(&rp, "n", 7);
	reply_view_flag(&rp, "f", true);
	model_text(reply_view_object(&rp, "o"), "a", "A");
	model_add_text(reply_view_list(&rp, "l"), "L");
	CHECK_STR(body_of(render(&rp)), "T7!AL");
}

static void
cookies_are_set(void)
{
	static const char *const bad[] = { "a;b", "a b", "a\r\nX: y", "a\"", "a,b", "a\\b", "\x7f", "\xc3\xa9" };
	struct reply rp;

	ask(VERB_POST, false);
	reply_start(&rp, &rq, NULL, NULL);
	reply_cookie(&rp, "__Host-vs", "abc-_=", -1, true);
	reply_cookie(&rp, "vs", "", 0, false);
	reply_cookie(&rp, "d", "1", 86400, true);
	reply_cookie(&rp, "e", "1", -1, false);
	(void)render(&rp);
	CHECK(says(out.p, "Set-Cookie: __Host-vs=abc-_=; Path=/; HttpOnly; SameSite=Strict; Secure"));
	CHECK(says(out.p, "Set-Cookie: vs=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"));
	CHECK(says(out.p, "Set-Cookie: d=1; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400; Secure"));
	CHECK(says(out.p, "Set-Cookie: e=1; Path=/; HttpOnly; SameSite=Strict"));
	for (size_t i = 0; i <= 2 * ARRAY_LEN(bad); i++) {
		reply_start(&rp, &rq, NULL, NULL);
		reply_cookie(&rp, "good", "1", -1, false);
		if (i == 2 * ARRAY_LEN(bad))
			for (int k = 0; k < REPLY_COOKIES; k++)
				reply_cookie(&rp, "n", "v", -1, false);
		else
			reply_cookie(&rp, i % 2 == 0 ? "n" : bad[i / 2], i % 2 == 0 ? bad[i / 2] : "v", -1, false);
		(void)render(&rp);
		CHECK(says(out.p, "Status: 500 Internal Server Error") && strstr(out.p, "Set-Cookie") == NULL);
	}
}

/* Every value that reaches a header, with a line break in it. */
static void
nothing_splits_the_header(void)
{
	struct reply rp;

	for (int i = 0; i < 9; i++) {
		ask(i == 3 ? VERB_POST : VERB_GET, i == 3 || i > 4);
		reply_start(&rp, &rq, NULL, &page_error);
		switch (i) {
		case 0: reply_created(&rp, "/a\r\nX-Evil: 1", "/"); break;
		case 1: (void)snprintf(rp.allow, sizeof(rp.allow), "GET\nX-Evil: 1"); break;
		case 2: reply_created(&rp, "/a\x7fX-Evil", "/"); break;
		case 3: reply_see(&rp, "/%s", "a\nX-Evil: 1"); break;
		case 4: (void)snprintf(rp.allow, sizeof(rp.allow), "\x01X-Evil"); break;
		case 5: reply_see(&rp, "//evil.example/X-Evil"); break;
		case 6: reply_see(&rp, "/\\evil.example/X-Evil"); break;
		case 7: reply_see(&rp, "https://evil.example/X-Evil"); break;
		case 8: reply_see(&rp, "/X-Evil%0600d", 1); break;
		}
		(void)render(&rp);
		CHECK(says(out.p, "Status: 500 Internal Server Error"));
		CHECK(strstr(out.p, "X-Evil") == NULL && strstr(out.p, "evil.example") == NULL);
	}
}

static void
broken_templates(void)
{
	struct reply rp;

	ask(VERB_GET, true);
	reply_start(&rp, &rq, &page_wrong, &page_error);
	reply_frame(&rp, &(struct reply_frame){ "anna", "t", "1.0", "" });
	reply_cookie(&rp, "vs", "abc", -1, false);
	(void)render(&rp);
	CHECK(says(out.p, "Status: 500 Internal Server Error") && strstr(out.p, "Set-Cookie") == NULL);
	CHECK_STR(body_of(out.p), "ERROR 500 internal Something broke on our side Something broke on our side. What was saved before is safe. "
	    "Try again in a moment. anna");
	reply_start(&rp, &rq, &page_plain, &page_wrong);
	(void)render(&rp);
	CHECK(says(out.p, "Status: 500 Internal Server Error") && says(out.p, "Content-Type: text/plain; charset=utf-8") && says(out.p, "Content-Length: 60"));
	CHECK_STR(body_of(out.p), "Something broke on our side. What was saved before is safe.\n");
}

static void
bad_texts_are_refused(void)
{
	static const char *const bad[] = { NULL, "\xff", "\xed\xa0\x80" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct reply rp;

		ask(VERB_GET, false);
		reply_start(&rp, &rq, NULL, NULL);
		reply_text(&rp, "t", bad[i]);
		CHECK(model_failed());
		CHECK(says(render(&rp), "Status: 500 Internal Server Error"));
	}
}

/* Memory ends at every single point in turn: each answer is the whole one or a 500. */
static void
memory_runs_out(void)
{
	for (int html = 0; html < 2; html++) {
		for (int n = 0; n < 120; n++) {
			struct args a;
			struct reply rp;
			struct json_object *list;

			(void)(given(&a, n % 2 == 0 ? "username=a&tags=a,b" : "username=anna&tags=a,b") == ERR_NONE);
			ask(VERB_POST, html == 1);
			allocations_left = n;
			reply_start(&rp, &rq, &page_form, &page_error);
			reply_forms(&rp, &a);
			list = reply_list(&rp, "list");
			model_add_text(list, "x");
			model_num(model_add(list), "k", 1);
			reply_text(&rp, "text", "x");
			(void)model_object(list, "not an object");
			allocations_left = n < 60 ? allocations_left : -1;
			(void)render(&rp);
			allocations_left = -1;
			CHECK(says(out.p, "Status: 500 Internal Server Error") || says(out.p, "Status: 422 Unprocessable Content") || says(out.p, "Status: 200 OK"));
			CHECK(strcmp(body_of(out.p), "(no body)") != 0);
			args_wipe(&a);
		}
	}
}

static void
memory_runs_out_while_rendering(void)
{
	for (int html = 0; html < 2; html++) {
		for (int n = 0; n < 40; n++) {
			struct args a;
			struct reply rp;

			(void)(given(&a, "username=a") == ERR_NONE);
			ask(VERB_POST, html == 1);
			reply_start(&rp, &rq, &page_form, &page_error);
			reply_forms(&rp, &a);
			allocations_left = n;
			(void)render(&rp);
			allocations_left = -1;
			CHECK(says(out.p, "Status: 500 Internal Server Error") || says(out.p, "Status: 422 Unprocessable Content"));
			args_wipe(&a);
		}
	}
	for (int n = 0; n < 4; n++) {
		struct reply rp;

		ask(VERB_GET, false);
		reply_start(&rp, &rq, NULL, NULL);
		allocations_left = n;
		(void)render(&rp);
		allocations_left = -1;
		CHECK(says(out.p, "Status: 500 Internal Server Error") || says(out.p, "Status: 200 OK"));
	}
}

static void
start_sending(void)
{
	answered = 0;
	sent_len = 0;
	sent[0] = '\0';
	writes = 0;
}

static void
answers_are_sent_once(void)
{
	struct reply rp;

	ask(VERB_GET, false);
	start_sending();
	interruptions = 2;
	reply_start(&rp, &rq, NULL, NULL);
	fill_text(&rp);
	reply_send(&rp);
	CHECK(says(sent, "Status: 200 OK"));
	CHECK_STR(body_of(sent), "{\"text\":\"a<b\"}");
	reply_start(&rp, &rq, NULL, NULL);
	reply_send(&rp);
	reply_emergency(500, "internal");
	CHECK_STR(body_of(sent), "{\"text\":\"a<b\"}");
	start_sending();
	write_fails = 1;
	reply_start(&rp, &rq, NULL, NULL);
	reply_send(&rp);
	CHECK(writes == 1 && sent_len == 0);
	write_fails = 0;
}

static void
emergencies(void)
{
	static const struct {
		int status;
		const char *code, *line, *message;
	} rows[] = {
		{ 500, "internal", "Status: 500 Internal Server Error", "Something broke on our side." },
		{ 503, "try_later", "Status: 503 Service Unavailable", "The server is busy." },
		{ 500, "unheard_of", "Status: 500 Internal Server Error", "Something broke on our side." },
	};
	static char long_code[1000];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char length[64];

		start_sending();
		reply_emergency(rows[i].status, rows[i].code);
		CHECK(says(sent, rows[i].line) && strstr(sent, rows[i].message) != NULL && says(sent, "Cache-Control: no-store"));
		(void)snprintf(length, sizeof(length), "Content-Length: %03zu", strlen(body_of(sent)));
		CHECK(says(sent, length));
		json_object *o = json_tokener_parse(body_of(sent));

		CHECK(o != NULL);
		json_object_put(o);
	}
	memset(long_code, 'x', sizeof(long_code) - 1);
	start_sending();
	reply_emergency(500, long_code);
	CHECK(says(sent, "Content-Length: 512") && strlen(body_of(sent)) == 512);
}

int
main(void)
{
	outcomes_for_both();
	security_headers();
	back_after_login();
	faulty_fields();
	a_fault_stated_by_the_handler();
	tags_are_one_field();
	forms_without_arguments();
	secrets_never_come_back();
	keys_that_always_exist();
	models();
	what_only_pages_see();
	cookies_are_set();
	nothing_splits_the_header();
	broken_templates();
	bad_texts_are_refused();
	memory_runs_out();
	memory_runs_out_while_rendering();
	answers_are_sent_once();
	emergencies();
	buf_wipe(&out);
	return unit_end();
}
