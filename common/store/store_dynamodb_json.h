/* store_dynamodb_json.h - items, keys and conditions as DynamoDB writes them. Private to the module. Layer: store. */
#ifndef STORE_STORE_DYNAMODB_JSON_H
#define STORE_STORE_DYNAMODB_JSON_H

#include <json-c/json.h>

#include "store/store_item.h"

#define DDB_REQUEST_ID "req" /* of the last write: a repeat after a lost answer knows its own work by it */

/* Builders. A false or NULL means that memory ran out; what was begun is still put by its owner. */
NODISCARD bool ddb_add(struct json_object *o, const char *key, struct json_object *value); /* takes `value`, also when it fails */
NODISCARD bool ddb_add_text(struct json_object *o, const char *key, const char *text);
/* o[name] = {"S": text} / {"N": "num"}: the value of an attribute. */
NODISCARD bool ddb_put_text(struct json_object *o, const char *name, const char *text);
NODISCARD bool ddb_put_number(struct json_object *o, const char *name, int64_t num);
/* o[key] = {part: …, sort: …} */
NODISCARD bool ddb_put_key(struct json_object *o, const char *key, const struct store_key *k);

/* Read an item of `t`. Texts point into `o`, which must outlive it: see store_item_keep. False for a value of the wrong type,
 * a key that is not there, or a number beyond int64. */
NODISCARD bool ddb_item_read(struct store_item *it, enum store_table t, struct json_object *o);
/* "" unless the item carries a request id. */
const char *ddb_request_id(struct json_object *item);

/* An expression that grows together with its names and values. */
struct ddb_expr {
	struct json_object *names, *values; /* of the whole request part; the caller's */
	unsigned n;
};
/* "#n0", ":v0": a new placeholder for an attribute name, for a value. */
NODISCARD bool ddb_name(struct ddb_expr *e, char out[static 12], const char *name);
NODISCARD bool ddb_value_number(struct ddb_expr *e, char out[static 12], int64_t num);
NODISCARD bool ddb_value_text(struct ddb_expr *e, char out[static 12], const char *text);

#endif
