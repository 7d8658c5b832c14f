/* test_http_reply_help.h: the answer of model.c, reply.c and render.c caught before it is sent; every allocation of json-c can be made to fail. */
#ifndef UNIT_TEST_HTTP_REPLY_HELP_H
#define UNIT_TEST_HTTP_REPLY_HELP_H

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

#define PAGE(id, t) static const struct page id = { #id, t, sizeof(t) - 1, NULL }
PAGE(page_plain, "<p>{{text}}</p>");
PAGE(page_form, "{{title_error}}{{#has_errors}}[{{message}}{{#errors}}({{.field}}: {{.message}}){{/errors}}]{{/has_errors}}" ALL_PARAMETERS
    "{{#chosen.colour.red}} red{{/chosen.colour.red}}{{#chosen.colour.dark_blue}} blue{{/chosen.colour.dark_blue}}");
PAGE(page_always, "{{title_error}}|{{message}}|{{#has_errors}}e{{/has_errors}}|{{#errors}}{{.field}}{{/errors}}|{{frame.username}}|{{frame.csrf}}|"
    "{{frame.version}}|{{frame.done}}|{{frame.left}}|{{frame.request_id}}");
PAGE(page_error, "ERROR {{status}} {{code}} {{title}} {{message}} {{frame.username}}");
PAGE(page_wrong, "{{nobody_knows}}");

static struct request rq;
static struct buf out;

static inline void
ask(enum verb verb, bool html)
{
	rq = (struct request){ .id = "abcdefghijklmnop", .known_verb = true, .verb = verb, .html = html, .path = "/entry", .query = "id=a b" };
}

/* Parse a form into `a`. */
static inline enum error
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

static inline const char *
render(struct reply *rp)
{
	buf_wipe(&out);
	buf_init(&out, PAGE_MAX + 65536);
	reply_render(rp, &out);
	reply_wipe(rp);
	return out.p;
}

static inline const char *
body_of(const char *answer)
{
	const char *b = strstr(answer, "\r\n\r\n");

	return b != NULL ? b + 4 : "(no body)";
}

static inline bool
says(const char *answer, const char *line)
{
	char with[1024];

	(void)snprintf(with, sizeof(with), "%s\r\n", line);
	return strstr(answer, with) != NULL && strstr(answer, with) < body_of(answer);
}

static inline void fill_text(struct reply *rp) { reply_text(rp, "text", "a<b"); }

#endif
