/* store_dynamodb_page: LastEvaluatedKey is followed to its end, also through empty pages. */
#include "store/store_dynamodb_page.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/store_dynamodb_json.h"

static enum store_result
hand_over(struct ddb_page *p, struct json_object *answer)
{
	struct json_object *list;
	int64_t now = clock_now();

	if (!json_object_object_get_ex(answer, "Items", &list))
		return STORE_OK;
	for (size_t i = 0; i < json_object_array_length(list) && p->more; i++) {
		struct store_item it;

		if (!ddb_item_read(&it, p->table, json_object_array_get_idx(list, i))) {
			log_error("store_broken", "%s: an item that is none of ours", store_tables[p->table].name);
			return STORE_BROKEN;
		}
		if (p->expired || store_item_alive(&it, now))
			p->more = p->fn(p->ctx, &it) && (p->limit == 0 || ++p->given < p->limit);
	}
	return STORE_OK;
}

/* Where the next page begins; none when there is no such key. A page that ends where it began would be read for ever. */
static enum store_result
turn(struct ddb_page *p, struct json_object *rq, struct json_object *answer)
{
	struct json_object *last, *from;

	p->more = json_object_object_get_ex(answer, "LastEvaluatedKey", &last) && json_object_object_length(last) > 0;
	if (!p->more)
		return STORE_OK;
	if (json_object_object_get_ex(rq, "ExclusiveStartKey", &from) && json_object_equal(from, last)) {
		log_error("store_broken", "%s: the next page is the same page", store_tables[p->table].name);
		return STORE_BROKEN;
	}
	return ddb_add(rq, "ExclusiveStartKey", json_object_get(last)) ? STORE_OK : STORE_BUSY;
}

enum store_result
ddb_pages(struct ddb_page *p, const char *target, struct json_object *rq)
{
	enum store_result r = rq != NULL ? STORE_OK : STORE_BUSY;

	for (p->more = true; p->more && r == STORE_OK;) {
		struct json_object *answer = NULL;

		if (p->tool)
			ddb_restart();
		r = ddb_call(&answer, target, rq);
		if (r == STORE_OK)
			r = hand_over(p, answer);
		if (r == STORE_OK && p->more)
			r = turn(p, rq, answer);
		json_object_put(answer);
	}
	json_object_put(rq);
	return r == STORE_CONFLICT ? STORE_BROKEN : r;
}
