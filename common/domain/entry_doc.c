#include "domain/entry_doc.h"

#include <json-c/json.h>
#include <string.h>

#include "base/clock.h"
#include "base/secret.h"
#include "crypto/lp.h"
#include "crypto/strength.h"

#define PAD 256
#define DEPTH 3

const char *const entry_fields[ENTRY__FIELDS] = { "site", "url", "username", "password", "notes", "tags", "totp" };

const char *const entry_findings[FINDING__MAX + 1] = { "same", "reused", "weak", "old", "http", NULL };

void
entry_start(struct entry *e)
{
	memset(e, 0, sizeof(*e));
	for (size_t i = 0; i < ENTRY__FIELDS; i++)
		e->text[i] = "";
	for (size_t i = 0; i < FINDING__MAX; i++)
		e->ignored[i] = "";
	buf_init(&e->mem, ENTRY_DOC_MAX);
}

void
entry_wipe(struct entry *e)
{
	buf_wipe(&e->mem);
	store_item_wipe(&e->row);
	entry_start(e);
}

bool
entry_keys_start(struct entry_keys *k, const struct session *s)
{
	return hash_hkdf_extract(k->prk, s->vk, VAULT_KEY_LEN, s->uid.b, ID_LEN);
}

static bool
entry_key(uint8_t key[static FERNET_KEY_LEN], const struct entry_keys *k, const struct entry *e, int64_t key_gen)
{
	struct lp info;

	info.len = 0;
	info.failed = false;
	lp_text(&info, "vs1/entry");
	lp_bytes(&info, e->id.b, ID_LEN);
	lp_u64(&info, (uint64_t)e->version);
	lp_u32(&info, (uint32_t)key_gen);
	return hash_hkdf_expand(key, FERNET_KEY_LEN, k->prk, info.b, info.len);
}

static bool
put(struct json_object *doc, const char *key, struct json_object *value)
{
	if (value && json_object_object_add(doc, key, value) == 0)
		return true;
	json_object_put(value);
	return false;
}

static struct json_object *
tag_list(const char *tags)
{
	struct json_object *list = json_object_new_array();

	while (list && *tags) {
		size_t n = strcspn(tags, "\n");

		json_object_array_add(list, json_object_new_string_len(tags, (int)n));
		tags += n + (tags[n] == '\n');
	}
	return list;
}

static bool
put_ignored(struct json_object *doc, const struct entry *e)
{
	struct json_object *o = NULL;

	for (size_t i = 0; i < FINDING__MAX; i++) {
		if (!*e->ignored[i])
			continue;
		if (!o) {
			o = json_object_new_object();
			if (!put(doc, "ignored", o))
				return false;
		}
		if (!put(o, entry_findings[i], json_object_new_string(e->ignored[i])))
			return false;
	}
	return true;
}

static bool
write_doc(struct buf *out, const struct entry *e)
{
	struct json_object *doc = json_object_new_object();
	char created[CLOCK_TEXT_LEN + 1], updated[CLOCK_TEXT_LEN + 1];
	const char *text;
	size_t len;
	bool ok = doc != NULL;

	for (size_t i = 0; ok && i < ENTRY__FIELDS; i++)
		ok = (i == ENTRY_TOTP && !*e->text[i]) || put(doc, entry_fields[i], i == ENTRY_TAGS ? tag_list(e->text[i]) : json_object_new_string(e->text[i]));
	clock_text(created, e->created);
	clock_text(updated, e->updated);
	ok = ok && put(doc, "favorite", json_object_new_boolean(e->favorite)) && put(doc, "strength", json_object_new_int(e->strength)) &&
	    put(doc, "created", json_object_new_string(created)) && put(doc, "updated", json_object_new_string(updated));
	/* 10,000 of these are read for one list: what has nothing to say stays away */
	if (ok && e->password_at != e->updated)
		ok = put(doc, "password_changed", json_object_new_int64(e->password_at));
	ok = ok && put_ignored(doc, e);
	text = ok ? json_object_to_json_string_length(doc, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len) : NULL;
	if (text) {
		buf_add(out, text, len);
		/* padded, so that the length of a token tells little of the length of a password */
		while (!out->failed && out->len % PAD)
			buf_ch(out, ' ');
	}
	json_object_put(doc);
	return text && !out->failed;
}

bool
entry_doc_seal(struct buf *token, const struct entry_keys *k, const struct session *s, struct entry *e)
{
	const char *own[] = { e->text[ENTRY_USERNAME], e->text[ENTRY_SITE], s->username, NULL };
	uint8_t key[FERNET_KEY_LEN];
	struct buf doc;
	bool ok;

	buf_init(&doc, ENTRY_DOC_MAX);
	e->strength = strength_level(e->text[ENTRY_PASSWORD], own);
	ok = write_doc(&doc, e) && entry_key(key, k, e, s->key_gen) && fernet_seal(token, key, e->updated, doc.p, doc.len);
	buf_wipe(&doc);
	secret_wipe(key, sizeof(key));
	return ok;
}

/* A reader for the documents that write_doc makes, kept to their shape: 10,000 of them are read for one search, and a general parser would take
 * longer than all cryptography. What has another shape is read by json-c. */
static size_t
copy_text(struct entry *e, const char *text, size_t len)
{
	size_t at = e->mem.len;

	buf_add(&e->mem, text, len);
	buf_ch(&e->mem, '\0');
	return at;
}

/* Offset of a member's text in e->mem; of "" when it is not there. False when it is no text. */
static bool
read_text(struct entry *e, size_t *at, struct json_object *o, const char *key)
{
	struct json_object *v;

	bool there = json_object_object_get_ex(o, key, &v), text = !there || json_object_is_type(v, json_type_string);

	*at = there && text ? copy_text(e, json_object_get_string(v), (size_t)json_object_get_string_len(v)) : copy_text(e, "", 0);
	return text;
}

static bool
read_doc(struct entry *e, const char *json, size_t len)
{
	struct json_tokener *tok = json_tokener_new_ex(DEPTH);
	struct json_object *doc = tok ? json_tokener_parse_ex(tok, json, (int)len) : NULL, *v;
	struct json_object *ignored = NULL;
	size_t at[ENTRY__FIELDS] = { 0 }, reason[FINDING__MAX] = { 0 };
	bool ok = doc && json_object_is_type(doc, json_type_object);

	for (size_t i = 0; ok && i < ENTRY__FIELDS; i++) {
		if (json_object_object_get_ex(doc, entry_fields[i], &v) && json_object_is_type(v, json_type_array)) {
			at[i] = e->mem.len;
			for (size_t n = 0; n < json_object_array_length(v); n++) {
				struct json_object *t = json_object_array_get_idx(v, n);

				if (n)
					buf_ch(&e->mem, '\n');
				buf_add(&e->mem, json_object_get_string(t), (size_t)json_object_get_string_len(t));
			}
			buf_ch(&e->mem, '\0');
		} else {
			ok = read_text(e, &at[i], doc, entry_fields[i]);
		}
	}
	if (ok && json_object_object_get_ex(doc, "ignored", &ignored))
		ok = json_object_is_type(ignored, json_type_object);
	for (size_t i = 0; ok && ignored && i < FINDING__MAX; i++)
		ok = read_text(e, &reason[i], ignored, entry_findings[i]);
	ok = ok && !e->mem.failed;
	for (size_t i = 0; i < FINDING__MAX; i++)
		e->ignored[i] = ok && ignored ? e->mem.p + reason[i] : "";
	for (size_t i = 0; i < ENTRY__FIELDS; i++)
		e->text[i] = ok ? e->mem.p + at[i] : "";
	e->favorite = ok && json_object_object_get_ex(doc, "favorite", &v) && json_object_get_boolean(v);
	e->strength = ok && json_object_object_get_ex(doc, "strength", &v) ? json_object_get_int(v) : 0;
	e->password_at = ok && json_object_object_get_ex(doc, "password_changed", &v) ? json_object_get_int64(v) : e->updated;
	json_object_put(doc);
	if (tok)
		json_tokener_free(tok);
	return ok;
}

bool
entry_doc_open(struct entry *e, const struct entry_keys *k, int64_t key_gen, const char *token, size_t len)
{
	uint8_t key[FERNET_KEY_LEN];
	struct buf doc;
	bool ok;

	buf_init(&doc, ENTRY_DOC_MAX);
	ok = entry_key(key, k, e, key_gen);
	e->mem.failed |= !ok;
	ok = ok && fernet_open(&doc, NULL, key, token, len) && read_doc(e, doc.p, doc.len);
	e->mem.failed |= doc.failed;
	buf_wipe(&doc);
	secret_wipe(key, sizeof(key));
	return ok;
}

bool
entry_doc_row(struct entry *e, const struct store_item *it)
{
	snprintf(e->id_text, sizeof(e->id_text), "%.*s", ID_TEXT_LEN, strlen(it->sort) > 2 ? it->sort + 2 : "");
	e->version = store_num(it, ST_VERSION);
	e->created = store_num(it, ST_CREATED);
	e->updated = store_num(it, ST_UPDATED);
	e->deleted = store_num(it, ST_DELETED);
	return id_parse(&e->id, e->id_text);
}

bool
entry_doc_read(struct entry *e, const struct entry_keys *k, const struct store_item *it)
{
	return entry_doc_row(e, it) && entry_doc_open(e, k, store_num(it, ST_KEY_GEN), store_text(it, ST_TOKEN), it->at[ST_TOKEN].len);
}

void
entry_sort_key(char out[static ENTRY_KEY_MAX], char kind, const char *id_text)
{
	snprintf(out, ENTRY_KEY_MAX, "%c#%s", kind, id_text);
}

void
entry_past_key(char out[static ENTRY_KEY_MAX], const char *id_text, int64_t version)
{
	snprintf(out, ENTRY_KEY_MAX, "h#%s#%010lld", id_text, (long long)version);
}

void
entry_put_token(struct batch *b, const char *owner, const char *sort, const struct entry *e, int64_t key_gen, const char *token)
{
	batch_put(b, STORE_PASSWORDS, owner, sort);
	batch_num(b, ST_VERSION, e->version);
	batch_num(b, ST_CREATED, e->created);
	batch_num(b, ST_UPDATED, e->updated);
	batch_num(b, ST_KEY_GEN, key_gen);
	batch_text(b, ST_TOKEN, token);
}
