/* reply.c - what a handler states: outcome, faults of fields, cookies, the frame. render.c makes the answer of it. */
#include "http/reply.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/secret.h"

#define COOKIES_MAX 8192
#define SENTENCE_MAX 512
#define TAG_LEN_MAX 50
#define TEXT_MAX_DEFAULT 256

static struct json_object *
view_of(const struct reply *rp, const char *key)
{
	struct json_object *o = NULL;

	json_object_object_get_ex(rp->view, key, &o);
	return o;
}

void
reply_start(struct reply *rp, const struct request *rq, const struct page *page, const struct page *error_page)
{
	memset(rp, 0, sizeof(*rp));
	model_restart();
	rp->rq = rq;
	rp->page = page;
	rp->error_page = error_page;
	buf_init(&rp->cookies, COOKIES_MAX);
	buf_init(&rp->file, 0);
	rp->data = json_object_new_object();
	rp->view = json_object_new_object();
	rp->fields = json_object_new_object();
	rp->errors = json_object_new_array();
	(void)model_object(rp->view, "form");
	(void)model_object(rp->view, "error");
	(void)model_object(rp->view, "chosen");
	reply_frame(rp, &(struct reply_frame){ "", "", "", "", "" });
}

void
reply_frame(struct reply *rp, const struct reply_frame *f)
{
	struct json_object *o = model_object(rp->view, "frame");

	model_text(o, "username", f->username);
	model_text(o, "csrf", f->csrf);
	model_text(o, "version", f->version);
	model_text(o, "done", f->done);
	model_text(o, "left", f->left);
	model_text(o, "request_id", rp->rq->id);
}

void
reply_status(struct reply *rp, int status)
{
	rp->status = status;
}

static void
copy_path(struct reply *rp, char out[static REPLY_LOCATION_MAX], const char *path)
{
	size_t len = strlen(path);

	/* "//host" and "/\host" are other sites to a browser. */
	if (len >= REPLY_LOCATION_MAX || path[0] != '/' || path[1] == '/' || path[1] == '\\') {
		log_error("route_fault", "not a path of ours, or too long");
		rp->broken = true;
		return;
	}
	memcpy(out, path, len + 1);
}

void
reply_see(struct reply *rp, const char *fmt, ...)
{
	char path[REPLY_LOCATION_MAX + 1];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	copy_path(rp, rp->see, path);
}

void
reply_created(struct reply *rp, const char *location, const char *see)
{
	copy_path(rp, rp->location, location);
	copy_path(rp, rp->see, see);
}

void
reply_empty(struct reply *rp, const char *see)
{
	rp->empty = true;
	copy_path(rp, rp->see, see);
}

void
reply_file(struct reply *rp, const char *name, const char *type, struct buf *content)
{
	buf_wipe(&rp->file);
	rp->file = *content;
	buf_init(content, 0);
	rp->file_name = name;
	rp->file_type = type;
	rp->broken |= rp->file.failed || rp->file.len > REPLY_FILE_MAX;
}

void
reply_plain(struct reply *rp, const char *type, struct buf *content)
{
	reply_file(rp, "", type, content);
}

void
reply_error(struct reply *rp, enum error e)
{
	rp->error = e;
}

void
reply_retry(struct reply *rp, enum error e, int64_t seconds)
{
	rp->error = e;
	rp->retry_after = seconds;
}

/* The bounds that the sentence names. */
static void
bounds(const struct param *p, enum field_error f, size_t *min, size_t *max)
{
	*min = p->min > 0 ? (size_t)p->min : 0;
	*max = p->max > 0 ? (size_t)p->max : TEXT_MAX_DEFAULT;
	if (p->type == PARAM_TAGS && f == FIELD_TOO_LONG)
		*max = TAG_LEN_MAX;
	if (p->type != PARAM_NUMBER && f == FIELD_INVALID)
		*max = 0;
}

void
reply_field(struct reply *rp, const struct args *a, size_t index, enum field_error f)
{
	const struct param *p = &a->params[index];
	struct json_object *line;
	struct buf sentence;
	size_t min, max;

	/* The first fault stays: one sentence for one field. */
	if (f == FIELD_OK || rp->fault[index])
		return;
	rp->fault[index] = true;
	if (rp->error == ERR_NONE)
		rp->error = ERR_INVALID;
	buf_init(&sentence, SENTENCE_MAX);
	bounds(p, f, &min, &max);
	words_field_sentence(&sentence, p->name, f, min, max, a->arg[index].have);
	model_text(rp->fields, p->name, words_field_code(f));
	model_text(view_of(rp, "error"), p->name, sentence.p);
	line = model_add(rp->errors);
	model_text(line, "field", p->name);
	model_text(line, "message", sentence.p);
	buf_wipe(&sentence);
}

static void
set_choices(struct reply *rp, const struct param *p)
{
	struct json_object *o = model_object(view_of(rp, "chosen"), p->name);
	char key[64];

	for (size_t i = 0; p->choices[i] != NULL; i++) {
		(void)snprintf(key, sizeof(key), "%s", p->choices[i]);
		for (char *c = key; *c != '\0'; c++)
			if (*c == '-')
				*c = '_';
		model_flag(o, key, false);
	}
}

void
reply_form(struct reply *rp, const char *name, const char *text)
{
	struct json_object *choices;

	model_text(view_of(rp, "form"), name, text);
	if (!json_object_object_get_ex(view_of(rp, "chosen"), name, &choices))
		return;
	json_object_object_foreach(choices, key, value) {
		const char *k = key, *t = text;

		while (*t != '\0' && (*k == *t || (*k == '_' && *t == '-')))
			k++, t++;
		(void)json_object_set_boolean(value, *k == '\0' && *t == '\0');
	}
}

/* Tags are kept one a line, and are typed with commas between. */
static void
form_tags(struct reply *rp, const char *name, const struct arg *arg)
{
	struct buf text;

	buf_init(&text, arg->len * 2 + 1);
	for (size_t i = 0; i < arg->len; i++)
		buf_str(&text, arg->text[i] == '\n' ? ", " : (char[2]){ arg->text[i], '\0' });
	reply_form(rp, name, text.failed ? "" : text.p);
	buf_wipe(&text);
}

void
reply_forms(struct reply *rp, const struct args *a)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct param *p = &a->params[i];
		const struct arg *arg = &a->arg[i];

		if (p->type == PARAM_ENUM)
			set_choices(rp, p);
		if ((p->flags & PARAM_SECRET) != 0 || arg->text == NULL)
			reply_form(rp, p->name, "");
		else if (p->type == PARAM_FLAG)
			reply_form(rp, p->name, arg->num == 1 ? "on" : "");
		else if (p->type == PARAM_TAGS)
			form_tags(rp, p->name, arg);
		else
			reply_form(rp, p->name, arg->text);
		if (!rp->fault[i])
			model_text(view_of(rp, "error"), p->name, "");
		reply_field(rp, a, i, arg->fault);
	}
}

/* RFC 6265 4.1.1: what needs no quoting. */
static bool
cookie_text(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s == 0x7f || strchr("\",;\\", *s) != NULL)
			return false;
	return true;
}

void
reply_cookie(struct reply *rp, const char *name, const char *value, int64_t max_age, bool secure)
{
	if (rp->ncookies == REPLY_COOKIES || !cookie_text(name) || !cookie_text(value)) {
		log_error("route_fault", "too many cookies, or one that cannot be sent");
		rp->broken = true;
		return;
	}
	rp->ncookies++;
	buf_str(&rp->cookies, "Set-Cookie: ");
	buf_str(&rp->cookies, name);
	buf_ch(&rp->cookies, '=');
	buf_str(&rp->cookies, value);
	buf_str(&rp->cookies, "; Path=/; HttpOnly; SameSite=Strict");
	if (max_age >= 0)
		buf_fmt(&rp->cookies, "; Max-Age=%" PRId64, max_age);
	buf_str(&rp->cookies, secure ? "; Secure\r\n" : "\r\n");
}

void
reply_wipe(struct reply *rp)
{
	model_wipe(rp->data);
	model_wipe(rp->view);
	model_wipe(rp->fields);
	model_wipe(rp->errors);
	buf_wipe(&rp->cookies);
	buf_wipe(&rp->file);
	secret_wipe(rp, sizeof(*rp));
}
