/* store_sqlite_schema.h - creating the SQLite database and bringing an older one up to date: for vs-store, never for a request. Layer: store. */
#ifndef STORE_STORE_SQLITE_SCHEMA_H
#define STORE_STORE_SQLITE_SCHEMA_H

#include "store/store_sqlite_db.h"

/* What the header of a database says. */
struct schema_state {
	bool empty;      /* no tables and no marks: a new file */
	bool ours;       /* application_id is ours */
	int64_t version; /* user_version */
};
NODISCARD enum store_result schema_look(sqlite3 *db, struct schema_state *s);
/* Bring the database from version `from` (0 for an empty file) to SDB_SCHEMA_VERSION, each step in one transaction that also sets the
 * version. On failure the database is as after the last whole step. */
NODISCARD enum store_result schema_migrate(sqlite3 *db, int64_t from);
/* The statements of step `from` -> `from` + 1; NULL when there is none. */
const char *schema_step(int64_t from);

#endif
