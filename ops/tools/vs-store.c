/* vs-store: looks after the SQLite database: creates and migrates, checks, copies, restores, and holds its lock for the web server. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_sqlite_files.h"
#include "store/store_sqlite_schema.h"

#define QUICK_CHECK_BYTES (16L * 1024 * 1024) /* about 20 ms: a start must not wait longer than that */

enum { EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_IN_USE, EXIT_FULL, EXIT_FOREIGN };

struct options {
	bool full, progress;
};

static const struct {
	enum store_result r;
	int status;
	const char *sentence;
} endings[] = {
	{ STORE_FULL, EXIT_FULL, "there is no room left on the disk" },
	{ STORE_BUSY, EXIT_IN_USE, "the database is locked by another program, or memory ran out" },
	{ STORE_BROKEN, EXIT_FAILED, "the file is damaged, no database, or cannot be opened" },
};

/* Say on standard error why a command ends, and give its exit status. */
static int
ended(const char *path, enum store_result r)
{
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (endings[i].r == r) {
			fprintf(stderr, "vs-store: %s: %s.\n", path, endings[i].sentence);
			return endings[i].status;
		}
	return EXIT_OK;
}

static int
say(int status, const char *path, const char *sentence)
{
	fprintf(stderr, "vs-store: %s: %s.\n", path, sentence);
	return status;
}

/* Whether SQLite finds the file sound; `pragma` is quick_check or integrity_check. */
static enum store_result
sound(sqlite3 *db, const char *path, const char *pragma)
{
	char line[512];
	enum store_result r = files_check(db, pragma, line, sizeof(line));

	if (r == STORE_BROKEN && *line != '\0')
		fprintf(stderr, "vs-store: %s: %s says: %s\n", path, pragma, line);
	return r;
}

/* A database of ours that this program can use; anything else ends with a sentence and *status. */
static bool
look(sqlite3 *db, const char *path, struct schema_state *s, int *status)
{
	enum store_result r = schema_look(db, s);

	*status = EXIT_OK;
	if (r != STORE_OK)
		*status = ended(path, r);
	else if (!s->ours && !s->empty)
		*status = say(EXIT_FOREIGN, path, "this database belongs to another program");
	else if (s->version > SDB_SCHEMA_VERSION)
		*status = say(EXIT_FOREIGN, path, "this database was made by a newer version of VaultSphere; use that version, or restore an older backup");
	return *status == EXIT_OK;
}

static int
create_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	else if (errno != EEXIST)
		return say(EXIT_FAILED, path, errno == ENOENT ? "its folder is not there" : strerror(errno));
	return EXIT_OK;
}

static enum store_result
migrate(sqlite3 *db, const char *path, int64_t from)
{
	char copy[4096];
	enum store_result r;

	if (!files_beside(copy, sizeof(copy), path, "before-migration"))
		return STORE_BROKEN;
	r = files_backup(db, copy, NULL, NULL);
	if (r != STORE_OK)
		return r;
	printf("vs-store: %s: schema %lld is kept as %s\n", path, (long long)from, copy);
	return schema_migrate(db, from);
}

static int
cmd_setup(char **arg, const struct options *o)
{
	const char *path = arg[0], *checked = "not checked, as it is large: see vs-store check";
	sqlite3 *db = NULL;
	struct schema_state s;
	struct stat st;
	enum store_result r;
	int status = create_file(path);

	if (status != EXIT_OK)
		return status;
	r = sdb_open(&db, path, SQLITE_OPEN_READWRITE);
	if (r != STORE_OK)
		return ended(path, r);
	if (!look(db, path, &s, &status))
		goto out;
	r = files_prepare(db, path, s.empty);
	if (r == STORE_OK && s.empty)
		r = schema_migrate(db, 0);
	else if (r == STORE_OK && s.version < SDB_SCHEMA_VERSION)
		r = migrate(db, path, s.version);
	if (r == STORE_OK && (o->full || (stat(path, &st) == 0 && st.st_size <= QUICK_CHECK_BYTES))) {
		r = sound(db, path, o->full ? "integrity_check" : "quick_check");
		checked = o->full ? "checked in full" : "checked";
	}
	if (r == STORE_OK)
		sdb_checkpoint(db, true);
	status = ended(path, r);
	if (r == STORE_OK)
		printf("vs-store: %s: %s, schema %d, %s\n", path, s.empty ? "created" : "ready", SDB_SCHEMA_VERSION, checked);
out:
	sqlite3_close(db);
	return status;
}

/* Open an existing database of ours: of this version, or an older one too where that is no matter. */
static int
open_ours(sqlite3 **db, const char *path, bool older)
{
	struct schema_state s;
	enum store_result r = sdb_open(db, path, SQLITE_OPEN_READWRITE);
	int status;

	if (r != STORE_OK)
		return ended(path, r);
	if (look(*db, path, &s, &status) && (s.empty || (s.version != SDB_SCHEMA_VERSION && !older)))
		status = say(EXIT_FOREIGN, path, "its schema is not of this version: run vs-store setup");
	return status;
}

static int
cmd_check(char **arg, const struct options *o)
{
	sqlite3 *db = NULL;
	int status = open_ours(&db, arg[0], true);

	(void)o;
	if (status == EXIT_OK)
		status = ended(arg[0], sound(db, arg[0], "integrity_check"));
	if (status == EXIT_OK)
		printf("vs-store: %s: sound\n", arg[0]);
	sqlite3_close(db);
	return status;
}

static int
cmd_stat(char **arg, const struct options *o)
{
	static const struct {
		const char *name, *sql;
	} figures[] = {
		{ "schema", "PRAGMA user_version" },
		{ "users", "SELECT count(*) FROM users" },
		{ "accounts", "SELECT count(*) FROM accounts" },
		{ "passwords", "SELECT count(*) FROM passwords" },
		{ "expired", "SELECT count(*) FROM accounts WHERE expires>0 AND expires<unixepoch()" },
		{ "page_size", "PRAGMA page_size" },
		{ "pages", "PRAGMA page_count" },
		{ "free_pages", "PRAGMA freelist_count" },
	};
	sqlite3 *db = NULL;
	int status = open_ours(&db, arg[0], false);

	(void)o;
	for (size_t i = 0; i < ARRAY_LEN(figures) && status == EXIT_OK; i++) {
		int64_t n;

		status = ended(arg[0], sdb_number(db, figures[i].sql, &n));
		if (status == EXIT_OK)
			printf("%s %lld\n", figures[i].name, (long long)n);
	}
	if (status == EXIT_OK)
		printf("log_bytes %lld\n", (long long)files_log_bytes(arg[0]));
	sqlite3_close(db);
	return status;
}

static void
show_progress(void *ctx, int64_t done, int64_t all)
{
	(void)ctx;
	fprintf(stderr, "\rvs-store: %3d %% of %lld pages%s", (int)(all > 0 ? done * 100 / all : 100), (long long)all, done == all ? "\n" : "");
}

static int
cmd_backup(char **arg, const struct options *o)
{
	sqlite3 *db = NULL;
	int status = open_ours(&db, arg[0], true);

	if (status == EXIT_OK && access(arg[1], F_OK) == 0)
		status = say(EXIT_USAGE, arg[1], "there is a file of that name already; nothing is overwritten");
	if (status == EXIT_OK)
		status = ended(arg[1], files_backup(db, arg[1], o->progress || isatty(STDERR_FILENO) ? show_progress : NULL, NULL));
	if (status == EXIT_OK)
		printf("vs-store: %s: written and verified\n", arg[1]);
	sqlite3_close(db);
	return status;
}

static int
cmd_restore(char **arg, const struct options *o)
{
	const char *from = arg[0], *path = arg[1];
	char kept[4096] = "";
	sqlite3 *db = NULL;
	int status = open_ours(&db, from, true);
	enum store_result r;

	(void)o;
	if (status == EXIT_OK)
		status = ended(from, sound(db, from, "integrity_check"));
	if (status != EXIT_OK)
		goto out;
	r = files_restore(db, path, kept, sizeof(kept));
	if (r == STORE_CONFLICT)
		status = say(EXIT_IN_USE, path, "the server is running or a program has the database open; stop it first");
	else
		status = ended(path, r);
	if (r == STORE_OK)
		printf("vs-store: %s: restored from %s%s%s\n", path, from, *kept != '\0' ? "; the one before is kept as " : "", kept);
out:
	sqlite3_close(db);
	return status;
}

static int
cmd_hold(char **arg, const struct options *o)
{
	enum store_result r;

	(void)o;
	r = files_hold(arg[0]);
	if (r != STORE_OK)
		return ended(arg[0], r);
	execvp(arg[1], arg + 1);
	return say(EXIT_FAILED, arg[1], strerror(errno));
}

static int
cmd_idle(char **arg, const struct options *o)
{
	int fd = files_lock_out(arg[0]);

	(void)o;
	if (fd == FILES_IN_USE)
		return say(EXIT_IN_USE, arg[0], "the server is running or a program has the database open; stop it first");
	if (fd >= 0)
		close(fd);
	return EXIT_OK;
}

static const struct command {
	const char *name, *usage;
	int args;
	bool rest; /* more arguments may follow: they are a program's own */
	int (*run)(char **arg, const struct options *o);
} commands[] = {
	{ "setup", "PATH [--full]", 1, false, cmd_setup },
	{ "check", "PATH", 1, false, cmd_check },
	{ "stat", "PATH", 1, false, cmd_stat },
	{ "backup", "PATH TO [--progress]", 2, false, cmd_backup },
	{ "restore", "FROM PATH", 2, false, cmd_restore },
	{ "idle", "PATH", 1, false, cmd_idle },
	{ "hold", "PATH PROGRAM [ARGUMENT ...]", 2, true, cmd_hold },
};

static int
usage(void)
{
	fputs("usage:\n", stderr);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(stderr, "  vs-store %s %s\n", commands[i].name, commands[i].usage);
	return EXIT_USAGE;
}

/* Take the options out of the arguments of a command; false when one is unknown. */
static bool
take_options(struct options *o, char **arg, int *n)
{
	int kept = 0;

	for (int i = 0; i < *n; i++) {
		if (strcmp(arg[i], "--full") == 0)
			o->full = true;
		else if (strcmp(arg[i], "--progress") == 0)
			o->progress = true;
		else if (arg[i][0] == '-' && arg[i][1] == '-')
			return false;
		else
			arg[kept++] = arg[i];
	}
	*n = kept;
	return true;
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	int n = argc - 2;

	umask(077);
	for (size_t i = 0; argc > 2 && i < ARRAY_LEN(commands); i++) {
		const struct command *c = &commands[i];

		if (strcmp(argv[1], c->name) != 0)
			continue;
		if (!c->rest && !take_options(&o, argv + 2, &n))
			break;
		if (n == c->args || (c->rest && n > c->args)) {
			int status = c->run(argv + 2, &o);

			return fflush(stdout) == 0 ? status : EXIT_FAILED;
		}
	}
	return usage();
}
