/* store_sqlite_copy: online backup and restore. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/store_sqlite_files.h"

#define PATH_MAX_OURS 4096
#define PAGES_A_STEP 512

static const char *const counted[] = { "SELECT count(*) FROM users", "SELECT count(*) FROM accounts", "SELECT count(*) FROM passwords" };

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
	char copy[PATH_MAX_OURS];

	return (size_t)snprintf(copy, sizeof(copy), "%s", path) < sizeof(copy) && sync_path(dirname(copy), O_DIRECTORY);
}

static enum store_result
system_result(const char *doing)
{
	int e = errno;

	log_error("store_files", "%s failed (errno %d)", doing, e);
	return e == ENOSPC || e == EDQUOT || e == EFBIG ? STORE_FULL : STORE_BROKEN;
}

/* Copy every page. The caller's read transaction on `from` fixes the moment, so writers neither wait nor make it begin again. */
static enum store_result
copy_pages(sqlite3 *from, sqlite3 *to, files_progress_fn *progress, void *ctx)
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

/* The copy is sound and has as many rows as the moment that it shows. */
static enum store_result
verify(sqlite3 *from, sqlite3 *to)
{
	char line[256];
	enum store_result r = files_check(to, "integrity_check", line, sizeof(line));

	for (size_t i = 0; i < ARRAY_LEN(counted) && r == STORE_OK; i++) {
		int64_t a, b;

		r = sdb_number(from, counted[i], &a);
		if (r == STORE_OK)
			r = sdb_number(to, counted[i], &b);
		if (r == STORE_OK && a != b) {
			log_error("store_backup", "the copy has %lld rows instead of %lld", (long long)b, (long long)a);
			r = STORE_BROKEN;
		}
	}
	return r;
}

/* Fill the new file `aside`: copied, without a log, verified, synced. */
static enum store_result
fill(sqlite3 *from, const char *aside, files_progress_fn *progress, void *ctx)
{
	sqlite3 *to = NULL;
	int64_t ignored;
	enum store_result r;
	int fd = open(aside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return system_result("creating the copy");
	close(fd);
	r = sdb_open(&to, aside, SQLITE_OPEN_READWRITE);
	if (r == STORE_OK)
		r = sdb_run(from, "BEGIN");
	if (r != STORE_OK)
		goto out;
	/* the first read fixes the moment */
	r = sdb_number(from, "SELECT count(*) FROM sqlite_schema", &ignored);
	if (r == STORE_OK)
		r = copy_pages(from, to, progress, ctx);
	if (r == STORE_OK)
		r = sdb_run(to, "PRAGMA journal_mode=DELETE");
	if (r == STORE_OK)
		r = verify(from, to);
	if (sdb_run(from, "COMMIT") != STORE_OK && r == STORE_OK)
		r = STORE_BROKEN;
out:
	sqlite3_close(to);
	if (r == STORE_OK && !sync_path(aside, 0))
		r = system_result("syncing the copy");
	return r;
}

static void
drop(const char *path)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	char name[PATH_MAX_OURS + 16];

	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		unlink(name);
	}
}

enum store_result
files_backup(sqlite3 *db, const char *to, files_progress_fn *progress, void *ctx)
{
	char aside[PATH_MAX_OURS];
	enum store_result r;

	if ((size_t)snprintf(aside, sizeof(aside), "%s.part-%ld", to, (long)getpid()) >= sizeof(aside))
		return STORE_BROKEN;
	r = fill(db, aside, progress, ctx);
	/* link refuses to replace a file that appeared meanwhile */
	if (r == STORE_OK && link(aside, to) != 0)
		r = system_result("naming the copy");
	drop(aside);
	if (r == STORE_OK && !sync_folder_of(to))
		r = system_result("syncing the folder");
	return r;
}

enum store_result
files_restore(sqlite3 *from, const char *path, char *kept, size_t len)
{
	(void)from;
	(void)path;
	(void)kept;
	(void)len;
	return STORE_BROKEN;
}
