/* store_sqlite_db.h - the SQLite connection: opening it cheaply, prepared statements, what SQLite's results mean. Private. Layer: store. */
#ifndef STORE_STORE_SQLITE_DB_H
#define STORE_STORE_SQLITE_DB_H

#include <sqlite3.h>

#include "base/buf.h"
#include "store/store_item.h"

#define SDB_APPLICATION_ID 0x56535048 /* "VSPH", in the file header: file(1) and people can tell whose database this is */
#define SDB_SCHEMA_VERSION 1          /* user_version that this program reads and writes */
#define SDB_BUSY_MS 3000              /* how long a lock of somebody else is waited for */
#define SDB_CHECKPOINT_PAGES 100      /* pages in the log after which a writer copies them into the database */

/* Turn off what a process of one thread does not need. Before the first sqlite3_open; harmless when repeated. */
void sdb_lean(void);
/* Open the database file at `path` with SQLITE_OPEN_* `flags`, our waiting and our safety settings. The caller closes *db on STORE_OK. */
NODISCARD enum store_result sdb_open(sqlite3 **db, const char *path, int flags);
/* Copy what can be copied of the log into the database, waiting for nobody; `empty_log` also cuts the log to nothing when nobody reads it.
 * Failure harms nothing and is only logged. */
void sdb_checkpoint(sqlite3 *db, bool empty_log);
/* The one connection of a request, opened at first use to SQLITE_PATH and checked for our schema version; never closed. */
NODISCARD enum store_result sdb_use(sqlite3 **db);
/* What a result code of SQLite means; logs one line (codes only) unless it is success or a lock. */
NODISCARD enum store_result sdb_result(sqlite3 *db, int rc, const char *doing);
/* Run one or more statements without results. */
NODISCARD enum store_result sdb_run(sqlite3 *db, const char *sql);
/* The first column of the first row of a statement as a number. */
NODISCARD enum store_result sdb_number(sqlite3 *db, const char *sql, int64_t *out);
/* A prepared statement for `sql`: the one of an earlier call when the text is the same (its bindings are kept: bind all), at most
 * a few are remembered. Give it back with sqlite3_reset. */
NODISCARD enum store_result sdb_prepare(sqlite3 *db, sqlite3_stmt **st, const char *sql);

#endif
