/* store_scan.h - whole tables: for tools that move, compare or back up an installation; no request ever does this. Layer: store. */
#ifndef STORE_STORE_SCAN_H
#define STORE_STORE_SCAN_H

#include "store/store.h"

/* Hand every item of table `t` to fn, expired ones too, in an order of the store's own that stays the same; only those behind the item with the key `after`
 * (NULL: all). The item's texts live until fn returns; return false to stop. Results as for store_query: some items may have been handed over before a failure. */
NODISCARD enum store_result store_scan(enum store_table t, const struct store_key *after, store_row_fn *fn, void *ctx);
/* What is read from here to the end of the process shows one moment, while others go on writing. SQLite keeps to that; DynamoDB cannot, there each item is
 * as of when it was read. */
NODISCARD enum store_result store_moment(void);
/* How many items a table holds: exact for SQLite; for DynamoDB what DescribeTable says, which is up to six hours old. For signs of progress, and where about is enough. */
NODISCARD enum store_result store_count(enum store_table t, int64_t *n);
/* The time limits that the calls of one request share begin anew: for tools, which live longer. */
void store_restart(void);

#endif
