/* test_store_faults: no room, no memory, damage, locks, other versions, many writers at once: the result says so and nothing is half done. */
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "test_store_help.h"

#define WRITERS 16
#define EACH 200

static const struct store_set rev_one = { ST_REV, 1, NULL };

static bool
ignore_row(void *ctx, const struct store_item *it)
{
	(void)it;
	++*(size_t *)ctx;
	return true;
}

/* Every operation gives `want`; items come back empty. */
static void
all_give(enum store_result want)
{
	struct store_item it = { .found = true };
	struct store_key k = user("alice");
	struct store_query q = { .table = STORE_USERS, .part = "alice" };
	size_t n = 0;

	CHECK(store_ping() == want);
	CHECK(store_get(&it, &k, 1) == want && !it.found);
	CHECK(store_query(&q, ignore_row, &n) == want && n == 0);
	CHECK(store_email(&it, "a@example.com") == want && !it.found);
	CHECK(one(put(k, &rev_one, 1)) == want);
}

static void
missing_file(void)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/none.db", folder);
	use_path(path);
	all_give(STORE_BROKEN);
	CHECK(access(path, F_OK) != 0); /* a request creates nothing */
}

static void
no_path(void)
{
	use_path("");
	all_give(STORE_BROKEN);
}

static void
no_database(void)
{
	char path[300], junk[8192];
	int fd;

	snprintf(path, sizeof(path), "%s/junk.db", folder);
	memset(junk, 'j', sizeof(junk));
	fd = open(path, O_RDWR | O_CREAT, 0600);
	CHECK(write(fd, junk, sizeof(junk)) == (ssize_t)sizeof(junk));
	close(fd);
	use_path(path);
	all_give(STORE_BROKEN);
}

static void
damage(const char *path, off_t from)
{
	char junk[4096];
	struct stat st;
	int fd = open(path, O_RDWR);

	CHECK(fd >= 0 && fstat(fd, &st) == 0 && st.st_size > from);
	memset(junk, 0xa5, sizeof(junk));
	for (off_t at = from; at < st.st_size; at += (off_t)sizeof(junk))
		CHECK(pwrite(fd, junk, sizeof(junk), at) == (ssize_t)sizeof(junk));
	close(fd);
}

static void
damaged_pages(void)
{
	char path[300], line[200];
	sqlite3 *db = NULL;

	snprintf(path, sizeof(path), "%s/vault.db", folder);
	make_db(path);
	CHECK(sdb_open(&db, path, SQLITE_OPEN_READWRITE) == STORE_OK);
	CHECK(sdb_run(db, "SELECT 1 FROM users") == STORE_OK);
	sdb_checkpoint(db, true);
	sqlite3_close(db);
	damage(path, 4096);
	use_path(path);
	CHECK(one(put(user("alice"), &rev_one, 1)) == STORE_BROKEN);
	CHECK(sdb_use(&db) == STORE_OK);
	CHECK(files_check(db, "quick_check", line, sizeof(line)) == STORE_BROKEN && *line != '\0');
}

static void
other_version(int version)
{
	char path[300], sql[64];
	sqlite3 *db = NULL;

	snprintf(path, sizeof(path), "%s/vault.db", folder);
	make_db(path);
	CHECK(sdb_open(&db, path, SQLITE_OPEN_READWRITE) == STORE_OK);
	snprintf(sql, sizeof(sql), "PRAGMA user_version=%d", version);
	CHECK(sdb_run(db, sql) == STORE_OK);
	sqlite3_close(db);
	use_path(path);
	all_give(STORE_BROKEN);
}

static void
older_version(void)
{
	other_version(SDB_SCHEMA_VERSION - 1);
}

static void
newer_version(void)
{
	other_version(SDB_SCHEMA_VERSION + 1);
}

/* A writer that keeps its lock: others give up after the waiting time, readers do not notice. */
static void
locked(void)
{
	sqlite3 *db = NULL;
	int64_t start;

	fresh();
	CHECK(one(put(user("alice"), &rev_one, 1)) == STORE_OK);
	CHECK(sdb_open(&db, db_path, SQLITE_OPEN_READWRITE) == STORE_OK && sdb_run(db, "BEGIN IMMEDIATE") == STORE_OK);
	start = clock_mono_ms();
	CHECK(one(put(user("bob"), &rev_one, 1)) == STORE_BUSY);
	CHECK(clock_mono_ms() - start >= SDB_BUSY_MS && clock_mono_ms() - start < SDB_BUSY_MS + 1500);
	CHECK(there(user("alice")) && !there(user("bob")));
	CHECK(sdb_run(db, "ROLLBACK") == STORE_OK);
	CHECK(one(put(user("bob"), &rev_one, 1)) == STORE_OK && there(user("bob")));
	sqlite3_close(db);
}

/* Fill until there is no room. What was acknowledged is there, what was refused is not, and small reads go on. */
static int
fill_up(void)
{
	static char text[20001];
	struct store_set set[] = { { ST_VERSION, 1, NULL }, { ST_TOKEN, 0, text } };
	enum store_result r = STORE_OK;
	char id[16];
	int n = 0;

	memset(text, 'x', sizeof(text) - 1);
	while (r == STORE_OK && n < 1000) {
		struct store_write w[2];

		snprintf(id, sizeof(id), "%06d", n);
		w[0] = put(entry("a", id), set, 2);
		w[1] = put(entry("b", id), set, 2);
		r = store_write(w, 2, NULL);
		if (r == STORE_OK)
			n++;
	}
	CHECK(r == STORE_FULL && n > 2);
	for (const char *part = "a"; part != NULL; part = *part == 'a' ? "b" : NULL) {
		struct store_query q = { .table = STORE_PASSWORDS, .part = part };
		size_t rows = 0;

		CHECK(store_query(&q, ignore_row, &rows) == STORE_OK && rows == (size_t)n);
	}
	snprintf(id, sizeof(id), "%06d", n - 1);
	CHECK(there(entry("a", id)));
	return n;
}

static void
file_size_limit(void)
{
	struct rlimit lim = { 600000, RLIM_INFINITY };
	char id[16];
	int n;

	signal(SIGXFSZ, SIG_IGN);
	fresh();
	CHECK(setrlimit(RLIMIT_FSIZE, &lim) == 0);
	n = fill_up();
	/* with room again the same process goes on */
	lim.rlim_cur = RLIM_INFINITY;
	CHECK(setrlimit(RLIMIT_FSIZE, &lim) == 0);
	snprintf(id, sizeof(id), "%06d", n);
	CHECK(one(put(entry("a", id), &(struct store_set){ ST_VERSION, 1, NULL }, 1)) == STORE_OK && there(entry("a", id)));
}

static void
full_disk(void)
{
	char line[300];
	sqlite3 *db = NULL;
	int n;

	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", folder, "tmpfs", 0, "size=1m") != 0) {
		fprintf(stderr, "skipped: mounting a small file system is not allowed here\n");
		return;
	}
	fresh();
	n = fill_up();
	CHECK(sdb_use(&db) == STORE_OK && files_check(db, "integrity_check", line, sizeof(line)) == STORE_OK);
	/* a copy finds no room either, and leaves nothing behind */
	snprintf(line, sizeof(line), "%s/copy.db", folder);
	CHECK(files_backup(db, line, NULL, NULL) == STORE_FULL && access(line, F_OK) != 0);
	/* deleting makes room */
	for (int i = 0; i < n; i++) {
		char id[16];

		snprintf(id, sizeof(id), "%06d", i);
		if (one((struct store_write){ .op = STORE_DELETE, .key = entry("a", id) }) != STORE_OK)
			break;
	}
	umount2(folder, MNT_DETACH);
}

/* Memory that runs out at the n-th request of SQLite. */
static long allocations_left;

static void *
may_fail(int n)
{
	size_t *p = allocations_left-- == 0 ? NULL : malloc((size_t)n + 16);

	if (p == NULL)
		return NULL;
	*p = (size_t)n;
	return p + 2;
}

static void
give_back(void *p)
{
	free((size_t *)p - 2);
}

static int
size_of(void *p)
{
	return p != NULL ? (int)*((size_t *)p - 2) : 0;
}

static void *
may_fail_larger(void *p, int n)
{
	size_t *old = (size_t *)p - 2, *new = allocations_left-- == 0 ? NULL : realloc(old, (size_t)n + 16);

	if (new == NULL)
		return NULL;
	*new = (size_t)n;
	return new + 2;
}

static int
round_up(int n)
{
	return (n + 7) & ~7;
}

static int
start(void *ctx)
{
	(void)ctx;
	return SQLITE_OK;
}

static void
stop(void *ctx)
{
	(void)ctx;
}

static void
memory_runs_out(void)
{
	static const sqlite3_mem_methods methods = { may_fail, give_back, may_fail_larger, size_of, round_up, start, stop, NULL };
	int failures = 0;

	fresh();
	for (long n = 0; n < 600; n++) {
		pid_t pid = fork();
		int status = -1;

		if (pid == 0) {
			struct store_item it[2] = { 0 };
			struct store_key two[2] = { user("alice"), account("x", "y") };
			struct store_query q = { .table = STORE_ACCOUNTS, .part = "x", .prefix = "y" };
			enum store_result r[3];
			size_t rows = 0;
			bool bad = false;
			int null = open("/dev/null", O_WRONLY);

			dup2(null, STDERR_FILENO);
			sqlite3_shutdown();
			sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
			allocations_left = n;
			r[0] = store_write((struct store_write[]){ put(two[0], &rev_one, 1), put(two[1], &rev_one, 1) }, 2, NULL);
			r[1] = store_get(it, two, 2);
			r[2] = store_query(&q, ignore_row, &rows);
			for (size_t i = 0; i < 3; i++)
				bad |= r[i] != STORE_OK && r[i] != STORE_BUSY;
			bad |= it[0].found != it[1].found || (r[1] != STORE_OK && it[0].found);
			bad |= r[0] == STORE_OK && r[1] == STORE_OK && !it[0].found;
			store_item_wipe(&it[0]);
			store_item_wipe(&it[1]);
			exit(bad ? 2 : r[0] != STORE_OK || r[1] != STORE_OK || r[2] != STORE_OK);
		}
		CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
		CHECK(!WIFEXITED(status) || WEXITSTATUS(status) < 2);
		if (!WIFEXITED(status) || WEXITSTATUS(status) >= 2)
			fprintf(stderr, "at allocation %ld\n", n);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
			failures++;
		else if (n > 500)
			break;
	}
	CHECK(failures > 20);
}

static void
add_one(struct store_key k)
{
	for (;;) {
		int64_t n = num_of(k, ST_REV);
		struct store_set set = { ST_REV, n + 1, NULL };
		struct store_write w = { .op = STORE_UPDATE, .key = k, .set = &set, .nset = 1, .cond = { { STORE_COND_EQ, ST_REV, n } } };
		enum store_result r = one(w);

		CHECK(r == STORE_OK || r == STORE_CONFLICT);
		if (r != STORE_CONFLICT)
			return;
	}
}

static void
no_update_is_lost(void)
{
	struct store_key k = account("counter", "throttle");
	struct store_set zero = { ST_REV, 0, NULL };
	pid_t pid[WRITERS];

	fresh();
	pid[0] = fork(); /* the connection must not be there before the fork */
	if (pid[0] == 0)
		exit(one(put(k, &zero, 1)) != STORE_OK);
	waitpid(pid[0], NULL, 0);
	for (int i = 0; i < WRITERS; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			for (int n = 0; n < EACH; n++)
				add_one(k);
			exit(unit_end());
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		int status = -1;

		CHECK(waitpid(pid[i], &status, 0) == pid[i] && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	CHECK(num_of(k, ST_REV) == WRITERS * EACH);
}

/* Without a process that keeps the log's index alive, the log must not grow for ever. */
static void
the_log_stays_short(void)
{
	fresh();
	for (int i = 0; i < 150; i++) {
		pid_t pid = fork();

		if (pid == 0)
			exit(one(put(user("alice"), &(struct store_set){ ST_REV, i, NULL }, 1)) != STORE_OK);
		waitpid(pid, NULL, 0);
	}
	CHECK(num_of(user("alice"), ST_REV) == 149);
	CHECK(files_log_bytes(db_path) < 2 * SDB_CHECKPOINT_PAGES * 4200);
	CHECK(files_log_bytes("/nowhere/at/all") == 0);
}

static void
locks(void)
{
	char name[300], small[8];
	int fd;

	fresh();
	fd = files_lock_out(db_path);
	CHECK(fd >= 0);
	close(fd);
	snprintf(name, sizeof(name), "%s/none.db", folder);
	CHECK(files_lock_out(name) == FILES_ABSENT);
	CHECK(files_lock_out("/proc/self/mem/x") == FILES_IN_USE);
	CHECK(files_hold(name) == STORE_BROKEN);
	CHECK(files_hold(db_path) == STORE_OK);
	CHECK(files_lock_out(db_path) == FILES_IN_USE);
	CHECK(one(put(user("alice"), &rev_one, 1)) == STORE_OK && there(user("alice")));
	CHECK(!files_beside(small, sizeof(small), db_path, "x"));
}

int
main(void)
{
	static void (*const all[])(void) = { missing_file, no_path, no_database, damaged_pages, older_version, newer_version, locked, file_size_limit,
		full_disk, memory_runs_out, no_update_is_lost, the_log_stays_short, locks };

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		scenario(all[i]);
	return unit_end();
}
