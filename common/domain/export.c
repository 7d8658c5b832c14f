#include "domain/export.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/kdf.h"
#include "crypto/rng.h"
#include "domain/entry.h"
#include "domain/slot.h"

#define SALT_LEN 16
#define DEPTH 3

static const char aad[] = "vaultsphere/sealed/1";
static const char sealed_start[] = "{\"vaultsphere\":\"sealed\",\"version\":1,\"kdf\":\"argon2id\",\"m\":32768,\"t\":3,\"p\":1,";
static const struct kdf_cost cost = { .m = 32768, .t = 3, .p = 1 };

struct writing {
	struct buf *out;
	size_t n;
	bool failed;
};

static void
put_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

static void
put_time(struct json_object *o, const char *key, int64_t t)
{
	char text[CLOCK_TEXT_LEN + 1];

	clock_text(text, t);
	put_text(o, key, text);
}

static void
put_tags(struct json_object *o, const char *tags)
{
	struct json_object *list = json_object_new_array();

	while (*tags) {
		size_t n = strcspn(tags, "\n");

		json_object_array_add(list, json_object_new_string_len(tags, (int)n));
		tags += n + (tags[n] == '\n');
	}
	json_object_object_add(o, "tags", list);
}

static bool
write_json(void *ctx, const struct entry *e)
{
	struct writing *w = ctx;
	struct json_object *o = json_object_new_object(), *ignored = NULL;
	const char *text;
	size_t len = 0;

	for (size_t f = 0; f < ENTRY__FIELDS; f++) {
		if (f == ENTRY_TAGS)
			put_tags(o, e->text[f]);
		else if (f != ENTRY_TOTP || *e->text[f])
			put_text(o, entry_fields[f], e->text[f]);
	}
	json_object_object_add(o, "favorite", json_object_new_boolean(e->favorite));
	put_time(o, "created", e->created);
	put_time(o, "updated", e->updated);
	put_time(o, "password_changed", e->password_at);
	for (size_t i = 0; i < FINDING__MAX; i++) {
		if (!*e->ignored[i])
			continue;
		if (!ignored) {
			ignored = json_object_new_object();
			json_object_object_add(o, "ignored", ignored);
		}
		put_text(ignored, entry_findings[i], e->ignored[i]);
	}
	text = json_object_to_json_string_length(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	buf_str(w->out, w->n++ ? ",\n" : "\n");
	buf_add(w->out, text ? text : "", len);
	w->failed |= !text;
	json_object_put(o);
	return !w->failed && !w->out->failed;
}

static void
cell(struct buf *out, const char *text, char newline_as, bool last)
{
	buf_ch(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			buf_ch(out, '"');
		buf_ch(out, *text == '\n' ? newline_as : *text);
	}
	buf_str(out, last ? "\"\r\n" : "\",");
}

static bool
write_csv(void *ctx, const struct entry *e)
{
	struct writing *w = ctx;
	char at[CLOCK_TEXT_LEN + 1];

	for (size_t f = 0; f < ENTRY__FIELDS; f++)
		cell(w->out, e->text[f], f == ENTRY_TAGS ? ',' : '\n', false);
	cell(w->out, e->favorite ? "1" : "", ' ', false);
	clock_text(at, e->created);
	cell(w->out, at, ' ', false);
	clock_text(at, e->updated);
	cell(w->out, at, ' ', false);
	clock_text(at, e->password_at);
	cell(w->out, at, ' ', true);
	return !w->out->failed;
}

enum outcome
export_write(struct buf *out, const struct session *s, enum export_form form)
{
	struct writing w = { .out = out };
	char now[CLOCK_TEXT_LEN + 1];
	size_t damaged = 0;
	enum outcome o;

	clock_text(now, clock_now());
	if (form == EXPORT_CSV) {
		for (size_t f = 0; f < ENTRY__FIELDS; f++)
			buf_fmt(out, "%s,", entry_fields[f]);
		buf_str(out, "favorite,created,updated,password_changed\r\n");
	} else {
		buf_fmt(out, "{\"vaultsphere\":\"entries\",\"version\":1,\"exported\":\"%s\",\"entries\":[", now);
	}
	o = entry_each(s, form == EXPORT_CSV ? write_csv : write_json, &w, &damaged);
	if (form != EXPORT_CSV)
		buf_str(out, "\n]}\n");
	if (o == OUT_OK && w.failed)
		o = OUT_BUSY;
	return o == OUT_OK && damaged > 0 ? OUT_DAMAGED : o;
}

static bool
derive(uint8_t key[static AEAD_KEY_LEN], const char *passphrase, const uint8_t salt[static SALT_LEN])
{
	bool ok;

	if (!slot_take())
		return false;
	ok = kdf_argon2id(key, &cost, passphrase, strlen(passphrase), salt, SALT_LEN, NULL, 0, NULL, 0);
	slot_give();
	return ok;
}

enum outcome
export_seal(struct buf *out, const char *passphrase, const struct buf *plain)
{
	uint8_t key[AEAD_KEY_LEN] = { 0 }, salt[SALT_LEN], nonce[AEAD_NONCE_LEN];
	char salt_text[ENC_B64_LEN(SALT_LEN) + 1], nonce_text[ENC_B64_LEN(AEAD_NONCE_LEN) + 1], *text;
	size_t len = plain->len + AEAD_TAG_LEN;
	uint8_t *box = malloc(len);
	enum outcome o = OUT_BUSY;

	if (!box || !rng_bytes(salt, sizeof(salt)) || !rng_bytes(nonce, sizeof(nonce)) || !derive(key, passphrase, salt) ||
	    !aead_seal(box, key, nonce, aad, sizeof(aad) - 1, plain->p, plain->len))
		goto out;
	enc_b64(salt_text, salt, sizeof(salt));
	enc_b64(nonce_text, nonce, sizeof(nonce));
	buf_str(out, sealed_start);
	buf_fmt(out, "\"salt\":\"%s\",\"cipher\":\"aes-256-gcm\",\"nonce\":\"%s\",\"box\":\"", salt_text, nonce_text);
	text = buf_room(out, ENC_B64_LEN(len) + 1);
	if (!text)
		goto out;
	enc_b64(text, box, len);
	buf_cut(out, out->len - 1);
	buf_str(out, "\"}\n");
	o = out->failed ? OUT_BUSY : OUT_OK;
out:
	free(box);
	secret_wipe(key, sizeof(key));
	return o;
}

bool
export_is_sealed(const char *text, size_t len)
{
	return len >= sizeof(sealed_start) - 1 && memcmp(text, sealed_start, sizeof(sealed_start) - 1) == 0;
}

static bool
take(uint8_t *out, size_t cap, size_t *n, struct json_object *doc, const char *key)
{
	struct json_object *v = NULL;

	return json_object_object_get_ex(doc, key, &v) && json_object_is_type(v, json_type_string) &&
	    dec_b64(out, cap, n, json_object_get_string(v), (size_t)json_object_get_string_len(v));
}

enum outcome
export_open(struct buf *plain, const char *passphrase, const char *text, size_t len)
{
	struct json_tokener *tok = json_tokener_new_ex(DEPTH);
	struct json_object *doc = tok ? json_tokener_parse_ex(tok, text, (int)len) : NULL;
	uint8_t key[AEAD_KEY_LEN] = { 0 }, salt[SALT_LEN], nonce[AEAD_NONCE_LEN], *box = malloc(len), *room;
	size_t salt_len = 0, nonce_len = 0, box_len = 0;
	enum outcome o = OUT_REFUSED;

	if (!box || !doc || !take(salt, sizeof(salt), &salt_len, doc, "salt") || !take(nonce, sizeof(nonce), &nonce_len, doc, "nonce") ||
	    !take(box, len, &box_len, doc, "box") || salt_len != SALT_LEN || nonce_len != AEAD_NONCE_LEN || box_len < AEAD_TAG_LEN)
		goto out;
	if (!derive(key, passphrase, salt)) {
		o = OUT_BUSY;
		goto out;
	}
	room = buf_room(plain, box_len - AEAD_TAG_LEN);
	if (room && aead_open(room, key, nonce, aad, sizeof(aad) - 1, box, box_len))
		o = OUT_OK;
	else if (room)
		buf_cut(plain, plain->len - (box_len - AEAD_TAG_LEN));
out:
	free(box);
	json_object_put(doc);
	if (tok)
		json_tokener_free(tok);
	secret_wipe(key, sizeof(key));
	return o;
}
