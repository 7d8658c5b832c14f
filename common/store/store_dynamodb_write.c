/* store_dynamodb_write: one conditional write, or a transaction of several. HAProxy or we may send it twice: every item that is put or changed carries the id of
 * its request, and a condition that fails on an item with our own id is the echo of a success whose answer was lost. */
#include "base/clock.h"
#include "base/log.h"
#include "store/store_dynamodb_call.h"
#include "store/store_dynamodb_json.h"

#define EXPRESSION_MAX 4096

static const struct {
	const char *action, *call; /* inside a transaction; alone */
} ops[] = {
	[STORE_PUT] = { "Put", "PutItem" },
	[STORE_UPDATE] = { "Update", "UpdateItem" },
	[STORE_DELETE] = { "Delete", "DeleteItem" },
	[STORE_CHECK] = { "ConditionCheck", NULL },
};

struct action {
	struct ddb_expr e;
	struct buf cond, update;
	char part[12], expires[12], now[12], zero[12]; /* placeholders */
	bool uses_expiry;
};

static bool
expiry_names(struct action *a)
{
	if (a->uses_expiry)
		return true;
	a->uses_expiry = true;
	return ddb_name(&a->e, a->expires, "expires") && ddb_value_number(&a->e, a->now, clock_now()) && ddb_value_number(&a->e, a->zero, 0);
}

static void
also(struct buf *b)
{
	if (b->len > 0)
		buf_str(b, " AND ");
}

/* There and not expired: what lies in the past counts as gone, whether DynamoDB has removed it yet or not. */
static bool
alive(struct action *a)
{
	if (!expiry_names(a))
		return false;
	also(&a->cond);
	buf_fmt(&a->cond, "attribute_exists(%s) AND (attribute_not_exists(%s) OR %s=%s OR %s>%s)", a->part, a->expires, a->expires, a->zero, a->expires, a->now);
	return true;
}

static bool
add_condition(struct action *a, const struct store_cond *c)
{
	char name[12], value[12];

	switch (c->kind) {
	case STORE_COND_NONE:
		return true;
	case STORE_COND_ABSENT:
		if (!expiry_names(a))
			return false;
		also(&a->cond);
		buf_fmt(&a->cond, "(attribute_not_exists(%s) OR (%s>%s AND %s<=%s))", a->part, a->expires, a->zero, a->expires, a->now);
		return true;
	case STORE_COND_PRESENT:
		return alive(a);
	case STORE_COND_EQ:
	case STORE_COND_LT:
		if (!alive(a) || !ddb_name(&a->e, name, store_attrs[c->attr].name) || !ddb_value_number(&a->e, value, c->num))
			return false;
		also(&a->cond);
		if (c->kind == STORE_COND_EQ)
			buf_fmt(&a->cond, "%s=%s", name, value);
		else if (c->num > 0)
			buf_fmt(&a->cond, "(attribute_not_exists(%s) OR %s<%s)", name, name, value);
		else
			buf_fmt(&a->cond, "%s<%s", name, value);
		return true;
	}
	return false;
}

static struct json_object *
item_of(const struct store_write *w, const char *request)
{
	const struct store_table_info *info = &store_tables[w->key.table];
	struct json_object *o = json_object_new_object();
	bool ok = ddb_put_text(o, info->part, w->key.part) && (info->sort == NULL || ddb_put_text(o, info->sort, w->key.sort)) &&
	    ddb_put_text(o, DDB_REQUEST_ID, request);

	for (size_t i = 0; i < w->nset && ok; i++) {
		const struct store_set *s = &w->set[i];

		if (store_attrs[s->attr].type == STORE_NUMBER)
			ok = ddb_put_number(o, store_attrs[s->attr].name, s->num);
		else if (s->text != NULL)
			ok = ddb_put_text(o, store_attrs[s->attr].name, s->text);
	}
	if (ok)
		return o;
	json_object_put(o);
	return NULL;
}

static bool
update_of(struct action *a, const struct store_write *w, const char *request)
{
	struct buf gone;
	char name[12], value[12];
	bool ok = ddb_name(&a->e, name, DDB_REQUEST_ID) && ddb_value_text(&a->e, value, request);

	buf_init(&gone, EXPRESSION_MAX);
	buf_fmt(&a->update, "SET %s=%s", name, value);
	for (size_t i = 0; i < w->nset && ok; i++) {
		const struct store_set *s = &w->set[i];
		bool number = store_attrs[s->attr].type == STORE_NUMBER;

		ok = ddb_name(&a->e, name, store_attrs[s->attr].name);
		if (ok && !number && s->text == NULL) {
			buf_fmt(&gone, "%s%s", gone.len > 0 ? "," : " REMOVE ", name);
			continue;
		}
		ok = ok && (number ? ddb_value_number(&a->e, value, s->num) : ddb_value_text(&a->e, value, s->text));
		buf_fmt(&a->update, ",%s=%s", name, value);
	}
	if (gone.len > 0)
		buf_str(&a->update, gone.p);
	ok = ok && !gone.failed;
	buf_wipe(&gone);
	return ok;
}

/* The body of one action: the same alone and inside a transaction. */
static struct json_object *
action_of(const struct store_write *w, const char *request)
{
	struct json_object *o = json_object_new_object();
	struct action a = { .e = { json_object_new_object(), json_object_new_object(), 0 } };
	bool ok;

	buf_init(&a.cond, EXPRESSION_MAX);
	buf_init(&a.update, EXPRESSION_MAX);
	ok = ddb_add_text(o, "TableName", ddb_table(w->key.table)) && ddb_name(&a.e, a.part, store_tables[w->key.table].part);
	if (ok)
		ok = w->op == STORE_PUT ? ddb_add(o, "Item", item_of(w, request)) : ddb_put_key(o, "Key", &w->key);
	if (ok && w->op == STORE_UPDATE)
		ok = update_of(&a, w, request) && alive(&a);
	for (size_t i = 0; i < STORE_CONDS_MAX && ok && w->cond[i].kind != STORE_COND_NONE; i++)
		ok = add_condition(&a, &w->cond[i]);
	if (ok && a.update.len > 0)
		ok = !a.update.failed && ddb_add_text(o, "UpdateExpression", a.update.p);
	if (ok && a.cond.len > 0)
		ok = !a.cond.failed && ddb_add_text(o, "ConditionExpression", a.cond.p) && ddb_add_text(o, "ReturnValuesOnConditionCheckFailure", "ALL_OLD");
	/* names that no expression uses are refused */
	if (ok && (a.cond.len > 0 || a.update.len > 0)) {
		if (strstr(a.cond.len > 0 ? a.cond.p : "", a.part) == NULL)
			json_object_object_del(a.e.names, a.part);
		ok = ddb_add(o, "ExpressionAttributeNames", json_object_get(a.e.names));
		if (ok && json_object_object_length(a.e.values) > 0)
			ok = ddb_add(o, "ExpressionAttributeValues", json_object_get(a.e.values));
	}
	json_object_put(a.e.names);
	json_object_put(a.e.values);
	buf_wipe(&a.cond);
	buf_wipe(&a.update);
	if (ok)
		return o;
	json_object_put(o);
	return NULL;
}

static enum store_result
write_one(const struct store_write *w, const char *request)
{
	struct json_object *body = action_of(w, request), *answer = NULL, *old;
	enum store_result r = STORE_BUSY;

	if (body != NULL)
		r = ddb_call(&answer, ops[w->op].call, body);
	if (r == STORE_CONFLICT && json_object_object_get_ex(answer, "Item", &old) && strcmp(ddb_request_id(old), request) == 0)
		r = STORE_OK;
	json_object_put(answer);
	json_object_put(body);
	return r;
}

static struct json_object *
transaction_of(const struct store_write *w, size_t n, const char *request)
{
	struct json_object *rq = json_object_new_object(), *list = json_object_new_array();
	bool ok = ddb_add_text(rq, "ClientRequestToken", request) && list != NULL;

	for (size_t i = 0; i < n && ok; i++) {
		struct json_object *one = json_object_new_object();

		ok = ddb_add(one, ops[w[i].op].action, action_of(&w[i], request));
		if (json_object_array_add(list, one) != 0) {
			json_object_put(one);
			ok = false;
		}
	}
	ok = ddb_add(rq, "TransactItems", list) && ok;
	if (ok)
		return rq;
	json_object_put(rq);
	return NULL;
}

/* The first condition that did not hold; or that everything was done before, by ourselves. */
static enum store_result
why_cancelled(struct json_object *answer, const char *request, size_t n, size_t *failed)
{
	struct json_object *reasons, *code, *old;
	bool found = false;

	if (!json_object_object_get_ex(answer, "CancellationReasons", &reasons))
		return STORE_BROKEN;
	for (size_t i = 0; i < json_object_array_length(reasons) && i < n; i++) {
		struct json_object *why = json_object_array_get_idx(reasons, i);

		if (!json_object_object_get_ex(why, "Code", &code) || strcmp(json_object_get_string(code), "ConditionalCheckFailed") != 0)
			continue;
		if (json_object_object_get_ex(why, "Item", &old) && strcmp(ddb_request_id(old), request) == 0)
			return STORE_OK;
		if (!found)
			*failed = i;
		found = true;
	}
	return found ? STORE_CONFLICT : STORE_BROKEN;
}

enum store_result
store_write(const struct store_write *w, size_t n, size_t *failed)
{
	struct json_object *rq, *answer = NULL;
	char request[DDB_TOKEN_LEN + 1];
	enum store_result r = STORE_BUSY;
	size_t ignored;

	if (failed == NULL)
		failed = &ignored;
	*failed = 0;
	if (!store_write_valid(w, n))
		return STORE_BROKEN;
	if (!ddb_token(request))
		return STORE_BUSY;
	/* what was deleted carries no request id any more: a conditional deletion is told from its own echo by the transaction's token alone */
	if (n == 1 && ops[w->op].call != NULL && (w->op != STORE_DELETE || w->cond[0].kind == STORE_COND_NONE))
		return write_one(w, request);
	rq = transaction_of(w, n, request);
	if (rq != NULL)
		r = ddb_call(&answer, "TransactWriteItems", rq);
	if (r == STORE_CONFLICT)
		r = why_cancelled(answer, request, n, failed);
	json_object_put(answer);
	json_object_put(rq);
	return r;
}
