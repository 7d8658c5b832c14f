#include "domain/closing.h"

#include <string.h>

#include "base/clock.h"

#define OWNER "closing"
#define ROUND 50

static void
name_row(struct closing_row *row, const struct user *u)
{
	/* fixed width, so that the order of keys is the order of days */
	snprintf(row->kind, sizeof(row->kind), "%014lld#%s", (long long)u->closing, u->username);
}

void
closing_on(struct batch *b, struct closing_row *row, const struct user *u)
{
	name_row(row, u);
	batch_put(b, STORE_ACCOUNTS, OWNER, row->kind);
	batch_text(b, ST_USERNAME, u->username);
	batch_text(b, ST_UID, u->uid_text);
	batch_num(b, ST_UNTIL, u->closing);
}

void
closing_off(struct batch *b, struct closing_row *row, const struct user *u)
{
	name_row(row, u);
	batch_delete(b, STORE_ACCOUNTS, OWNER, row->kind);
}

struct rows {
	char sort[ROUND][96];
	size_t n;
};

static bool
collect(void *ctx, const struct store_item *it)
{
	struct rows *w = ctx;

	snprintf(w->sort[w->n], sizeof(w->sort[0]), "%s", it->sort);
	return ++w->n < ROUND;
}

/* Remove a partition, as far as *left reaches. */
static enum outcome
remove_rows(enum store_table table, const char *owner, size_t *left)
{
	struct rows w = { .n = ROUND };
	struct batch b;
	struct store_query q = { .table = table, .part = owner, .prefix = "", .limit = ROUND };
	enum outcome o = OUT_OK;

	while (o == OUT_OK && w.n == ROUND && *left >= ROUND) {
		w.n = 0;
		o = outcome_of(store_query(&q, collect, &w));
		batch_start(&b);
		for (size_t i = 0; i < w.n; i++)
			batch_delete(&b, table, owner, w.sort[i]);
		if (o == OUT_OK && w.n > 0)
			o = batch_commit(&b);
		*left -= w.n;
	}
	if (o == OUT_OK && w.n == ROUND)
		*left = 0; /* there is more */
	return o;
}

struct over {
	char kind[CLOSING_KIND_MAX], username[USER_NAME_MAX + 1], uid[ID_TEXT_LEN + 1];
	bool found;
};

static bool
first_over(void *ctx, const struct store_item *it)
{
	struct over *x = ctx;

	x->found = store_num(it, ST_UNTIL) <= clock_now();
	snprintf(x->kind, sizeof(x->kind), "%s", it->sort);
	snprintf(x->username, sizeof(x->username), "%s", store_text(it, ST_USERNAME));
	snprintf(x->uid, sizeof(x->uid), "%s", store_text(it, ST_UID));
	return false;
}

/* The record has expired; where somebody else has the name by now, it was replaced. Reads hide it, so that only a delete that holds for what is absent meets it. */
static enum outcome
remove_record(const struct over *x)
{
	struct batch b;
	enum outcome o;

	batch_start(&b);
	batch_delete(&b, STORE_USERS, x->username, NULL);
	batch_if(&b, STORE_COND_ABSENT, ST_REV, 0);
	o = batch_commit(&b);
	return o == OUT_STALE ? OUT_OK : o;
}

enum outcome
closing_sweep(size_t rows, size_t *accounts, bool *more)
{
	size_t left = rows;
	enum outcome o = OUT_OK;

	if (accounts)
		*accounts = 0;
	if (more)
		*more = false;
	while (o == OUT_OK) {
		struct over x = { .found = false };
		struct store_query q = { .table = STORE_ACCOUNTS, .part = OWNER, .prefix = "", .limit = 1 };
		struct batch b;

		o = outcome_of(store_query(&q, first_over, &x));
		if (o != OUT_OK || !x.found)
			break;
		if (left < ROUND) {
			if (more)
				*more = true;
			break;
		}
		o = remove_record(&x);
		if (o == OUT_OK)
			o = remove_rows(STORE_PASSWORDS, x.uid, &left);
		if (o == OUT_OK)
			o = remove_rows(STORE_ACCOUNTS, x.uid, &left);
		if (o != OUT_OK || left < ROUND)
			continue;
		batch_start(&b);
		batch_delete(&b, STORE_ACCOUNTS, OWNER, x.kind);
		o = batch_commit(&b);
		left--;
		if (o == OUT_OK && accounts)
			++*accounts;
	}
	return o;
}
