/* store_sqlite: reads. A process reads a few keys, or one partition in order, and ends. */
#include "base/clock.h"
#include "base/log.h"
#include "store/store_scan.h"
#include "store/store_sqlite_db.h"

#define SQL_MAX 2048

/* "SELECT key [, sort], attributes FROM table WHERE key = ?1": read_row knows the order. */
static void
select_from(struct buf *sql, enum store_table t)
{
	const struct store_table_info *info = &store_tables[t];

	buf_str(sql, "SELECT ");
	buf_str(sql, info->part);
	if (info->sort != NULL) {
		buf_ch(sql, ',');
		buf_str(sql, info->sort);
	}
	for (enum store_attr a = 0; a < ST__MAX; a++)
		if (store_has(t, a)) {
			buf_ch(sql, ',');
			buf_str(sql, store_attrs[a].name);
		}
	buf_str(sql, " FROM ");
	buf_str(sql, info->name);
	buf_str(sql, " WHERE ");
}

/* Texts stay SQLite's: they live until the next step. False when memory ran out on one of them. */
static bool
read_row(struct store_item *it, sqlite3_stmt *st, enum store_table t)
{
	int col = 0;
	bool ok;

	*it = (struct store_item){ .found = true };
	it->part = (const char *)sqlite3_column_text(st, col++);
	ok = it->part != NULL;
	if (store_tables[t].sort != NULL) {
		it->sort = (const char *)sqlite3_column_text(st, col++);
		ok = ok && it->sort != NULL;
	}
	for (enum store_attr a = 0; a < ST__MAX; a++) {
		struct store_value *v = &it->at[a];

		if (!store_has(t, a))
			continue;
		v->set = sqlite3_column_type(st, col) != SQLITE_NULL;
		if (v->set && store_attrs[a].type == STORE_TEXT) {
			v->text = (const char *)sqlite3_column_text(st, col);
			v->len = (size_t)sqlite3_column_bytes(st, col);
			ok = ok && v->text != NULL;
		} else if (v->set)
			v->num = sqlite3_column_int64(st, col);
		col++;
	}
	return ok;
}

static int
bind(sqlite3_stmt *st, int i, const char *text)
{
	return sqlite3_bind_text(st, i, text, -1, SQLITE_STATIC);
}

/* Read the first live row that `sql` (ending in its conditions) finds. */
static enum store_result
read_one(sqlite3 *db, struct store_item *it, enum store_table t, const char *where, const char *first, const char *second)
{
	struct buf sql;
	sqlite3_stmt *st = NULL;
	enum store_result r;
	int64_t now = clock_now();
	int rc = SQLITE_NOMEM;

	*it = (struct store_item){ 0 };
	buf_init(&sql, SQL_MAX);
	select_from(&sql, t);
	buf_str(&sql, where);
	if (!sql.failed)
		rc = sqlite3_prepare_v2(db, sql.p, -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = bind(st, 1, first);
	if (rc == SQLITE_OK && second != NULL)
		rc = bind(st, 2, second);
	while (rc == SQLITE_OK && !it->found) {
		rc = sqlite3_step(st);
		if (rc != SQLITE_ROW)
			break;
		rc = read_row(it, st, t) ? SQLITE_OK : SQLITE_NOMEM;
		if (rc == SQLITE_OK && !store_item_alive(it, now))
			*it = (struct store_item){ 0 };
	}
	if (rc == SQLITE_OK && it->found && !store_item_keep(it))
		rc = SQLITE_NOMEM;
	r = sdb_result(db, rc, "get");
	if (r != STORE_OK)
		*it = (struct store_item){ 0 };
	sqlite3_finalize(st);
	buf_wipe(&sql);
	return r;
}

enum store_result
store_get(struct store_item *items, const struct store_key *keys, size_t n)
{
	sqlite3 *db;
	enum store_result r = STORE_BROKEN;
	char where[80];
	bool together = n > 1;

	for (size_t i = 0; i < n && i < STORE_GET_MAX; i++)
		items[i] = (struct store_item){ 0 };
	if (!store_get_valid(keys, n))
		return STORE_BROKEN;
	r = sdb_use(&db);
	if (r != STORE_OK)
		return r;
	/* several items are seen as of one moment; inside a query's callback the query's moment is already in force */
	together = together && sqlite3_get_autocommit(db);
	if (together)
		r = sdb_run(db, "BEGIN");
	for (size_t i = 0; i < n && r == STORE_OK; i++) {
		const struct store_table_info *info = &store_tables[keys[i].table];

		if (info->sort != NULL)
			snprintf(where, sizeof(where), "%s=?1 AND %s=?2", info->part, info->sort);
		else
			snprintf(where, sizeof(where), "%s=?1", info->part);
		r = read_one(db, &items[i], keys[i].table, where, keys[i].part, keys[i].sort);
	}
	if (together && sdb_run(db, "COMMIT") != STORE_OK && r == STORE_OK)
		r = STORE_BROKEN;
	if (r != STORE_OK)
		for (size_t i = 0; i < n; i++)
			store_item_wipe(&items[i]);
	return r;
}

enum store_result
store_email(struct store_item *it, const char *email_lower)
{
	sqlite3 *db;
	enum store_result r;

	*it = (struct store_item){ 0 };
	r = sdb_use(&db);
	if (r == STORE_OK)
		r = read_one(db, it, STORE_USERS, "email_lower=?1", email_lower, NULL);
	return r;
}

/* The first text (bytes) behind all that begin with `prefix`; false when there is none, as every byte is 0xff. */
static bool
behind_prefix(struct buf *out, const char *prefix)
{
	size_t len = strlen(prefix);

	while (len > 0 && (unsigned char)prefix[len - 1] == 0xff)
		len--;
	if (len == 0)
		return false;
	buf_add(out, prefix, len - 1);
	buf_ch(out, (char)((unsigned char)prefix[len - 1] + 1));
	return true;
}

/* One partition in order of the sort key. LIKE is not used: it would fold case and know wildcards. */
static int
prepare_query(sqlite3 *db, sqlite3_stmt **st, const struct store_query *q)
{
	const struct store_table_info *info = &store_tables[q->table];
	struct buf sql, behind;
	bool prefix = q->prefix != NULL && *q->prefix != '\0', end = false;
	int rc = SQLITE_NOMEM;

	buf_init(&sql, SQL_MAX);
	buf_init(&behind, STORE_ITEM_BYTES_MAX);
	select_from(&sql, q->table);
	buf_fmt(&sql, "%s=?1", info->part);
	if (prefix) {
		buf_fmt(&sql, " AND %s>=?2", info->sort);
		end = behind_prefix(&behind, q->prefix);
		if (end)
			buf_fmt(&sql, " AND %s<?3", info->sort);
	}
	if (q->after != NULL)
		buf_fmt(&sql, " AND %s%c?4", info->sort, q->newest_first ? '<' : '>');
	if (info->sort != NULL)
		buf_fmt(&sql, " ORDER BY %s%s", info->sort, q->newest_first ? " DESC" : "");
	if (!sql.failed && !behind.failed)
		rc = sqlite3_prepare_v2(db, sql.p, -1, st, NULL);
	if (rc == SQLITE_OK)
		rc = bind(*st, 1, q->part);
	if (rc == SQLITE_OK && prefix)
		rc = bind(*st, 2, q->prefix);
	if (rc == SQLITE_OK && end)
		rc = sqlite3_bind_text(*st, 3, behind.p, -1, SQLITE_TRANSIENT);
	if (rc == SQLITE_OK && q->after != NULL)
		rc = bind(*st, 4, q->after);
	buf_wipe(&behind);
	buf_wipe(&sql);
	return rc;
}

enum store_result
store_query(const struct store_query *q, store_row_fn *fn, void *ctx)
{
	sqlite3 *db;
	sqlite3_stmt *st = NULL;
	struct store_item it;
	int64_t now = clock_now();
	size_t given = 0;
	bool more = true;
	int rc;
	enum store_result r;

	if (!store_query_valid(q))
		return STORE_BROKEN;
	r = sdb_use(&db);
	if (r != STORE_OK)
		return r;
	rc = prepare_query(db, &st, q);
	while (rc == SQLITE_OK && more) {
		rc = sqlite3_step(st);
		if (rc != SQLITE_ROW)
			break;
		rc = read_row(&it, st, q->table) ? SQLITE_OK : SQLITE_NOMEM;
		if (rc == SQLITE_OK && store_item_alive(&it, now))
			more = fn(ctx, &it) && (q->limit == 0 || ++given < q->limit);
	}
	r = sdb_result(db, rc, "query");
	sqlite3_finalize(st);
	return r;
}

enum store_result
store_scan(enum store_table t, const struct store_key *after, store_row_fn *fn, void *ctx)
{
	const struct store_table_info *info = &store_tables[t];
	struct store_item it;
	struct buf sql;
	sqlite3 *db;
	sqlite3_stmt *st = NULL;
	bool more = true;
	int rc = SQLITE_NOMEM;
	enum store_result r = sdb_use(&db);

	if (r != STORE_OK)
		return r;
	buf_init(&sql, SQL_MAX);
	select_from(&sql, t);
	if (info->sort == NULL)
		buf_fmt(&sql, "%s>?1 ORDER BY %s", info->part, info->part);
	else
		buf_fmt(&sql, "(%s,%s)>(?1,?2) ORDER BY %s,%s", info->part, info->sort, info->part, info->sort);
	if (!sql.failed)
		rc = sqlite3_prepare_v2(db, sql.p, -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = bind(st, 1, after != NULL ? after->part : "");
	if (rc == SQLITE_OK && info->sort != NULL)
		rc = bind(st, 2, after != NULL ? after->sort : "");
	while (rc == SQLITE_OK && more) {
		rc = sqlite3_step(st);
		if (rc != SQLITE_ROW)
			break;
		rc = read_row(&it, st, t) ? SQLITE_OK : SQLITE_NOMEM;
		if (rc == SQLITE_OK)
			more = fn(ctx, &it);
	}
	r = sdb_result(db, rc, "scan");
	sqlite3_finalize(st);
	buf_wipe(&sql);
	return r;
}

enum store_result
store_moment(void)
{
	sqlite3 *db;
	int64_t ignored;
	enum store_result r = sdb_use(&db);

	if (r == STORE_OK)
		r = sdb_run(db, "BEGIN");
	/* the first read fixes the moment */
	return r == STORE_OK ? sdb_number(db, "SELECT count(*) FROM sqlite_schema", &ignored) : r;
}

enum store_result
store_count(enum store_table t, int64_t *n)
{
	sqlite3 *db;
	char sql[64];
	enum store_result r = sdb_use(&db);

	*n = 0;
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", store_tables[t].name);
	return r == STORE_OK ? sdb_number(db, sql, n) : r;
}

void
store_restart(void)
{
}

enum store_result
store_ping(void)
{
	sqlite3 *db;
	int64_t version;
	enum store_result r = sdb_use(&db);

	return r == STORE_OK ? sdb_number(db, "PRAGMA user_version", &version) : r;
}
