/* param.c - from pairs to typed values. Texts are changed in place in args.mem, which no longer grows then. */
#include "http/param.h"

#include <string.h>

#include "base/id.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "crypto/otpauth.h"

#define TEXT_MAX_DEFAULT 256
#define TAG_LEN_MAX 50
#define CODE_LEN 6
#define NUMBER_LEN_MAX 20
/* Decoded texts with their NULs: a pair "a=" of three bytes makes three, the last has no '&'. */
#define MEM_EXTRA 16

/* What came, before it is looked at. */
struct raw {
	bool seen;
	size_t at, len; /* in mem: a pointer would not survive its growth */
	char kind;
};

struct intake {
	struct args *a;
	enum verb verb;
	struct raw raw[PARAM_MAX];
	char *csrf; /* NULL: not taken */
	size_t csrf_cap;
	bool csrf_seen;
};

static bool
refuse(const char *why)
{
	log_info("malformed", "parameters: %s", why);
	return false;
}

static bool
declared(const struct param *p, enum verb verb)
{
	if (verb == VERB_GET || verb == VERB_DELETE)
		return (p->flags & PARAM_ON_GET) != 0;
	return (p->flags & PARAM_ON_POST) != 0 || (p->flags & PARAM_ON_GET) == 0;
}

static bool
take_pair(void *ctx, const char *name, const char *value, size_t len, char kind)
{
	struct intake *in = ctx;
	struct args *a = in->a;

	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->params[i].name, name) != 0 || !declared(&a->params[i], in->verb))
			continue;
		if (in->raw[i].seen)
			return refuse("a name occurs twice");
		if (kind == 'l' && a->params[i].type != PARAM_TAGS)
			return refuse("list for a single value");
		in->raw[i] = (struct raw){ .seen = true, .at = (size_t)(value - a->mem.p), .len = len, .kind = kind };
		return true;
	}
	if (in->csrf == NULL || strcmp(name, "csrf") != 0)
		return refuse("undeclared name");
	if (in->csrf_seen)
		return refuse("a name occurs twice");
	in->csrf_seen = true;
	if (len < in->csrf_cap)
		memcpy(in->csrf, value, len + 1);
	return true;
}

/* Below: one function per type. Each changes `s` (NUL-terminated, arg->len long) to its stored form and sets what else the type has;
 * on a fault it leaves the text as it was typed. */

static void
trim(struct arg *arg, char **s)
{
	while (arg->len > 0 && strchr(" \t\r\n", (*s)[arg->len - 1]) != NULL)
		(*s)[--arg->len] = '\0';
	while (arg->len > 0 && strchr(" \t\r\n", **s) != NULL)
		(*s)++, arg->len--;
}

static enum field_error
check_count(const struct param *p, struct arg *arg, const char *s)
{
	size_t max = p->max > 0 ? (size_t)p->max : TEXT_MAX_DEFAULT;

	arg->have = utf8_count(s, arg->len);
	if (arg->have > max)
		return FIELD_TOO_LONG;
	return arg->len > 0 && p->min > 0 && arg->have < (size_t)p->min ? FIELD_TOO_SHORT : FIELD_OK;
}

static enum field_error
take_text(const struct param *p, struct arg *arg, char **s)
{
	if ((p->flags & PARAM_SECRET) == 0)
		trim(arg, s);
	if (utf8_has_control(*s, arg->len, true))
		return FIELD_INVALID;
	return check_count(p, arg, *s);
}

static enum field_error
take_lines(const struct param *p, struct arg *arg, char **s)
{
	size_t n = 0;

	for (size_t i = 0; i < arg->len; i++)
		if ((*s)[i] != '\r' || (*s)[i + 1] != '\n')
			(*s)[n++] = (*s)[i];
	secret_wipe(*s + n, arg->len - n);
	arg->len = n;
	if (utf8_has_control(*s, n, false) || memchr(*s, '\r', n) != NULL)
		return FIELD_INVALID;
	return check_count(p, arg, *s);
}

static enum field_error
take_number(const struct param *p, struct arg *arg, char **s)
{
	int64_t n = 0;
	bool minus;
	size_t i;

	trim(arg, s);
	if (arg->len == 0)
		return FIELD_OK;
	minus = **s == '-';
	i = minus ? 1 : 0;
	if (i == arg->len || arg->len > NUMBER_LEN_MAX)
		return FIELD_INVALID;
	for (; i < arg->len; i++) {
		int digit = (*s)[i] - '0';

		if (digit < 0 || digit > 9)
			return FIELD_INVALID;
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, minus ? -digit : digit, &n))
			return FIELD_INVALID;
	}
	if (n < p->min || n > p->max)
		return FIELD_INVALID;
	arg->num = n;
	return FIELD_OK;
}

static enum field_error
take_flag(const struct param *p, struct arg *arg, char **s)
{
	static const char *const off[] = { "", "0", "off", "false", "no" };
	static const char *const on[] = { "1", "on", "true", "yes" };

	(void)p;
	for (size_t i = 0; i < ARRAY_LEN(off); i++)
		if (strcmp(*s, off[i]) == 0)
			return FIELD_OK;
	for (size_t i = 0; i < ARRAY_LEN(on); i++)
		if (strcmp(*s, on[i]) == 0)
			arg->num = 1;
	return arg->num == 1 ? FIELD_OK : FIELD_INVALID;
}

static enum field_error
take_enum(const struct param *p, struct arg *arg, char **s)
{
	if (arg->len == 0) {
		arg->present = false;
		return FIELD_OK;
	}
	for (int64_t i = 0; p->choices[i] != NULL; i++) {
		if (strcmp(p->choices[i], *s) == 0) {
			arg->num = i;
			return FIELD_OK;
		}
	}
	return FIELD_INVALID;
}

static enum field_error
take_id(const struct param *p, struct arg *arg, char **s)
{
	struct id id;

	(void)p;
	return arg->len == 0 || id_parse(&id, *s) ? FIELD_OK : FIELD_INVALID;
}

static enum field_error
take_code(const struct param *p, struct arg *arg, char **s)
{
	char digits[CODE_LEN + 1] = "";
	size_t n = 0, hyphens = 0;
	enum field_error f = FIELD_INVALID;

	(void)p;
	trim(arg, s);
	if (arg->len == 0)
		return FIELD_OK;
	for (size_t i = 0; i < arg->len; i++) {
		char c = (*s)[i];

		if (c >= '0' && c <= '9' && n < CODE_LEN)
			digits[n++] = c;
		else if (c == '-' && n > 0 && n < CODE_LEN && hyphens == 0)
			hyphens++;
		else if (c != ' ')
			goto out;
	}
	if (n < CODE_LEN)
		goto out;
	memcpy(*s, digits, sizeof(digits));
	secret_wipe(*s + n, arg->len - n);
	arg->len = n;
	f = FIELD_OK;
out:
	secret_wipe(digits, sizeof(digits));
	return f;
}

static enum field_error
take_totp(const struct param *p, struct arg *arg, char **s)
{
	struct totp t;
	bool ok;

	trim(arg, s);
	if (arg->len == 0)
		return FIELD_OK;
	ok = !utf8_has_control(*s, arg->len, true) && otpauth_parse(&t, *s);
	secret_wipe(&t, sizeof(t));
	if (check_count(p, arg, *s) != FIELD_OK)
		return FIELD_TOO_LONG;
	if (!ok)
		return FIELD_INVALID;
	otpauth_tidy(*s);
	arg->len = strlen(*s);
	return FIELD_OK;
}

static bool
has_line(const struct buf *lines, const char *s, size_t len)
{
	for (const char *l = lines->p; *l != '\0';) {
		size_t n = strcspn(l, "\n");

		if (n == len && memcmp(l, s, len) == 0)
			return true;
		l += n + (l[n] == '\n');
	}
	return false;
}

/* Elements stand between commas when they were typed, between newlines when they came as a list. */
static enum field_error
split_tags(const struct param *p, struct arg *arg, const char *s, char between, struct buf *out)
{
	size_t max = p->max > 0 ? (size_t)p->max : TEXT_MAX_DEFAULT, distinct = 0, given = 0;

	for (;;) {
		const char *stop = strchrnul(s, between), *e = stop;

		while (s < e && *s == ' ')
			s++;
		while (s < e && e[-1] == ' ')
			e--;
		size_t len = (size_t)(e - s), count = utf8_count(s, len);

		if (utf8_has_control(s, len, true) || memchr(s, ',', len) != NULL)
			return FIELD_INVALID;
		if (count > TAG_LEN_MAX) {
			arg->have = count;
			return FIELD_TOO_LONG;
		}
		given += len > 0;
		/* No more comparing once there are too many: a long list would cost its square. */
		if (len > 0 && distinct <= max && !has_line(out, s, len)) {
			if (distinct++ > 0)
				buf_ch(out, '\n');
			buf_add(out, s, len);
		}
		if (*stop == '\0')
			break;
		s = stop + 1;
	}
	arg->have = given;
	return distinct > max ? FIELD_TOO_MANY : FIELD_OK;
}

static enum field_error
take_tags(const struct param *p, struct arg *arg, char **s, char kind)
{
	struct buf out;
	enum field_error f;

	buf_init(&out, arg->len);
	f = split_tags(p, arg, *s, kind == 'l' ? '\n' : ',', &out);
	if (f == FIELD_OK && out.failed)
		f = FIELD_TOO_LONG;
	if (f == FIELD_OK) {
		memcpy(*s, out.p, out.len);
		memset(*s + out.len, 0, arg->len - out.len);
		arg->len = out.len;
	}
	buf_wipe(&out);
	return f;
}

static enum field_error
take_file(const struct param *p, struct arg *arg, char **s)
{
	arg->have = arg->len;
	if (arg->len > (size_t)p->max)
		return FIELD_TOO_LONG;
	return memchr(*s, '\0', arg->len) == NULL && utf8_valid(*s, arg->len) ? FIELD_OK : FIELD_INVALID;
}

static enum field_error
take_path(const struct param *p, struct arg *arg, char **s)
{
	const char *t = *s;

	if (t[0] != '/' || t[1] == '/' || strchr(t, '\\') != NULL || utf8_has_control(t, arg->len, true) || check_count(p, arg, t) != FIELD_OK) {
		arg->present = false;
		**s = '\0';
		arg->len = 0;
	}
	return FIELD_OK;
}

static const struct {
	const char *kinds; /* of param_field_fn; 'l' for others than tags does not get here */
	enum field_error (*take)(const struct param *, struct arg *, char **);
} types[] = {
	[PARAM_TEXT]   = { "t", take_text },
	[PARAM_LINES]  = { "t", take_lines },
	[PARAM_NUMBER] = { "tn", take_number },
	[PARAM_FLAG]   = { "tnb", take_flag },
	[PARAM_ENUM]   = { "t", take_enum },
	[PARAM_ID]     = { "t", take_id },
	[PARAM_CODE]   = { "t", take_code },
	[PARAM_TAGS]   = { "tl", NULL },
	[PARAM_TOTP]   = { "t", take_totp },
	[PARAM_FILE]   = { "ft", take_file },
	[PARAM_PATH]   = { "t", take_path },
};

static void
take_arg(const struct param *p, struct arg *arg, const struct raw *raw, char *s)
{
	arg->present = true;
	arg->len = raw->len;
	if (strchr(types[p->type].kinds, raw->kind) == NULL)
		arg->fault = FIELD_INVALID;
	else if (p->type == PARAM_TAGS)
		arg->fault = take_tags(p, arg, &s, raw->kind);
	else
		arg->fault = types[p->type].take(p, arg, &s);
	if (arg->fault != FIELD_OK && (p->flags & PARAM_SECRET) != 0) {
		secret_wipe(s, arg->len);
		arg->len = 0;
	}
	arg->text = s;
}

static void
clear_args(struct args *a)
{
	for (size_t i = 0; i < PARAM_MAX; i++)
		a->arg[i] = (struct arg){ .text = "" };
	for (size_t i = 0; i < a->n && a->params != NULL; i++)
		a->arg[i].num = a->params[i].type == PARAM_ENUM ? -1 : 0;
}

static bool
read_pairs(struct intake *in, const struct request *rq)
{
	struct buf *mem = &in->a->mem;

	if (in->verb == VERB_GET || in->verb == VERB_DELETE)
		return param_parse_form(mem, rq->query, strlen(rq->query), take_pair, in);
	if (rq->query[0] != '\0')
		return refuse("query beside a body");
	if (rq->body_type == BODY_JSON)
		return param_parse_json(mem, rq->body.p, rq->body.len, take_pair, in);
	if (rq->body_type == BODY_MULTIPART)
		return param_parse_multipart(mem, rq->boundary, rq->body.p, rq->body.len, take_pair, in);
	return param_parse_form(mem, rq->body.p, rq->body.len, take_pair, in);
}

enum error
args_parse(struct args *a, const struct param *params, size_t n, const struct request *rq, char *csrf, size_t csrf_cap)
{
	struct intake in = { .a = a, .verb = rq->verb, .csrf_cap = csrf_cap };
	enum error e = ERR_NONE;

	a->params = params;
	a->n = n <= PARAM_MAX ? n : 0;
	clear_args(a);
	if (csrf != NULL && csrf_cap > 0)
		csrf[0] = '\0';
	/* Only forms carry the token; a link or a program's document never does. */
	if ((rq->verb == VERB_POST || rq->verb == VERB_PUT) && (rq->body_type == BODY_FORM || rq->body_type == BODY_MULTIPART))
		in.csrf = csrf;
	buf_init(&a->mem, strlen(rq->query) + rq->body.len + MEM_EXTRA);
	if (n > PARAM_MAX) {
		log_error("route_fault", "more than %d parameters", PARAM_MAX);
		return ERR_INTERNAL;
	}
	if (!read_pairs(&in, rq)) {
		if (csrf != NULL && csrf_cap > 0)
			secret_wipe(csrf, csrf_cap);
		return ERR_MALFORMED;
	}
	for (size_t i = 0; i < n; i++) {
		struct arg *arg = &a->arg[i];

		if (in.raw[i].seen)
			take_arg(&params[i], arg, &in.raw[i], a->mem.p + in.raw[i].at);
		if (arg->fault == FIELD_OK && arg->len == 0 && (params[i].flags & PARAM_REQUIRED) != 0 && declared(&params[i], rq->verb))
			arg->fault = FIELD_MISSING;
		if (arg->fault != FIELD_OK)
			e = ERR_INVALID;
	}
	return e;
}

void
args_wipe(struct args *a)
{
	buf_wipe(&a->mem);
	clear_args(a);
}
