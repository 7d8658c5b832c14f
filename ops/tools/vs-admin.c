/* vs-admin: who runs the server looks after the people: one program for each store, the same commands. No entry is ever opened. ops/start.sh admin COMMAND runs it.
 *
 *   vs-admin list             every user: name, role, state, day of registration, day of the last log-in
 *   vs-admin admin NAME       make a user an admin, from the next log-in on; user NAME: the other way round
 *   vs-admin disable NAME     end every session and let nobody log in; enable NAME: the other way round
 *   vs-admin fill             write the list of names anew from the records, and count the admins: after programs of an older version had run (reads the whole Users table;
 *                             on DynamoDB that needs dynamodb:Scan)
 *   vs-admin sweep            remove what is left of accounts that their owners closed more than 7 days ago
 *   vs-admin setup            at every start: sweep; and where an installation is older than admins are, see to it that the next to register does not become one
 *
 * Configuration: VAULTSPHERE_CONF. 0 done, 1 failed (the reason on standard error), 2 wrong use.
 */
#include <string.h>
#include <time.h>

#include "base/conf.h"
#include "domain/admin.h"
#include "domain/closing.h"
#include "domain/policy.h"
#include "domain/server.h"
#include "store/store_scan.h"

enum { EXIT_OK, EXIT_FAILED, EXIT_USAGE };

#define ROUND 40       /* rows a write */

static const struct client tool = { "", "vs-admin", "" };

static int
say(const char *sentence)
{
	fprintf(stderr, "vs-admin: %s\n", sentence);
	return EXIT_FAILED;
}

static int
ended(enum outcome o, const char *name)
{
	if (o == OUT_OK)
		return EXIT_OK;
	if (o == OUT_MISSING)
		fprintf(stderr, "vs-admin: there is no user %s. Nothing was changed.\n", name);
	else if (o == OUT_LAST_ADMIN)
		fprintf(stderr, "vs-admin: %s is the last admin who can log in; make another one first. Nothing was changed.\n", name);
	else if (o == OUT_BROKEN)
		say("a record does not verify, or the store is damaged (see above). Nothing was changed.");
	else if (o == OUT_FULL)
		say("the store has no room left. Nothing was changed.");
	else
		say("the store does not answer in time. Nothing was changed; try again.");
	return EXIT_FAILED;
}

static void
day(char out[static 16], int64_t t)
{
	time_t seconds = (time_t)t;
	struct tm tm;

	snprintf(out, 16, "-");
	if (t > 0 && gmtime_r(&seconds, &tm) != NULL)
		(void)strftime(out, 16, "%Y-%m-%d", &tm);
}

static int
cmd_list(const char *name)
{
	struct admin_users list = { .more = true };

	(void)name;
	printf("%-32s  %-5s  %-8s  %-10s  %s\n", "user", "role", "state", "since", "last log-in");
	while (list.more) {
		char after[USER_NAME_MAX + 1];
		enum outcome o;

		snprintf(after, sizeof(after), "%s", list.last);
		store_restart();
		o = admin_list(&list, after);
		if (o != OUT_OK)
			return ended(o, after);
		for (size_t i = 0; i < list.n; i++) {
			const struct admin_user *u = &list.user[i];
			char since[16], last[16];

			day(since, u->created);
			day(last, u->last_login);
			printf("%-32s  %-5s  %-8s  %-10s  %s\n", u->username, u->damaged ? "?" : u->role,
			    u->damaged ? "damaged" : u->closing ? "closing" : u->disabled ? "disabled" : "active", since, last);
		}
	}
	return EXIT_OK;
}

static int
apply(const char *given, enum admin_act act)
{
	char name[USER_NAME_MAX + 1];
	enum outcome o = policy_username(name, given) ? admin_apply(name, act, NULL, &tool) : OUT_MISSING;

	if (o == OUT_OK)
		printf("vs-admin: %s: done.\n", name);
	return ended(o, given);
}

static int
cmd_admin(const char *name)
{
	return apply(name, ADMIN_PROMOTE);
}

static int
cmd_user(const char *name)
{
	return apply(name, ADMIN_DEMOTE);
}

static int
cmd_disable(const char *name)
{
	return apply(name, ADMIN_DISABLE);
}

static int
cmd_enable(const char *name)
{
	return apply(name, ADMIN_ENABLE);
}

static int
cmd_sweep(const char *name)
{
	(void)name;
	for (bool more = true; more;) {
		size_t gone;
		enum outcome o;

		store_restart();
		o = closing_sweep(CLOSING_SWEEP_ROWS, &gone, &more);
		if (o != OUT_OK)
			return ended(o, "");
		if (gone > 0)
			printf("vs-admin: closed accounts removed: %zu\n", gone);
	}
	return EXIT_OK;
}

struct round {
	struct user user[ROUND];
	size_t n;
	int64_t admins;
	char last[USER_NAME_MAX + 1];
	int64_t users, damaged;
};

static bool
collect(void *ctx, const struct store_item *it)
{
	struct round *r = ctx;
	struct user *u = &r->user[r->n];

	snprintf(r->last, sizeof(r->last), "%s", it->part);
	if (user_from_item(u, it)) {
		r->n++;
		r->users++;
		r->admins += user_active_admin(u);
	} else {
		r->damaged++;
	}
	return r->n < ROUND;
}

static enum outcome
write_round(struct round *r)
{
	struct batch b;
	enum outcome o;

	batch_start(&b);
	for (size_t i = 0; i < r->n; i++)
		directory_put(&b, &r->user[i]);
	o = r->n > 0 ? batch_commit(&b) : OUT_OK;
	for (size_t i = 0; i < r->n; i++)
		user_wipe(&r->user[i]);
	return o;
}

static enum outcome
set_admins(int64_t admins)
{
	struct install in;
	struct batch b;
	enum outcome o = install_read(&in);

	if (o != OUT_OK || (in.found && in.admins == admins))
		return o;
	batch_start(&b);
	if (in.found)
		install_admins(&b, &in, admins - in.admins);
	else
		install_first(&b, admins);
	return batch_commit(&b);
}

static enum outcome
fill(struct round *r)
{
	enum outcome o = OUT_OK;
	bool more = true;

	while (o == OUT_OK && more) {
		char after[USER_NAME_MAX + 1];
		struct store_key from = { STORE_USERS, after, NULL };

		snprintf(after, sizeof(after), "%s", r->last);
		r->n = 0;
		store_restart();
		o = outcome_of(store_scan(STORE_USERS, *after ? &from : NULL, collect, r));
		more = r->n == ROUND;
		if (o == OUT_OK)
			o = write_round(r);
	}
	store_restart();
	if (o == OUT_OK)
		o = set_admins(r->admins);
	if (o == OUT_OK)
		printf("vs-admin: users listed: %lld, admins who can log in: %lld%s\n", (long long)r->users, (long long)r->admins,
		    r->admins == 0 ? "; make one with: admin NAME" : "");
	if (r->damaged > 0)
		fprintf(stderr, "vs-admin: %lld records do not verify (see above) and are not listed.\n", (long long)r->damaged);
	return o;
}

static int
cmd_fill(const char *name)
{
	static struct round r;
	enum outcome o = fill(&r);

	(void)name;
	if (o == OUT_STALE)
		return say("somebody was made an admin, or is none any more, meanwhile. Run fill again.");
	return o != OUT_OK ? ended(o, "") : r.damaged > 0 ? EXIT_FAILED : EXIT_OK;
}

static int
cmd_setup(const char *name)
{
	static struct round r;
	struct install in;
	int64_t users = 0;
	enum outcome o = install_read(&in);

	if (o == OUT_OK && !in.found)
		o = outcome_of(store_count(STORE_USERS, &users));
	if (o != OUT_OK)
		return ended(o, "");
	if (users > 0 && strcmp(conf_text(CONF_STORE), "sqlite") == 0) {
		o = fill(&r);
	} else if (users > 0) {
		o = set_admins(0);
		fputs("vs-admin: this installation is older than admins are: run fill once, and make one with: admin NAME\n", stderr);
	}
	return o == OUT_OK || o == OUT_STALE ? cmd_sweep(name) : ended(o, "");
}

static const struct {
	const char *name;
	bool named;
	int (*run)(const char *name);
} commands[] = {
	{ "list", false, cmd_list },
	{ "admin", true, cmd_admin },
	{ "user", true, cmd_user },
	{ "disable", true, cmd_disable },
	{ "enable", true, cmd_enable },
	{ "fill", false, cmd_fill },
	{ "sweep", false, cmd_sweep },
	{ "setup", false, cmd_setup },
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < ARRAY_LEN(commands); i++) {
		int status;

		if (strcmp(commands[i].name, argv[1]) != 0 || argc != (commands[i].named ? 3 : 2))
			continue;
		if (!conf_load())
			return say("the configuration cannot be read: name it with VAULTSPHERE_CONF.");
		status = commands[i].run(argv[2]);
		server_wipe();
		conf_wipe();
		return status;
	}
	fputs("usage:\n", stderr);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(stderr, "  vs-admin %s%s\n", commands[i].name, commands[i].named ? " NAME" : "");
	return EXIT_USAGE;
}
