#include "domain/entry_list.h"

#include <string.h>

#include "base/log.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "domain/entry_doc.h"

#define WORDS_MAX 16
#define FOLD_KEEP 96 /* bytes of the sort key that are kept */

const char *const entry_sorts[ENTRY_SORT__MAX + 1] = { "site", "-site", "username", "updated", "-updated", "created", "strength", NULL };

struct reading {
	struct entry_list *list;
	const struct entry_query *q;
	const struct entry_keys *keys;
	struct buf words, tag, hay;
	const char *word[WORDS_MAX];
	size_t nwords;
	struct entry e;
};

static const char *
keep(struct entry_list *l, const char *text)
{
	return texts_keep(&l->texts, text, strlen(text));
}

static bool
has_tag(struct reading *r)
{
	for (const char *t = r->e.text[ENTRY_TAGS]; *t;) {
		size_t n = strcspn(t, "\n");

		buf_cut(&r->hay, 0);
		utf8_fold(&r->hay, t, n);
		if (strcmp(r->hay.p, r->tag.p) == 0)
			return true;
		t += n + (t[n] == '\n');
	}
	return false;
}

static bool
has_words(struct reading *r)
{
	static const enum entry_field where[] = { ENTRY_SITE, ENTRY_URL, ENTRY_USERNAME, ENTRY_NOTES, ENTRY_TAGS };

	buf_cut(&r->hay, 0);
	for (size_t i = 0; i < ARRAY_LEN(where); i++) {
		utf8_fold(&r->hay, r->e.text[where[i]], strlen(r->e.text[where[i]]));
		buf_ch(&r->hay, '\n');
	}
	for (size_t i = 0; i < r->nwords; i++)
		if (!strstr(r->hay.p, r->word[i]))
			return false;
	return true;
}

static void
count_tags(struct entry_list *l, const char *tags)
{
	while (*tags) {
		size_t n = strcspn(tags, "\n"), i;

		for (i = 0; i < l->ntags; i++)
			if (strlen(l->tag[i].name) == n && memcmp(l->tag[i].name, tags, n) == 0)
				break;
		if (i < l->ntags)
			l->tag[i].count++;
		else if (i < ENTRY_TAG_NAMES)
			l->tag[l->ntags++] = (struct entry_tag){ texts_keep(&l->texts, tags, n), 1 };
		tags += n + (tags[n] == '\n');
	}
}

static void
add_row(struct reading *r)
{
	struct entry_list *l = r->list;
	const struct entry *e = &r->e;
	struct entry_row *row;

	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		struct entry_row *more = realloc(l->row, cap * sizeof(*more));

		if (!more) {
			l->texts.failed = true;
			return;
		}
		l->row = more;
		l->cap = cap;
	}
	row = &l->row[l->n++];
	memset(row, 0, sizeof(*row));
	memcpy(row->id, e->id_text, sizeof(row->id));
	row->version = e->version;
	row->created = e->created;
	row->updated = e->updated;
	row->deleted = e->deleted;
	row->strength = e->strength;
	row->favorite = e->favorite;
	row->has_totp = *e->text[ENTRY_TOTP] != '\0';
	row->site = keep(l, e->text[ENTRY_SITE]);
	row->url = keep(l, e->text[ENTRY_URL]);
	row->username = keep(l, e->text[ENTRY_USERNAME]);
	row->tags = keep(l, e->text[ENTRY_TAGS]);
	buf_cut(&r->hay, 0);
	if (r->q->sort == ENTRY_SORT_USERNAME) {
		utf8_fold(&r->hay, e->text[ENTRY_USERNAME], strlen(e->text[ENTRY_USERNAME]));
		buf_ch(&r->hay, '\1');
	}
	utf8_fold(&r->hay, e->text[ENTRY_SITE], strlen(e->text[ENTRY_SITE]));
	if (r->q->sort != ENTRY_SORT_USERNAME) {
		buf_ch(&r->hay, '\1');
		utf8_fold(&r->hay, e->text[ENTRY_USERNAME], strlen(e->text[ENTRY_USERNAME]));
	}
	row->fold = texts_keep(&l->texts, r->hay.p, r->hay.len < FOLD_KEEP ? r->hay.len : FOLD_KEEP);
}

static bool
one(void *ctx, const struct store_item *it)
{
	struct reading *r = ctx;
	struct entry_list *l = r->list;
	struct entry *e = &r->e;

	buf_cut(&e->mem, 0);
	l->all++;
	if (!entry_doc_read(e, r->keys, it)) {
		if (e->mem.failed) {
			l->texts.failed = true;
			return false;
		}
		l->damaged++;
		log_error("entry_damaged", "an entry's token does not open; it is left out of the list");
		return true;
	}
	l->favorites += e->favorite;
	if (r->q->tags)
		count_tags(l, e->text[ENTRY_TAGS]);
	if ((!r->q->favorites || e->favorite) && (r->tag.len == 0 || has_tag(r)) && (r->nwords == 0 || has_words(r)))
		add_row(r);
	return !l->texts.failed;
}

static void
split_words(struct reading *r)
{
	utf8_fold(&r->words, r->q->q, strlen(r->q->q));
	for (char *p = r->words.p; *p && r->nwords < WORDS_MAX;) {
		p += strspn(p, " \t");
		if (!*p)
			break;
		r->word[r->nwords++] = p;
		p += strcspn(p, " \t");
		if (*p)
			*p++ = '\0';
	}
}

/* ids break ties, so that pages never overlap */
#define COMPARE(name, expression)                                  \
	static int name(const void *x, const void *y)              \
	{                                                          \
		const struct entry_row *a = x, *b = y;             \
		int c = (expression);                              \
                                                                   \
		return c ? c : strcmp(a->id, b->id);               \
	}
#define BY(x, y) (((x) > (y)) - ((x) < (y)))
COMPARE(by_fold, strcmp(a->fold, b->fold))
COMPARE(by_fold_down, strcmp(b->fold, a->fold))
COMPARE(by_newest, BY(b->updated, a->updated))
COMPARE(by_oldest, BY(a->updated, b->updated))
COMPARE(by_created, BY(b->created, a->created))
COMPARE(by_strength, BY(a->strength, b->strength) ? BY(a->strength, b->strength) : strcmp(a->fold, b->fold))
COMPARE(by_deleted, BY(b->deleted, a->deleted))

static int
by_name(const void *x, const void *y)
{
	const struct entry_tag *a = x, *b = y;

	return strcasecmp(a->name, b->name);
}

enum outcome
entry_list_read(struct entry_list *l, const struct session *s, const struct entry_query *q)
{
	static int (*const orders[ENTRY_SORT__MAX])(const void *, const void *) = {
		[ENTRY_SORT_SITE] = by_fold, [ENTRY_SORT_SITE_DOWN] = by_fold_down, [ENTRY_SORT_USERNAME] = by_fold, [ENTRY_SORT_UPDATED] = by_newest,
		[ENTRY_SORT_UPDATED_UP] = by_oldest, [ENTRY_SORT_CREATED] = by_created, [ENTRY_SORT_STRENGTH] = by_strength,
	};
	struct store_query sq = { .table = STORE_PASSWORDS, .part = s->owner, .prefix = q->trash ? "t#" : "e#" };
	struct entry_keys keys;
	struct reading r = { .list = l, .q = q, .keys = &keys };
	enum outcome o = OUT_BUSY;

	memset(l, 0, sizeof(*l));
	buf_init(&r.words, 4096);
	buf_init(&r.tag, 1024);
	buf_init(&r.hay, ENTRY_DOC_MAX * 2);
	entry_start(&r.e);
	split_words(&r);
	utf8_fold(&r.tag, q->tag, strlen(q->tag));
	/* words that there was no memory for would find everything */
	if (!r.words.failed && !r.tag.failed && entry_keys_start(&keys, s))
		o = outcome_of(store_query(&sq, one, &r));
	if (o == OUT_OK && (l->texts.failed || r.hay.failed))
		o = OUT_BUSY;
	if (l->n > 1)
		qsort(l->row, l->n, sizeof(*l->row), q->trash ? by_deleted : orders[q->sort]);
	if (l->ntags > 1)
		qsort(l->tag, l->ntags, sizeof(*l->tag), by_name);
	buf_wipe(&r.words);
	buf_wipe(&r.tag);
	buf_wipe(&r.hay);
	entry_wipe(&r.e);
	secret_wipe(&keys, sizeof(keys));
	return o;
}

size_t
entry_list_after(const struct entry_list *l, const char *id)
{
	size_t i;

	if (!*id)
		return 0;
	for (i = 0; i < l->n; i++)
		if (strcmp(l->row[i].id, id) == 0)
			return i + 1;
	return l->n;
}

void
entry_list_wipe(struct entry_list *l)
{
	texts_wipe(&l->texts);
	free(l->row);
	memset(l, 0, sizeof(*l));
}
