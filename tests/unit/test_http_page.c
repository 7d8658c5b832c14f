/* test_http_page: the template language, its escapes, and every way in which a template is refused. */
#include <json-c/json.h>
#include <string.h>
#include <time.h>

#include "base/lang.h"
#include "http/page.h"
#include "unit.h"

static const char model_text[] =
    "{\"a\":\"x<&>\\\"'y\",\"empty\":\"\",\"n\":-42,\"zero\":0,\"t\":true,\"f\":false,\"null\":null,\"d\":1.5,\"o\":{\"x\":\"ox\",\"p\":{\"q\":\"deep\"}},"
    "\"u\":\"a b/\\u00e9?&=~-._\",\"none\":[],\"list\":[\"one\",\"<2>\"],"
    "\"rows\":[{\"x\":\"r1\",\"on\":true,\"tags\":[\"g\",\"h\"],\"o\":{\"x\":\"in1\"}},{\"x\":\"r2\",\"on\":false,\"tags\":[],\"o\":{\"x\":\"in2\"}}]}";

static const struct {
	const char *text;
	const char *want; /* NULL: refused */
} cases[] = {
	{ "", "" },
	{ "plain } }} { text", "plain } }} { text" },
	{ "{{a}}", "x&lt;&amp;&gt;&quot;&#39;y" },
	{ "{{n}} {{zero}} [{{empty}}]", "-42 0 []" },
	{ "{{o.x}} {{o.p.q}}", "ox deep" },
	{ "{{url:u}}", "a%20b%2F%C3%A9%3F%26%3D~-._" },
	{ "{{url:n}}", "-42" },
	{ "{{#t}}yes{{/t}}{{^t}}no{{/t}}{{#f}}yes{{/f}}{{^f}}no{{/f}}", "yesno" },
	{ "{{#empty}}a{{/empty}}{{^empty}}b{{/empty}}{{#a}}c{{/a}}{{^a}}d{{/a}}", "bc" },
	{ "{{#zero}}a{{/zero}}{{^zero}}b{{/zero}}{{#n}}c{{/n}}", "bc" },
	{ "{{#none}}a{{/none}}{{^none}}b{{/none}}{{^list}}c{{/list}}", "b" },
	{ "{{#list}}[{{.}}]{{/list}}", "[one][&lt;2&gt;]" },
	{ "{{#list}}{{url:.}};{{/list}}", "one;%3C2%3E;" },
	{ "{{#rows}}{{.x}}{{#.on}}+{{.x}}{{/.on}}{{^.on}}-{{/.on}}{{#.tags}}({{.}}{{n}}){{/.tags}};{{/rows}}", "r1+r1(g-42)(h-42);r2-;" },
	{ "{{#rows}}{{.o.x}}{{#.o}}{{.x}}{{/.o}};{{/rows}}", "in1in1;in2in2;" },
	{ "{{#o}}{{.x}}{{.p.q}}{{/o}}", "oxdeep" },
	{ "{{#t}}{{#list}}{{#o}}{{.x}}{{/o}}{{/list}}{{/t}}", "oxox" },
	{ "{{#f}}{{unknown}}{{#alien}}{{.}}{{/alien}}{{/f}}ok", "ok" },
	{ "{{#none}}{{#rows}}{{.x}}{{/rows}}{{/none}}", "" },
	{ "{{#t}}{{/t}}{{#t}}{{/t}}", "" },
	/* refused */
	{ "{{unknown}}", NULL },
	{ "{{o.unknown}}", NULL },
	{ "{{a.x}}", NULL },
	{ "{{#unknown}}{{/unknown}}", NULL },
	{ "{{^unknown}}{{/unknown}}", NULL },
	{ "{{.x}}", NULL },
	{ "{{.}}", NULL },
	{ "{{#list}}{{.x}}{{/list}}", NULL },
	{ "{{#rows}}{{x}}{{/rows}}", NULL },
	{ "{{t}}", NULL },
	{ "{{null}}", NULL },
	{ "{{d}}", NULL },
	{ "{{o}}", NULL },
	{ "{{list}}", NULL },
	{ "{{#null}}{{/null}}", NULL },
	{ "{{#d}}{{/d}}", NULL },
	{ "{{a", NULL },
	{ "{{", NULL },
	{ "{{a}", NULL },
	{ "{{}}", NULL },
	{ "{{#}}{{/}}", NULL },
	{ "{{ a }}", NULL },
	{ "{{A}}", NULL },
	{ "{{a-b}}", NULL },
	{ "{{o..x}}", NULL },
	{ "{{o.}}", NULL },
	{ "{{..x}}", NULL },
	{ "{{url:}}", NULL },
	{ "{{svg:a}}", NULL },
	{ "{{{a}}}", NULL },
	{ "{{&a}}", NULL },
	{ "{{>a}}", NULL },
	{ "{{!a}}", NULL },
	{ "{{#t}}", NULL },
	{ "{{#f}}", NULL },
	{ "{{^t}}", NULL },
	{ "{{/t}}", NULL },
	{ "{{#t}}{{/f}}", NULL },
	{ "{{#t}}{{#list}}{{/t}}{{/list}}", NULL },
	{ "{{#f}}{{#list}}{{/f}}{{/list}}", NULL },
	{ "{{#t}}{{#t}}{{/t}}{{/t}}", NULL },
	{ "{{#f}}{{^f}}{{/f}}{{/f}}", NULL },
	{ "{{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}", NULL },
	{ "{{#a}}{{#n}}{{#t}}{{#o}}{{#u}}{{#list}}{{#rows}}{{#o.x}}{{/o.x}}{{/rows}}{{/list}}{{/u}}{{/o}}{{/t}}{{/n}}{{/a}}", "" },
	{ "{{#a}}{{#n}}{{#t}}{{#o}}{{#u}}{{#list}}{{#rows}}{{#o.x}}{{#o.p}}{{/o.p}}{{/o.x}}{{/rows}}{{/list}}{{/u}}{{/o}}{{/t}}{{/n}}{{/a}}", NULL },
};

static void
language(void)
{
	struct json_object *model = json_tokener_parse(model_text);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct page page = { "test", cases[i].text, strlen(cases[i].text), NULL };
		struct buf out;
		bool ok;

		buf_init(&out, 4096);
		ok = page_fill(&out, &page, model);
		if (ok != (cases[i].want != NULL))
			CHECK_STR(cases[i].text, ok ? "(should be refused)" : "(should be filled)");
		if (ok && cases[i].want != NULL)
			CHECK_STR(out.p, cases[i].want);
		buf_wipe(&out);
	}
	json_object_put(model);
}

static void
the_size_is_bounded(void)
{
	struct json_object *model = json_tokener_parse("{\"a\":\"<<<<\"}");
	struct page page = { "test", "{{a}}", 5, NULL };
	struct buf out;

	buf_init(&out, 15);
	CHECK(!page_fill(&out, &page, model));
	buf_wipe(&out);
	buf_init(&out, 16);
	CHECK(page_fill(&out, &page, model));
	buf_wipe(&out);
	json_object_put(model);
}

/* The text of the language of now, and the English one where a page has no other. */
static void
languages(void)
{
	static const struct page_text other[LANG__MAX - 1] = { { "zwei {{a}}", 10 } };
	struct json_object *model = json_tokener_parse("{\"a\":1}");
	const struct page both = { "test", "one {{a}}", 9, other }, one = { "test", "one {{a}}", 9, NULL };
	struct buf out;

	buf_init(&out, 100);
	CHECK(page_fill(&out, &both, model));
	CHECK_STR(out.p, "one 1");
	lang_use(LANG_DE);
	buf_cut(&out, 0);
	CHECK(page_fill(&out, &both, model));
	CHECK_STR(out.p, "zwei 1");
	buf_cut(&out, 0);
	CHECK(page_fill(&out, &one, model));
	CHECK_STR(out.p, "one 1");
	lang_use(LANG_EN);
	buf_wipe(&out);
	json_object_put(model);
}

/* Texts may hold anything, also NUL: nothing is cut short, so nothing is hidden from who reads the page. */
static void
whole_texts(void)
{
	struct buf out;

	buf_init(&out, 100);
	page_escape(&out, "a\0<b", 4);
	CHECK(out.len == 7 && memcmp(out.p, "a\0&lt;b", 7) == 0);
	page_percent(&out, "\0", 1);
	CHECK(out.len == 10 && memcmp(out.p + 7, "%00", 3) == 0);
	buf_wipe(&out);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A vault page of 100 rows with 25 placeholders each is filled in 0.5 ms; the bound here leaves room for sanitizers and slow machines. */
static void
fast_enough(void)
{
	struct json_object *model = json_object_new_object(), *rows = json_object_new_array();
	struct page page = { .name = "bench" };
	struct buf text;
	double best = 1;

	for (int i = 0; i < 100; i++) {
		struct json_object *row = json_object_new_object();

		for (char c = 'a'; c < 'z'; c++)
			json_object_object_add(row, (char[]){ 'k', c, '\0' }, json_object_new_string("A text of usual length & a bit"));
		json_object_array_add(rows, row);
	}
	json_object_object_add(model, "rows", rows);
	buf_init(&text, 8192);
	buf_str(&text, "<table>{{#rows}}<tr>");
	for (char c = 'a'; c < 'z'; c++)
		buf_fmt(&text, "<td class=\"c\">{{.k%c}}</td>\n", c);
	buf_str(&text, "</tr>{{/rows}}</table>");
	page.text = text.p;
	page.len = text.len;
	for (int i = 0; i < 20; i++) {
		struct buf out;
		double start = seconds();

		buf_init(&out, PAGE_MAX);
		CHECK(page_fill(&out, &page, model));
		if (seconds() - start < best)
			best = seconds() - start;
		buf_wipe(&out);
	}
	(void)printf("# 100 rows x 25 placeholders: %.3f ms\n", best * 1e3);
	CHECK(best < 0.05);
	buf_wipe(&text);
	json_object_put(model);
}

int
main(void)
{
	language();
	the_size_is_bounded();
	languages();
	whole_texts();
	fast_enough();
	return unit_end();
}
