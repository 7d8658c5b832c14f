#include "domain/entry.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/rng.h"
#include "domain/entry_doc.h"

#define KEY_MAX ENTRY_KEY_MAX
#define DAY 86400LL
#define PURGE_ROUND 50

void
entry_sort_key(char out[static ENTRY_KEY_MAX], char kind, const char *id_text)
{
	snprintf(out, KEY_MAX, "%c#%s", kind, id_text);
}

void
entry_past_key(char out[static ENTRY_KEY_MAX], const char *id_text, int64_t version)
{
	snprintf(out, KEY_MAX, "h#%s#%010lld", id_text, (long long)version);
}

/* Id, version and times of a row; the texts are sealed. */
static bool
read_row(struct entry *e, const struct store_item *it)
{
	snprintf(e->id_text, sizeof(e->id_text), "%.*s", ID_TEXT_LEN, strlen(it->sort) > 2 ? it->sort + 2 : "");
	e->version = store_num(it, ST_VERSION);
	e->created = store_num(it, ST_CREATED);
	e->updated = store_num(it, ST_UPDATED);
	e->deleted = store_num(it, ST_DELETED);
	return id_parse(&e->id, e->id_text);
}

static bool
open_row(struct entry *e, const struct entry_keys *k, const struct store_item *it)
{
	if (read_row(e, it) && entry_doc_open(e, k, store_num(it, ST_KEY_GEN), store_text(it, ST_TOKEN), it->at[ST_TOKEN].len))
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

/* What every write shares: the session must still be there when it happens, or nothing does. */
static enum outcome
commit(struct batch *b, const struct session *s)
{
	size_t guard = session_guard(b, s);
	enum outcome o = batch_commit(b);

	return o == OUT_STALE && b->failed == guard ? OUT_ENDED : o;
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

enum outcome
entry_create(const struct session *s, struct entry *e)
{
	char sort[KEY_MAX];
	struct entry_keys k;
	struct buf token;
	struct batch b;
	enum outcome o = OUT_BUSY;

	buf_init(&token, 2 * ENTRY_DOC_MAX);
	if (!rng_id(&e->id) || !entry_keys_start(&k, s))
		goto out;
	id_text(e->id_text, &e->id);
	e->version = 1;
	e->created = e->updated = e->password_at = clock_now();
	if (!entry_doc_seal(&token, &k, s, e))
		goto out;
	entry_sort_key(sort, 'e', e->id_text);
	batch_start(&b);
	entry_put_token(&b, s->owner, sort, e, s->key_gen, token.p);
	batch_if(&b, STORE_COND_ABSENT, ST_VERSION, 0);
	o = commit(&b, s);
out:
	buf_wipe(&token);
	secret_wipe(&k, sizeof(k));
	return o;
}

/* Favourite and tags are switched often and nobody wants an earlier one back. */
static bool
worth_keeping(const struct entry *old, const struct entry *new)
{
	for (size_t i = 0; i < ENTRY__FIELDS; i++)
		if (i != ENTRY_TAGS && strcmp(old->text[i], new->text[i]) != 0)
			return true;
	return false;
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
	o = commit(&b, s);
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
	if (entry_doc_seal(&token, &k, s, e))
		o = write_update(s, e, it, token.p, worth_keeping(&old, e));
	if (o != OUT_OK)
		e->version--;
out:
	entry_wipe(&old);
	buf_wipe(&token);
	store_item_wipe(&got);
	secret_wipe(&k, sizeof(k));
	return o;
}

struct rows {
	char sort[ENTRY_HISTORY * 2][KEY_MAX];
	size_t n;
};

static bool
collect(void *ctx, const struct store_item *it)
{
	struct rows *r = ctx;

	snprintf(r->sort[r->n], KEY_MAX, "%s", it->sort);
	return ++r->n < ARRAY_LEN(r->sort);
}

static enum outcome
history_rows(struct rows *r, const struct session *s, const char *id_text)
{
	char prefix[KEY_MAX];
	struct store_query q = { .table = STORE_PASSWORDS, .part = s->owner, .prefix = prefix };

	snprintf(prefix, sizeof(prefix), "h#%s#", id_text);
	r->n = 0;
	return outcome_of(store_query(&q, collect, r));
}

/* Move between the living and the trash: the token goes along as it is, as its key depends on id and version alone. Earlier versions get the same end. */
static enum outcome
move(const struct session *s, const char *id_text, int64_t version, char from, char to)
{
	char source[KEY_MAX], target[KEY_MAX];
	struct store_key key = { STORE_PASSWORDS, s->owner, source };
	struct store_item it = { 0 };
	struct entry e = { 0 };
	struct rows past;
	struct batch b;
	int64_t now = clock_now(), expires = to == 't' ? now + ENTRY_TRASH_DAYS * DAY : 0;
	enum outcome o;

	if (!is_id(id_text))
		return OUT_MISSING;
	entry_sort_key(source, from, id_text);
	entry_sort_key(target, to, id_text);
	o = outcome_of(store_get(&it, &key, 1));
	if (o == OUT_OK && !it.found)
		o = OUT_MISSING;
	if (o == OUT_OK && version != 0 && store_num(&it, ST_VERSION) != version)
		o = OUT_STALE;
	if (o == OUT_OK)
		o = history_rows(&past, s, id_text);
	if (o != OUT_OK)
		goto out;
	read_row(&e, &it);
	batch_start(&b);
	batch_delete(&b, STORE_PASSWORDS, s->owner, source);
	batch_if(&b, STORE_COND_EQ, ST_VERSION, e.version);
	entry_put_token(&b, s->owner, target, &e, store_num(&it, ST_KEY_GEN), store_text(&it, ST_TOKEN));
	if (to == 't') {
		batch_num(&b, ST_DELETED, now);
		batch_num(&b, ST_EXPIRES, expires);
	}
	batch_if(&b, STORE_COND_ABSENT, ST_VERSION, 0);
	for (size_t i = 0; i < past.n; i++) {
		batch_update(&b, STORE_PASSWORDS, s->owner, past.sort[i]);
		batch_num(&b, ST_EXPIRES, expires);
	}
	o = commit(&b, s);
out:
	store_item_wipe(&it);
	return o;
}

enum outcome
entry_delete(const struct session *s, const char *id_text, int64_t version)
{
	return move(s, id_text, version, 'e', 't');
}

enum outcome
entry_restore(const struct session *s, const char *id_text)
{
	return move(s, id_text, 0, 't', 'e');
}

static enum outcome
purge_one(const struct session *s, const char *id_text)
{
	char sort[KEY_MAX];
	struct rows past;
	struct batch b;
	enum outcome o = history_rows(&past, s, id_text);

	if (o != OUT_OK)
		return o;
	entry_sort_key(sort, 't', id_text);
	batch_start(&b);
	batch_delete(&b, STORE_PASSWORDS, s->owner, sort);
	batch_if(&b, STORE_COND_PRESENT, ST_VERSION, 0);
	for (size_t i = 0; i < past.n; i++)
		batch_delete(&b, STORE_PASSWORDS, s->owner, past.sort[i]);
	o = commit(&b, s);
	return o == OUT_STALE ? OUT_MISSING : o;
}

struct trash {
	char id[PURGE_ROUND][ID_TEXT_LEN + 1];
	size_t n;
};

static bool
collect_id(void *ctx, const struct store_item *it)
{
	struct trash *t = ctx;

	snprintf(t->id[t->n], ID_TEXT_LEN + 1, "%.*s", ID_TEXT_LEN, it->sort + 2);
	return ++t->n < PURGE_ROUND;
}

enum outcome
entry_purge(const struct session *s, const char *id_text, size_t *n)
{
	struct store_query q = { .table = STORE_PASSWORDS, .part = s->owner, .prefix = "t#", .limit = PURGE_ROUND };
	struct trash t;
	enum outcome o;

	*n = 0;
	if (id_text) {
		o = is_id(id_text) ? purge_one(s, id_text) : OUT_MISSING;
		*n = o == OUT_OK;
		return o;
	}
	do {
		t.n = 0;
		o = outcome_of(store_query(&q, collect_id, &t));
		for (size_t i = 0; o == OUT_OK && i < t.n; i++) {
			o = purge_one(s, t.id[i]);
			*n += o == OUT_OK;
			if (o == OUT_MISSING) /* restored or purged by another window meanwhile */
				o = OUT_OK;
		}
	} while (o == OUT_OK && t.n == PURGE_ROUND);
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
