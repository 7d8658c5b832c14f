/* store_stream.h - items as lines of text, the same for both stores: what goes from one to the other, and what a comparison sums up. Layer: store.
 *
 * One JSON object a line: {"t":"passwords","k":["user","e#id"],"a":{"version":3,"token":"..."}}. Attributes stand in the order of store_attrs, absent ones are left
 * out, so that equal items give equal bytes. The lines hold what the tables hold: sealed texts, password hashes, no key.
 */
#ifndef STORE_STORE_STREAM_H
#define STORE_STORE_STREAM_H

#include "base/buf.h"
#include "crypto/hash.h"
#include "store/store.h"

struct json_object;

#define STREAM_LINE_MAX (1024 * 1024)

/* Append the item's line with its '\n' to out. False when memory ran out. */
NODISCARD bool stream_line(struct buf *out, enum store_table t, const struct store_item *it);

/* An item on its way in: what store_write puts. Texts live in `json` until stream_item_free. */
struct stream_item {
	struct json_object *json;
	struct store_write write;
	struct store_set set[ST__MAX];
	size_t bytes; /* of its line */
};
/* Read a line. False when it is no item of ours: unknown table or attribute, a wrong type, a key that does not fit. End with stream_item_free in any case. */
NODISCARD bool stream_parse(struct stream_item *si, const char *line, size_t len);
void stream_item_free(struct stream_item *si);

/* A sum over items in whatever order: their number, and all SHA-256 of their lines joined by exclusive or (no key is there twice, so nothing cancels out). */
struct stream_sum {
	int64_t n;
	uint8_t hash[HASH_LEN];
};
NODISCARD bool stream_add(struct stream_sum *sum, enum store_table t, const struct store_item *it);
/* The same for a line as stream_line made it, its '\n' included. */
NODISCARD bool stream_add_line(struct stream_sum *sum, const char *line, size_t len);

#endif
