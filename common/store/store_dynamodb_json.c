/* store_dynamodb_json: {"name": {"S": "text"}, "count": {"N": "12"}} and back. */
#include "store/store_dynamodb_json.h"

#include <errno.h>

bool
ddb_add(struct json_object *o, const char *key, struct json_object *value)
{
	if (o != NULL && value != NULL && json_object_object_add(o, key, value) == 0)
		return true;
	json_object_put(value);
	return false;
}

bool
ddb_add_text(struct json_object *o, const char *key, const char *text)
{
	return ddb_add(o, key, json_object_new_string(text));
}

static bool
put_typed(struct json_object *o, const char *name, const char *type, const char *text)
{
	struct json_object *v = json_object_new_object();

	if (ddb_add_text(v, type, text))
		return ddb_add(o, name, v);
	json_object_put(v);
	return false;
}

bool
ddb_put_text(struct json_object *o, const char *name, const char *text)
{
	return put_typed(o, name, "S", text);
}

bool
ddb_put_number(struct json_object *o, const char *name, int64_t num)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)num);
	return put_typed(o, name, "N", text);
}

bool
ddb_put_key(struct json_object *o, const char *key, const struct store_key *k)
{
	const struct store_table_info *info = &store_tables[k->table];
	struct json_object *v = json_object_new_object();

	if (ddb_put_text(v, info->part, k->part) && (info->sort == NULL || ddb_put_text(v, info->sort, k->sort)))
		return ddb_add(o, key, v);
	json_object_put(v);
	return false;
}

static const char *
typed(struct json_object *item, const char *name, const char *type, size_t *len)
{
	struct json_object *v, *text;

	if (!json_object_object_get_ex(item, name, &v) || !json_object_object_get_ex(v, type, &text) || !json_object_is_type(text, json_type_string))
		return NULL;
	*len = (size_t)json_object_get_string_len(text);
	return json_object_get_string(text);
}

static bool
number(int64_t *out, const char *text)
{
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0';
}

bool
ddb_item_read(struct store_item *it, enum store_table t, struct json_object *o)
{
	const struct store_table_info *info = &store_tables[t];
	size_t len;

	*it = (struct store_item){ .found = true };
	it->part = typed(o, info->part, "S", &len);
	it->sort = info->sort != NULL ? typed(o, info->sort, "S", &len) : NULL;
	if (it->part == NULL || (info->sort != NULL && it->sort == NULL))
		return false;
	for (enum store_attr a = 0; a < ST__MAX; a++) {
		struct store_value *v = &it->at[a];
		bool is_text = store_attrs[a].type == STORE_TEXT;
		const char *text = store_has(t, a) ? typed(o, store_attrs[a].name, is_text ? "S" : "N", &len) : NULL;

		if (text == NULL)
			continue;
		v->set = true;
		if (is_text) {
			v->text = text;
			v->len = len;
		} else if (!number(&v->num, text)) {
			return false;
		}
	}
	return true;
}

const char *
ddb_request_id(struct json_object *item)
{
	size_t len;
	const char *id = item != NULL ? typed(item, DDB_REQUEST_ID, "S", &len) : NULL;

	return id != NULL ? id : "";
}

bool
ddb_name(struct ddb_expr *e, char out[static 12], const char *name)
{
	snprintf(out, 12, "#n%u", e->n++ % 1000);
	return ddb_add_text(e->names, out, name);
}

bool
ddb_value_number(struct ddb_expr *e, char out[static 12], int64_t num)
{
	snprintf(out, 12, ":v%u", e->n++ % 1000);
	return ddb_put_number(e->values, out, num);
}

bool
ddb_value_text(struct ddb_expr *e, char out[static 12], const char *text)
{
	snprintf(out, 12, ":v%u", e->n++ % 1000);
	return ddb_put_text(e->values, out, text);
}
