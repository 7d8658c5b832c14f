/* store_sqlite_files.h - the database as files: preparing, checking, copying, restoring, holding. For vs-store, never for a request. Layer: store. */
#ifndef STORE_STORE_SQLITE_FILES_H
#define STORE_STORE_SQLITE_FILES_H

#include "store/store_sqlite_db.h"

/* Settings that live in the file: mode 0600, write-ahead log and, while it is `empty`, the page size. */
NODISCARD enum store_result files_prepare(sqlite3 *db, const char *path, bool empty);
/* Run "quick_check" or "integrity_check". STORE_BROKEN with the first complaint in `line` when the file is not sound ("" when it could not
 * even be asked). */
NODISCARD enum store_result files_check(sqlite3 *db, const char *pragma, char *line, size_t len);
/* "PATH.what-20261121T140209Z"; false when it does not fit. */
NODISCARD bool files_beside(char *out, size_t len, const char *path, const char *what);
/* Size of the write-ahead log beside `path`, 0 when there is none. */
int64_t files_log_bytes(const char *path);

typedef void files_progress_fn(void *ctx, int64_t done, int64_t all);
/* Copy `db` as of one moment, while requests go on reading and writing, into the new file `to`: written beside it (mode 0600), compared by
 * integrity_check and row counts, synced, renamed. One self-contained file without a log. On failure no file is left. */
NODISCARD enum store_result files_backup(sqlite3 *db, const char *to, files_progress_fn *progress, void *ctx);
/* Put a copy of `from` (open, verified by the caller) in the place of the database at `path`, with one rename; the one before stays beside
 * it under the name written to `kept` ("" when there was none). STORE_CONFLICT when a program has the database at `path` open. */
NODISCARD enum store_result files_restore(sqlite3 *from, const char *path, char *kept, size_t len);
#define FILES_IN_USE (-1) /* or it cannot be opened */
#define FILES_ABSENT (-2)
/* Lock every program out of the database at `path` until the returned descriptor is closed; or one of the two above. */
NODISCARD int files_lock_out(const char *path);
/* Take, for as long as this process and its children live (also through exec), the shared locks that an idle connection has: the index of
 * the log stays alive, so that no request has to read the log again, and files_restore() sees that the database is in use. */
NODISCARD enum store_result files_hold(const char *path);

#endif
