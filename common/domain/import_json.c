/* import_json: Bitwarden's unencrypted export and our own. */
#include <json-c/json.h>
#include <string.h>

#include "domain/import_row.h"

#define DEPTH 16

/* Bitwarden's kinds of items. */
enum { ITEM_LOGIN = 1, ITEM_NOTE = 2 };

static struct json_object *
parse(const char *text, size_t len)
{
	struct json_tokener *tok = json_tokener_new_ex(DEPTH);
	struct json_object *o = NULL;

	if (tok)
		o = json_tokener_parse_ex(tok, text, (int)len);
	if (tok && json_tokener_get_error(tok) != json_tokener_success) {
		json_object_put(o);
		o = NULL;
	}
	if (tok)
		json_tokener_free(tok);
	return o;
}

static struct json_object *
member(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, key, &v);
	return v;
}

static struct json_object *
list_of(struct json_object *o, const char *key)
{
	struct json_object *v = member(o, key);

	return json_object_is_type(v, json_type_array) ? v : NULL;
}

static size_t
length(struct json_object *list)
{
	return list ? json_object_array_length(list) : 0;
}

static void
say(struct import_raw *r, enum import_target t, struct json_object *o, const char *key)
{
	struct json_object *v = member(o, key);

	if (json_object_is_type(v, json_type_string))
		import_say(r, t, json_object_get_string(v), (size_t)json_object_get_string_len(v));
	else if (json_object_is_type(v, json_type_boolean))
		import_say(r, t, json_object_get_boolean(v) ? "1" : "", json_object_get_boolean(v) ? 1 : 0);
	else if (json_object_is_type(v, json_type_int))
		import_say(r, t, json_object_get_string(v), strlen(json_object_get_string(v)));
}

static const char *
text_of(struct json_object *o, const char *key)
{
	struct json_object *v = member(o, key);

	return json_object_is_type(v, json_type_string) ? json_object_get_string(v) : "";
}

static void
say_list(struct import_raw *r, enum import_target t, struct json_object *list)
{
	for (size_t i = 0; i < length(list); i++) {
		struct json_object *v = json_object_array_get_idx(list, i);

		if (json_object_is_type(v, json_type_string))
			import_say(r, t, json_object_get_string(v), (size_t)json_object_get_string_len(v));
	}
}

static void
take_own(struct import_raw *r, struct json_object *o, struct json_object *doc)
{
	struct json_object *ignored = member(o, "ignored");

	(void)doc;
	for (enum entry_field f = ENTRY_SITE; f < ENTRY__FIELDS; f++)
		if (f != ENTRY_TAGS)
			say(r, (enum import_target)f, o, entry_fields[f]);
	say_list(r, (enum import_target)ENTRY_TAGS, list_of(o, "tags"));
	say(r, (enum import_target)ENTRY_TAGS, o, "tags");
	say(r, IMPORT_FAVORITE, o, "favorite");
	say(r, IMPORT_CREATED, o, "created");
	say(r, IMPORT_UPDATED, o, "updated");
	say(r, IMPORT_PASSWORD_CHANGED, o, "password_changed");
	for (size_t i = 0; i < FINDING__MAX; i++)
		r->row.ignored[i] = strlen(text_of(ignored, entry_findings[i])) <= ENTRY_REASON_MAX ? text_of(ignored, entry_findings[i]) : "";
}

static void
say_folder(struct import_raw *r, const char *id, struct json_object *folders)
{
	for (size_t i = 0; *id && i < length(folders); i++) {
		struct json_object *f = json_object_array_get_idx(folders, i);

		if (strcmp(text_of(f, "id"), id) == 0)
			say(r, (enum import_target)ENTRY_TAGS, f, "name");
	}
}

/* An entry has one web address: more of them, and fields of the person's own, go to the notes. */
static void
take_bitwarden(struct import_raw *r, struct json_object *o, struct json_object *doc)
{
	struct json_object *login = member(o, "login"), *uris = list_of(login, "uris"), *fields = list_of(o, "fields");
	int kind = json_object_get_int(member(o, "type"));

	if (kind != ITEM_LOGIN && kind != ITEM_NOTE)
		r->row.fault = IMPORT_OTHER_KIND;
	say(r, (enum import_target)ENTRY_SITE, o, "name");
	say(r, (enum import_target)ENTRY_NOTES, o, "notes");
	say(r, (enum import_target)ENTRY_USERNAME, login, "username");
	say(r, (enum import_target)ENTRY_PASSWORD, login, "password");
	say(r, (enum import_target)ENTRY_TOTP, login, "totp");
	for (size_t i = 0; i < length(uris); i++) {
		struct json_object *u = json_object_array_get_idx(uris, i);

		if (i == 0)
			say(r, (enum import_target)ENTRY_URL, u, "uri");
		else
			import_note(r, "Web address", text_of(u, "uri"));
	}
	for (size_t i = 0; i < length(fields); i++) {
		struct json_object *f = json_object_array_get_idx(fields, i);

		import_note(r, text_of(f, "name"), text_of(f, "value"));
	}
	say_folder(r, text_of(o, "folderId"), list_of(doc, "folders"));
	say(r, IMPORT_FAVORITE, o, "favorite");
	say(r, IMPORT_CREATED, o, "creationDate");
	say(r, IMPORT_UPDATED, o, "revisionDate");
	say(r, IMPORT_PASSWORD_CHANGED, login, "passwordRevisionDate");
}

enum import_verdict
import_json_look(const char *text, size_t len)
{
	struct json_object *doc = parse(text, len);
	enum import_verdict v = IMPORT_UNKNOWN;

	if (json_object_get_boolean(member(doc, "encrypted")))
		v = IMPORT_ENCRYPTED;
	else if (list_of(doc, "entries") || list_of(doc, "items"))
		v = length(list_of(doc, "entries")) + length(list_of(doc, "items")) > 0 ? IMPORT_READABLE : IMPORT_EMPTY;
	json_object_put(doc);
	return v;
}

bool
import_json_each(const char *text, size_t len, import_fn *fn, void *ctx, bool *more)
{
	struct json_object *doc = parse(text, len), *own = list_of(doc, "entries"), *list = own ? own : list_of(doc, "items");
	struct import_raw raw;

	import_raw_start(&raw);
	*more = length(list) > IMPORT_ROWS_MAX;
	for (size_t i = 0; i < length(list) && i < IMPORT_ROWS_MAX; i++) {
		import_raw_next(&raw, i + 1);
		(own ? take_own : take_bitwarden)(&raw, json_object_array_get_idx(list, i), doc);
		import_finish(&raw);
		if (raw.no_memory || !fn(ctx, &raw.row))
			break;
	}
	import_raw_wipe(&raw);
	json_object_put(doc);
	return list != NULL && !raw.no_memory;
}
