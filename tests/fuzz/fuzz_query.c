/* fuzz_query: a GET's query against a table with every type; what is accepted lies within its declared bounds. */
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/utf8.h"
#include "crypto/otpauth.h"
#include "http/param.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const sorts[] = { "site", "changed", NULL };
static const struct param params[] = {
	{ "t", PARAM_TEXT, PARAM_ON_GET, .min = 2, .max = 12 },
	{ "l", PARAM_LINES, PARAM_ON_GET, .max = 20 },
	{ "n", PARAM_NUMBER, PARAM_ON_GET, .min = -5, .max = 1000 },
	{ "f", PARAM_FLAG, PARAM_ON_GET, .max = 0 },
	{ "e", PARAM_ENUM, PARAM_ON_GET, .choices = sorts },
	{ "i", PARAM_ID, PARAM_ON_GET, .max = 0 },
	{ "c", PARAM_CODE, PARAM_ON_GET, .max = 0 },
	{ "g", PARAM_TAGS, PARAM_ON_GET, .max = 3 },
	{ "p", PARAM_PATH, PARAM_ON_GET, .max = 0 },
	{ "o", PARAM_TOTP, PARAM_ON_GET | PARAM_SECRET, .max = 200 },
	{ "s", PARAM_TEXT, PARAM_ON_GET | PARAM_SECRET, .max = 4 },
};

#define MUST(x) do { if (!(x)) abort(); } while (0)

static void
check_one(const struct param *p, const struct arg *a)
{
	struct id id;
	struct totp t;
	size_t tags = 0;

	MUST(a->text != NULL && strlen(a->text) == a->len && utf8_valid(a->text, a->len));
	if (a->fault != FIELD_OK) {
		MUST((p->flags & PARAM_SECRET) == 0 || a->len == 0);
		return;
	}
	if (a->len == 0)
		return;
	switch (p->type) {
	case PARAM_TEXT:
		MUST(!utf8_has_control(a->text, a->len, true));
		MUST(utf8_count(a->text, a->len) <= (size_t)p->max && utf8_count(a->text, a->len) >= (size_t)p->min);
		break;
	case PARAM_LINES:
		MUST(!utf8_has_control(a->text, a->len, false) && strchr(a->text, '\r') == NULL && utf8_count(a->text, a->len) <= (size_t)p->max);
		break;
	case PARAM_NUMBER: MUST(a->num >= p->min && a->num <= p->max); break;
	case PARAM_FLAG: MUST(a->num == 0 || a->num == 1); break;
	case PARAM_ENUM: MUST(a->num >= 0 && a->num < 2 && strcmp(sorts[a->num], a->text) == 0); break;
	case PARAM_ID: MUST(id_parse(&id, a->text)); break;
	case PARAM_CODE: MUST(a->len == 6 && strspn(a->text, "0123456789") == 6); break;
	case PARAM_TAGS:
		for (const char *s = a->text; *s != '\0'; s += strspn(s, "\n"), tags++) {
			size_t n = strcspn(s, "\n");

			MUST(n > 0 && memchr(s, ',', n) == NULL && utf8_count(s, n) <= 50 && s[0] != ' ' && s[n - 1] != ' ');
			s += n;
		}
		MUST(tags <= (size_t)p->max);
		break;
	case PARAM_TOTP: MUST(otpauth_parse(&t, a->text) && utf8_count(a->text, a->len) <= (size_t)p->max); break;
	case PARAM_FILE: MUST(utf8_valid(a->text, a->len) && a->len <= (size_t)p->max); break;
	case PARAM_PATH: MUST(a->text[0] == '/' && a->text[1] != '/' && strchr(a->text, '\\') == NULL); break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request rq = { .verb = VERB_GET, .known_verb = true, .path = "/" };
	struct args a;
	char *query = strndup((const char *)data, size);
	bool fault = false;
	enum error e;

	rq.query = query;
	buf_init(&rq.body, 0);
	e = args_parse(&a, params, ARRAY_LEN(params), &rq, NULL, 0);
	MUST(e == ERR_NONE || e == ERR_INVALID || e == ERR_MALFORMED);
	for (size_t i = 0; i < ARRAY_LEN(params); i++) {
		check_one(&params[i], &a.arg[i]);
		fault = fault || a.arg[i].fault != FIELD_OK;
		MUST(e != ERR_MALFORMED || a.arg[i].len == 0);
	}
	MUST(fault == (e == ERR_INVALID));
	args_wipe(&a);
	free(query);
	return 0;
}
