/* vs-move: carries a whole installation between stores. One program for each store, the same commands; nothing is decrypted on the way (ops/move.sh joins them):
 *
 *   vs-move export [CHECKPOINT]   every item of this store as a line on standard output, from behind the item that CHECKPOINT names
 *   vs-move import CHECKPOINT     lines from standard input into this store; CHECKPOINT says after every write how far it came
 *   vs-move check UNTIL           reads an export from standard input to its end and prints what `sum UNTIL` would say of a store that holds it; writes nothing
 *   vs-move empty                 whether this store holds nothing
 *   vs-move sum UNTIL             number and sum of the items of each table that live beyond UNTIL (seconds): equal in both stores when the copy is whole
 *   vs-move open USER             password on standard input: opens every entry of that person, says how many are whole
 *
 * Configuration: VAULTSPHERE_CONF. 0 done, 1 failed (the reason on standard error), 2 wrong use, 3 not empty.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/enc.h"
#include "base/secret.h"
#include "crypto/lean.h"
#include "domain/entry.h"
#include "domain/factor.h"
#include "domain/server.h"
#include "store/store_item.h"
#include "store/store_scan.h"
#include "store/store_stream.h"

enum { EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_FILLED };

#define HEAD "{\"vaultsphere\":1,\"items\":" /* first line of an export; the number is the version of the format */
#define END "{\"end\":true,\"items\":%lld,\"sum\":\"%s\"}\n" /* last line: what came since the head, by stream_sum */
#define END_START "{\"end\":true"
#define END_MAX 160
#define BATCH 25               /* items a write */
#define BATCH_BYTES (1 << 20)  /* a transaction takes 4 MB at most */
#define PATIENCE 12            /* a store that is busy is asked again so often, up to 10 s apart */

static int
say(const char *sentence)
{
	fprintf(stderr, "vs-move: %s\n", sentence);
	return EXIT_FAILED;
}

/* --- a sign of progress, once a second where somebody looks, and at the end --- */

struct progress {
	int64_t done, all, shown_ms;
	const char *what;
};

static void
progress(struct progress *p, bool last)
{
	int64_t now = clock_mono_ms();

	if (!last && (now - p->shown_ms < 1000 || !isatty(STDERR_FILENO)))
		return;
	p->shown_ms = now;
	fprintf(stderr, "%svs-move: %s %lld", isatty(STDERR_FILENO) ? "\r" : "", p->what, (long long)p->done);
	if (p->all >= p->done && p->all > 0)
		fprintf(stderr, " of %lld (%d %%)", (long long)p->all, (int)(p->done * 100 / p->all));
	fputs(last || !isatty(STDERR_FILENO) ? " items\n" : " items ", stderr);
}

/* --- checkpoint: the line of the last item, and before it how many there were --- */

struct checkpoint {
	struct stream_item at; /* json NULL: none */
	int64_t n;
};

static bool
checkpoint_read(struct checkpoint *c, const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	bool ok = f == NULL && errno == ENOENT;

	*c = (struct checkpoint){ 0 };
	if (f != NULL && getline(&line, &cap, f) > 0) {
		c->n = strtoll(line, NULL, 10);
		len = getline(&line, &cap, f);
		ok = len > 0 && stream_parse(&c->at, line, (size_t)len);
	}
	if (f != NULL)
		fclose(f);
	free(line);
	if (!ok)
		say("the checkpoint cannot be read: remove it, and the data of the unfinished move, and begin again");
	return ok;
}

/* Key alone, as a line without attributes; aside and renamed, so that a kill leaves the old one. */
static bool
checkpoint_write(const char *path, const struct store_key *k, int64_t n)
{
	struct store_item it = { .found = true, .part = k->part, .sort = k->sort };
	struct buf line;
	char aside[4096], head[32];
	FILE *f = NULL;
	bool ok;

	buf_init(&line, STREAM_LINE_MAX);
	snprintf(head, sizeof(head), "%lld\n", (long long)n);
	ok = stream_line(&line, k->table, &it) && (size_t)snprintf(aside, sizeof(aside), "%s.new", path) < sizeof(aside) && (f = fopen(aside, "we")) != NULL;
	ok = ok && fputs(head, f) >= 0 && fputs(line.p, f) >= 0 && fflush(f) == 0 && fdatasync(fileno(f)) == 0;
	if (f != NULL)
		ok = fclose(f) == 0 && ok;
	buf_wipe(&line);
	return ok && rename(aside, path) == 0;
}

/* --- export --- */

static void
end_line(char out[static END_MAX], const struct stream_sum *sum)
{
	char hex[2 * HASH_LEN + 1];

	enc_hex(hex, sum->hash, HASH_LEN);
	snprintf(out, END_MAX, END, (long long)sum->n, hex);
}

struct exporting {
	enum store_table t;
	struct buf line;
	struct stream_sum sum;
	int64_t n[STORE__TABLES];
	bool failed;
};

static bool
export_one(void *ctx, const struct store_item *it)
{
	struct exporting *x = ctx;

	buf_cut(&x->line, 0);
	if (!stream_line(&x->line, x->t, it) || !stream_add_line(&x->sum, x->line.p, x->line.len) || fwrite(x->line.p, 1, x->line.len, stdout) != x->line.len)
		x->failed = true;
	x->n[x->t]++;
	return !x->failed;
}

static int
cmd_export(char **arg)
{
	struct checkpoint from = { 0 };
	struct exporting x = { 0 };
	enum store_result r = STORE_OK;
	char end[END_MAX];
	int64_t all = 0;

	buf_init(&x.line, STREAM_LINE_MAX);
	if (arg[0] != NULL && !checkpoint_read(&from, arg[0]))
		return EXIT_FAILED;
	if (store_moment() != STORE_OK)
		return say("the store does not answer.");
	for (enum store_table t = 0; t < STORE__TABLES; t++) {
		int64_t n;

		if (store_count(t, &n) != STORE_OK)
			return say("the store does not answer.");
		all += n;
	}
	printf(HEAD "%lld}\n", (long long)all);
	for (x.t = from.at.json != NULL ? from.at.write.key.table : 0; x.t < STORE__TABLES && r == STORE_OK && !x.failed; x.t++) {
		bool first = from.at.json != NULL && x.t == from.at.write.key.table;

		r = store_scan(x.t, first ? &from.at.write.key : NULL, export_one, &x);
	}
	buf_wipe(&x.line);
	stream_item_free(&from.at);
	end_line(end, &x.sum);
	if (r == STORE_OK && !x.failed && fputs(end, stdout) >= 0 && fflush(stdout) == 0) {
		fprintf(stderr, "vs-move: read %lld items: %lld users, %lld accounts, %lld passwords\n", (long long)x.sum.n, (long long)x.n[STORE_USERS],
		    (long long)x.n[STORE_ACCOUNTS], (long long)x.n[STORE_PASSWORDS]);
		return EXIT_OK;
	}
	return say(r != STORE_OK ? "the store failed while it was read (see above)." : "the other side stopped reading.");
}

/* --- import --- */

static int
write_batch(struct stream_item *items, size_t n)
{
	struct store_write w[BATCH];
	enum store_result r = STORE_BUSY;

	for (size_t i = 0; i < n; i++)
		w[i] = items[i].write;
	for (int try = 0; try < PATIENCE && r == STORE_BUSY; try++) {
		if (try > 0) {
			say("the store is busy; trying again.");
			clock_sleep_ms(try < 10 ? 100L << (try < 7 ? try : 7) : 10000);
		}
		store_restart();
		r = store_write(w, n, NULL);
	}
	if (r == STORE_OK)
		return EXIT_OK;
	return say(r == STORE_FULL ? "there is no room. What was written stays."
	                           : "the store did not take the items (see above). What was written stays.");
}

struct importing {
	struct stream_item item[BATCH];
	size_t n, bytes;
	const char *checkpoint;
	struct progress progress;
};

static int
flush_batch(struct importing *im)
{
	int status = im->n > 0 ? write_batch(im->item, im->n) : EXIT_OK;

	if (status == EXIT_OK && im->n > 0) {
		im->progress.done += (int64_t)im->n;
		if (!checkpoint_write(im->checkpoint, &im->item[im->n - 1].write.key, im->progress.done))
			status = say("the checkpoint cannot be written.");
		progress(&im->progress, false);
	}
	for (size_t i = 0; i < im->n; i++)
		stream_item_free(&im->item[i]);
	im->n = im->bytes = 0;
	return status;
}

/* Read an export to its end: each item is left in *item for `each`, which takes it over. Head, items, number and sum must all be right. */
static int
read_export(int64_t *all, struct stream_item *(*room)(void *ctx), int (*each)(void *ctx, bool ended), void *ctx)
{
	struct stream_sum sum = { 0 };
	char *line = NULL, end[END_MAX];
	size_t cap = 0;
	ssize_t len;
	int status = EXIT_OK;
	bool ended = false;

	if (getline(&line, &cap, stdin) < 0 || strncmp(line, HEAD, strlen(HEAD)) != 0)
		status = say("this is no export of VaultSphere, or one of a newer version. Nothing was written.");
	else
		*all = strtoll(line + strlen(HEAD), NULL, 10);
	while (status == EXIT_OK && !ended && (len = getline(&line, &cap, stdin)) > 0) {
		ended = strncmp(line, END_START, strlen(END_START)) == 0;
		end_line(end, &sum);
		if (ended && strcmp(line, end) != 0)
			status = say("the export is not whole: number or sum of its items is not the one at its end.");
		else if (!ended && (!stream_parse(room(ctx), line, (size_t)len) || !stream_add_line(&sum, line, (size_t)len)))
			status = say("a line is no item of ours, or was cut. What came before it is kept.");
		if (status == EXIT_OK)
			status = each(ctx, ended);
	}
	if (status == EXIT_OK && !ended)
		status = say("the export ended too soon. What came is kept.");
	free(line);
	return status;
}

static struct stream_item *
import_room(void *ctx)
{
	struct importing *im = ctx;

	return &im->item[im->n++];
}

static int
import_each(void *ctx, bool ended)
{
	struct importing *im = ctx;

	if (!ended)
		im->bytes += im->item[im->n - 1].bytes;
	return ended || im->n == BATCH || im->bytes >= BATCH_BYTES ? flush_batch(im) : EXIT_OK;
}

static int
cmd_import(char **arg)
{
	static struct importing im;
	struct checkpoint from;
	int status;

	im.checkpoint = arg[0];
	im.progress.what = "copied";
	if (!checkpoint_read(&from, arg[0]))
		return EXIT_FAILED;
	im.progress.done = from.n;
	stream_item_free(&from.at);
	status = read_export(&im.progress.all, import_room, import_each, &im);
	for (size_t i = 0; i < im.n; i++)
		stream_item_free(&im.item[i]);
	progress(&im.progress, true);
	return status;
}

/* --- comparing --- */

static bool
stop_at_once(void *ctx, const struct store_item *it)
{
	(void)it;
	*(bool *)ctx = true;
	return false;
}

static int
cmd_empty(char **arg)
{
	bool any = false;

	(void)arg;
	for (enum store_table t = 0; t < STORE__TABLES && !any; t++)
		if (store_scan(t, NULL, stop_at_once, &any) != STORE_OK)
			return say("the store does not answer.");
	if (any)
		say("the store that is to be filled holds data already. Nothing was changed. Empty it first, or name another database or other tables.");
	return any ? EXIT_FILLED : EXIT_OK;
}

struct summing {
	enum store_table t;
	int64_t until;
	struct stream_sum sum;
	struct progress progress;
	bool failed;
};

static bool
sum_one(void *ctx, const struct store_item *it)
{
	struct summing *s = ctx;
	int64_t expires = store_num(it, ST_EXPIRES);

	if (expires != 0 && expires <= s->until)
		return true;
	s->failed = !stream_add(&s->sum, s->t, it);
	s->progress.done++;
	progress(&s->progress, false);
	return !s->failed;
}

static void
print_sum(enum store_table t, const struct stream_sum *sum)
{
	char hex[2 * HASH_LEN + 1];

	enc_hex(hex, sum->hash, HASH_LEN);
	printf("%s %lld %s\n", store_tables[t].name, (long long)sum->n, hex);
}

static int
cmd_sum(char **arg)
{
	struct summing s = { .until = strtoll(arg[0], NULL, 10), .progress = { .what = "compared" } };

	for (s.t = 0; s.t < STORE__TABLES; s.t++) {
		s.sum = (struct stream_sum){ 0 };
		if (store_scan(s.t, NULL, sum_one, &s) != STORE_OK || s.failed)
			return say("the store failed while it was read (see above).");
		print_sum(s.t, &s.sum);
	}
	return EXIT_OK;
}

struct checking {
	struct stream_item item;
	int64_t until;
	struct stream_sum sum[STORE__TABLES];
};

static struct stream_item *
check_room(void *ctx)
{
	return &((struct checking *)ctx)->item;
}

/* As a store would hand it back, so that the sums can be compared whatever version wrote the line. */
static int
check_each(void *ctx, bool ended)
{
	struct checking *c = ctx;
	const struct store_write *w = &c->item.write;
	struct store_item it = { .found = true, .part = w->key.part, .sort = w->key.sort };
	int64_t expires;
	bool ok = true;

	if (ended)
		return EXIT_OK;
	for (size_t i = 0; i < w->nset; i++) {
		const struct store_set *s = &w->set[i];

		it.at[s->attr] = (struct store_value){ .set = true, .num = s->num, .text = s->text, .len = s->text != NULL ? strlen(s->text) : 0 };
	}
	expires = store_num(&it, ST_EXPIRES);
	if (expires == 0 || expires > c->until)
		ok = stream_add(&c->sum[w->key.table], w->key.table, &it);
	stream_item_free(&c->item);
	return ok ? EXIT_OK : say("memory ran out.");
}

static int
cmd_check(char **arg)
{
	struct checking c = { .until = strtoll(arg[0], NULL, 10) };
	int64_t all;
	int status = read_export(&all, check_room, check_each, &c);

	stream_item_free(&c.item);
	for (enum store_table t = 0; t < STORE__TABLES && status == EXIT_OK; t++)
		print_sum(t, &c.sum[t]);
	return status;
}

static int
cmd_open(char **arg)
{
	static struct user u;
	static struct session s;
	char *password = NULL;
	size_t cap = 0, whole = 0, damaged = 0;
	ssize_t len = getline(&password, &cap, stdin);
	enum outcome o;

	if (len > 0 && password[len - 1] == '\n')
		password[--len] = '\0';
	o = user_get(&u, arg[0]);
	if (o == OUT_OK)
		o = len > 0 ? factor_password_check(&u, u.username, password, s.vk, NULL) : OUT_REFUSED;
	if (o == OUT_OK) {
		s.uid = u.uid;
		s.key_gen = u.key_gen;
		memcpy(s.owner, u.uid_text, sizeof(s.owner));
		store_restart();
		o = entry_verify(&s, &whole, &damaged);
	}
	if (password != NULL)
		secret_wipe(password, cap);
	free(password);
	user_wipe(&u);
	session_wipe(&s);
	server_wipe();
	if (o == OUT_OK)
		printf("%zu of %zu entries, earlier versions and deleted ones of %s open\n", whole, whole + damaged, arg[0]);
	else
		say(o == OUT_REFUSED ? "the password is not right." : o == OUT_MISSING ? "there is no such person." : "the person's record cannot be read (see above).");
	return o == OUT_OK && damaged == 0 ? EXIT_OK : EXIT_FAILED;
}

static const struct {
	const char *name, *usage;
	int least, most;
	int (*run)(char **arg);
} commands[] = {
	{ "export", "[CHECKPOINT]", 0, 1, cmd_export },
	{ "import", "CHECKPOINT", 1, 1, cmd_import },
	{ "check", "UNTIL", 1, 1, cmd_check },
	{ "empty", "", 0, 0, cmd_empty },
	{ "sum", "UNTIL", 1, 1, cmd_sum },
	{ "open", "USER", 1, 1, cmd_open },
};

int
main(int argc, char **argv)
{
	umask(077);
	for (size_t i = 0; argc > 1 && i < ARRAY_LEN(commands); i++) {
		int status = EXIT_FAILED;

		if (strcmp(argv[1], commands[i].name) != 0 || argc - 2 < commands[i].least || argc - 2 > commands[i].most)
			continue;
		if (conf_load())
			status = commands[i].run(argv + 2);
		conf_wipe();
		return fflush(stdout) == 0 ? status : EXIT_FAILED;
	}
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(stderr, "%s vs-move %s %s\n", i == 0 ? "usage:" : "      ", commands[i].name, commands[i].usage);
	return EXIT_USAGE;
}
