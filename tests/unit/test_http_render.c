/* test_http_render: models, cookies, broken templates, memory that runs out, and the one send. */
#include "test_http_reply_help.h"

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
	reply_frame(&rp, &(struct reply_frame){ "anna", "t", "1.0", "", "600" });
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
