#include "domain/import_match.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/utf8.h"
#include "crypto/rng.h"
#include "domain/import_store.h"

#define CHAIN_MAX 64 /* of entries for one site and user: a file made of those must not cost its square */

static bool
mark(uint8_t out[static MATCH_MARK], const struct match *m, const void *text, size_t len)
{
	uint8_t mac[HASH_LEN];
	bool ok;

	memset(out, 0, MATCH_MARK);
	if (len == 0)
		return true;
	ok = hash_hmac(mac, m->secret, sizeof(m->secret), text, len);
	memcpy(out, mac, MATCH_MARK);
	secret_wipe(mac, sizeof(mac));
	return ok;
}

static bool
is_empty(const uint8_t mark_of[static MATCH_MARK])
{
	static const uint8_t none[MATCH_MARK];

	return memcmp(mark_of, none, MATCH_MARK) == 0;
}

static void
mark_all(struct match *m, struct match_known *k, const char *const text[], bool favorite)
{
	memset(k, 0, sizeof(*k));
	buf_cut(&m->fold, 0);
	entry_host(&m->fold, text[ENTRY_URL]);
	if (m->fold.len == 0) {
		buf_ch(&m->fold, '\1');
		utf8_fold(&m->fold, text[ENTRY_SITE], strlen(text[ENTRY_SITE]));
	}
	buf_ch(&m->fold, '\2');
	buf_str(&m->fold, text[ENTRY_USERNAME]);
	k->favorite = favorite;
	m->failed |= m->fold.failed || !mark(k->key, m, m->fold.p, m->fold.len);
	for (size_t f = 0; f < ENTRY__FIELDS; f++)
		m->failed |= !mark(k->mark[f], m, text[f], strlen(text[f]));
	m->failed |= !mark(k->full, m, k->mark, sizeof(k->mark));
}

static size_t
slot_of(const struct match *m, const uint8_t key[static MATCH_MARK])
{
	size_t at;

	memcpy(&at, key, sizeof(at));
	return at & (m->slots - 1);
}

static bool
keep(struct match *m, const struct match_known *k)
{
	if (m->n == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 256;
		struct match_known *more = realloc(m->known, cap * sizeof(*more));

		if (!more) {
			m->failed = true;
			return false;
		}
		m->known = more;
		m->cap = cap;
	}
	m->known[m->n++] = *k;
	return true;
}

static void
enter(struct match *m, size_t i)
{
	struct match_known *k = &m->known[i];
	size_t *key = &m->by_key[slot_of(m, k->key)], *full = &m->by_full[slot_of(m, k->full)];

	k->next_key = *key;
	k->next_full = *full;
	*key = *full = i + 1;
}

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, ID_LEN);
}

static bool
take_entry(void *ctx, const struct entry *e)
{
	struct match *m = ctx;
	struct match_known k;

	if (m->nown > 0 && bsearch(&e->id, m->own, m->nown, sizeof(*m->own), by_bytes))
		return true;
	mark_all(m, &k, e->text, e->favorite);
	snprintf(k.id, sizeof(k.id), "%s", e->id_text);
	return keep(m, &k) && !m->failed;
}

static bool
says_the_same(const struct match_known *row, const struct match_known *k)
{
	if (row->favorite && !k->favorite)
		return false;
	for (size_t f = 0; f < ENTRY__FIELDS; f++)
		if (!is_empty(row->mark[f]) && memcmp(row->mark[f], k->mark[f], MATCH_MARK) != 0)
			return false;
	return true;
}

/* Index + 1 of one that says the same, 0 for none. Equal in everything first, which is the rule when a file comes a second time. */
static size_t
find_same(const struct match *m, const struct match_known *row)
{
	size_t i, steps = 0;

	for (i = m->by_full[slot_of(m, row->full)]; i && steps++ < CHAIN_MAX; i = m->known[i - 1].next_full)
		if (memcmp(m->known[i - 1].full, row->full, MATCH_MARK) == 0 && says_the_same(row, &m->known[i - 1]))
			return i;
	steps = 0;
	for (i = m->by_key[slot_of(m, row->key)]; i && steps++ < CHAIN_MAX; i = m->known[i - 1].next_key)
		if (memcmp(m->known[i - 1].key, row->key, MATCH_MARK) == 0 && says_the_same(row, &m->known[i - 1]))
			return i;
	return 0;
}

static size_t
find_changed(const struct match *m, const struct match_known *row)
{
	size_t i, steps = 0;

	for (i = m->by_key[slot_of(m, row->key)]; i && steps++ < CHAIN_MAX; i = m->known[i - 1].next_key)
		if (memcmp(m->known[i - 1].key, row->key, MATCH_MARK) == 0 && !m->known[i - 1].met && *m->known[i - 1].id)
			return i;
	return 0;
}

static bool
first_pass(void *ctx, const struct import_row *row)
{
	struct match *m = ctx;
	struct match_known k;
	size_t found = 0;

	if (row->fault == IMPORT_FINE) {
		mark_all(m, &k, row->text, row->favorite);
		found = find_same(m, &k);
		if (found)
			m->known[found - 1].met = true;
	}
	m->verdict[m->rows++] = found;
	return !m->failed;
}

struct second {
	struct match *m;
	match_fn *fn;
	void *ctx;
	size_t i;
};

static void
judge(struct match *m, size_t i, const struct import_row *row, struct match_found *f)
{
	struct match_known k;
	size_t found;

	if (row->fault != IMPORT_FINE) {
		f->finding.group = GROUP_UNREADABLE;
		return;
	}
	f->finding.group = GROUP_SAME;
	if (m->verdict[i])
		return;
	mark_all(m, &k, row->text, row->favorite);
	found = find_same(m, &k);
	if (found) { /* only a row of the file itself can have come since the first pass */
		f->finding.twice = true;
		return;
	}
	found = find_changed(m, &k);
	if (found) {
		struct match_known *old = &m->known[found - 1];

		old->met = true;
		f->finding.group = GROUP_CHANGED;
		f->id = old->id;
		for (size_t n = 0; n < ENTRY__FIELDS; n++)
			if (!is_empty(k.mark[n]) && memcmp(k.mark[n], old->mark[n], MATCH_MARK) != 0)
				f->finding.differs |= 1U << n;
		if (k.favorite && !old->favorite)
			f->finding.differs |= 1U << ENTRY__FIELDS;
		return;
	}
	f->finding.group = GROUP_NEW;
	if (keep(m, &k))
		enter(m, m->n - 1);
}

static bool
second_pass(void *ctx, const struct import_row *row)
{
	struct second *s = ctx;
	struct match_found f = { .finding = { .row = row } };

	judge(s->m, s->i++, row, &f);
	return !s->m->failed && s->fn(s->ctx, &f);
}

struct owning {
	const struct session *s;
	const struct import *im;
	struct match *m;
	size_t cap;
};

/* The record of what was made: entries of this very import are not what its rows are compared with. */
static bool
take_record(void *ctx, const struct store_item *it)
{
	struct owning *o = ctx;
	char id[ID_TEXT_LEN + 1];
	struct buf text;

	buf_init(&text, 16 * 1024);
	o->m->failed |= !import_unseal(&text, o->s, o->im, it->sort, store_text(it, ST_BOX), it->at[ST_BOX].len);
	for (const char *p = text.p; !o->m->failed && *p; p += strcspn(p, "\n"), p += *p == '\n') {
		if (*p != 'c')
			continue;
		if (o->m->nown == o->cap) {
			size_t cap = o->cap ? o->cap * 2 : 256;
			struct id *more = realloc(o->m->own, cap * sizeof(*more));

			o->m->failed = !more;
			if (!more)
				break;
			o->m->own = more;
			o->cap = cap;
		}
		snprintf(id, sizeof(id), "%.*s", ID_TEXT_LEN, p + 2);
		o->m->failed |= !id_parse(&o->m->own[o->m->nown++], id);
	}
	buf_wipe(&text);
	return !o->m->failed;
}

static enum outcome
read_record(struct match *m, const struct session *s, const struct import *im)
{
	char prefix[IMPORT_KEY_MAX];
	struct store_query q = { .table = STORE_ACCOUNTS, .part = s->owner, .prefix = prefix };
	struct owning o = { .s = s, .im = im, .m = m };
	enum outcome out;

	if (im->records == 0)
		return OUT_OK;
	snprintf(prefix, sizeof(prefix), "%s%s#", IMPORT_RECORD, im->id_text);
	out = outcome_of(store_query(&q, take_record, &o));
	if (m->nown > 1)
		qsort(m->own, m->nown, sizeof(*m->own), by_bytes);
	return out;
}

static bool
start_tables(struct match *m)
{
	m->slots = 1;
	while (m->slots < 2 * (m->n + IMPORT_ROWS_MAX))
		m->slots *= 2;
	m->by_key = calloc(m->slots, sizeof(*m->by_key));
	m->by_full = calloc(m->slots, sizeof(*m->by_full));
	m->verdict = calloc(IMPORT_ROWS_MAX, sizeof(*m->verdict));
	if (!m->by_key || !m->by_full || !m->verdict)
		return false;
	for (size_t i = 0; i < m->n; i++)
		enter(m, i);
	return true;
}

enum outcome
match_rows(const struct session *s, struct import *im, match_fn *fn, void *ctx, bool *more)
{
	struct match m = { 0 };
	struct second second = { .m = &m, .fn = fn, .ctx = ctx };
	size_t damaged;
	enum outcome o = OUT_BUSY;

	*more = false;
	buf_init(&m.fold, ENTRY_KEY_MAX + 64 * 1024);
	if (!rng_bytes(m.secret, sizeof(m.secret)))
		goto out;
	o = read_record(&m, s, im);
	if (o == OUT_OK)
		o = entry_each(s, take_entry, &m, &damaged);
	if (o == OUT_OK && (m.failed || !start_tables(&m)))
		o = OUT_BUSY;
	if (o == OUT_OK && (!import_each(&im->plan, im->text.p, im->text.len, first_pass, &m, more) || m.failed))
		o = OUT_BUSY;
	if (o == OUT_OK && (!import_each(&im->plan, im->text.p, im->text.len, second_pass, &second, more) || m.failed))
		o = OUT_BUSY;
out:
	buf_wipe(&m.fold);
	free(m.known);
	free(m.by_key);
	free(m.by_full);
	free(m.verdict);
	free(m.own);
	secret_wipe(&m, sizeof(m));
	return o;
}

struct telling {
	import_finding_fn *fn;
	void *ctx;
};

static bool
tell(void *ctx, const struct match_found *f)
{
	const struct telling *t = ctx;

	return t->fn(t->ctx, &f->finding);
}

enum outcome
import_compare(const struct session *s, struct import *im, import_finding_fn *fn, void *ctx, bool *more)
{
	struct telling t = { fn, ctx };

	return match_rows(s, im, tell, &t, more);
}
