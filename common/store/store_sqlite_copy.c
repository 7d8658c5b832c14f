/* store_sqlite_copy: online backup and restore. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/store_sqlite_files.h"

#define PATH_LEN 4096
#define PAGES_A_STEP 512

static const char *const counted[] = { "SELECT count(*) FROM users", "SELECT count(*) FROM accounts", "SELECT count(*) FROM passwords" };

struct counts {
	int64_t n[ARRAY_LEN(counted)];
};

static enum store_result
system_result(const char *doing)
{
	int e = errno;

	log_error("store_files", "%s failed (errno %d)", doing, e);
	return e == ENOSPC || e == EDQUOT || e == EFBIG ? STORE_FULL : STORE_BROKEN;
}

static bool
name_beside(char out[static PATH_LEN], const char *path, const char *tail)
{
	return (size_t)snprintf(out, PATH_LEN, "%s%s", path, tail) < PATH_LEN;
}

static bool
sync_path(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

static bool
sync_folder_of(const char *path)
{
	char copy[PATH_LEN];

	return name_beside(copy, path, "") && sync_path(dirname(copy), O_DIRECTORY);
}

/* Remove a file of ours and what SQLite may have put beside it. */
static void
drop(const char *path)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	char name[PATH_LEN];

	for (size_t i = 0; i < ARRAY_LEN(tails); i++)
		if (name_beside(name, path, tails[i]))
			unlink(name);
}

static enum store_result
count_rows(sqlite3 *db, struct counts *c)
{
	enum store_result r = STORE_OK;

	for (size_t i = 0; i < ARRAY_LEN(counted) && r == STORE_OK; i++)
		r = sdb_number(db, counted[i], &c->n[i]);
	return r;
}

static enum store_result
copy_steps(sqlite3 *from, sqlite3 *to, files_progress_fn *progress, void *ctx)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int rc = SQLITE_OK;

	if (b == NULL)
		return sdb_result(to, sqlite3_errcode(to), "backup");
	while (rc == SQLITE_OK) {
		rc = sqlite3_backup_step(b, PAGES_A_STEP);
		if (progress != NULL && (rc == SQLITE_OK || rc == SQLITE_DONE))
			progress(ctx, sqlite3_backup_pagecount(b) - sqlite3_backup_remaining(b), sqlite3_backup_pagecount(b));
	}
	sqlite3_backup_finish(b);
	return sdb_result(to, rc, "backup");
}

/* Copy every page and count the rows as of one moment, which a read transaction on `from` fixes: writers neither wait nor make the copy
 * begin again. */
static enum store_result
copy_moment(sqlite3 *from, sqlite3 *to, struct counts *c, files_progress_fn *progress, void *ctx)
{
	enum store_result r = sdb_run(from, "BEGIN"), end;

	if (r != STORE_OK)
		return r;
	r = count_rows(from, c);
	if (r == STORE_OK)
		r = copy_steps(from, to, progress, ctx);
	end = sdb_run(from, "COMMIT");
	return r == STORE_OK ? end : r;
}

/* The copy is sound and has as many rows as the moment that it shows. */
static enum store_result
verify(sqlite3 *copy, const struct counts *want)
{
	char line[256];
	struct counts have = { 0 };
	enum store_result r = files_check(copy, "integrity_check", line, sizeof(line));

	if (r == STORE_OK)
		r = count_rows(copy, &have);
	if (r == STORE_OK && memcmp(&have, want, sizeof(have)) != 0) {
		log_error("store_copy", "the copy has not as many rows as the database");
		r = STORE_BROKEN;
	}
	return r;
}

/* Fill the new file `aside`, in one piece without a log beside it: copied, verified, synced. */
static enum store_result
fill(sqlite3 *from, const char *aside, const char *journal_mode, files_progress_fn *progress, void *ctx)
{
	sqlite3 *to = NULL;
	struct counts c = { 0 };
	enum store_result r;
	int fd = open(aside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return system_result("creating the copy");
	close(fd);
	r = sdb_open(&to, aside, SQLITE_OPEN_READWRITE);
	if (r == STORE_OK)
		r = copy_moment(from, to, &c, progress, ctx);
	if (r == STORE_OK)
		r = sdb_run(to, "PRAGMA journal_mode=DELETE");
	if (r == STORE_OK)
		r = verify(to, &c);
	if (r == STORE_OK)
		r = sdb_run(to, journal_mode);
	sqlite3_close(to);
	if (r == STORE_OK && !sync_path(aside, 0))
		r = system_result("syncing the copy");
	return r;
}

enum store_result
files_backup(sqlite3 *db, const char *to, files_progress_fn *progress, void *ctx)
{
	char aside[PATH_LEN], tail[32];
	enum store_result r;

	snprintf(tail, sizeof(tail), ".part-%ld", (long)getpid());
	if (!name_beside(aside, to, tail))
		return STORE_BROKEN;
	r = fill(db, aside, "PRAGMA journal_mode=DELETE", progress, ctx);
	if (r == STORE_OK && renameat2(AT_FDCWD, aside, AT_FDCWD, to, RENAME_NOREPLACE) != 0)
		r = system_result("naming the copy");
	drop(aside);
	if (r == STORE_OK && !sync_folder_of(to))
		r = system_result("syncing the folder");
	return r;
}

/* Whatever the log of the old database holds is copied into it, as far as it is still readable: then it is whole in one file. */
static void
settle(const char *path)
{
	sqlite3 *db = NULL;
	int64_t ignored;

	/* a connection knows of the log once it has read */
	if (sdb_open(&db, path, SQLITE_OPEN_READWRITE) == STORE_OK && sdb_number(db, "SELECT count(*) FROM sqlite_schema", &ignored) == STORE_OK)
		sdb_checkpoint(db, true);
	sqlite3_close(db);
}

/* Give the old database and its log second names, and take the log's first name away: a log beside another database than its own would be
 * read into it. `path` itself is there at every moment: were it not, a start in between would make a new, empty vault. */
static enum store_result
keep_old(const char *path, const char *kept)
{
	char from[PATH_LEN], to[PATH_LEN];

	if (link(path, kept) != 0)
		return system_result("keeping the database");
	if (!name_beside(from, path, "-wal") || !name_beside(to, kept, "-wal"))
		return STORE_BROKEN;
	if (rename(from, to) != 0 && errno != ENOENT)
		return system_result("keeping the log");
	if (!name_beside(from, path, "-shm"))
		return STORE_BROKEN;
	if (unlink(from) != 0 && errno != ENOENT)
		return system_result("removing the index of the log");
	return STORE_OK;
}

static enum store_result
put_in_place(const char *path, const char *aside, char *kept, size_t len)
{
	enum store_result r = STORE_OK;
	int lock = files_lock_out(path);

	if (lock == FILES_IN_USE)
		return STORE_CONFLICT;
	if (lock != FILES_ABSENT) {
		if (!files_beside(kept, len, path, "before-restore"))
			r = STORE_BROKEN;
		else
			r = keep_old(path, kept);
	}
	if (r == STORE_OK && rename(aside, path) != 0)
		r = system_result("naming the restored database");
	if (r == STORE_OK && !sync_folder_of(path))
		r = system_result("syncing the folder");
	if (lock >= 0)
		close(lock);
	return r;
}

enum store_result
files_restore(sqlite3 *from, const char *path, char *kept, size_t len)
{
	char aside[PATH_LEN], tail[32];
	enum store_result r;
	int lock = files_lock_out(path);

	*kept = '\0';
	if (lock == FILES_IN_USE)
		return STORE_CONFLICT;
	if (lock >= 0)
		close(lock);
	snprintf(tail, sizeof(tail), ".part-%ld", (long)getpid());
	if (!name_beside(aside, path, tail))
		return STORE_BROKEN;
	if (lock >= 0)
		settle(path);
	r = fill(from, aside, "PRAGMA journal_mode=WAL", NULL, NULL);
	if (r == STORE_OK)
		r = put_in_place(path, aside, kept, len);
	drop(aside);
	return r;
}
