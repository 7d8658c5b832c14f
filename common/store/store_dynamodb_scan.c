/* store_dynamodb_scan: whole tables, for tools. */
#include "base/log.h"
#include "store/store_dynamodb_call.h"
#include "store/store_dynamodb_json.h"
#include "store/store_dynamodb_page.h"
#include "store/store_scan.h"

enum store_result
store_scan(enum store_table t, const struct store_key *after, store_row_fn *fn, void *ctx)
{
	struct ddb_page p = { .table = t, .expired = true, .tool = true, .fn = fn, .ctx = ctx };
	struct json_object *rq = json_object_new_object();

	if (ddb_add_text(rq, "TableName", ddb_table(t)) && ddb_add(rq, "ConsistentRead", json_object_new_boolean(1)) &&
	    (after == NULL || ddb_put_key(rq, "ExclusiveStartKey", after)))
		return ddb_pages(&p, "Scan", rq);
	json_object_put(rq);
	return STORE_BUSY;
}

enum store_result
store_moment(void)
{
	return STORE_OK;
}

enum store_result
store_count(enum store_table t, int64_t *n)
{
	struct json_object *rq = json_object_new_object(), *answer = NULL, *table, *count;
	enum store_result r;

	*n = 0;
	store_restart();
	r = ddb_add_text(rq, "TableName", ddb_table(t)) ? ddb_call(&answer, "DescribeTable", rq) : STORE_BUSY;
	if (r == STORE_OK && json_object_object_get_ex(answer, "Table", &table) && json_object_object_get_ex(table, "ItemCount", &count))
		*n = json_object_get_int64(count);
	json_object_put(answer);
	json_object_put(rq);
	return r;
}

void
store_restart(void)
{
	ddb_restart();
}
