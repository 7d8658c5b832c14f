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

/* Open file description locks: the description owns the lock, not the process. It outlives exec and fork and costs no memory. */
static bool
lock_range(int fd, short type, int64_t start, int64_t len, int64_t wait_ms)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };
	int64_t until = clock_mono_ms() + wait_ms;

	while (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
		if ((errno != EAGAIN && errno != EACCES && errno != EINTR) || clock_mono_ms() >= until)
			return false;
		clock_sleep_ms(10);
	}
	return true;
}

static bool
still_named(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Whether the lock was taken on the file that has the name even now; the descriptor stays open, also through exec. */
static bool
hold_range(const char *path, int64_t start, int64_t len)
{
	int fd = open(path, O_RDONLY);

	if (fd >= 0 && lock_range(fd, F_RDLCK, start, len, SDB_BUSY_MS) && still_named(fd, path))
		return true;
	if (fd >= 0)
		close(fd);
	return false;
}

enum store_result
files_hold(const char *path)
{
	static sqlite3 *db; /* closed by exec */
	char shm[4096];
	int64_t ignored;
	enum store_result r;

	if ((size_t)snprintf(shm, sizeof(shm), "%s-shm", path) >= sizeof(shm))
		return STORE_BROKEN;
	/* a connection of our own creates the index and brings it up to date; until then nobody can remove either file */
	r = sdb_open(&db, path, SQLITE_OPEN_READWRITE);
	if (r == STORE_OK)
		r = sdb_number(db, "SELECT count(*) FROM sqlite_schema", &ignored);
	if (r == STORE_OK && (!hold_range(path, SHARED_FIRST, SHARED_SIZE) || !hold_range(shm, SHM_DMS, 1))) {
		log_error("store_hold", "the lock of the database cannot be had");
		r = STORE_BUSY;
	}
	return r;
}

int
files_lock_out(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? FILES_ABSENT : FILES_IN_USE;
	if (lock_range(fd, F_WRLCK, SHARED_FIRST, SHARED_SIZE, 0) && still_named(fd, path))
		return fd;
	close(fd);
	return FILES_IN_USE;
}
