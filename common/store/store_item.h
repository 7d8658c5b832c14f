/* store_item.h - what both stores share: key names, and the checks that come before anything is sent. Private to the module. Layer: store. */
#ifndef STORE_STORE_ITEM_H
#define STORE_STORE_ITEM_H

#include "store/store.h"

#define STORE_ITEM_BYTES_MAX (400 * 1024) /* DynamoDB's limit for one item: names and values; SQLite keeps to it so that data can move */

/* Short name of a table (its SQL name) and the names of its key attributes; sort is NULL for a table without one. */
struct store_table_info {
	const char *name, *part, *sort;
};
extern const struct store_table_info store_tables[STORE__TABLES];

/* Whether a key fits its table: part not empty; sort not empty where the table has one, NULL where it has none. */
NODISCARD bool store_key_valid(const struct store_key *k);
/* Whether the table has the attribute. */
NODISCARD bool store_has(enum store_table t, enum store_attr a);
/* Whether `n` keys are fit to be read together: 1..STORE_GET_MAX, each valid. Logs the reason when not. */
NODISCARD bool store_get_valid(const struct store_key *keys, size_t n);
/* Whether a query names a table, a part, and no sort key where there is none. Logs the reason when not. */
NODISCARD bool store_query_valid(const struct store_query *q);
/* Whether `n` writes obey store.h: 1..STORE_WRITE_MAX, valid keys, known attributes set once each, numbers in conditions, no item named
 * twice, no item above STORE_ITEM_BYTES_MAX. Logs the reason when not. */
NODISCARD bool store_write_valid(const struct store_write *w, size_t n);
/* Move the texts of an item that was read into one block of its own, which store_item_wipe() wipes. False when memory ran out. */
NODISCARD bool store_item_keep(struct store_item *it);
/* Whether an item counts as there at `now` (seconds): found, and not expired. */
NODISCARD bool store_item_alive(const struct store_item *it, int64_t now);
/* Whether one condition holds for the item as it is; an item that is not alive must come with found == false. */
NODISCARD bool store_cond_holds(const struct store_cond *c, const struct store_item *it);

#endif
