/* store_worker: writes to the store in ways that a test can check after it was killed.
 *   write FROM COUNT   transactions FROM..: three items each, the number on standard output once it is acknowledged
 *   write FROM COUNT MILLISECONDS  the same, with a pause in between
 *   verify LAST        every transaction up to LAST is there, and none is there in part; prints the last one
 *   busy SECONDS       move amounts between two items, for a backup to meet; their sum stays 1000 and both have the same rev
 *   sum                print the sum of these two and whether their revs agree
 */
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "store/store.h"

#define FILLER 1500 /* several pages a transaction */

static const struct store_key last_key = { STORE_ACCOUNTS, "last", "counter" };

static struct store_write
put(struct store_key k, const struct store_set *set, size_t n)
{
	return (struct store_write){ .op = STORE_PUT, .key = k, .set = set, .nset = n };
}

static int
write_numbers(long from, long count, long pause)
{
	static char text[FILLER + 1];

	memset(text, 'w', FILLER);
	for (long n = from; n < from + count; n++) {
		char id[32];
		struct store_set set[] = { { ST_REV, n, NULL } };
		struct store_set token[] = { { ST_REV, n, NULL }, { ST_TOKEN, 0, text } };
		struct store_write w[3];

		snprintf(id, sizeof(id), "%08ld", n);
		w[0] = put(last_key, set, 1);
		w[1] = put((struct store_key){ STORE_ACCOUNTS, "log", id }, set, 1);
		w[2] = put((struct store_key){ STORE_PASSWORDS, "log", id }, token, 2);
		if (store_write(w, 3, NULL) != STORE_OK)
			return 1;
		snprintf(id, sizeof(id), "%ld\n", n);
		if (write(STDOUT_FILENO, id, strlen(id)) < 0)
			return 1;
		clock_sleep_ms(pause);
	}
	return 0;
}

struct found {
	long next;
	bool wrong;
};

static bool
in_order(void *ctx, const struct store_item *it)
{
	struct found *f = ctx;

	f->wrong |= strtol(it->sort, NULL, 10) != f->next || store_num(it, ST_REV) != f->next;
	f->wrong |= it->at[ST_TOKEN].set && it->at[ST_TOKEN].len != FILLER;
	f->next++;
	return true;
}

static int
verify(long last)
{
	struct store_query q[2] = { { .table = STORE_ACCOUNTS, .part = "log" }, { .table = STORE_PASSWORDS, .part = "log" } };
	struct found f[2] = { { 1, false }, { 1, false } };
	struct store_item it;
	long counter;

	if (store_get(&it, &last_key, 1) != STORE_OK)
		return 3;
	counter = (long)store_num(&it, ST_REV);
	store_item_wipe(&it);
	for (size_t i = 0; i < 2; i++)
		if (store_query(&q[i], in_order, &f[i]) != STORE_OK)
			return 3;
	printf("%ld\n", counter);
	if (f[0].wrong || f[1].wrong || f[0].next != f[1].next || f[0].next != counter + 1) {
		fprintf(stderr, "half a transaction: counter %ld, accounts to %ld, passwords to %ld\n", counter, f[0].next - 1, f[1].next - 1);
		return 2;
	}
	if (counter < last) {
		fprintf(stderr, "lost: %ld was acknowledged, %ld is there\n", last, counter);
		return 1;
	}
	return 0;
}

static const struct store_key scales[2] = { { STORE_ACCOUNTS, "scale", "left" }, { STORE_PASSWORDS, "scale", "right" } };

static bool
weigh(int64_t amount[2], int64_t rev[2])
{
	struct store_item it[2];

	if (store_get(it, scales, 2) != STORE_OK)
		return false;
	amount[0] = it[0].found ? store_num(&it[0], ST_CREATED) : 1000;
	for (size_t i = 0; i < 2; i++)
		rev[i] = store_num(&it[i], ST_REV);
	amount[1] = store_num(&it[1], ST_CREATED);
	store_item_wipe(&it[0]);
	store_item_wipe(&it[1]);
	return true;
}

static int
busy(long seconds)
{
	int64_t until = clock_mono_ms() + seconds * 1000, amount[2], rev[2];

	while (clock_mono_ms() < until) {
		struct store_write w[2];
		struct store_set set[2][2];
		enum store_result r;

		if (!weigh(amount, rev))
			return 1;
		for (size_t i = 0; i < 2; i++) {
			set[i][0] = (struct store_set){ ST_REV, rev[i] + 1, NULL };
			set[i][1] = (struct store_set){ ST_CREATED, amount[i] + (i == 0 ? -7 : 7), NULL };
			w[i] = put(scales[i], set[i], 2);
			w[i].cond[0] = (struct store_cond){ rev[i] == 0 ? STORE_COND_ABSENT : STORE_COND_EQ, ST_REV, rev[i] };
		}
		r = store_write(w, 2, NULL);
		if (r != STORE_OK && r != STORE_CONFLICT)
			return 1;
	}
	return 0;
}

static int
sum(void)
{
	int64_t amount[2], rev[2];

	if (!weigh(amount, rev))
		return 3;
	printf("%lld %s\n", (long long)(amount[0] + amount[1]), rev[0] == rev[1] ? "agree" : "differ");
	return 0;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	long a = argc > 2 ? strtol(argv[2], NULL, 10) : 0, b = argc > 3 ? strtol(argv[3], NULL, 10) : 0;

	if (!conf_load())
		return 9;
	if (strcmp(what, "write") == 0)
		return write_numbers(a, b, argc > 4 ? strtol(argv[4], NULL, 10) : 0);
	if (strcmp(what, "verify") == 0)
		return verify(a);
	if (strcmp(what, "busy") == 0)
		return busy(a);
	return strcmp(what, "sum") == 0 ? sum() : 9;
}
