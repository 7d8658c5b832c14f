#include "domain/batch.h"

#include <string.h>

#include "base/log.h"

void
batch_start(struct batch *b)
{
	memset(b, 0, sizeof(*b));
}

static size_t
begin(struct batch *b, enum store_op op, enum store_table t, const char *part, const char *sort)
{
	struct store_write *w;

	if (b->n == STORE_WRITE_MAX) {
		b->overflow = true;
		return b->n - 1;
	}
	w = &b->w[b->n];
	w->op = op;
	w->key = (struct store_key){ t, part, sort };
	w->set = &b->sets[b->nsets];
	b->conds = 0;
	return b->n++;
}

size_t
batch_put(struct batch *b, enum store_table t, const char *part, const char *sort)
{
	return begin(b, STORE_PUT, t, part, sort);
}

size_t
batch_update(struct batch *b, enum store_table t, const char *part, const char *sort)
{
	return begin(b, STORE_UPDATE, t, part, sort);
}

size_t
batch_delete(struct batch *b, enum store_table t, const char *part, const char *sort)
{
	return begin(b, STORE_DELETE, t, part, sort);
}

size_t
batch_check(struct batch *b, enum store_table t, const char *part, const char *sort)
{
	return begin(b, STORE_CHECK, t, part, sort);
}

static void
add(struct batch *b, struct store_set set)
{
	if (b->n == 0 || b->nsets == BATCH_SETS) {
		b->overflow = true;
		return;
	}
	b->sets[b->nsets++] = set;
	b->w[b->n - 1].nset++;
}

void
batch_text(struct batch *b, enum store_attr a, const char *text)
{
	add(b, (struct store_set){ .attr = a, .text = text });
}

void
batch_num(struct batch *b, enum store_attr a, int64_t n)
{
	add(b, (struct store_set){ .attr = a, .num = n });
}

void
batch_if(struct batch *b, enum store_cond_kind kind, enum store_attr a, int64_t n)
{
	if (b->n == 0 || b->conds == STORE_CONDS_MAX) {
		b->overflow = true;
		return;
	}
	b->w[b->n - 1].cond[b->conds++] = (struct store_cond){ kind, a, n };
}

enum outcome
batch_commit(struct batch *b)
{
	if (b->overflow) {
		log_error("batch_overflow", "a change has more parts than one write takes");
		return OUT_BROKEN;
	}
	return outcome_of(store_write(b->w, b->n, &b->failed));
}
