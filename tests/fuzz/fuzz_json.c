/* fuzz_json: what our flat parser accepts, json-c accepts as well (strict), with the same values. */
#include <json-c/json.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "http/param.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)

struct seen {
	struct json_object *theirs; /* NULL: first pass, names only */
	struct json_object *count;  /* how often each name came */
};

static bool
is_once(const struct seen *s, const char *name)
{
	struct json_object *n = NULL;

	MUST(json_object_object_get_ex(s->count, name, &n));
	return json_object_get_int(n) == 1;
}

static bool
count(void *ctx, const char *name, const char *value, size_t len, char kind)
{
	struct seen *s = ctx;
	struct json_object *n = NULL;
	int before = json_object_object_get_ex(s->count, name, &n) ? json_object_get_int(n) : 0;

	MUST(strlen(value) == len && strchr("tnbl", kind) != NULL);
	json_object_object_add(s->count, name, json_object_new_int(before + 1));
	return true;
}

static void
same_list(struct json_object *o, const char *value)
{
	size_t n = json_object_array_length(o);

	for (size_t i = 0; i < n; i++) {
		struct json_object *e = json_object_array_get_idx(o, i);
		size_t len = strcspn(value, "\n");

		MUST(json_object_is_type(e, json_type_string) && (size_t)json_object_get_string_len(e) == len);
		MUST(memcmp(json_object_get_string(e), value, len) == 0);
		value += len + (value[len] == '\n');
	}
	MUST(*value == '\0');
}

static bool
compare(void *ctx, const char *name, const char *value, size_t len, char kind)
{
	struct seen *s = ctx;
	struct json_object *o = NULL;
	long long n;

	if (!is_once(s, name))
		return true;
	MUST(json_object_object_get_ex(s->theirs, name, &o));
	switch (kind) {
	case 't':
		MUST(json_object_is_type(o, json_type_string) && (size_t)json_object_get_string_len(o) == len);
		MUST(memcmp(json_object_get_string(o), value, len) == 0);
		break;
	case 'b':
		MUST(json_object_is_type(o, json_type_boolean) && strcmp(json_object_get_boolean(o) ? "true" : "false", value) == 0);
		break;
	case 'n':
		errno = 0;
		n = strtoll(value, NULL, 10);
		MUST(json_object_is_type(o, json_type_int));
		MUST(errno != 0 || json_object_get_int64(o) == n);
		break;
	case 'l':
		MUST(json_object_is_type(o, json_type_array));
		same_list(o, value);
		break;
	}
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen s = { .count = json_object_new_object() };
	struct json_tokener *tok;
	struct buf mem;

	buf_init(&mem, size + 16);
	if (param_parse_json(&mem, (const char *)data, size, count, &s)) {
		MUST(!mem.failed);
		tok = json_tokener_new_ex(3);
		json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
		s.theirs = json_tokener_parse_ex(tok, (const char *)data, (int)size);
		MUST(json_tokener_get_error(tok) == json_tokener_success && json_object_is_type(s.theirs, json_type_object));
		MUST(json_object_object_length(s.theirs) == json_object_object_length(s.count));
		buf_cut(&mem, 0);
		MUST(param_parse_json(&mem, (const char *)data, size, compare, &s));
		json_object_put(s.theirs);
		json_tokener_free(tok);
	}
	buf_wipe(&mem);
	json_object_put(s.count);
	return 0;
}
