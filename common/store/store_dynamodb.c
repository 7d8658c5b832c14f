/* store_dynamodb: reads. One call per get, however many keys; a query follows LastEvaluatedKey to its end, also through empty pages. */
#include "base/clock.h"
#include "base/log.h"
#include "store/store_dynamodb_call.h"
#include "store/store_dynamodb_json.h"
#include "store/store_dynamodb_page.h"

#define EMAIL_INDEX "email_lower-index"
#define ROUNDS 5 /* for what a batch left unread */

static enum store_result
no_memory(void)
{
	log_error("store_busy", "out of memory");
	return STORE_BUSY;
}

/* One item of an answer, if it is there and alive. */
static enum store_result
take(struct store_item *it, enum store_table t, struct json_object *o)
{
	if (!ddb_item_read(it, t, o)) {
		*it = (struct store_item){ 0 };
		log_error("store_broken", "%s: an item that is none of ours", store_tables[t].name);
		return STORE_BROKEN;
	}
	if (!store_item_alive(it, clock_now())) {
		*it = (struct store_item){ 0 };
		return STORE_OK;
	}
	if (store_item_keep(it))
		return STORE_OK;
	*it = (struct store_item){ 0 };
	return no_memory();
}

static enum store_result
get_one(struct store_item *it, const struct store_key *k)
{
	struct json_object *rq = json_object_new_object(), *answer = NULL, *o;
	enum store_result r;

	if (ddb_add_text(rq, "TableName", ddb_table(k->table)) && ddb_put_key(rq, "Key", k) && ddb_add(rq, "ConsistentRead", json_object_new_boolean(1)))
		r = ddb_call(&answer, "GetItem", rq);
	else
		r = no_memory();
	if (r == STORE_OK && json_object_object_get_ex(answer, "Item", &o))
		r = take(it, k->table, o);
	json_object_put(answer);
	json_object_put(rq);
	return r;
}

/* {"TABLE": {"Keys": […], "ConsistentRead": true}, …} of all keys; a batch refuses the same key twice. */
static struct json_object *
batch_of(const struct store_key *keys, size_t n)
{
	struct json_object *tables = json_object_new_object();
	bool ok = tables != NULL;

	for (size_t i = 0; i < n && ok; i++) {
		struct json_object *table, *list, *holder = json_object_new_object(), *key;
		bool twice = false;

		for (size_t j = 0; j < i; j++)
			twice |= keys[i].table == keys[j].table && strcmp(keys[i].part, keys[j].part) == 0 &&
			    (keys[i].sort == NULL || strcmp(keys[i].sort, keys[j].sort) == 0);
		if (!twice && !json_object_object_get_ex(tables, ddb_table(keys[i].table), &table)) {
			table = json_object_new_object();
			ok = ddb_add(table, "ConsistentRead", json_object_new_boolean(1)) && ddb_add(table, "Keys", json_object_new_array());
			ok = ddb_add(tables, ddb_table(keys[i].table), table) && ok;
		}
		if (!twice && ok && ddb_put_key(holder, "k", &keys[i]) && json_object_object_get_ex(holder, "k", &key) &&
		    json_object_object_get_ex(table, "Keys", &list))
			ok = json_object_array_add(list, json_object_get(key)) == 0;
		else
			ok = ok && twice;
		json_object_put(holder);
	}
	if (!ok) {
		json_object_put(tables);
		return NULL;
	}
	return tables;
}

static bool
is_key(const struct store_item *it, const struct store_key *k)
{
	return strcmp(it->part, k->part) == 0 && (k->sort == NULL || strcmp(it->sort, k->sort) == 0);
}

static enum store_result
take_batch(struct store_item *items, const struct store_key *keys, size_t n, struct json_object *answer)
{
	struct json_object *tables, *list;
	enum store_result r = STORE_OK;

	if (!json_object_object_get_ex(answer, "Responses", &tables))
		return STORE_OK;
	for (size_t i = 0; i < n && r == STORE_OK; i++) {
		if (items[i].found || !json_object_object_get_ex(tables, ddb_table(keys[i].table), &list))
			continue;
		for (size_t j = 0; j < json_object_array_length(list) && r == STORE_OK; j++) {
			struct json_object *o = json_object_array_get_idx(list, j);
			struct store_item it;

			if (ddb_item_read(&it, keys[i].table, o) && is_key(&it, &keys[i]))
				r = take(&items[i], keys[i].table, o);
		}
	}
	return r;
}

static enum store_result
get_batch(struct store_item *items, const struct store_key *keys, size_t n)
{
	struct json_object *tables = batch_of(keys, n), *left;
	enum store_result r = tables != NULL ? STORE_OK : no_memory();

	for (int round = 0; tables != NULL && r == STORE_OK; round++) {
		struct json_object *rq = json_object_new_object(), *answer = NULL;

		r = ddb_add(rq, "RequestItems", tables) ? ddb_call(&answer, "BatchGetItem", rq) : no_memory();
		tables = NULL;
		if (r == STORE_OK)
			r = take_batch(items, keys, n, answer);
		if (r == STORE_OK && json_object_object_get_ex(answer, "UnprocessedKeys", &left) && json_object_object_length(left) > 0) {
			tables = json_object_get(left);
			clock_sleep_ms(25L << round);
			if (round + 1 == ROUNDS)
				r = STORE_BUSY;
		}
		json_object_put(answer);
		json_object_put(rq);
	}
	json_object_put(tables);
	return r;
}

enum store_result
store_get(struct store_item *items, const struct store_key *keys, size_t n)
{
	enum store_result r;

	for (size_t i = 0; i < n && i < STORE_GET_MAX; i++)
		items[i] = (struct store_item){ 0 };
	if (!store_get_valid(keys, n))
		return STORE_BROKEN;
	r = n == 1 ? get_one(items, keys) : get_batch(items, keys, n);
	if (r != STORE_OK)
		for (size_t i = 0; i < n; i++)
			store_item_wipe(&items[i]);
	return r == STORE_CONFLICT ? STORE_BROKEN : r;
}

static struct json_object *
query_of(const struct store_query *q)
{
	const struct store_table_info *info = &store_tables[q->table];
	struct json_object *rq = json_object_new_object(), *names = json_object_new_object(), *values = json_object_new_object();
	struct store_key after = { q->table, q->part, q->after };
	struct ddb_expr e = { names, values, 0 };
	bool prefix = q->prefix != NULL && *q->prefix != '\0', ok;
	char part[12], p[12], sort[12], s[12], cond[80];

	ok = ddb_name(&e, part, info->part) && ddb_value_text(&e, p, q->part);
	snprintf(cond, sizeof(cond), "%s=%s", part, p);
	if (ok && prefix) {
		ok = ddb_name(&e, sort, info->sort) && ddb_value_text(&e, s, q->prefix);
		snprintf(cond, sizeof(cond), "%s=%s AND begins_with(%s,%s)", part, p, sort, s);
	}
	ok = ok && ddb_add_text(rq, "TableName", ddb_table(q->table)) && ddb_add_text(rq, "KeyConditionExpression", cond) &&
	    ddb_add(rq, "ConsistentRead", json_object_new_boolean(1));
	if (ok && q->newest_first)
		ok = ddb_add(rq, "ScanIndexForward", json_object_new_boolean(0));
	if (ok && q->limit != 0)
		ok = ddb_add(rq, "Limit", json_object_new_int64((int64_t)q->limit));
	if (ok && q->after != NULL)
		ok = ddb_put_key(rq, "ExclusiveStartKey", &after);
	/* both are taken whatever happens */
	ok = ddb_add(rq, "ExpressionAttributeNames", names) && ok;
	ok = ddb_add(rq, "ExpressionAttributeValues", values) && ok;
	if (ok)
		return rq;
	json_object_put(rq);
	return NULL;
}

enum store_result
store_query(const struct store_query *q, store_row_fn *fn, void *ctx)
{
	struct ddb_page p = { .table = q->table, .limit = q->limit, .fn = fn, .ctx = ctx };

	return store_query_valid(q) ? ddb_pages(&p, "Query", query_of(q)) : STORE_BROKEN;
}

/* The index holds keys alone, so that a login does not pay for writing the whole record twice. */
enum store_result
store_email(struct store_item *it, const char *email_lower)
{
	struct json_object *rq = json_object_new_object(), *names = json_object_new_object(), *values = json_object_new_object();
	struct json_object *answer = NULL, *list, *first;
	struct ddb_expr e = { names, values, 0 };
	struct store_item found;
	char n[12], v[12], cond[32];
	enum store_result r = STORE_OK;
	bool ok = ddb_name(&e, n, "email_lower") && ddb_value_text(&e, v, email_lower);

	*it = (struct store_item){ 0 };
	snprintf(cond, sizeof(cond), "%s=%s", n, v);
	ok = ok && ddb_add_text(rq, "TableName", ddb_table(STORE_USERS)) && ddb_add_text(rq, "IndexName", EMAIL_INDEX) &&
	    ddb_add_text(rq, "KeyConditionExpression", cond);
	ok = ddb_add(rq, "ExpressionAttributeNames", names) && ok;
	ok = ddb_add(rq, "ExpressionAttributeValues", values) && ok;
	r = ok ? ddb_call(&answer, "Query", rq) : no_memory();
	if (r == STORE_OK && json_object_object_get_ex(answer, "Items", &list) && (first = json_object_array_get_idx(list, 0)) != NULL) {
		if (ddb_item_read(&found, STORE_USERS, first))
			r = store_get(it, &(struct store_key){ STORE_USERS, found.part, NULL }, 1);
		else
			r = STORE_BROKEN;
	}
	json_object_put(answer);
	json_object_put(rq);
	return r == STORE_CONFLICT ? STORE_BROKEN : r;
}

enum store_result
store_ping(void)
{
	struct store_item it;
	enum store_result r = store_get(&it, &(struct store_key){ STORE_ACCOUNTS, "ping", "ping" }, 1);

	store_item_wipe(&it);
	return r;
}
