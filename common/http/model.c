/* model.c - json-c behind calls that cannot be half looked at: the first failure is remembered and ends in one 500. */
#include <json-c/json.h>
#include <string.h>

#include "base/clock.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "http/reply.h"

static bool failed;

bool
model_failed(void)
{
	return failed;
}

void
model_restart(void)
{
	failed = false;
}

/* Takes over `value`, also when it cannot be added. The types are compared first: json-c aborts the process over a wrong one. */
static void
set(struct json_object *o, const char *key, struct json_object *value)
{
	if (!json_object_is_type(o, json_type_object) || value == NULL || json_object_object_add(o, key, value) != 0) {
		json_object_put(value);
		failed = true;
	}
}

static struct json_object *
append(struct json_object *list, struct json_object *value)
{
	if (!json_object_is_type(list, json_type_array) || value == NULL || json_object_array_add(list, value) != 0) {
		json_object_put(value);
		failed = true;
		return NULL;
	}
	return value;
}

static struct json_object *
text_value(const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;

	if (text == NULL || len > PAGE_MAX || !utf8_valid(text, len))
		return NULL;
	return json_object_new_string_len(text, (int)len);
}

void
model_text(struct json_object *o, const char *key, const char *text)
{
	set(o, key, text_value(text));
}

void
model_num(struct json_object *o, const char *key, int64_t n)
{
	set(o, key, json_object_new_int64(n));
}

void
model_flag(struct json_object *o, const char *key, bool on)
{
	set(o, key, json_object_new_boolean(on));
}

void
model_time(struct json_object *o, const char *key, int64_t t)
{
	char text[CLOCK_TEXT_LEN + 1] = "";

	if (t != 0)
		clock_text(text, t);
	model_text(o, key, text);
}

struct json_object *
model_add(struct json_object *list)
{
	return append(list, json_object_new_object());
}

void
model_add_text(struct json_object *list, const char *text)
{
	(void)append(list, text_value(text));
}

struct json_object *
model_list(struct json_object *o, const char *key)
{
	struct json_object *list = json_object_new_array();

	set(o, key, list);
	return failed ? NULL : list;
}

struct json_object *
model_object(struct json_object *o, const char *key)
{
	struct json_object *object = json_object_new_object();

	set(o, key, object);
	return failed ? NULL : object;
}

/* json-c releases texts as they are, and has no call to overwrite one in place but this. */
static void
wipe_texts(struct json_object *o)
{
	if (json_object_is_type(o, json_type_string)) {
		secret_wipe((char *)(uintptr_t)json_object_get_string(o), (size_t)json_object_get_string_len(o));
	} else if (json_object_is_type(o, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(o); i++)
			wipe_texts(json_object_array_get_idx(o, i));
	} else if (json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, value) {
			(void)key;
			wipe_texts(value);
		}
	}
}

void
model_wipe(struct json_object *o)
{
	wipe_texts(o);
	json_object_put(o);
}

void
reply_text(struct reply *rp, const char *key, const char *text)
{
	model_text(rp->data, key, text);
}

void
reply_num(struct reply *rp, const char *key, int64_t n)
{
	model_num(rp->data, key, n);
}

void
reply_flag(struct reply *rp, const char *key, bool on)
{
	model_flag(rp->data, key, on);
}

void
reply_time(struct reply *rp, const char *key, int64_t t)
{
	model_time(rp->data, key, t);
}

struct json_object *
reply_object(struct reply *rp, const char *key)
{
	return model_object(rp->data, key);
}

struct json_object *
reply_list(struct reply *rp, const char *key)
{
	return model_list(rp->data, key);
}

void
reply_view_text(struct reply *rp, const char *key, const char *text)
{
	model_text(rp->view, key, text);
}

void
reply_view_num(struct reply *rp, const char *key, int64_t n)
{
	model_num(rp->view, key, n);
}

void
reply_view_flag(struct reply *rp, const char *key, bool on)
{
	model_flag(rp->view, key, on);
}

struct json_object *
reply_view_object(struct reply *rp, const char *key)
{
	return model_object(rp->view, key);
}

struct json_object *
reply_view_list(struct reply *rp, const char *key)
{
	return model_list(rp->view, key);
}
