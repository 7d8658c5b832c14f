/* store_sqlite_db: one connection in a process that lives for one request.
 *
 * Write-ahead log (WAL) with processes that come and go has two traps. A last connection that closes copies the log into the database
 * and deletes it: so nothing is closed, the process just ends. And the first connection of all reads the whole log again ("recovery")
 * unless some process holds the lock that says "the index in shared memory is alive": `vs-store hold` does that for the web server, and
 * the log is kept short (SDB_CHECKPOINT_PAGES) for those who run without it.
 */
#include "store/store_sqlite_db.h"

#include <errno.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/count.h"
#include "base/log.h"

#define STATEMENTS 6

static sqlite3 *the_db;
static int64_t waiting_since;
static bool impatient; /* waits end at once */
static bool recovered; /* this process was the first and read the log again */

/* SQLite's error log names it when a log had to be read again; other lines are told by sdb_result(). */
static void
overhear(void *ctx, int code, const char *text)
{
	(void)ctx;
	(void)text;
	if (code == SQLITE_NOTICE_RECOVER_WAL)
		recovered = true;
}

void
sdb_lean(void)
{
	/* refused, with no harm, once SQLite runs */
	sqlite3_config(SQLITE_CONFIG_LOG, overhear, NULL);
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_URI, 0);
}

/* Short and uneven waits, so that processes that wait for one another's writes (a millisecond or two each) do not march in step. */
static int
wait_for_lock(void *ctx, int tries)
{
	int64_t now = clock_mono_ms();

	(void)ctx;
	if (tries == 0)
		waiting_since = now;
	if (impatient || now - waiting_since >= SDB_BUSY_MS)
		return 0;
	clock_sleep_ms(1 + (tries < 8 ? tries : 8) * (now & 3) / 2);
	return 1;
}

/* SQLite's own errno decides between no room and a broken disk. */
static bool
no_room(sqlite3 *db, int rc)
{
	int e = db != NULL ? sqlite3_system_errno(db) : 0;

	if (e == ENOSPC || e == EDQUOT || e == EFBIG)
		return true;
	return rc == SQLITE_IOERR_WRITE || rc == SQLITE_IOERR_SHMSIZE;
}

enum store_result
sdb_result(sqlite3 *db, int rc, const char *doing)
{
	int ext = db != NULL && rc != SQLITE_OK ? sqlite3_extended_errcode(db) : rc;
	enum store_result r = STORE_BROKEN;

	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return STORE_OK;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
	case SQLITE_NOMEM:
		r = STORE_BUSY;
		break;
	case SQLITE_FULL:
		r = STORE_FULL;
		break;
	case SQLITE_IOERR:
		if (no_room(db, ext))
			r = STORE_FULL;
		else if (ext == SQLITE_IOERR_NOMEM)
			r = STORE_BUSY;
		break;
	default:
		break;
	}
	count_add(r == STORE_FULL ? COUNT_STORE_FULL : r == STORE_BUSY ? COUNT_STORE_BUSY : COUNT_STORE_BROKEN);
	log_error(r == STORE_FULL ? "store_full" : r == STORE_BUSY ? "store_busy" : "store_broken", "%s: SQLite %d, %s (errno %d)", doing,
	    ext, sqlite3_errstr(rc), db != NULL ? sqlite3_system_errno(db) : 0);
	return r;
}

enum store_result
sdb_run(sqlite3 *db, const char *sql)
{
	return sdb_result(db, sqlite3_exec(db, sql, NULL, NULL, NULL), "exec");
}

enum store_result
sdb_number(sqlite3 *db, const char *sql, int64_t *out)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	*out = 0;
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		*out = sqlite3_column_int64(st, 0);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	return sdb_result(db, rc, "number");
}

enum store_result
sdb_prepare(sqlite3 *db, sqlite3_stmt **st, const char *sql)
{
	static sqlite3_stmt *kept[STATEMENTS];
	static size_t next;
	int rc;

	for (size_t i = 0; i < STATEMENTS; i++)
		if (kept[i] != NULL && sqlite3_db_handle(kept[i]) == db && !sqlite3_stmt_busy(kept[i]) && strcmp(sqlite3_sql(kept[i]), sql) == 0) {
			*st = kept[i];
			return STORE_OK;
		}
	*st = NULL;
	next = (next + 1) % STATEMENTS;
	if (kept[next] != NULL && sqlite3_stmt_busy(kept[next]))
		next = (next + 1) % STATEMENTS;
	sqlite3_finalize(kept[next]);
	kept[next] = NULL;
	rc = sqlite3_prepare_v2(db, sql, -1, &kept[next], NULL);
	*st = kept[next];
	return sdb_result(db, rc, "prepare");
}

void
sdb_checkpoint(sqlite3 *db, bool empty_log)
{
	int rc;

	impatient = true;
	rc = sqlite3_wal_checkpoint_v2(db, NULL, empty_log ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	impatient = false;
	if (rc != SQLITE_OK && rc != SQLITE_BUSY)
		log_warn("store_checkpoint", "the log could not be copied into the database now: SQLite %d", rc);
}

/* After a commit left `frames` pages in the log. How much of a log has been copied is known only to the index in shared memory. A process
 * that had to build that index anew must empty the log: with a plain checkpoint the next process would again find a full log of unknown
 * standing, copy all of it once more, and append for ever. */
static int
after_commit(void *ctx, sqlite3 *db, const char *name, int frames)
{
	(void)ctx;
	(void)name;
	if (frames >= SDB_CHECKPOINT_PAGES)
		sdb_checkpoint(db, recovered);
	return SQLITE_OK;
}

enum store_result
sdb_open(sqlite3 **db, const char *path, int flags)
{
	int rc, on;

	sdb_lean();
	rc = sqlite3_open_v2(path, db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &on);
	/* a database file that somebody prepared must not run functions of its own choice */
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(*db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &on);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, &on);
	if (rc == SQLITE_OK)
		rc = sqlite3_busy_handler(*db, wait_for_lock, NULL);
	if (rc == SQLITE_OK)
		sqlite3_wal_hook(*db, after_commit, NULL);
	if (rc == SQLITE_OK)
		return STORE_OK;
	enum store_result r = sdb_result(*db, rc, "open");
	sqlite3_close(*db);
	*db = NULL;
	return r;
}

static enum store_result
right_schema(sqlite3 *db)
{
	int64_t version;
	enum store_result r = sdb_number(db, "PRAGMA user_version", &version);

	if (r == STORE_OK && version != SDB_SCHEMA_VERSION) {
		count_add(COUNT_STORE_BROKEN);
		log_error("store_schema", "the database has schema %lld, this program needs %d: run vs-store setup of this version", (long long)version,
		    SDB_SCHEMA_VERSION);
		r = STORE_BROKEN;
	}
	return r;
}

enum store_result
sdb_use(sqlite3 **db)
{
	enum store_result r = STORE_OK;

	*db = the_db;
	if (the_db != NULL)
		return STORE_OK;
	r = sdb_open(db, conf_text(CONF_SQLITE_PATH), SQLITE_OPEN_READWRITE);
	if (r != STORE_OK)
		return r;
	r = right_schema(*db);
	if (r == STORE_OK) {
		the_db = *db;
		return STORE_OK;
	}
	sqlite3_close(*db);
	*db = NULL;
	return r;
}
