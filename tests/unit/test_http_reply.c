/* test_http_reply: one outcome for two kinds of client; what may never get into an answer. */
#include "test_http_reply_help.h"

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
	{ "see", VERB_POST, false, true, true, state_see, "Status: 200 OK", "Vary: Accept, Accept-Language, Cookie", "{\"text\":\"a<b\"}" },
	{ "see 202", VERB_POST, false, true, true, state_see_202, "Status: 202 Accepted", "Vary: Accept, Accept-Language, Cookie", "{\"text\":\"a<b\"}" },
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
	{ "no session", VERB_GET, false, true, true, state_no_session, "Status: 401 Unauthorized", "Vary: Accept, Accept-Language, Cookie",
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
		("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
		"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types vs-sw"),
		"X-Content-Type-Options: nosniff", "Referrer-Policy: same-origin",
		"Cross-Origin-Opener-Policy: same-origin", "Cross-Origin-Embedder-Policy: require-corp", "Cross-Origin-Resource-Policy: same-origin",
		"Cache-Control: no-store", "Vary: Accept, Accept-Language, Cookie",
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
	CHECK_STR(body_of(render(&rp)), "|||||||||abcdefghijklmnop");
	reply_start(&rp, &rq, &page_always, &page_error);
	reply_frame(&rp, &(struct reply_frame){ "anna", "t", "1.0", "Done.", "600" });
	CHECK_STR(body_of(render(&rp)), "||||anna|t|1.0|Done.|600|abcdefghijklmnop");
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
	buf_wipe(&out);
	return unit_end();
}
