#include "store/store_stream.h"

#include <json-c/json.h>
#include <string.h>

#include "store/store_item.h"

static bool
put(struct json_object *o, const char *key, struct json_object *value)
{
	if (o != NULL && value != NULL && json_object_object_add(o, key, value) == 0)
		return true;
	json_object_put(value);
	return false;
}

static bool
append(struct json_object *list, const char *text)
{
	struct json_object *v = json_object_new_string(text);

	if (v != NULL && json_object_array_add(list, v) == 0)
		return true;
	json_object_put(v);
	return false;
}

bool
stream_line(struct buf *out, enum store_table t, const struct store_item *it)
{
	struct json_object *line = json_object_new_object(), *key = json_object_new_array(), *attrs = json_object_new_object();
	const char *text;
	bool ok = key != NULL && append(key, it->part) && (it->sort == NULL || append(key, it->sort));

	for (enum store_attr a = 0; a < ST__MAX && ok; a++) {
		const struct store_value *v = &it->at[a];

		if (v->set && store_attrs[a].type == STORE_TEXT)
			ok = put(attrs, store_attrs[a].name, json_object_new_string_len(v->text, (int)v->len));
		else if (v->set)
			ok = put(attrs, store_attrs[a].name, json_object_new_int64(v->num));
	}
	ok = put(line, "t", json_object_new_string(store_tables[t].name)) && ok;
	ok = put(line, "k", key) && ok;
	ok = put(line, "a", attrs) && ok;
	text = ok ? json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE) : NULL;
	if (text != NULL) {
		buf_str(out, text);
		buf_ch(out, '\n');
	}
	json_object_put(line);
	return text != NULL && !out->failed;
}

static bool
table_of(enum store_table *t, const char *name)
{
	for (*t = 0; *t < STORE__TABLES; (*t)++)
		if (strcmp(store_tables[*t].name, name) == 0)
			return true;
	return false;
}

static const char *
text_at(struct json_object *list, size_t i)
{
	struct json_object *v = i < json_object_array_length(list) ? json_object_array_get_idx(list, i) : NULL;

	return json_object_is_type(v, json_type_string) ? json_object_get_string(v) : NULL;
}

/* False for a name that the table does not have, or a value of the wrong type. */
static bool
take_attr(struct store_set *s, enum store_table t, const char *name, struct json_object *v)
{
	for (enum store_attr a = 0; a < ST__MAX; a++) {
		bool text = store_attrs[a].type == STORE_TEXT;

		if (strcmp(store_attrs[a].name, name) != 0)
			continue;
		*s = (struct store_set){ .attr = a, .num = text ? 0 : json_object_get_int64(v), .text = text ? json_object_get_string(v) : NULL };
		return store_has(t, a) && json_object_is_type(v, text ? json_type_string : json_type_int);
	}
	return false;
}

bool
stream_parse(struct stream_item *si, const char *line, size_t len)
{
	struct json_tokener *tok = json_tokener_new();
	struct json_object *name, *key, *attrs;
	enum store_table t;

	*si = (struct stream_item){ .bytes = len };
	if (tok != NULL && len <= STREAM_LINE_MAX)
		si->json = json_tokener_parse_ex(tok, line, (int)len);
	if (tok != NULL)
		json_tokener_free(tok);
	if (!json_object_is_type(si->json, json_type_object) || !json_object_object_get_ex(si->json, "t", &name) || !json_object_object_get_ex(si->json, "k", &key) ||
	    !json_object_object_get_ex(si->json, "a", &attrs) || !json_object_is_type(name, json_type_string) || !json_object_is_type(key, json_type_array) ||
	    !json_object_is_type(attrs, json_type_object) || !table_of(&t, json_object_get_string(name)))
		return false;
	si->write = (struct store_write){ .op = STORE_PUT, .key = { t, text_at(key, 0), text_at(key, 1) }, .set = si->set };
	if (si->write.key.part == NULL || !store_key_valid(&si->write.key))
		return false;
	json_object_object_foreach(attrs, k, v) {
		if (si->write.nset == ST__MAX || !take_attr(&si->set[si->write.nset++], t, k, v))
			return false;
	}
	return true;
}

void
stream_item_free(struct stream_item *si)
{
	json_object_put(si->json);
	*si = (struct stream_item){ 0 };
}

bool
stream_add_line(struct stream_sum *sum, const char *line, size_t len)
{
	uint8_t h[HASH_LEN];
	bool ok = hash_sha256(h, line, len);

	for (size_t i = 0; i < HASH_LEN && ok; i++)
		sum->hash[i] ^= h[i];
	sum->n += ok;
	return ok;
}

bool
stream_add(struct stream_sum *sum, enum store_table t, const struct store_item *it)
{
	struct buf line;
	bool ok;

	buf_init(&line, STREAM_LINE_MAX);
	ok = stream_line(&line, t, it) && stream_add_line(sum, line.p, line.len);
	buf_wipe(&line);
	return ok;
}
