#include "domain/entry_health.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/utf8.h"
#include "crypto/hash.h"
#include "crypto/rng.h"

#define FOLD_KEEP 96 /* bytes of the sort key that are kept */
#define NONE SIZE_MAX

struct reading {
	struct health *h;
	const char *account;
	int64_t now;
	uint8_t key[HASH_LEN];
	struct buf fold;
	bool failed;
};

static const char *
keep(struct health *h, const char *text)
{
	return texts_keep(&h->texts, text, strlen(text));
}

static struct health_row *
new_row(struct health *h)
{
	if (h->n == h->cap) {
		size_t cap = h->cap ? h->cap * 2 : 64;
		struct health_row *more = realloc(h->row, cap * sizeof(*more));

		if (!more)
			return NULL;
		h->row = more;
		h->cap = cap;
	}
	memset(&h->row[h->n], 0, sizeof(*h->row));
	return &h->row[h->n++];
}

static bool
mark(uint8_t out[static HEALTH_MARK_LEN], const struct reading *r, const char *password)
{
	uint8_t mac[HASH_LEN];
	bool ok = hash_hmac(mac, r->key, sizeof(r->key), password, strlen(password));

	memcpy(out, mac, HEALTH_MARK_LEN);
	secret_wipe(mac, sizeof(mac));
	return ok;
}

static void
note(struct health_row *row, enum entry_finding f, bool is)
{
	if (is)
		row->found |= (uint8_t)(1U << f);
}

static bool
add(void *ctx, const struct entry *e)
{
	struct reading *r = ctx;
	struct health_row *row = new_row(r->h);
	const char *password = e->text[ENTRY_PASSWORD];

	if (!row) {
		r->failed = true;
		return false;
	}
	memcpy(row->id, e->id_text, sizeof(row->id));
	row->version = e->version;
	row->password_at = e->password_at;
	row->strength = e->strength < 0 || e->strength >= HEALTH_LEVELS ? 0 : e->strength;
	row->rated = *password != '\0';
	row->site = keep(r->h, e->text[ENTRY_SITE]);
	row->url = keep(r->h, e->text[ENTRY_URL]);
	row->username = keep(r->h, e->text[ENTRY_USERNAME]);
	for (size_t f = 0; f < FINDING__MAX; f++)
		row->reason[f] = keep(r->h, e->ignored[f]);
	buf_cut(&r->fold, 0);
	utf8_fold(&r->fold, e->text[ENTRY_SITE], strlen(e->text[ENTRY_SITE]));
	buf_ch(&r->fold, '\1');
	utf8_fold(&r->fold, e->text[ENTRY_USERNAME], strlen(e->text[ENTRY_USERNAME]));
	row->fold = texts_keep(&r->h->texts, r->fold.p, r->fold.len < FOLD_KEEP ? r->fold.len : FOLD_KEEP);
	note(row, FINDING_HTTP, strncasecmp(e->text[ENTRY_URL], "http://", 7) == 0);
	if (row->rated) {
		note(row, FINDING_SAME, r->account && secret_equal_text(r->account, password));
		note(row, FINDING_WEAK, row->strength <= HEALTH_WEAK);
		note(row, FINDING_OLD, r->now - row->password_at > HEALTH_OLD);
		r->failed = r->failed || !mark(row->mark, r, password);
	}
	return !r->failed && !r->h->texts.failed;
}

static int
by_fold(const void *x, const void *y)
{
	const struct health_row *a = x, *b = y;
	int c = strcmp(a->fold, b->fold);

	return c ? c : strcmp(a->id, b->id);
}

/* Groups get their numbers by a table over the marks: one look at each row, however many passwords are equal. */
static bool
find_groups(struct health *h)
{
	size_t slots = 1, groups = 0, at, *slot;

	while (slots < 2 * h->n + 1)
		slots *= 2;
	slot = malloc(slots * sizeof(*slot));
	h->shared = calloc(h->n + 1, sizeof(*h->shared));
	for (size_t i = 0; slot && i < slots; i++)
		slot[i] = NONE;
	for (size_t i = 0; slot && h->shared && i < h->n; i++) {
		struct health_row *row = &h->row[i];

		if (!row->rated)
			continue;
		memcpy(&at, row->mark, sizeof(at));
		for (at &= slots - 1; slot[at] != NONE; at = (at + 1) & (slots - 1))
			if (memcmp(h->row[slot[at]].mark, row->mark, HEALTH_MARK_LEN) == 0)
				break;
		if (slot[at] == NONE) {
			slot[at] = i;
			row->group = groups++;
		} else {
			row->group = h->row[slot[at]].group;
		}
		h->shared[row->group]++;
	}
	free(slot);
	for (size_t i = 0; h->shared && i < h->n; i++)
		note(&h->row[i], FINDING_REUSED, h->row[i].rated && h->shared[h->row[i].group] > 1);
	return slot && h->shared;
}

static void
count(struct health *h)
{
	for (size_t i = 0; i < h->n; i++) {
		struct health_row *row = &h->row[i];

		for (size_t f = 0; f < FINDING__MAX; f++) {
			if (*row->reason[f]) {
				row->found &= (uint8_t)~(1U << f);
				h->ignored++;
			}
			h->count[f] += row->found >> f & 1;
		}
		h->attention += row->found != 0;
		h->rated += row->rated;
		h->level[row->strength] += row->rated;
	}
}

/* Rows of "reused" in the order of their groups: counted into place, as groups are numbers without gaps. */
static bool
order_groups(struct health *h)
{
	size_t *start = calloc(h->n + 1, sizeof(*start)), sum = 0;
	const size_t reused = 1U << FINDING_REUSED;

	h->by_group = malloc((h->count[FINDING_REUSED] + 1) * sizeof(*h->by_group));
	for (size_t i = 0; start && i < h->n; i++)
		if (h->row[i].found & reused)
			start[h->row[i].group]++;
	for (size_t g = 0; start && g < h->n; g++) {
		size_t n = start[g];

		start[g] = sum;
		sum += n;
	}
	for (size_t i = 0; start && h->by_group && i < h->n; i++)
		if (h->row[i].found & reused)
			h->by_group[start[h->row[i].group]++] = i;
	h->grouped = sum;
	free(start);
	return start && h->by_group;
}

enum outcome
health_read(struct health *h, const struct session *s, const char *account, int64_t now)
{
	struct reading r = { .h = h, .account = account, .now = now };
	enum outcome o = OUT_BUSY;

	memset(h, 0, sizeof(*h));
	buf_init(&r.fold, 16384);
	if (rng_bytes(r.key, sizeof(r.key)))
		o = entry_each(s, add, &r, &h->damaged);
	if (o == OUT_OK && (r.failed || h->texts.failed))
		o = OUT_BUSY;
	if (o == OUT_OK && h->n > 1)
		qsort(h->row, h->n, sizeof(*h->row), by_fold);
	if (o == OUT_OK && !find_groups(h))
		o = OUT_BUSY;
	if (o == OUT_OK) {
		count(h);
		if (!order_groups(h))
			o = OUT_BUSY;
	}
	buf_wipe(&r.fold);
	secret_wipe(r.key, sizeof(r.key));
	return o;
}

void
health_wipe(struct health *h)
{
	texts_wipe(&h->texts);
	free(h->row);
	free(h->by_group);
	free(h->shared);
	memset(h, 0, sizeof(*h));
}

const struct health_row *
health_next(const struct health *h, enum entry_finding f, size_t *at)
{
	if (f == FINDING_REUSED)
		return *at < h->grouped ? &h->row[h->by_group[(*at)++]] : NULL;
	for (; *at < h->n; ++*at)
		if (h->row[*at].found >> f & 1)
			return &h->row[(*at)++];
	return NULL;
}
