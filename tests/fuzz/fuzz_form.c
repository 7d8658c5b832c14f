/* fuzz_form: form bodies; what is accepted, written again with everything percent-encoded, reads as the same pairs. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "http/page.h"
#include "http/param.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)

struct pairs {
	struct buf plain; /* name NUL value NUL ... */
	struct buf coded;
};

static bool
collect(void *ctx, const char *name, const char *value, size_t len, char kind)
{
	struct pairs *p = ctx;

	MUST(kind == 't' && strlen(value) == len && name[0] != '\0' && utf8_valid(name, strlen(name)) && utf8_valid(value, len));
	if (p->coded.len > 0)
		buf_ch(&p->coded, '&');
	page_percent(&p->coded, name, strlen(name));
	buf_ch(&p->coded, '=');
	page_percent(&p->coded, value, len);
	buf_add(&p->plain, name, strlen(name) + 1);
	buf_add(&p->plain, value, len + 1);
	return true;
}

static bool
parse(struct pairs *p, const char *in, size_t len)
{
	struct buf mem;
	bool ok;

	buf_init(&mem, len + 16);
	buf_init(&p->plain, 1 << 20);
	buf_init(&p->coded, 1 << 22);
	ok = param_parse_form(&mem, in, len, collect, p);
	MUST(!mem.failed);
	buf_wipe(&mem);
	return ok;
}

static void
post(const uint8_t *data, size_t size)
{
	static const struct param params[] = {
		{ "username", PARAM_TEXT, PARAM_REQUIRED, .max = 32 },
		{ "password", PARAM_TEXT, PARAM_REQUIRED | PARAM_SECRET, .min = 12, .max = 1024 },
		{ "tags", PARAM_TAGS, 0, .max = 20 },
		{ "notes", PARAM_LINES, 0, .max = 10000 },
	};
	struct request rq = { .verb = VERB_POST, .known_verb = true, .path = "/", .query = "", .body_type = BODY_FORM };
	char csrf[8] = "zzzzzzz";
	struct args a;

	buf_init(&rq.body, size);
	buf_add(&rq.body, data, size);
	(void)(args_parse(&a, params, ARRAY_LEN(params), &rq, csrf, sizeof(csrf)) == ERR_NONE);
	MUST(memchr(csrf, '\0', sizeof(csrf)) != NULL && csrf[0] != 'z' + 1);
	for (size_t i = 0; i < ARRAY_LEN(params); i++)
		MUST(strlen(a.arg[i].text) == a.arg[i].len);
	args_wipe(&a);
	request_wipe(&rq);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pairs one, two;

	post(data, size);
	if (parse(&one, (const char *)data, size)) {
		MUST(parse(&two, one.coded.p, one.coded.len));
		MUST(one.plain.len == two.plain.len && memcmp(one.plain.p, two.plain.p, one.plain.len) == 0);
		buf_wipe(&two.plain);
		buf_wipe(&two.coded);
	}
	buf_wipe(&one.plain);
	buf_wipe(&one.coded);
	return 0;
}
