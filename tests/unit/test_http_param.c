/* test_http_param: forms and JSON, what is malformed, what is a fault of one field, and what a handler gets. */
#include <string.h>

#include "http/param.h"
#include "unit.h"

/* What the parsers hand over, written as kind:name=value; */
static struct buf heard;

static bool
hear(void *ctx, const char *name, const char *value, size_t len, char kind)
{
	(void)ctx;
	CHECK(strlen(value) == len);
	buf_fmt(&heard, "%c:%s=%s;", kind, name, value);
	return strcmp(name, "stop") != 0;
}

struct parse_case {
	const char *in;
	const char *want; /* NULL: malformed */
};

typedef bool parse_fn(struct buf *mem, const char *in, size_t len, param_field_fn *field, void *ctx);

static void
run_cases(parse_fn *parse, const struct parse_case *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf mem;
		bool ok;

		buf_init(&mem, strlen(c[i].in) + 16);
		buf_init(&heard, 4096);
		ok = parse(&mem, c[i].in, strlen(c[i].in), hear, NULL);
		CHECK_STR(ok ? heard.p : "(malformed)", c[i].want != NULL ? c[i].want : "(malformed)");
		if (ok != (c[i].want != NULL))
			CHECK_STR(c[i].in, "");
		CHECK(!mem.failed);
		buf_wipe(&heard);
		buf_wipe(&mem);
	}
}

static void
forms(void)
{
	static const struct parse_case cases[] = {
		{ "", "" },
		{ "a=", "t:a=;" },
		{ "a=b&c=d", "t:a=b;t:c=d;" },
		{ "a=b=c", "t:a=b=c;" },
		{ "a+b=c+d%20e", "t:a b=c d e;" },
		{ "%61=%C3%a9", "t:a=\xc3\xa9;" },
		{ "a=%2B%26%3D", "t:a=+&=;" },
		{ "a=;b", "t:a=;b;" },
		{ "a", NULL }, { "=b", NULL }, { "&", NULL }, { "a=b&", NULL }, { "&a=b", NULL }, { "a=b&&c=d", NULL }, { "a=b&c", NULL }, { "a=b&=d", NULL },
		{ "a=%", NULL }, { "a=%4", NULL }, { "a=%4g", NULL }, { "a=%g4", NULL }, { "a=% 4", NULL }, { "a=%+4", NULL }, { "%=a", NULL },
		{ "a=%00", NULL }, { "%00=a", NULL }, { "a=x%00y", NULL }, { "a=%ff", NULL }, { "a=%C3", NULL }, { "%C3=%A9", NULL }, { "a=\xff", NULL },
		{ "a=%ED%A0%80", NULL }, { "a=%C0%80", NULL },
		{ "stop=1", NULL },
	};
	struct buf mem;

	run_cases(param_parse_form, cases, ARRAY_LEN(cases));
	buf_init(&mem, 16);
	CHECK(!param_parse_form(&mem, "a\0b=c", 5, hear, NULL));
	buf_wipe(&mem);
	buf_init(&mem, 3);
	CHECK(!param_parse_form(&mem, "name=value", 10, hear, NULL));
	buf_wipe(&mem);
}

static void
json(void)
{
	static const struct parse_case cases[] = {
		{ "{}", "" },
		{ " \t\r\n{ } \n", "" },
		{ "{\"a\":\"b\"}", "t:a=b;" },
		{ " { \"a\" : \"b\" , \"c\" : 1 } ", "t:a=b;n:c=1;" },
		{ "{\"a\":-12,\"b\":0,\"c\":-0}", "n:a=-12;n:b=0;n:c=-0;" },
		{ "{\"a\":123456789012345678901234567890}", "n:a=123456789012345678901234567890;" },
		{ "{\"a\":true,\"b\":false}", "b:a=true;b:b=false;" },
		{ "{\"a\":[]}", "l:a=;" },
		{ "{\"a\":[ ]}", "l:a=;" },
		{ "{\"a\":[\"x\"]}", "l:a=x;" },
		{ "{\"a\":[ \"x\" , \"y\\\"\" ]}", "l:a=x\ny\";" },
		{ "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "t:a=\"\\/\b\f\n\r\t;" },
		{ "{\"a\":\"\\u0041\\u00e9\\u20AC\\ud83d\\uDE00\"}", "t:a=A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80;" },
		{ "{\"\\u0061\":\"\xc3\xa9\"}", "t:a=\xc3\xa9;" },
		{ "{\"\":\"\"}", "t:=;" },
		{ "{\"a\":1,\"a\":2}", "n:a=1;n:a=2;" }, /* args_parse refuses it */
		/* not JSON */
		{ "", NULL }, { " ", NULL }, { "{", NULL }, { "}", NULL }, { "{\"a\"", NULL }, { "{\"a\":", NULL }, { "{\"a\":}", NULL }, { "{\"a\" 1}", NULL },
		{ "{\"a\":1", NULL }, { "{\"a\":1,", NULL }, { "{\"a\":1,}", NULL }, { "{,}", NULL }, { "{\"a\":1 \"b\":2}", NULL }, { "{\"a\":1}}", NULL },
		{ "{\"a\":1}x", NULL }, { "{\"a\":1}{}", NULL }, { "{a:1}", NULL }, { "{'a':1}", NULL }, { "{1:1}", NULL }, { "\xef\xbb\xbf{}", NULL },
		{ "{\"a\":01}", NULL }, { "{\"a\":+1}", NULL }, { "{\"a\":-}", NULL }, { "{\"a\":--1}", NULL }, { "{\"a\":.5}", NULL }, { "{\"a\":0x1}", NULL },
		{ "{\"a\":tru}", NULL }, { "{\"a\":TRUE}", NULL }, { "{\"a\":falsey}", NULL }, { "{\"a\":NaN}", NULL }, { "{\"a\":t", NULL },
		{ "{\"a\":\"x}", NULL }, { "{\"a\":\"\\x\"}", NULL }, { "{\"a\":\"\\", NULL }, { "{\"a\":\"\\u12\"}", NULL }, { "{\"a\":\"\\u12g4\"}", NULL },
		{ "{\"a\":\"\\u/000\"}", NULL }, { "{\"a\":\"\\u", NULL }, { "{\"a\":\"\n\"}", NULL }, { "{\"a\":\"\x1f\"}", NULL }, { "{\"a\":\"\t\"}", NULL },
		{ "{\"a\":\"\xff\"}", NULL }, { "{\"a\":\"\xed\xa0\x80\"}", NULL }, { "{\"\xc3\":1}", NULL }, { "/**/{}", NULL },
		/* JSON, but not what a form can say */
		{ "[]", NULL }, { "\"a\"", NULL }, { "1", NULL }, { "null", NULL }, { "{\"a\":null}", NULL }, { "{\"a\":{}}", NULL }, { "{\"a\":1.0}", NULL },
		{ "{\"a\":1e3}", NULL }, { "{\"a\":1E3}", NULL }, { "{\"a\":[1]}", NULL }, { "{\"a\":[[]]}", NULL }, { "{\"a\":[null]}", NULL },
		{ "{\"a\":[\"x\",]}", NULL }, { "{\"a\":[\"x\"", NULL }, { "{\"a\":[\"x\" \"y\"]}", NULL }, { "{\"a\":[,]}", NULL }, { "{\"a\":[\"x\\ny\"]}", NULL },
		{ "{\"a\":\"\\u0000\"}", NULL }, { "{\"\\u0000\":1}", NULL }, { "{\"a\":\"\\ud800\"}", NULL }, { "{\"a\":\"\\ud800x\"}", NULL },
		{ "{\"a\":\"\\ud800\\n\"}", NULL }, { "{\"a\":\"\\ud800\\u0041\"}", NULL }, { "{\"a\":\"\\ud800\\ue000\"}", NULL }, { "{\"a\":\"\\ud800\\udbff\"}", NULL }, { "{\"a\":\"\\udc00\"}", NULL },
		{ "{\"a\":\"\\ud800\\u12\"}", NULL }, { "{\"a\":\"\\ud800\\", NULL },
		{ "{\"stop\":1}", NULL },
	};
	struct buf mem;

	run_cases(param_parse_json, cases, ARRAY_LEN(cases));
	buf_init(&mem, 64);
	CHECK(!param_parse_json(&mem, "{\"a\":\"\0\"}", 9, hear, NULL));
	CHECK(!param_parse_json(&mem, "{\"a\":1}\0", 8, hear, NULL));
	buf_wipe(&mem);
	for (size_t max = 0; max < 4; max++) {
		buf_init(&mem, max);
		CHECK(!param_parse_json(&mem, "{\"ab\":1}", 8, hear, NULL));
		buf_wipe(&mem);
	}
	buf_wipe(&heard);
}

static const char *const colours[] = { "red", "dark-blue", NULL };

enum { TEXT, LINES, NUMBER, FLAG, ENUM, ID, CODE, TAGS, PATH, TOTP, SECRET, QUERY, BOTH, DEFAULT, NPARAM };
static const struct param params[NPARAM] = {
	[TEXT]    = { "text", PARAM_TEXT, 0, .min = 2, .max = 5 },
	[LINES]   = { "lines", PARAM_LINES, 0, .max = 10 },
	[NUMBER]  = { "number", PARAM_NUMBER, 0, .min = -10, .max = 100 },
	[FLAG]    = { "flag", PARAM_FLAG, 0, .max = 0 },
	[ENUM]    = { "enum", PARAM_ENUM, 0, .choices = colours },
	[ID]      = { "id", PARAM_ID, 0, .max = 0 },
	[CODE]    = { "code", PARAM_CODE, 0, .max = 0 },
	[TAGS]    = { "tags", PARAM_TAGS, 0, .max = 3 },
	[PATH]    = { "path", PARAM_PATH, 0, .max = 20 },
	[TOTP]    = { "totp", PARAM_TOTP, PARAM_SECRET, .max = 60 },
	[SECRET]  = { "secret", PARAM_TEXT, PARAM_SECRET, .min = 3, .max = 8 },
	[QUERY]   = { "q", PARAM_TEXT, PARAM_ON_GET, .max = 0 },
	[BOTH]    = { "both", PARAM_TEXT, PARAM_ON_GET | PARAM_ON_POST, .max = 10 },
	[DEFAULT] = { "default", PARAM_TEXT, 0, .max = 0 },
};

static char csrf[24];

static enum error
parse(struct args *a, enum verb verb, const char *in)
{
	struct request rq = { .verb = verb, .query = "", .body_type = in[0] == '{' ? BODY_JSON : BODY_FORM };
	enum error e;

	buf_init(&rq.body, 65536);
	if (verb == VERB_POST || verb == VERB_PUT)
		buf_str(&rq.body, in);
	else
		rq.query = in;
	e = args_parse(a, params, NPARAM, &rq, csrf, sizeof(csrf));
	request_wipe(&rq);
	return e;
}

#define TAG50 "12345678901234567890123456789012345678901234567890"

/* One field of a POST: the text or the fault that comes of it. */
static const struct {
	const char *in;
	size_t at;
	enum field_error fault;
	const char *text;
	int64_t num;
	size_t have;
} fields[] = {
	{ "text=abc", TEXT, FIELD_OK, "abc", 0, 3 },
	{ "text=++abc%09%0d%0a", TEXT, FIELD_OK, "abc", 0, 3 },
	{ "text=%20%20", TEXT, FIELD_OK, "", 0, 0 },
	{ "text=", TEXT, FIELD_OK, "", 0, 0 },
	{ "text=a", TEXT, FIELD_TOO_SHORT, "a", 0, 1 },
	{ "text=%C3%A9%C3%A9", TEXT, FIELD_OK, "\xc3\xa9\xc3\xa9", 0, 2 },
	{ "text=%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9", TEXT, FIELD_OK, "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 0, 5 },
	{ "text=abcdef", TEXT, FIELD_TOO_LONG, "abcdef", 0, 6 },
	{ "text=a%0ab", TEXT, FIELD_INVALID, "a\nb", 0, 0 },
	{ "text=a%7fb", TEXT, FIELD_INVALID, "a\x7f" "b", 0, 0 },
	{ "text=a%C2%85b", TEXT, FIELD_INVALID, "a\xc2\x85" "b", 0, 0 },
	{ "{\"text\":12}", TEXT, FIELD_INVALID, "12", 0, 0 },
	{ "{\"text\":true}", TEXT, FIELD_INVALID, "true", 0, 0 },
	{ "lines=a%0d%0ab%0ac%09", LINES, FIELD_OK, "a\nb\nc\t", 0, 6 },
	{ "lines=+a+", LINES, FIELD_OK, " a ", 0, 3 },
	{ "lines=a%0db", LINES, FIELD_INVALID, "a\rb", 0, 0 },
	{ "lines=a%0d", LINES, FIELD_INVALID, "a\r", 0, 0 },
	{ "lines=a%01b", LINES, FIELD_INVALID, "a\x01" "b", 0, 0 },
	{ "lines=12345678901", LINES, FIELD_TOO_LONG, "12345678901", 0, 11 },
	{ "lines=123456789%0d%0a", LINES, FIELD_OK, "123456789\n", 0, 10 },
	{ "number=7", NUMBER, FIELD_OK, "7", 7, 0 },
	{ "number=+007+", NUMBER, FIELD_OK, "007", 7, 0 },
	{ "number=-10", NUMBER, FIELD_OK, "-10", -10, 0 },
	{ "number=100", NUMBER, FIELD_OK, "100", 100, 0 },
	{ "number=", NUMBER, FIELD_OK, "", 0, 0 },
	{ "{\"number\":7}", NUMBER, FIELD_OK, "7", 7, 0 },
	{ "{\"number\":\"7\"}", NUMBER, FIELD_OK, "7", 7, 0 },
	{ "{\"number\":false}", NUMBER, FIELD_INVALID, "false", 0, 0 },
	{ "number=101", NUMBER, FIELD_INVALID, "101", 0, 0 },
	{ "number=-11", NUMBER, FIELD_INVALID, "-11", 0, 0 },
	{ "number=-", NUMBER, FIELD_INVALID, "-", 0, 0 },
	{ "number=%2B1", NUMBER, FIELD_INVALID, "+1", 0, 0 },
	{ "number=1+1", NUMBER, FIELD_INVALID, "1 1", 0, 0 },
	{ "number=1.0", NUMBER, FIELD_INVALID, "1.0", 0, 0 },
	{ "number=0x1", NUMBER, FIELD_INVALID, "0x1", 0, 0 },
	{ "number=9223372036854775807", NUMBER, FIELD_INVALID, "9223372036854775807", 0, 0 },
	{ "number=9223372036854775808", NUMBER, FIELD_INVALID, "9223372036854775808", 0, 0 },
	{ "number=-9223372036854775809", NUMBER, FIELD_INVALID, "-9223372036854775809", 0, 0 },
	{ "number=99999999999999999999", NUMBER, FIELD_INVALID, "99999999999999999999", 0, 0 },
	{ "number=000000000000000000001", NUMBER, FIELD_INVALID, "000000000000000000001", 0, 0 },
	{ "flag=on", FLAG, FIELD_OK, "on", 1, 0 },
	{ "flag=1", FLAG, FIELD_OK, "1", 1, 0 },
	{ "flag=true", FLAG, FIELD_OK, "true", 1, 0 },
	{ "flag=yes", FLAG, FIELD_OK, "yes", 1, 0 },
	{ "flag=off", FLAG, FIELD_OK, "off", 0, 0 },
	{ "flag=0", FLAG, FIELD_OK, "0", 0, 0 },
	{ "flag=false", FLAG, FIELD_OK, "false", 0, 0 },
	{ "flag=no", FLAG, FIELD_OK, "no", 0, 0 },
	{ "flag=", FLAG, FIELD_OK, "", 0, 0 },
	{ "{\"flag\":true}", FLAG, FIELD_OK, "true", 1, 0 },
	{ "{\"flag\":false}", FLAG, FIELD_OK, "false", 0, 0 },
	{ "{\"flag\":1}", FLAG, FIELD_OK, "1", 1, 0 },
	{ "flag=ON", FLAG, FIELD_INVALID, "ON", 0, 0 },
	{ "flag=2", FLAG, FIELD_INVALID, "2", 0, 0 },
	{ "enum=red", ENUM, FIELD_OK, "red", 0, 0 },
	{ "enum=dark-blue", ENUM, FIELD_OK, "dark-blue", 1, 0 },
	{ "enum=", ENUM, FIELD_OK, "", -1, 0 },
	{ "enum=re", ENUM, FIELD_INVALID, "re", -1, 0 },
	{ "enum=redd", ENUM, FIELD_INVALID, "redd", -1, 0 },
	{ "{\"enum\":1}", ENUM, FIELD_INVALID, "1", -1, 0 },
	{ "id=abcdefghijklmnopqrstuvwxya", ID, FIELD_OK, "abcdefghijklmnopqrstuvwxya", 0, 0 },
	{ "id=", ID, FIELD_OK, "", 0, 0 },
	{ "id=ABCDEFGHIJKLMNOPQRSTUVWXYA", ID, FIELD_INVALID, "ABCDEFGHIJKLMNOPQRSTUVWXYA", 0, 0 },
	{ "id=abc", ID, FIELD_INVALID, "abc", 0, 0 },
	{ "code=123456", CODE, FIELD_OK, "123456", 0, 0 },
	{ "code=+12+34-56+", CODE, FIELD_OK, "123456", 0, 0 },
	{ "code=123-456", CODE, FIELD_OK, "123456", 0, 0 },
	{ "code=", CODE, FIELD_OK, "", 0, 0 },
	{ "code=12345", CODE, FIELD_INVALID, "12345", 0, 0 },
	{ "code=1234567", CODE, FIELD_INVALID, "1234567", 0, 0 },
	{ "code=12-34-56", CODE, FIELD_INVALID, "12-34-56", 0, 0 },
	{ "code=-123456", CODE, FIELD_INVALID, "-123456", 0, 0 },
	{ "code=123456-", CODE, FIELD_INVALID, "123456-", 0, 0 },
	{ "code=12345a", CODE, FIELD_INVALID, "12345a", 0, 0 },
	{ "totp=gezd+gnbv+gy3t+qojq", TOTP, FIELD_OK, "GEZDGNBVGY3TQOJQ", 0, 19 },
	{ "totp=+otpauth://totp/x?secret%3Dgezdgnbvgy3tqojq+", TOTP, FIELD_OK, "otpauth://totp/x?secret=gezdgnbvgy3tqojq", 0, 40 },
	{ "totp=+", TOTP, FIELD_OK, "", 0, 0 },
	{ "totp=gezdgnbv1", TOTP, FIELD_INVALID, "", 0, 9 },
	{ "totp=gezdgnbv%01", TOTP, FIELD_INVALID, "", 0, 9 },
	{ "totp=gezdgnbvgezdgnbvgezdgnbvgezdgnbvgezdgnbvgezdgnbvgezdgnbvgezdgnbv", TOTP, FIELD_TOO_LONG, "", 0, 64 },
	{ "{\"totp\":7777777777777777}", TOTP, FIELD_INVALID, "", 0, 0 },
	{ "{\"code\":123456}", CODE, FIELD_INVALID, "123456", 0, 0 },
	{ "tags=b,a", TAGS, FIELD_OK, "b\na", 0, 2 },
	{ "tags=+b+,,a+,+b,", TAGS, FIELD_OK, "b\na", 0, 3 },
	{ "tags=", TAGS, FIELD_OK, "", 0, 0 },
	{ "tags=,+,", TAGS, FIELD_OK, "", 0, 0 },
	{ "tags=a,aa,a", TAGS, FIELD_OK, "a\naa", 0, 3 },
	{ "{\"tags\":[\"b\",\" a \",\"\",\"b\"]}", TAGS, FIELD_OK, "b\na", 0, 3 },
	{ "{\"tags\":[]}", TAGS, FIELD_OK, "", 0, 0 },
	{ "{\"tags\":\"b,a\"}", TAGS, FIELD_OK, "b\na", 0, 2 },
	{ "{\"tags\":[\"a,b\"]}", TAGS, FIELD_INVALID, "a,b", 0, 0 },
	{ "{\"tags\":1}", TAGS, FIELD_INVALID, "1", 0, 0 },
	{ "tags=a%0ab", TAGS, FIELD_INVALID, "a\nb", 0, 0 },
	{ "tags=a%09b", TAGS, FIELD_INVALID, "a\tb", 0, 0 },
	{ "tags=a,b,c", TAGS, FIELD_OK, "a\nb\nc", 0, 3 },
	{ "tags=a,b,c,+d,e", TAGS, FIELD_TOO_MANY, "a,b,c, d,e", 0, 5 },
	{ "tags=" TAG50, TAGS, FIELD_OK, TAG50, 0, 1 },
	{ "tags=a," TAG50 "x", TAGS, FIELD_TOO_LONG, "a," TAG50 "x", 0, 51 },
	{ "path=/entry?id=1", PATH, FIELD_OK, "/entry?id=1", 0, 11 },
	{ "path=/", PATH, FIELD_OK, "/", 0, 1 },
	{ "path=//evil.example", PATH, FIELD_OK, "", 0, 14 },
	{ "path=/%5cevil.example", PATH, FIELD_OK, "", 0, 14 },
	{ "path=https://evil.example", PATH, FIELD_OK, "", 0, 14 },
	{ "path=/a%0d%0aSet-Cookie:+a=b", PATH, FIELD_OK, "", 0, 14 },
	{ "path=/%09/evil.example", PATH, FIELD_OK, "", 0, 14 },
	{ "path=/a-path-that-is-longer-than-20", PATH, FIELD_OK, "", 0, 31 },
	{ "path=", PATH, FIELD_OK, "", 0, 0 },
	{ "secret=+a+b+", SECRET, FIELD_OK, " a b ", 0, 5 },
	{ "secret=ab", SECRET, FIELD_TOO_SHORT, "", 0, 2 },
	{ "secret=abcdefghi", SECRET, FIELD_TOO_LONG, "", 0, 9 },
	{ "secret=ab%09cd", SECRET, FIELD_INVALID, "", 0, 0 },
	{ "both=x", BOTH, FIELD_OK, "x", 0, 1 },
};

static bool
parse_parts(struct buf *mem, const char *in, size_t len, param_field_fn *field, void *ctx)
{
	return param_parse_multipart(mem, "b", in, len, field, ctx);
}

static void
parts(void)
{
#define NAMED(more) "--b\r\nContent-Disposition: form-data; name=\"a\"" more "\r\n"
	static const struct parse_case cases[] = {
		{ NAMED("") "\r\nx\r\n--b--", "t:a=x;" },
		{ NAMED("") "\r\n\r\n--b--\r\n", "t:a=;" },
		{ NAMED("") "\r\nx\r\n--\r\ny\r\n--b--", "t:a=x\r\n--\r\ny;" },
		{ NAMED("; filename=\"\"") "Content-Type: application/octet-stream\r\n\r\n\r\n--b--", "f:a=;" },
		{ NAMED("; filename=\"x\\\".csv\"") "\r\n1,2\r\n--b\r\ncontent-disposition: form-data; name=\"c\"\r\n\r\ny\r\n--b--", "f:a=1,2;t:c=y;" },
		{ "", NULL }, { "--b", NULL }, { "--b-", NULL }, { "--b--x", NULL }, { "\r\n--b--", NULL }, { "--c--", NULL },
		{ NAMED("") "\r\nx", NULL }, { NAMED("") "\r\nx\r\n--b", NULL }, { NAMED("") "\r\nx\r\n--bc--", NULL }, { NAMED("") "x\r\n--b--", NULL },
		{ NAMED("; x=\"y\"") "\r\nx\r\n--b--", NULL }, { NAMED("; filename=\"x") "\r\nx\r\n--b--", NULL }, { NAMED("") "X: y\r\n\r\nx\r\n--b--", NULL },
		{ NAMED("") "Content-Disposition: form-data; name=\"b\"\r\n\r\nx\r\n--b--", NULL }, { "--b\r\n\r\nx\r\n--b--", NULL },
		{ "--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx\r\n--b--", NULL }, { NAMED("") "\r\n\xff\r\n--b--", NULL },
		{ "--b\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n--b--", NULL }, { NAMED("") "\r\nx\r\n--b--y", NULL },
	};

	run_cases(parse_parts, cases, ARRAY_LEN(cases));
}

static void
fields_one_by_one(void)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		struct args a = { .n = 0 };
		enum error e = parse(&a, VERB_POST, fields[i].in);
		const struct arg *arg = &a.arg[fields[i].at];

		if (e != (fields[i].fault == FIELD_OK ? ERR_NONE : ERR_INVALID) || arg->fault != fields[i].fault)
			CHECK_STR(fields[i].in, words_field_code(arg->fault));
		CHECK_STR(arg->text, fields[i].text);
		CHECK(arg->len == strlen(arg->text));
		CHECK_INT(arg->num, fields[i].num);
		if (fields[i].at != PATH)
			CHECK_INT((int64_t)arg->have, (int64_t)fields[i].have);
		for (size_t k = 0; k < NPARAM; k++)
			if (k != fields[i].at)
				CHECK(!a.arg[k].present && a.arg[k].text[0] == '\0' && a.arg[k].fault == FIELD_OK);
		args_wipe(&a);
		CHECK(a.arg[fields[i].at].text[0] == '\0');
	}
}

static void
presence(void)
{
	struct args a;

	CHECK(parse(&a, VERB_POST, "text=&enum=&path=//x&number=") == ERR_NONE);
	CHECK(a.arg[TEXT].present && a.arg[NUMBER].present && !a.arg[ENUM].present && !a.arg[PATH].present && !a.arg[LINES].present);
	CHECK(a.arg[ENUM].num == -1);
	args_wipe(&a);
}

static void
a_text_without_bound_has_256(void)
{
	for (size_t over = 0; over < 2; over++) {
		struct args a;
		struct buf b;

		buf_init(&b, 1000);
		buf_str(&b, "default=");
		for (size_t i = 0; i < 256 + over; i++)
			buf_ch(&b, 'x');
		CHECK(parse(&a, VERB_POST, b.p) == (over == 0 ? ERR_NONE : ERR_INVALID));
		args_wipe(&a);
		buf_wipe(&b);
	}
}

static void
verbs_and_names(void)
{
	static const struct {
		enum verb verb;
		const char *in;
		enum error want;
	} rows[] = {
		{ VERB_GET, "q=x", ERR_NONE }, { VERB_DELETE, "q=x", ERR_NONE }, { VERB_POST, "q=x", ERR_MALFORMED }, { VERB_PUT, "{\"q\":\"x\"}", ERR_MALFORMED },
		{ VERB_GET, "text=abc", ERR_MALFORMED }, { VERB_DELETE, "text=abc", ERR_MALFORMED }, { VERB_PUT, "text=abc", ERR_NONE },
		{ VERB_GET, "both=x", ERR_NONE }, { VERB_POST, "both=x", ERR_NONE },
		{ VERB_POST, "tex=abc", ERR_MALFORMED }, { VERB_POST, "textt=abc", ERR_MALFORMED }, { VERB_POST, "TEXT=abc", ERR_MALFORMED },
		{ VERB_POST, "text=abc&text=abc", ERR_MALFORMED }, { VERB_POST, "{\"text\":\"abc\",\"text\":\"abc\"}", ERR_MALFORMED },
		{ VERB_POST, "{\"te\\u0078t\":\"abc\",\"text\":\"abc\"}", ERR_MALFORMED }, { VERB_POST, "text[]=abc", ERR_MALFORMED },
		{ VERB_POST, "{\"text\":[\"abc\"]}", ERR_MALFORMED }, { VERB_POST, "{\"text\":null}", ERR_MALFORMED }, { VERB_POST, "text=%zz", ERR_MALFORMED },
		{ VERB_GET, "q=%zz", ERR_MALFORMED }, { VERB_GET, "csrf=x", ERR_MALFORMED }, { VERB_POST, "{\"csrf\":\"x\"}", ERR_MALFORMED },
		{ VERB_POST, "csrf=x&csrf=x", ERR_MALFORMED }, { VERB_POST, "csr=x", ERR_MALFORMED },
		{ VERB_POST, "text=a&number=200&tags=a", ERR_INVALID },
	};
	struct request rq = { .verb = VERB_POST, .query = "q=x", .body_type = BODY_FORM };
	struct args a;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (parse(&a, rows[i].verb, rows[i].in) != rows[i].want)
			CHECK_STR(rows[i].in, "");
		if (rows[i].want == ERR_MALFORMED)
			for (size_t k = 0; k < NPARAM; k++)
				CHECK(!a.arg[k].present && a.arg[k].text[0] == '\0');
		args_wipe(&a);
	}
	buf_init(&rq.body, 10);
	CHECK(args_parse(&a, params, NPARAM, &rq, NULL, 0) == ERR_MALFORMED);
	args_wipe(&a);
	rq.query = "";
	buf_str(&rq.body, "csrf=x");
	CHECK(args_parse(&a, params, NPARAM, &rq, NULL, 0) == ERR_MALFORMED);
	args_wipe(&a);
	CHECK(args_parse(&a, params, PARAM_MAX + 1, &rq, NULL, 0) == ERR_INTERNAL);
	args_wipe(&a);
	request_wipe(&rq);
}

static void
form_token(void)
{
	struct args a;

	CHECK(parse(&a, VERB_POST, "csrf=longer-than-23-characters&text=abc") == ERR_NONE);
	CHECK_STR(csrf, "");
	args_wipe(&a);
	CHECK(parse(&a, VERB_POST, "csrf=a-token-of-characters&text=abc") == ERR_NONE);
	CHECK_STR(csrf, "a-token-of-characters");
	args_wipe(&a);
	CHECK(parse(&a, VERB_POST, "text=abc") == ERR_NONE);
	CHECK_STR(csrf, "");
	args_wipe(&a);
	CHECK(parse(&a, VERB_POST, "csrf=abc&bad") == ERR_MALFORMED);
	CHECK_STR(csrf, "");
	args_wipe(&a);
}

static void
required_fields(void)
{
	static const struct param need[] = {
		{ "name", PARAM_TEXT, PARAM_REQUIRED, .min = 2, .max = 9 },
		{ "accept", PARAM_FLAG, PARAM_REQUIRED, .max = 0 },
		{ "tags", PARAM_TAGS, PARAM_REQUIRED, .max = 0 },
		{ "q", PARAM_TEXT, PARAM_REQUIRED | PARAM_ON_GET, .max = 9 },
	};
	static const char *const bodies[] = { "", "name=&tags=,", "name=++&accept=", "name=%09&tags=" };
	struct args a;

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		struct request rq = { .verb = VERB_POST, .query = "", .body_type = BODY_FORM };

		buf_init(&rq.body, 100);
		buf_str(&rq.body, bodies[i]);
		CHECK(args_parse(&a, need, ARRAY_LEN(need), &rq, NULL, 0) == ERR_INVALID);
		for (size_t k = 0; k < 3; k++)
			CHECK(a.arg[k].fault == FIELD_MISSING);
		CHECK(a.arg[3].fault == FIELD_OK);
		args_wipe(&a);
		request_wipe(&rq);
	}
	args_wipe(&(struct args){ .n = 3 });
}

int
main(void)
{
	forms();
	json();
	parts();
	fields_one_by_one();
	presence();
	a_text_without_bound_has_256();
	verbs_and_names();
	form_token();
	required_fields();
	return unit_end();
}
