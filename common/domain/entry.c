#include "domain/entry.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/rng.h"
#include "domain/entry_doc.h"

#define KEY_MAX ENTRY_KEY_MAX

static bool
open_row(struct entry *e, const struct entry_keys *k, const struct store_item *it)
{
	if (entry_doc_read(e, k, it))
		return true;
	if (!e->mem.failed)
		log_error("entry_damaged", "an entry's token does not open");
	return false;
}

static enum outcome
read_at(const struct session *s, const char *sort, struct entry *e)
{
	struct store_key key = { STORE_PASSWORDS, s->owner, sort };
	struct store_item it = { 0 };
	struct entry_keys k;
	enum outcome o = OUT_OK;

	if (!session_ahead(&it, s, sort))
		o = outcome_of(store_get(&it, &key, 1));
	entry_wipe(e);
	if (o == OUT_OK && !it.found)
		o = OUT_MISSING;
	if (o == OUT_OK && !entry_keys_start(&k, s))
		o = OUT_BUSY;
	if (o == OUT_OK && !open_row(e, &k, &it))
		o = e->mem.failed ? OUT_BUSY : OUT_DAMAGED;
	if (o == OUT_OK)
		e->row = it;
	else
		store_item_wipe(&it);
	secret_wipe(&k, sizeof(k));
	return o;
}

static bool
is_id(const char *text)
{
	struct id id;

	return id_parse(&id, text);
}

enum outcome
entry_read(const struct session *s, const char *id_text, struct entry *e)
{
	char sort[KEY_MAX];

	entry_sort_key(sort, 'e', id_text);
	return is_id(id_text) ? read_at(s, sort, e) : OUT_MISSING;
}

enum outcome
entry_read_trash(const struct session *s, const char *id_text, struct entry *e)
{
	char sort[KEY_MAX];

	entry_sort_key(sort, 't', id_text);
	return is_id(id_text) ? read_at(s, sort, e) : OUT_MISSING;
}

enum outcome
entry_read_version(const struct session *s, const char *id_text, int64_t version, struct entry *e)
{
	char sort[KEY_MAX];
	enum outcome o = entry_read(s, id_text, e);

	if (o != OUT_OK || e->version == version)
		return o;
	entry_past_key(sort, id_text, version);
	return read_at(s, sort, e);
}

/* `but`: the one that does not count, ENTRY__FIELDS where all do. */
static bool
same_texts(const struct entry *a, const struct entry *b, enum entry_field but)
{
	for (size_t i = 0; i < ENTRY__FIELDS; i++)
		if (i != but && strcmp(a->text[i], b->text[i]) != 0)
			return false;
	return true;
}

/* Whether both say the same: everything that a person can set. */
static bool
same(const struct entry *a, const struct entry *b)
{
	bool alike = a->favorite == b->favorite && same_texts(a, b, ENTRY__FIELDS);

	for (size_t i = 0; i < FINDING__MAX; i++)
		alike &= strcmp(a->ignored[i], b->ignored[i]) == 0;
	return alike;
}

/* Somebody was first. When what stands there now is what `e` was to become, the same wish came twice (Save pressed twice, or an answer that was lost on its way):
 * it is done. */
static enum outcome
done_already(const struct session *s, struct entry *e)
{
	struct entry now;
	enum outcome o;

	entry_start(&now);
	o = entry_read(s, e->id_text, &now);
	if (o == OUT_OK && same(&now, e)) {
		e->version = now.version;
		e->updated = now.updated;
		e->password_at = now.password_at;
		e->strength = now.strength;
	} else if (o == OUT_OK || o == OUT_MISSING || o == OUT_DAMAGED) {
		o = OUT_STALE;
	}
	entry_wipe(&now);
	return o;
}

/* Under e->id. One that was chosen must not lie in the trash either: coming back from there it would find its place taken. */
static enum outcome
create(const struct session *s, struct entry *e, bool chosen)
{
	char sort[KEY_MAX], trash[KEY_MAX];
	struct entry_keys k;
	struct buf token;
	struct batch b;
	enum outcome o = OUT_BUSY;

	buf_init(&token, 2 * ENTRY_DOC_MAX);
	id_text(e->id_text, &e->id);
	e->version = 1;
	e->created = e->updated = e->password_at = clock_now();
	if (!entry_keys_start(&k, s) || !entry_doc_seal(&token, &k, s, e))
		goto out;
	entry_sort_key(sort, 'e', e->id_text);
	batch_start(&b);
	entry_put_token(&b, s->owner, sort, e, s->key_gen, token.p);
	batch_if(&b, STORE_COND_ABSENT, ST_VERSION, 0);
	if (chosen) {
		entry_sort_key(trash, 't', e->id_text);
		batch_check(&b, STORE_PASSWORDS, s->owner, trash);
		batch_if(&b, STORE_COND_ABSENT, ST_VERSION, 0);
	}
	o = session_commit(&b, s);
out:
	buf_wipe(&token);
	secret_wipe(&k, sizeof(k));
	return o;
}

enum outcome
entry_create(const struct session *s, const char *chosen, struct entry *e)
{
	enum outcome o;

	if (id_parse(&e->id, chosen)) {
		o = create(s, e, true);
		if (o == OUT_STALE)
			o = done_already(s, e);
		if (o != OUT_STALE)
			return o;
	}
	return rng_id(&e->id) ? create(s, e, false) : OUT_BUSY;
}

static enum outcome
write_update(const struct session *s, struct entry *e, const struct store_item *old, const char *token, bool keep)
{
	char sort[KEY_MAX], past[KEY_MAX], oldest[KEY_MAX];
	struct entry before = { .version = store_num(old, ST_VERSION), .created = store_num(old, ST_CREATED), .updated = store_num(old, ST_UPDATED) };
	struct batch b;
	enum outcome o;

	entry_sort_key(sort, 'e', e->id_text);
	entry_past_key(past, e->id_text, before.version);
	entry_past_key(oldest, e->id_text, before.version - ENTRY_HISTORY);
	batch_start(&b);
	entry_put_token(&b, s->owner, sort, e, s->key_gen, token);
	batch_if(&b, STORE_COND_EQ, ST_VERSION, before.version);
	if (keep) {
		entry_put_token(&b, s->owner, past, &before, store_num(old, ST_KEY_GEN), store_text(old, ST_TOKEN));
		if (before.version > ENTRY_HISTORY)
			batch_delete(&b, STORE_PASSWORDS, s->owner, oldest);
	}
	o = session_commit(&b, s);
	return o;
}

enum outcome
entry_update(const struct session *s, struct entry *e)
{
	char sort[KEY_MAX];
	struct store_key key = { STORE_PASSWORDS, s->owner, sort };
	struct store_item got = { 0 };
	const struct store_item *it = &e->row;
	struct entry_keys k;
	struct entry old;
	struct buf token;
	enum outcome o = OUT_OK;

	entry_start(&old);
	buf_init(&token, 2 * ENTRY_DOC_MAX);
	entry_sort_key(sort, 'e', e->id_text);
	/* texts of an earlier version come with that version's row: the present one is wanted */
	if (!it->found || strcmp(it->sort, sort) != 0) {
		it = &got;
		o = outcome_of(store_get(&got, &key, 1));
	}
	if (o == OUT_OK && !it->found)
		o = OUT_MISSING;
	if (o == OUT_OK && store_num(it, ST_VERSION) != e->version)
		o = OUT_STALE;
	if (o == OUT_OK && !entry_keys_start(&k, s))
		o = OUT_BUSY;
	if (o == OUT_OK && !open_row(&old, &k, it))
		o = old.mem.failed ? OUT_BUSY : OUT_DAMAGED;
	if (o != OUT_OK)
		goto out;
	o = OUT_BUSY;
	e->version++;
	e->updated = clock_now();
	e->password_at = strcmp(old.text[ENTRY_PASSWORD], e->text[ENTRY_PASSWORD]) == 0 ? old.password_at : e->updated;
	/* favourite and tags are switched often and nobody wants an earlier one back */
	if (entry_doc_seal(&token, &k, s, e))
		o = write_update(s, e, it, token.p, !same_texts(&old, e, ENTRY_TAGS));
	if (o != OUT_OK)
		e->version--;
out:
	if (o == OUT_STALE)
		o = done_already(s, e);
	entry_wipe(&old);
	buf_wipe(&token);
	store_item_wipe(&got);
	secret_wipe(&k, sizeof(k));
	return o;
}

struct reading {
	const struct entry_keys *k;
	entry_fn *fn;
	void *ctx;
	bool failed;
};

static bool
open_past(void *ctx, const struct store_item *it)
{
	struct reading *r = ctx;
	struct entry e;
	bool go_on = true;

	entry_start(&e);
	if (open_row(&e, r->k, it))
		go_on = r->fn(r->ctx, &e);
	r->failed |= e.mem.failed;
	entry_wipe(&e);
	return go_on && !r->failed;
}

enum outcome
entry_history(const struct session *s, const char *id_text, entry_fn *fn, void *ctx)
{
	char prefix[KEY_MAX];
	struct store_query q = { .table = STORE_PASSWORDS, .part = s->owner, .prefix = prefix, .newest_first = true };
	struct entry_keys k;
	struct reading r = { &k, fn, ctx, false };
	enum outcome o;

	snprintf(prefix, sizeof(prefix), "h#%.*s#", ID_TEXT_LEN, id_text);
	if (!entry_keys_start(&k, s))
		return OUT_BUSY;
	o = outcome_of(store_query(&q, open_past, &r));
	if (o == OUT_OK && r.failed)
		o = OUT_BUSY;
	secret_wipe(&k, sizeof(k));
	return o;
}

struct each {
	const struct entry_keys *k;
	entry_fn *fn;
	void *ctx;
	size_t *damaged;
	struct entry e; /* one for all: its memory serves again */
};

static bool
open_each(void *ctx, const struct store_item *it)
{
	struct each *each = ctx;

	buf_cut(&each->e.mem, 0);
	if (open_row(&each->e, each->k, it))
		return each->fn(each->ctx, &each->e);
	/* an entry that there was no memory for is not a damaged one: an import would write it a second time */
	if (each->e.mem.failed)
		return false;
	++*each->damaged;
	return true;
}

enum outcome
entry_each(const struct session *s, entry_fn *fn, void *ctx, size_t *damaged)
{
	struct store_query q = { .table = STORE_PASSWORDS, .part = s->owner, .prefix = "e#" };
	struct entry_keys k;
	struct each each = { .k = &k, .fn = fn, .ctx = ctx, .damaged = damaged };
	enum outcome o = OUT_BUSY;

	*damaged = 0;
	entry_start(&each.e);
	if (entry_keys_start(&k, s))
		o = outcome_of(store_query(&q, open_each, &each));
	if (o == OUT_OK && each.e.mem.failed)
		o = OUT_BUSY;
	entry_wipe(&each.e);
	secret_wipe(&k, sizeof(k));
	return o;
}

static bool
starts(const char *s, const char *with)
{
	return strncasecmp(s, with, strlen(with)) == 0;
}

static const char *
after_scheme(const char *url)
{
	return starts(url, "https://") ? url + 8 : starts(url, "http://") ? url + 7 : NULL;
}

void
entry_host(struct buf *out, const char *url)
{
	const char *p = after_scheme(url), *at;
	size_t n;

	if (!p)
		p = strchr(url, ':') ? "" : url;
	n = strcspn(p, "/?# ");
	at = memchr(p, '@', n);
	if (at) {
		n -= (size_t)(at + 1 - p);
		p = at + 1;
	}
	for (size_t i = 0; i < n && p[i] != ':'; i++)
		buf_ch(out, p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i]);
}

void
entry_link(struct buf *out, const char *url)
{
	if (after_scheme(url)) {
		buf_str(out, url);
	} else if (*url && !strpbrk(url, ": \t\"<>") && strchr(url, '.')) {
		/* a bare host: never another scheme, so no javascript: can come of it */
		buf_str(out, "https://");
		buf_str(out, url);
	}
}
