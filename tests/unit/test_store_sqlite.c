/* test_store_sqlite: reading, querying in pages, writing under conditions, expiry, purging, the schema. */
#include "test_store_help.h"

#define COUNT 25

static void
an_item_comes_back_whole(void)
{
	struct store_set set[ST__MAX];
	char text[ST__MAX][24];

	fresh();
	for (enum store_table t = 0; t < STORE__TABLES; t++) {
		struct store_key k = { t, "part", t == STORE_USERS ? NULL : "sort" };
		struct store_item it = { 0 };
		size_t n = 0;

		for (enum store_attr a = 0; a < ST__MAX; a++) {
			if (!store_has(t, a))
				continue;
			snprintf(text[a], sizeof(text[a]), "text %d \xc3\xa9%d", (int)a, (int)t);
			set[n++] = (struct store_set){ a, a == ST_EXPIRES ? clock_now() + 100 : INT64_MIN + (int64_t)a, text[a] };
		}
		CHECK(!there(k));
		CHECK(one(put(k, set, n)) == STORE_OK);
		CHECK(store_get(&it, &k, 1) == STORE_OK && it.found);
		CHECK_STR(it.part, "part");
		CHECK(t == STORE_USERS ? it.sort == NULL : strcmp(it.sort, "sort") == 0);
		for (enum store_attr a = 0; a < ST__MAX; a++) {
			CHECK(it.at[a].set == store_has(t, a));
			if (store_attrs[a].type == STORE_TEXT && it.at[a].set) {
				CHECK_STR(store_text(&it, a), text[a]);
				CHECK(it.at[a].len == strlen(text[a]));
			} else if (a != ST_EXPIRES && it.at[a].set)
				CHECK(store_num(&it, a) == INT64_MIN + (int64_t)a);
		}
		store_item_wipe(&it);
		/* a put leaves nothing of the item before */
		CHECK(one(put(k, set, 1)) == STORE_OK);
		CHECK(store_get(&it, &k, 1) == STORE_OK && it.found);
		for (enum store_attr a = 0; a < ST__MAX; a++)
			CHECK(it.at[a].set == (a == set[0].attr));
		store_item_wipe(&it);
	}
}

static void
several_items_in_one_get(void)
{
	struct store_item it[STORE_GET_MAX];
	struct store_key keys[STORE_GET_MAX];
	struct store_set set = { ST_REV, 5, NULL };
	static const char *const names[STORE_GET_MAX] = { "a", "b", "c", "d", "e", "f", "g", "h" };

	fresh();
	for (size_t i = 0; i < STORE_GET_MAX; i++) {
		keys[i] = i % 2 == 0 ? user(names[i]) : account(names[i], "x");
		if (i < 4)
			CHECK(one(put(keys[i], &set, 1)) == STORE_OK);
	}
	CHECK(store_get(it, keys, STORE_GET_MAX) == STORE_OK);
	for (size_t i = 0; i < STORE_GET_MAX; i++) {
		CHECK(it[i].found == (i < 4));
		CHECK(store_num(&it[i], ST_REV) == (i < 4 ? 5 : 0));
		store_item_wipe(&it[i]);
	}
	it[0].found = true;
	CHECK(store_get(it, keys, 0) == STORE_BROKEN);
	keys[2].part = "";
	CHECK(store_get(it, keys, 3) == STORE_BROKEN && !it[0].found && !it[2].found);
	CHECK(store_get(it, keys, STORE_GET_MAX + 1) == STORE_BROKEN);
}

struct seen {
	char sorts[4096];
	size_t n, stop;
	bool nested;
};

static bool
note(void *ctx, const struct store_item *it)
{
	struct seen *s = ctx;
	size_t at = strlen(s->sorts);

	CHECK(it->found && it->part != NULL);
	snprintf(s->sorts + at, sizeof(s->sorts) - at, "%s,", it->sort != NULL ? it->sort : "-");
	if (s->nested) {
		struct store_key two[2] = { account("p", "a1"), account("p", "a2") };
		struct store_item items[2];

		CHECK(store_get(items, two, 2) == STORE_OK && items[0].found && items[1].found);
		store_item_wipe(&items[0]);
		store_item_wipe(&items[1]);
	}
	return ++s->n != s->stop;
}

static void
expect(struct store_query q, size_t stop, const char *want)
{
	struct seen s = { .stop = stop };

	CHECK(store_query(&q, note, &s) == STORE_OK);
	CHECK_STR(s.sorts, want);
}

static void
queries(void)
{
	static const char *const sorts[] = { "a1", "a2", "a3", "A1", "a%", "a_b", "axb", "b\xff", "b\xff\xff", ("b\xff\xff" "a"), "c", "\xff\xff", "\xff\xffz",
		"\xc3\xa9t", "z" };
	static const struct {
		struct store_query q;
		size_t stop;
		const char *want;
	} list[] = {
		{ { .prefix = "" }, 0, "A1,a%,a1,a2,a3,a_b,axb,b\xff,b\xff\xff,b\xff\xff" "a,c,z,\xc3\xa9t,\xff\xff,\xff\xffz," },
		{ { .prefix = NULL, .limit = 3 }, 0, "A1,a%,a1," },
		{ { .prefix = "", .limit = 3, .newest_first = true }, 0, "\xff\xffz,\xff\xff,\xc3\xa9t," },
		{ { .prefix = "a" }, 0, "a%,a1,a2,a3,a_b,axb," },
		{ { .prefix = "A" }, 0, "A1," },
		{ { .prefix = "a%" }, 0, "a%," },
		{ { .prefix = "a_" }, 0, "a_b," },
		{ { .prefix = "a*" }, 0, "" },
		{ { .prefix = "a", .newest_first = true }, 0, "axb,a_b,a3,a2,a1,a%," },
		{ { .prefix = "a", .after = "a2" }, 0, "a3,a_b,axb," },
		{ { .prefix = "a", .after = "a2", .newest_first = true }, 0, "a1,a%," },
		{ { .prefix = "a", .after = "a2", .limit = 1 }, 0, "a3," },
		{ { .prefix = "a", .after = "" }, 0, "a%,a1,a2,a3,a_b,axb," },
		{ { .prefix = "a", .after = "zzz" }, 0, "" },
		{ { .prefix = "b\xff" }, 0, "b\xff,b\xff\xff,b\xff\xff" "a," },
		{ { .prefix = "b\xff\xff" }, 0, "b\xff\xff,b\xff\xff" "a," },
		{ { .prefix = "\xff" }, 0, "\xff\xff,\xff\xffz," },
		{ { .prefix = "\xff\xff" }, 0, "\xff\xff,\xff\xffz," },
		{ { .prefix = "\xc3" }, 0, "\xc3\xa9t," },
		{ { .prefix = "" }, 2, "A1,a%," },
		{ { .part = "nobody", .prefix = "" }, 0, "" },
	};
	struct store_set set = { ST_REV, 1, NULL };
	struct store_query bad = { .table = STORE_ACCOUNTS, .part = "" };
	struct store_query from_users = { .table = STORE_USERS, .part = "alice" };
	struct store_query nested = { .table = STORE_ACCOUNTS, .part = "p", .prefix = "a", .limit = 2 };
	struct seen s = { .nested = true };

	fresh();
	for (size_t i = 0; i < ARRAY_LEN(sorts); i++) {
		CHECK(one(put(account("p", sorts[i]), &set, 1)) == STORE_OK);
		CHECK(one(put(account("other", sorts[i]), &set, 1)) == STORE_OK);
	}
	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		struct store_query q = list[i].q;

		q.table = STORE_ACCOUNTS;
		if (q.part == NULL)
			q.part = "p";
		expect(q, list[i].stop, list[i].want);
	}
	CHECK(store_query(&bad, note, &s) == STORE_BROKEN);
	CHECK(store_query(&nested, note, &s) == STORE_OK);
	CHECK_STR(s.sorts, "a%,a1,");
	CHECK(one(put(user("alice"), &set, 1)) == STORE_OK);
	expect(from_users, 0, "-,");
}

static void
pages(void)
{
	struct store_set set = { ST_VERSION, 1, NULL };
	struct store_query q = { .table = STORE_PASSWORDS, .part = "u", .prefix = "", .limit = 7 };
	char all[4096] = "", last[32] = "", want[4096] = "";
	struct seen s;

	fresh();
	for (int i = 0; i < COUNT; i++) {
		char id[16];

		snprintf(id, sizeof(id), "id%02d", i);
		CHECK(one(put(entry("u", id), &set, 1)) == STORE_OK);
		snprintf(want + strlen(want), sizeof(want) - strlen(want), "%s,", id);
	}
	do {
		s = (struct seen){ .n = 0 };
		CHECK(store_query(&q, note, &s) == STORE_OK && s.n <= 7);
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s", s.sorts);
		if (s.n > 0)
			snprintf(last, sizeof(last), "%.4s", s.sorts + strlen(s.sorts) - 5);
		q.after = last;
	} while (s.n == 7);
	CHECK_STR(all, want);
}

static void
by_email(void)
{
	struct store_set set[] = { { ST_EMAIL_LOWER, 0, "a@example.com" }, { ST_EXPIRES, 0, NULL } };
	struct store_item it = { .found = true };

	fresh();
	CHECK(store_email(&it, "a@example.com") == STORE_OK && !it.found);
	CHECK(one(put(user("alice"), set, 2)) == STORE_OK);
	CHECK(store_email(&it, "a@example.com") == STORE_OK && it.found);
	CHECK_STR(it.part, "alice");
	store_item_wipe(&it);
	CHECK(store_email(&it, "A@example.com") == STORE_OK && !it.found);
	/* an expired record of the same address hides nobody */
	set[1].num = 5;
	CHECK(one(put(user("aaron"), set, 2)) == STORE_OK);
	CHECK(store_email(&it, "a@example.com") == STORE_OK && it.found);
	CHECK_STR(it.part, "alice");
	store_item_wipe(&it);
}

static void
conditions(void)
{
	struct store_set five = { ST_REV, 5, NULL }, six = { ST_REV, 6, NULL };
	struct store_set clear[] = { { ST_BOX, 0, NULL }, { ST_TRIES, 1, NULL } }, box = { ST_BOX, 0, "sealed" };
	struct store_key k = account("o", "k"), gone = account("o", "gone");
	struct store_write up = { .op = STORE_UPDATE, .key = k, .set = &six, .nset = 1 };
	struct store_write del = { .op = STORE_DELETE, .key = k };
	struct store_item it = { 0 };

	fresh();
	CHECK(one(up) == STORE_CONFLICT);
	CHECK(one(with(put(k, &five, 1), STORE_COND_PRESENT, 0, 0)) == STORE_CONFLICT);
	CHECK(one(with(put(k, &five, 1), STORE_COND_ABSENT, 0, 0)) == STORE_OK);
	CHECK(one(with(put(k, &six, 1), STORE_COND_ABSENT, 0, 0)) == STORE_CONFLICT);
	CHECK(num_of(k, ST_REV) == 5);
	CHECK(one(with(up, STORE_COND_EQ, ST_REV, 4)) == STORE_CONFLICT);
	CHECK(one(with(up, STORE_COND_EQ, ST_REV, 5)) == STORE_OK);
	CHECK(num_of(k, ST_REV) == 6);
	CHECK(one(with(up, STORE_COND_LT, ST_REV, 6)) == STORE_CONFLICT);
	CHECK(one(with(up, STORE_COND_LT, ST_REV, 7)) == STORE_OK);
	CHECK(one(with(up, STORE_COND_LT, ST_TRIES, 1)) == STORE_OK); /* lacking counts as 0 */
	CHECK(one(with(up, STORE_COND_EQ, ST_TRIES, 0)) == STORE_CONFLICT); /* lacking equals nothing */
	CHECK(one(with(with(with(up, STORE_COND_PRESENT, 0, 0), STORE_COND_EQ, ST_REV, 6), STORE_COND_LT, ST_REV, 6)) == STORE_CONFLICT);
	CHECK(one((struct store_write){ .op = STORE_UPDATE, .key = k, .set = &box, .nset = 1 }) == STORE_OK);
	CHECK(one((struct store_write){ .op = STORE_UPDATE, .key = k, .set = clear, .nset = 2 }) == STORE_OK);
	CHECK(store_get(&it, &k, 1) == STORE_OK);
	CHECK(!it.at[ST_BOX].set && store_num(&it, ST_TRIES) == 1 && store_num(&it, ST_REV) == 6);
	store_item_wipe(&it);
	CHECK(one(with((struct store_write){ .op = STORE_CHECK, .key = k }, STORE_COND_EQ, ST_REV, 6)) == STORE_OK);
	CHECK(one(with((struct store_write){ .op = STORE_CHECK, .key = k }, STORE_COND_EQ, ST_REV, 7)) == STORE_CONFLICT);
	CHECK(one(with(del, STORE_COND_EQ, ST_REV, 7)) == STORE_CONFLICT && there(k));
	CHECK(one(with(del, STORE_COND_EQ, ST_REV, 6)) == STORE_OK && !there(k));
	CHECK(one(del) == STORE_OK);
	CHECK(one(with(del, STORE_COND_PRESENT, 0, 0)) == STORE_CONFLICT);
	del.key = gone;
	CHECK(one(with(del, STORE_COND_ABSENT, 0, 0)) == STORE_OK);
}

static void
all_or_none(void)
{
	struct store_write w[STORE_WRITE_MAX];
	char id[STORE_WRITE_MAX][24];
	struct store_set set = { ST_VERSION, 3, NULL };
	size_t failed = 99;

	fresh();
	for (size_t i = 0; i < STORE_WRITE_MAX; i++) {
		snprintf(id[i], sizeof(id[i]), "e%zu", i);
		w[i] = with(put(entry("u", id[i]), &set, 1), STORE_COND_ABSENT, 0, 0);
	}
	CHECK(one(put(entry("u", "e41"), &set, 1)) == STORE_OK);
	CHECK(one(put(entry("u", "e57"), &set, 1)) == STORE_OK);
	CHECK(store_write(w, STORE_WRITE_MAX, &failed) == STORE_CONFLICT && failed == 41);
	for (size_t i = 0; i < STORE_WRITE_MAX; i++)
		CHECK(there(w[i].key) == (i == 41 || i == 57));
	CHECK(store_write(w, STORE_WRITE_MAX, NULL) == STORE_CONFLICT);
	w[41].cond[0].kind = w[57].cond[0].kind = STORE_COND_PRESENT;
	CHECK(store_write(w, STORE_WRITE_MAX, &failed) == STORE_OK);
	for (size_t i = 0; i < STORE_WRITE_MAX; i++)
		CHECK(there(w[i].key));
	CHECK(store_write(w, 0, &failed) == STORE_BROKEN && failed == 0);
	CHECK(store_write(w, STORE_WRITE_MAX + 1, NULL) == STORE_BROKEN);
}

/* Conditions see the state before the call, as in DynamoDB, not what an earlier write of the same call did. */
static void
mixed_operations(void)
{
	struct store_set one_set = { ST_REV, 1, NULL };
	struct store_write w[] = {
		put(user("alice"), &one_set, 1),
		{ .op = STORE_UPDATE, .key = account("email#a", "email"), .set = &one_set, .nset = 1 },
		{ .op = STORE_DELETE, .key = account("email#b", "email") },
		{ .op = STORE_CHECK, .key = user("bob"), .cond = { { STORE_COND_ABSENT, 0, 0 } } },
	};
	size_t failed = 0;

	fresh();
	CHECK(store_write(w, ARRAY_LEN(w), &failed) == STORE_CONFLICT && failed == 1 && !there(user("alice")));
	CHECK(one(put(account("email#a", "email"), &one_set, 1)) == STORE_OK);
	CHECK(one(put(account("email#b", "email"), &one_set, 1)) == STORE_OK);
	CHECK(store_write(w, ARRAY_LEN(w), &failed) == STORE_OK);
	CHECK(there(user("alice")) && there(account("email#a", "email")) && !there(account("email#b", "email")) && !there(user("bob")));
}

static void
expired_is_absent(void)
{
	struct store_set set[] = { { ST_EXPIRES, clock_now() - 1, NULL }, { ST_REV, 1, NULL } };
	struct store_set later = { ST_EXPIRES, clock_now() + 100, NULL };
	struct store_key k = account("o", "k1");
	struct store_query q = { .table = STORE_ACCOUNTS, .part = "o", .prefix = "", .limit = 2 };

	fresh();
	CHECK(one(put(k, set, 2)) == STORE_OK);
	CHECK(!there(k));
	for (int i = 2; i < 6; i++) {
		char kind[16];

		snprintf(kind, sizeof(kind), "k%d", i);
		set[0].num = i % 2 == 0 ? 0 : clock_now() - 1;
		CHECK(one(put(account("o", kind), set, 2)) == STORE_OK);
	}
	/* an expired item takes no place of the limit */
	expect(q, 0, "k2,k4,");
	CHECK(one((struct store_write){ .op = STORE_UPDATE, .key = k, .set = &later, .nset = 1 }) == STORE_CONFLICT);
	CHECK(one(with((struct store_write){ .op = STORE_DELETE, .key = k }, STORE_COND_PRESENT, 0, 0)) == STORE_CONFLICT);
	CHECK(one(with((struct store_write){ .op = STORE_CHECK, .key = k }, STORE_COND_EQ, ST_REV, 1)) == STORE_CONFLICT);
	CHECK(one(with((struct store_write){ .op = STORE_CHECK, .key = k }, STORE_COND_LT, ST_REV, 9)) == STORE_CONFLICT);
	CHECK(one(with(put(k, &later, 1), STORE_COND_ABSENT, 0, 0)) == STORE_OK);
	CHECK(there(k) && num_of(k, ST_REV) == 0);
}

static int64_t
rows(const char *sql)
{
	sqlite3 *db = NULL;
	int64_t n = -1;

	CHECK(sdb_use(&db) == STORE_OK && sdb_number(db, sql, &n) == STORE_OK);
	return n;
}

static void
purging(void)
{
	struct store_set set[] = { { ST_EXPIRES, clock_now() - 7200, NULL } }, live = { ST_REV, 1, NULL };
	struct store_set lately = { ST_EXPIRES, clock_now() - 60, NULL };

	fresh();
	for (int i = 0; i < 120; i++) {
		char kind[16];

		snprintf(kind, sizeof(kind), "old%d", i);
		CHECK(one(put(account("o", kind), set, 1)) == STORE_OK);
	}
	CHECK(one(put(entry("u", "old"), set, 1)) == STORE_OK);
	CHECK(one(put(account("o", "lately"), &lately, 1)) == STORE_OK);
	CHECK(one(put(account("o", "live"), &live, 1)) == STORE_OK);
	for (int i = 0; i < 2000 && rows("SELECT count(*) FROM accounts") > 2; i++) {
		CHECK(one(put(user("u"), &live, 1)) == STORE_OK);
		clock_sleep_ms(i % 3);
	}
	for (int i = 0; i < 2000 && rows("SELECT count(*) FROM passwords") > 0; i++)
		CHECK(one(put(user("u"), &live, 1)) == STORE_OK);
	CHECK(rows("SELECT count(*) FROM accounts") == 2 && rows("SELECT count(*) FROM passwords") == 0);
	CHECK(there(account("o", "live")));
	CHECK(rows("SELECT count(*) FROM accounts WHERE kind='lately'") == 1);
}

/* The columns that the steps make, the columns that store_attrs names, and their types are one and the same. */
static void
schema_agrees(void)
{
	sqlite3 *db = NULL;

	fresh();
	CHECK(sdb_use(&db) == STORE_OK);
	for (enum store_table t = 0; t < STORE__TABLES; t++) {
		char sql[200];
		int64_t want = store_tables[t].sort != NULL ? 2 : 1, n;

		for (enum store_attr a = 0; a < ST__MAX; a++) {
			if (!store_has(t, a))
				continue;
			want++;
			snprintf(sql, sizeof(sql), "SELECT count(*) FROM pragma_table_info('%s') WHERE name='%s' AND type='%s' AND pk=0", store_tables[t].name,
			    store_attrs[a].name, store_attrs[a].type == STORE_TEXT ? "TEXT" : "INT");
			CHECK(sdb_number(db, sql, &n) == STORE_OK && n == 1);
		}
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM pragma_table_info('%s')", store_tables[t].name);
		CHECK(sdb_number(db, sql, &n) == STORE_OK && n == want);
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM pragma_table_info('%s') WHERE pk>0", store_tables[t].name);
		CHECK(sdb_number(db, sql, &n) == STORE_OK && n == (store_tables[t].sort != NULL ? 2 : 1));
	}
	CHECK(rows("PRAGMA application_id") == SDB_APPLICATION_ID && rows("PRAGMA user_version") == SDB_SCHEMA_VERSION);
	CHECK(schema_step(-1) == NULL && schema_step(0) != NULL && schema_step(SDB_SCHEMA_VERSION) == NULL);
	CHECK(schema_migrate(db, SDB_SCHEMA_VERSION) == STORE_OK);
	/* a setup that comes second finds the work done */
	CHECK(schema_migrate(db, 0) == STORE_OK && rows("PRAGMA user_version") == SDB_SCHEMA_VERSION);
	CHECK(rows("PRAGMA secure_delete") == 1);
	CHECK(store_ping() == STORE_OK);
}

/* What was deleted or replaced is not in the database file any more once the log was copied into it. */
static void
deleted_bytes_are_gone(void)
{
	static char text[3000], file[400000];
	struct store_set secret = { ST_TOKEN, 0, text }, other = { ST_TOKEN, 0, "new" };
	sqlite3 *db = NULL;
	ssize_t n;
	int fd;

	fresh();
	memset(text, 'Q', sizeof(text) - 1);
	CHECK(one(put(entry("u", "1"), &secret, 1)) == STORE_OK);
	CHECK(one(put(entry("u", "2"), &secret, 1)) == STORE_OK);
	CHECK(sdb_use(&db) == STORE_OK);
	for (int round = 0; round < 2; round++) {
		sdb_checkpoint(db, true);
		fd = open(db_path, O_RDONLY);
		n = read(fd, file, sizeof(file));
		close(fd);
		CHECK(n > 0 && (memmem(file, (size_t)n, "QQQQQQQQ", 8) != NULL) == (round == 0));
		if (round == 0) {
			CHECK(one(put(entry("u", "1"), &other, 1)) == STORE_OK);
			CHECK(one((struct store_write){ .op = STORE_DELETE, .key = entry("u", "2") }) == STORE_OK);
		}
	}
}

int
main(void)
{
	static void (*const all[])(void) = { an_item_comes_back_whole, several_items_in_one_get, queries, pages, by_email, conditions, all_or_none,
		mixed_operations, expired_is_absent, purging, schema_agrees, deleted_bytes_are_gone };

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		scenario(all[i]);
	return unit_end();
}
