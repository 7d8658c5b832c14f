/* batch.h - builds the one write call of a change: puts, updates, deletes, checks. Layer: domain.
 *
 * batch_put/update/delete/check begin an action; batch_text/num/if add to the action begun last. Keys and texts are not copied: they must live
 * until batch_commit. Overflow is sticky and makes batch_commit fail as OUT_BROKEN.
 */
#ifndef DOMAIN_BATCH_H
#define DOMAIN_BATCH_H

#include "base/attr.h"
#include "domain/outcome.h"

#define BATCH_SETS 320

struct batch {
	struct store_write w[STORE_WRITE_MAX];
	struct store_set sets[BATCH_SETS];
	size_t n, nsets, conds;
	size_t failed; /* after OUT_STALE: the index of the action whose condition did not hold */
	bool overflow;
};

void batch_start(struct batch *b);
/* Each returns the index of the action. */
size_t batch_put(struct batch *b, enum store_table t, const char *part, const char *sort);
size_t batch_update(struct batch *b, enum store_table t, const char *part, const char *sort);
size_t batch_delete(struct batch *b, enum store_table t, const char *part, const char *sort);
size_t batch_check(struct batch *b, enum store_table t, const char *part, const char *sort);
void batch_text(struct batch *b, enum store_attr a, const char *text);
void batch_num(struct batch *b, enum store_attr a, int64_t n);
void batch_if(struct batch *b, enum store_cond_kind kind, enum store_attr a, int64_t n);
/* All or none. OUT_OK, OUT_STALE (see failed), OUT_FULL, OUT_BUSY, OUT_BROKEN. */
NODISCARD enum outcome batch_commit(struct batch *b);

#endif
