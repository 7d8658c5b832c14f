#include "domain/entry_trash.h"

#include "base/clock.h"
#include "domain/entry_doc.h"

#define DAY 86400LL
#define PURGE_ROUND 50

struct rows {
	char sort[ENTRY_HISTORY * 2][ENTRY_KEY_MAX];
	size_t n;
};

static bool
collect(void *ctx, const struct store_item *it)
{
	struct rows *r = ctx;

	snprintf(r->sort[r->n], ENTRY_KEY_MAX, "%s", it->sort);
	return ++r->n < ARRAY_LEN(r->sort);
}

static enum outcome
history_rows(struct rows *r, const struct session *s, const char *id_text)
{
	char prefix[ENTRY_KEY_MAX];
	struct store_query q = { .table = STORE_PASSWORDS, .part = s->owner, .prefix = prefix };

	snprintf(prefix, sizeof(prefix), "h#%s#", id_text);
	r->n = 0;
	return outcome_of(store_query(&q, collect, r));
}

/* What could not be moved may have been: pressed twice, or asked again because the answer was lost. Then it is done, else it is `o` as before. */
static enum outcome
moved_already(const struct session *s, const char *target, int64_t version, enum outcome o)
{
	struct store_key key = { STORE_PASSWORDS, s->owner, target };
	struct store_item it = { 0 };
	enum outcome read = outcome_of(store_get(&it, &key, 1));

	if (read == OUT_OK && !(it.found && (version == 0 || store_num(&it, ST_VERSION) == version)))
		read = o;
	store_item_wipe(&it);
	return read;
}

/* Between 'e', the living, and 't', the trash. version 0: any. */
static enum outcome
move(const struct session *s, const char *id_text, int64_t version, char from, char to)
{
	char source[ENTRY_KEY_MAX], target[ENTRY_KEY_MAX];
	struct store_key key = { STORE_PASSWORDS, s->owner, source };
	struct store_item it = { 0 };
	struct entry e = { 0 };
	struct rows past;
	struct batch b;
	int64_t now = clock_now(), expires = to == 't' ? now + ENTRY_TRASH_DAYS * DAY : 0;
	enum outcome o;

	if (!id_parse(&e.id, id_text))
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
	(void)!entry_doc_row(&e, &it); /* that its key holds an id was seen above */
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
	o = session_commit(&b, s);
out:
	store_item_wipe(&it);
	return o == OUT_MISSING || o == OUT_STALE ? moved_already(s, target, version, o) : o;
}

enum outcome
entry_trash_put(const struct session *s, const char *id_text, int64_t version)
{
	return move(s, id_text, version, 'e', 't');
}

enum outcome
entry_trash_restore(const struct session *s, const char *id_text)
{
	return move(s, id_text, 0, 't', 'e');
}

static enum outcome
purge_one(const struct session *s, const char *id_text)
{
	char sort[ENTRY_KEY_MAX];
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
	o = session_commit(&b, s);
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
entry_trash_purge(const struct session *s, const char *id_text, size_t *n)
{
	struct store_query q = { .table = STORE_PASSWORDS, .part = s->owner, .prefix = "t#", .limit = PURGE_ROUND };
	struct trash t;
	struct id id;
	enum outcome o;

	*n = 0;
	if (id_text) {
		o = id_parse(&id, id_text) ? purge_one(s, id_text) : OUT_MISSING;
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
