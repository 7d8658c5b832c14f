/* store_sqlite_files: preparing and checking the database file, and the locks of an idle connection. */
#include "store/store_sqlite_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

/* Where SQLite puts its locks; part of its file format, so that programs of all releases can share a database:
 * sqlite.org/lockingv3.html (SHARED range), sqlite.org/walformat.html and os_unix.c (dead man's switch of the -shm file). */
#define SHARED_FIRST 0x40000002
#define SHARED_SIZE 510
#define SHM_DMS 128

enum store_result
files_prepare(sqlite3 *db, const char *path, bool empty)
{
	sqlite3_stmt *st = NULL;
	enum store_result r = STORE_OK;
	int rc;

	if (chmod(path, 0600) != 0)
		log_warn("store_mode", "the mode of the database file could not be set to 0600 (errno %d)", errno);
	if (empty)
		r = sdb_run(db, "PRAGMA page_size=4096;PRAGMA auto_vacuum=NONE");
	if (r != STORE_OK)
		return r;
	rc = sqlite3_prepare_v2(db, "PRAGMA journal_mode=WAL", -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(st, 0), "wal") != 0) {
		log_error("store_wal", "this file system cannot hold a write-ahead log (shared memory is missing)");
		rc = SQLITE_CANTOPEN;
	}
	sqlite3_finalize(st);
	return sdb_result(db, rc, "journal_mode");
}

enum store_result
files_check(sqlite3 *db, const char *pragma, char *line, size_t len)
{
	char sql[64];
	sqlite3_stmt *st = NULL;
	enum store_result r;
	int rc;

	*line = '\0';
	snprintf(sql, sizeof(sql), "PRAGMA %s(1)", pragma);
	rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		snprintf(line, len, "%s", (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	r = sdb_result(db, rc, pragma);
	if (r == STORE_OK && strcmp(line, "ok") != 0)
		r = STORE_BROKEN;
	return r;
}

bool
files_beside(char *out, size_t len, const char *path, const char *what)
{
	char at[CLOCK_TEXT_LEN + 1], plain[CLOCK_TEXT_LEN + 1];
	size_t n = 0;

	clock_text(at, clock_now());
	for (const char *c = at; *c != '\0'; c++)
		if (*c != '-' && *c != ':')
			plain[n++] = *c;
	plain[n] = '\0';
	return (size_t)snprintf(out, len, "%s.%s-%s", path, what, plain) < len;
}

int64_t
files_log_bytes(const char *path)
{
	char name[4096];
	struct stat st;

	if ((size_t)snprintf(name, sizeof(name), "%s-wal", path) >= sizeof(name) || stat(name, &st) != 0)
		return 0;
	return st.st_size;
}

static bool
hold_range(const char *path, int64_t start, int64_t len)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = len };
	int fd = open(path, O_RDWR); /* not close-on-exec: the lock goes with it to the web server */
	int tries = 0;

	if (fd < 0)
		return false;
	/* the file description owns the lock, not the process: it outlives exec and fork, and costs no memory */
	while (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
		if (++tries > SDB_BUSY_MS / 10) {
			close(fd);
			return false;
		}
		clock_sleep_ms(10);
	}
	return true;
}

enum store_result
files_hold(const char *path)
{
	char shm[4096];
	sqlite3 *db = NULL;
	int64_t ignored;
	enum store_result r;

	if ((size_t)snprintf(shm, sizeof(shm), "%s-shm", path) >= sizeof(shm))
		return STORE_BROKEN;
	/* a connection of our own, which exec closes, creates the index and brings it up to date */
	r = sdb_open(&db, path, SQLITE_OPEN_READWRITE);
	if (r == STORE_OK)
		r = sdb_number(db, "SELECT count(*) FROM sqlite_schema", &ignored);
	if (r == STORE_OK && (!hold_range(path, SHARED_FIRST, SHARED_SIZE) || !hold_range(shm, SHM_DMS, 1)))
		r = STORE_BUSY;
	return r;
}
