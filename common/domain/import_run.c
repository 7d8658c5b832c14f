/* import_run: writing what a file holds, and taking it back. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/secret.h"
#include "crypto/rng.h"
#include "domain/entry_doc.h"
#include "domain/import_match.h"
#include "domain/import_store.h"

#define RECORD_MAX 8192
#define LASTS (IMPORT_HOURS * 3600LL)
#define SPARE 4                      /* actions beside those of entries: record, head, the session's guard */
#define SPARE_SETS 12
#define WRITE_BYTES (1024 * 1024)    /* DynamoDB takes four million in one transaction */
#define RECORDS_A_ROUND 8

/* One entry on its way: what the batch points into. */
struct slot {
	struct entry e, before;
	char sort[ENTRY_KEY_MAX], past[ENTRY_KEY_MAX], oldest[ENTRY_KEY_MAX];
	struct buf token;
};

struct run {
	const struct session *s;
	struct import *im;
	struct entry_keys keys;
	struct slot slot[STORE_WRITE_MAX];
	size_t n, bytes;
	struct batch b;
	struct buf record;
	int64_t row, until;
	enum outcome o;
	bool pause;
};

static void
empty_slots(struct run *r)
{
	for (size_t i = 0; i < r->n; i++) {
		entry_wipe(&r->slot[i].e);
		buf_wipe(&r->slot[i].token);
	}
	r->n = r->bytes = 0;
	buf_cut(&r->record, 0);
	batch_start(&r->b);
}

/* Entries, record and head in one write. `next`: the first row that is not in it. */
static bool
flush(struct run *r, int64_t next)
{
	struct import_head h = { 0 };
	struct import *im = r->im;
	char sort[IMPORT_KEY_MAX];
	struct buf box;

	buf_init(&box, 4 * RECORD_MAX);
	r->o = OUT_BUSY;
	im->next = next;
	if (r->n > 0) {
		import_piece_key(sort, IMPORT_RECORD, im, im->records++);
		if (r->record.failed || !import_seal(&box, r->s, im, sort, r->record.p, r->record.len))
			goto out;
		batch_put(&r->b, STORE_ACCOUNTS, r->s->owner, sort);
		batch_text(&r->b, ST_BOX, box.p);
		batch_num(&r->b, ST_CREATED, clock_now());
		batch_num(&r->b, ST_EXPIRES, im->expires);
	}
	if (!import_put_head(&r->b, &h, r->s, im))
		goto out;
	r->o = session_commit(&r->b, r->s);
	im->rev += r->o == OUT_OK;
out:
	buf_wipe(&box);
	buf_wipe(&h.box);
	empty_slots(r);
	return r->o == OUT_OK;
}

static bool
make_room(struct run *r)
{
	if (r->b.n + 3 + SPARE <= STORE_WRITE_MAX && r->b.nsets + 12 + SPARE_SETS <= BATCH_SETS && r->bytes < WRITE_BYTES)
		return true;
	if (!flush(r, r->row))
		return false;
	r->pause = clock_mono_ms() > r->until;
	return !r->pause;
}

static bool
create(struct run *r, const struct import_row *row)
{
	struct slot *t = &r->slot[r->n++];
	struct entry *e = &t->e;
	int64_t now = clock_now();

	entry_start(e);
	buf_init(&t->token, 2 * ENTRY_DOC_MAX);
	memcpy(e->text, row->text, sizeof(e->text));
	memcpy(e->ignored, row->ignored, sizeof(e->ignored));
	e->favorite = row->favorite;
	e->version = 1;
	e->updated = row->updated ? row->updated : now;
	e->created = row->created ? row->created : e->updated;
	e->password_at = row->password_at ? row->password_at : e->updated;
	if (!rng_id(&e->id))
		return false;
	id_text(e->id_text, &e->id);
	if (!entry_doc_seal(&t->token, &r->keys, r->s, e))
		return false;
	entry_sort_key(t->sort, 'e', e->id_text);
	entry_put_token(&r->b, r->s->owner, t->sort, e, r->s->key_gen, t->token.p);
	batch_if(&r->b, STORE_COND_ABSENT, ST_VERSION, 0);
	buf_fmt(&r->record, "c %s\n", e->id_text);
	r->bytes += t->token.len;
	r->im->made++;
	return true;
}

static bool
overwrite(struct run *r, const struct import_row *row, const char *id)
{
	struct slot *t = &r->slot[r->n++];
	struct entry *e = &t->e;
	const struct store_item *old = &e->row;

	entry_start(e);
	buf_init(&t->token, 2 * ENTRY_DOC_MAX);
	r->o = entry_read(r->s, id, e);
	if (r->o != OUT_OK) {
		r->o = r->o == OUT_MISSING ? OUT_STALE : r->o;
		return false;
	}
	r->o = OUT_BUSY;
	t->before = (struct entry){ .version = e->version, .created = e->created, .updated = e->updated };
	e->version++;
	e->updated = clock_now();
	if (*row->text[ENTRY_PASSWORD] && strcmp(row->text[ENTRY_PASSWORD], e->text[ENTRY_PASSWORD]) != 0)
		e->password_at = e->updated;
	for (size_t f = 0; f < ENTRY__FIELDS; f++)
		if (*row->text[f])
			e->text[f] = row->text[f];
	e->favorite |= row->favorite;
	if (!entry_doc_seal(&t->token, &r->keys, r->s, e))
		return false;
	entry_sort_key(t->sort, 'e', e->id_text);
	entry_past_key(t->past, e->id_text, t->before.version);
	entry_past_key(t->oldest, e->id_text, t->before.version - ENTRY_HISTORY);
	entry_put_token(&r->b, r->s->owner, t->sort, e, r->s->key_gen, t->token.p);
	batch_if(&r->b, STORE_COND_EQ, ST_VERSION, t->before.version);
	entry_put_token(&r->b, r->s->owner, t->past, &t->before, store_num(old, ST_KEY_GEN), store_text(old, ST_TOKEN));
	if (t->before.version > ENTRY_HISTORY)
		batch_delete(&r->b, STORE_PASSWORDS, r->s->owner, t->oldest);
	buf_fmt(&r->record, "u %s %lld %lld\n", e->id_text, (long long)t->before.version, (long long)e->version);
	r->bytes += t->token.len + old->at[ST_TOKEN].len;
	r->im->overwritten++;
	return true;
}

static bool
deal_with(void *ctx, const struct match_found *f)
{
	struct run *r = ctx;
	const struct import_finding *g = &f->finding;
	int64_t at = r->row;

	r->im->count[g->group]++;
	if (at >= r->im->next && (g->group == GROUP_NEW || g->group == GROUP_CHANGED)) {
		bool add = g->group == GROUP_NEW ? r->im->add_new : r->im->choice == CHANGED_ADD;
		bool over = g->group == GROUP_CHANGED && r->im->choice == CHANGED_OVERWRITE;

		if ((add || over) && !make_room(r))
			return false;
		r->o = OUT_BUSY;
		if ((add && !create(r, g->row)) || (over && !overwrite(r, g->row, f->id)))
			return false;
		r->o = OUT_OK;
	}
	r->row++;
	return true;
}

enum outcome
import_run(const struct session *s, struct import *im, bool add_new, enum import_choice choice)
{
	struct run *r = calloc(1, sizeof(*r));
	char prefix[IMPORT_KEY_MAX];
	bool more;
	enum outcome o = OUT_BUSY;

	if (!r)
		return OUT_BUSY;
	if (im->state != IMPORT_STAGED && im->state != IMPORT_RUNNING) {
		free(r);
		return OUT_STALE;
	}
	r->s = s;
	r->im = im;
	r->until = clock_mono_ms() + IMPORT_ROUND_MS;
	buf_init(&r->record, RECORD_MAX);
	batch_start(&r->b);
	if (im->state == IMPORT_STAGED) {
		im->add_new = add_new;
		im->choice = choice;
		im->expires = clock_now() + LASTS;
	}
	im->state = IMPORT_RUNNING;
	memset(im->count, 0, sizeof(im->count));
	if (!entry_keys_start(&r->keys, s))
		goto out;
	r->o = OUT_OK;
	o = match_rows(s, im, deal_with, r, &more);
	if (o == OUT_OK)
		o = r->o;
	if (o != OUT_OK || r->pause)
		goto out;
	im->state = IMPORT_DONE;
	if (!flush(r, r->row)) {
		o = r->o;
		goto out;
	}
	snprintf(prefix, sizeof(prefix), "%s%s#", IMPORT_TEXT, im->id_text);
	o = import_drop_text(s, prefix);
out:
	empty_slots(r);
	buf_wipe(&r->record);
	secret_wipe(&r->keys, sizeof(r->keys));
	free(r);
	return o;
}

/* Give an overwritten entry its earlier texts back, as a new version. false: it was changed since, or is gone. */
static enum outcome
put_back(const struct session *s, const char *id, int64_t old_version, int64_t new_version, bool *done)
{
	struct entry old;
	enum outcome o;

	*done = false;
	entry_start(&old);
	o = entry_read(s, id, &old);
	if (o == OUT_OK && old.version == new_version) {
		o = entry_read_version(s, id, old_version, &old);
		if (o == OUT_OK) {
			old.version = new_version;
			o = entry_update(s, &old);
			*done = o == OUT_OK;
		}
	}
	entry_wipe(&old);
	return o == OUT_MISSING || o == OUT_STALE || o == OUT_DAMAGED ? OUT_OK : o;
}

struct undo {
	const struct session *s;
	struct import *im;
	char sort[RECORDS_A_ROUND][IMPORT_KEY_MAX];
	struct buf text[RECORDS_A_ROUND];
	size_t n;
	bool failed;
};

static bool
take_record(void *ctx, const struct store_item *it)
{
	struct undo *u = ctx;

	snprintf(u->sort[u->n], IMPORT_KEY_MAX, "%s", it->sort);
	buf_init(&u->text[u->n], RECORD_MAX);
	u->failed |= !import_unseal(&u->text[u->n], u->s, u->im, it->sort, store_text(it, ST_BOX), it->at[ST_BOX].len);
	return ++u->n < RECORDS_A_ROUND && !u->failed;
}

/* Created entries go while they are as they were made; with them the record, and the head learns the counts: all in one write. */
static enum outcome
remove_made(const struct session *s, struct import *im, const char *record, char (*key)[ENTRY_KEY_MAX], size_t n)
{
	struct import_head h = { 0 };
	struct batch b;
	enum outcome o;

	do {
		int64_t kept = im->kept, back = im->taken_back;

		batch_start(&b);
		for (size_t i = 0; i < n; i++) {
			batch_delete(&b, STORE_PASSWORDS, s->owner, key[i]);
			batch_if(&b, STORE_COND_EQ, ST_VERSION, 1);
		}
		batch_delete(&b, STORE_ACCOUNTS, s->owner, record);
		batch_if(&b, STORE_COND_PRESENT, ST_CREATED, 0);
		im->taken_back += (int64_t)n;
		o = import_put_head(&b, &h, s, im) ? session_commit(&b, s) : OUT_BUSY;
		buf_wipe(&h.box);
		if (o == OUT_OK) {
			im->rev++;
			break;
		}
		im->taken_back = back;
		im->kept = kept;
		if (o != OUT_STALE || b.failed >= n)
			break;
		/* that one was changed since, or is gone */
		im->kept++;
		n--;
		memmove(key[b.failed], key[b.failed + 1], (n - b.failed) * sizeof(*key));
	} while (true);
	return o;
}

static enum outcome
undo_record(const struct session *s, struct import *im, const char *record, const char *text)
{
	char key[STORE_WRITE_MAX][ENTRY_KEY_MAX], id[ID_TEXT_LEN + 1];
	int64_t kept = 0, back = 0;
	size_t n = 0;
	enum outcome o = OUT_OK;

	for (const char *p = text; o == OUT_OK && *p; p += strcspn(p, "\n"), p += *p == '\n') {
		snprintf(id, sizeof(id), "%.*s", ID_TEXT_LEN, p + 2);
		if (*p == 'c' && n < STORE_WRITE_MAX) {
			entry_sort_key(key[n++], 'e', id);
		} else if (*p == 'u') {
			char *end;
			int64_t old_version = strtoll(p + 2 + ID_TEXT_LEN, &end, 10), new_version = strtoll(end, NULL, 10);
			bool done;

			o = put_back(s, id, old_version, new_version, &done);
			back += done;
			kept += !done;
		}
	}
	if (o != OUT_OK)
		return o;
	im->taken_back += back;
	im->kept += kept;
	return remove_made(s, im, record, key, n);
}

static enum outcome
undo_round(struct undo *u, int64_t until)
{
	enum outcome o = OUT_OK;

	if (u->failed)
		o = OUT_BROKEN;
	for (size_t i = 0; i < u->n; i++) {
		if (o == OUT_OK && clock_mono_ms() < until)
			o = undo_record(u->s, u->im, u->sort[i], u->text[i].p);
		buf_wipe(&u->text[i]);
	}
	return o;
}

enum outcome
import_undo(const struct session *s, struct import *im)
{
	char prefix[IMPORT_KEY_MAX];
	struct store_query q = { .table = STORE_ACCOUNTS, .part = s->owner, .prefix = prefix, .limit = RECORDS_A_ROUND };
	struct undo u = { .s = s, .im = im };
	int64_t until = clock_mono_ms() + IMPORT_ROUND_MS;
	enum outcome o;

	if (im->state == IMPORT_UNDONE)
		return OUT_OK;
	/* what was not written to its end is not written any further */
	im->state = IMPORT_UNDOING;
	snprintf(prefix, sizeof(prefix), "%s%s#", IMPORT_RECORD, im->id_text);
	do {
		u.n = 0;
		o = outcome_of(store_query(&q, take_record, &u));
		if (o == OUT_OK && u.n == 0) {
			struct import_head h = { 0 };
			struct batch b;

			im->state = IMPORT_UNDONE;
			batch_start(&b);
			o = import_put_head(&b, &h, s, im) ? session_commit(&b, s) : OUT_BUSY;
			im->rev += o == OUT_OK;
			buf_wipe(&h.box);
			break;
		}
		if (o == OUT_OK)
			o = undo_round(&u, until);
	} while (o == OUT_OK && clock_mono_ms() < until);
	return o;
}
