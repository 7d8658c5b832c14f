/* test_store_help.h - what the store's tests share: a database of its own for each scenario, short words for writes. */
#ifndef TEST_STORE_HELP_H
#define TEST_STORE_HELP_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "store/store_sqlite_files.h"
#include "store/store_sqlite_schema.h"
#include "unit.h"

static char folder[256], db_path[300];

static inline void
new_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/vs-store-XXXXXX", tmp != NULL ? tmp : "/tmp");
	CHECK(mkdtemp(folder) != NULL);
}

/* The configuration names the database; each scenario is a process of its own, as a request is. */
static inline void
use_path(const char *path)
{
	char conf[300];
	FILE *f;

	snprintf(db_path, sizeof(db_path), "%s", path);
	snprintf(conf, sizeof(conf), "%s/conf", folder);
	f = fopen(conf, "w");
	CHECK(f != NULL);
	if (f == NULL)
		return;
	fprintf(f, "STORE=sqlite\nSQLITE_PATH=%s\n", path);
	fclose(f);
	setenv(CONF_ENV, conf, 1);
	CHECK(conf_load());
}

/* What vs-store setup does. */
static inline void
make_db(const char *path)
{
	sqlite3 *db = NULL;
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	CHECK(fd >= 0);
	close(fd);
	CHECK(sdb_open(&db, path, SQLITE_OPEN_READWRITE) == STORE_OK);
	CHECK(files_prepare(db, path, true) == STORE_OK);
	CHECK(schema_migrate(db, 0) == STORE_OK);
	sqlite3_close(db);
}

static inline void
fresh(void)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/vault.db", folder);
	make_db(path);
	use_path(path);
}

static inline void
remove_folder(void)
{
	DIR *d = opendir(folder);
	char name[600];

	for (struct dirent *e = d != NULL ? readdir(d) : NULL; e != NULL; e = readdir(d)) {
		snprintf(name, sizeof(name), "%s/%s", folder, e->d_name);
		unlink(name);
	}
	if (d != NULL)
		closedir(d);
	rmdir(folder);
}

/* Run one scenario in a process and a folder of its own. */
static inline void
scenario(void (*fn)(void))
{
	int status = -1;
	pid_t pid;

	new_folder();
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		fn();
		exit(unit_end());
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	remove_folder();
}

static inline struct store_key
account(const char *owner, const char *kind)
{
	return (struct store_key){ STORE_ACCOUNTS, owner, kind };
}

static inline struct store_key
user(const char *name)
{
	return (struct store_key){ STORE_USERS, name, NULL };
}

static inline struct store_key
entry(const char *uid, const char *id)
{
	return (struct store_key){ STORE_PASSWORDS, uid, id };
}

static inline struct store_write
put(struct store_key k, const struct store_set *set, size_t n)
{
	return (struct store_write){ .op = STORE_PUT, .key = k, .set = set, .nset = n };
}

static inline struct store_write
with(struct store_write w, enum store_cond_kind kind, enum store_attr attr, int64_t num)
{
	for (size_t i = 0; i < STORE_CONDS_MAX; i++)
		if (w.cond[i].kind == STORE_COND_NONE) {
			w.cond[i] = (struct store_cond){ kind, attr, num };
			break;
		}
	return w;
}

static inline enum store_result
one(struct store_write w)
{
	return store_write(&w, 1, NULL);
}

static inline bool
there(struct store_key k)
{
	struct store_item it = { 0 };
	enum store_result r = store_get(&it, &k, 1);
	bool found = it.found;

	CHECK(r == STORE_OK);
	store_item_wipe(&it);
	return found;
}

static inline int64_t
num_of(struct store_key k, enum store_attr a)
{
	struct store_item it = { 0 };
	int64_t n;

	CHECK(store_get(&it, &k, 1) == STORE_OK);
	n = it.found ? store_num(&it, a) : -1;
	store_item_wipe(&it);
	return n;
}

#endif
