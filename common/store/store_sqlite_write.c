/* store_sqlite_write: the one write call: all conditions and changes inside one immediate transaction, on disk when it returns. */
#include "base/clock.h"
#include "base/log.h"
#include "store/store_sqlite_db.h"

#define SQL_MAX 2048
#define PURGE_ITEMS 50      /* at most, of each table, in one write */
#define PURGE_AFTER 3600    /* seconds after expiry; nobody depends on it, reads hide expired items at once */
#define PURGE_ONE_IN 8      /* writes */

/* Per connection, and only for writers: reads need none of it.
 * synchronous=FULL: the log is on disk before the answer. secure_delete: what is deleted or replaced is overwritten with zeros in the
 * database. Old copies of pages stay in the log until it is reused, at most SDB_CHECKPOINT_PAGES and what a backup held up; all that
 * is secret in them is sealed under keys that are not in the database, so that is accepted. */
static const char settings[] = "PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=4194304";

static const char *const purge[] = {
	"DELETE FROM accounts WHERE (owner,kind) IN (SELECT owner,kind FROM accounts WHERE expires>0 AND expires<?1 LIMIT ?2)",
	"DELETE FROM passwords WHERE (user_id,password_id) IN (SELECT user_id,password_id FROM passwords WHERE expires>0 AND expires<?1 LIMIT ?2)",
};

static void
where_key(struct buf *sql, enum store_table t)
{
	const struct store_table_info *info = &store_tables[t];

	buf_fmt(sql, " WHERE %s=?1", info->part);
	if (info->sort != NULL)
		buf_fmt(sql, " AND %s=?2", info->sort);
}

static int
bind_key(sqlite3_stmt *st, const struct store_key *k)
{
	int rc = sqlite3_bind_text(st, 1, k->part, -1, SQLITE_STATIC);

	if (rc == SQLITE_OK && k->sort != NULL)
		rc = sqlite3_bind_text(st, 2, k->sort, -1, SQLITE_STATIC);
	return rc;
}

/* Attributes are bound from 3 on. */
static int
bind_sets(sqlite3_stmt *st, const struct store_write *w)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < w->nset && rc == SQLITE_OK; i++) {
		const struct store_set *s = &w->set[i];
		int at = (int)i + 3;

		if (store_attrs[s->attr].type == STORE_NUMBER)
			rc = sqlite3_bind_int64(st, at, s->num);
		else if (s->text != NULL)
			rc = sqlite3_bind_text(st, at, s->text, -1, SQLITE_STATIC);
		else
			rc = sqlite3_bind_null(st, at);
	}
	return rc;
}

/* Prepare `sql`, bind, step once. With a row, `it` (when given) gets the numbers of the columns in `attr`. */
static enum store_result
step(sqlite3 *db, const struct buf *sql, const struct store_write *w, struct store_item *it, const enum store_attr *attr, size_t nattr)
{
	sqlite3_stmt *st = NULL;
	enum store_result r;
	int rc;

	r = sql->failed ? sdb_result(NULL, SQLITE_NOMEM, "write") : sdb_prepare(db, &st, sql->p);
	if (r != STORE_OK)
		return r;
	rc = bind_key(st, &w->key);
	if (rc == SQLITE_OK && it == NULL)
		rc = bind_sets(st, w);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW && it != NULL) {
		it->found = true;
		for (size_t i = 0; i < nattr; i++) {
			it->at[attr[i]].set = sqlite3_column_type(st, (int)i) != SQLITE_NULL;
			it->at[attr[i]].num = sqlite3_column_int64(st, (int)i);
		}
	}
	r = sdb_result(db, rc, "write");
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return r;
}

/* Whether everything that a write asks for holds; an update asks for an item that is there. */
static enum store_result
check(sqlite3 *db, const struct store_write *w, int64_t now)
{
	enum store_attr attr[STORE_CONDS_MAX + 1] = { ST_EXPIRES };
	struct store_item it = { 0 };
	struct buf sql;
	enum store_result r;
	size_t n = 1;

	if (w->op != STORE_UPDATE && w->cond[0].kind == STORE_COND_NONE)
		return STORE_OK;
	buf_init(&sql, SQL_MAX);
	buf_str(&sql, "SELECT expires");
	for (size_t i = 0; i < STORE_CONDS_MAX && w->cond[i].kind != STORE_COND_NONE; i++)
		if (w->cond[i].kind == STORE_COND_EQ || w->cond[i].kind == STORE_COND_LT) {
			attr[n++] = w->cond[i].attr;
			buf_fmt(&sql, ",%s", store_attrs[w->cond[i].attr].name);
		}
	buf_fmt(&sql, " FROM %s", store_tables[w->key.table].name);
	where_key(&sql, w->key.table);
	r = step(db, &sql, w, &it, attr, n);
	buf_wipe(&sql);
	if (r != STORE_OK)
		return r;
	if (!store_item_alive(&it, now))
		it = (struct store_item){ 0 };
	if (w->op == STORE_UPDATE && !it.found)
		return STORE_CONFLICT;
	for (size_t i = 0; i < STORE_CONDS_MAX && w->cond[i].kind != STORE_COND_NONE; i++)
		if (!store_cond_holds(&w->cond[i], &it))
			return STORE_CONFLICT;
	return STORE_OK;
}

static void
put_sql(struct buf *sql, const struct store_write *w)
{
	const struct store_table_info *info = &store_tables[w->key.table];

	buf_fmt(sql, "INSERT OR REPLACE INTO %s(%s", info->name, info->part);
	if (info->sort != NULL)
		buf_fmt(sql, ",%s", info->sort);
	for (size_t i = 0; i < w->nset; i++)
		buf_fmt(sql, ",%s", store_attrs[w->set[i].attr].name);
	buf_str(sql, info->sort != NULL ? ")VALUES(?1,?2" : ")VALUES(?1");
	for (size_t i = 0; i < w->nset; i++)
		buf_fmt(sql, ",?%zu", i + 3);
	buf_ch(sql, ')');
}

static void
update_sql(struct buf *sql, const struct store_write *w)
{
	buf_fmt(sql, "UPDATE %s SET ", store_tables[w->key.table].name);
	for (size_t i = 0; i < w->nset; i++)
		buf_fmt(sql, "%s%s=?%zu", i > 0 ? "," : "", store_attrs[w->set[i].attr].name, i + 3);
	where_key(sql, w->key.table);
}

static enum store_result
apply(sqlite3 *db, const struct store_write *w)
{
	struct buf sql;
	enum store_result r = STORE_OK;

	buf_init(&sql, SQL_MAX);
	switch (w->op) {
	case STORE_PUT:
		put_sql(&sql, w);
		break;
	case STORE_UPDATE:
		update_sql(&sql, w);
		break;
	case STORE_DELETE:
		buf_fmt(&sql, "DELETE FROM %s", store_tables[w->key.table].name);
		where_key(&sql, w->key.table);
		break;
	case STORE_CHECK:
		break;
	}
	if (w->op != STORE_CHECK)
		r = step(db, &sql, w, NULL, NULL, 0);
	buf_wipe(&sql);
	return r;
}

/* Now and then a writer takes some long-expired items along, so that nothing has to run beside the web server. */
static enum store_result
purge_some(sqlite3 *db, int64_t now)
{
	enum store_result r = STORE_OK;

	for (size_t i = 0; i < ARRAY_LEN(purge) && r == STORE_OK; i++) {
		sqlite3_stmt *st;

		r = sdb_prepare(db, &st, purge[i]);
		if (r != STORE_OK)
			break;
		sqlite3_bind_int64(st, 1, now - PURGE_AFTER);
		sqlite3_bind_int64(st, 2, PURGE_ITEMS);
		r = sdb_result(db, sqlite3_step(st), "purge");
		sqlite3_reset(st);
	}
	return r;
}

/* Inside the transaction: first every condition, on the state before, then every change. */
static enum store_result
write_all(sqlite3 *db, const struct store_write *w, size_t n, size_t *failed)
{
	int64_t now = clock_now();
	enum store_result r = STORE_OK;

	for (size_t i = 0; i < n && r == STORE_OK; i++) {
		r = check(db, &w[i], now);
		if (r == STORE_CONFLICT)
			*failed = i;
	}
	for (size_t i = 0; i < n && r == STORE_OK; i++)
		r = apply(db, &w[i]);
	if (r == STORE_OK && clock_now_ms() % PURGE_ONE_IN == 0)
		r = purge_some(db, now);
	return r;
}

enum store_result
store_write(const struct store_write *w, size_t n, size_t *failed)
{
	static bool set_up;
	size_t ignored;
	sqlite3 *db;
	enum store_result r;

	if (failed == NULL)
		failed = &ignored;
	*failed = 0;
	if (!store_write_valid(w, n))
		return STORE_BROKEN;
	r = sdb_use(&db);
	if (r == STORE_OK && !set_up) {
		r = sdb_run(db, settings);
		set_up = r == STORE_OK;
	}
	if (r == STORE_OK)
		r = sdb_run(db, "BEGIN IMMEDIATE");
	if (r != STORE_OK)
		return r;
	r = write_all(db, w, n, failed);
	if (r == STORE_OK)
		r = sdb_run(db, "COMMIT");
	/* some errors have rolled back already */
	if (r != STORE_OK && !sqlite3_get_autocommit(db) && sdb_run(db, "ROLLBACK") != STORE_OK)
		log_error("store_rollback", "the transaction could not be rolled back; it ends with the process");
	return r;
}
