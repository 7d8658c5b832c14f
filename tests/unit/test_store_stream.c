/* test_store_stream: items as lines and back, lines that are none of ours, sums over items, and whole tables read one after the other. */
#include "store/store_scan.h"
#include "store/store_stream.h"
#include "test_store_help.h"

static const char line_of[] = "{\"t\":\"passwords\",\"k\":[\"alice\",\"e#1\"],\"a\":{\"version\":3,\"token\":\"a\\\"b\\u0001/ü\"}}";

static void
refused(const char *line)
{
	struct stream_item si;
	bool ok = stream_parse(&si, line, strlen(line));

	if (ok)
		unit_fail(__FILE__, __LINE__, "taken: %s", line);
	CHECK(!ok);
	stream_item_free(&si);
}

static void
a_line_is_read_as_it_was_written(void)
{
	struct store_item it = { .found = true, .part = "alice", .sort = "e#1" };
	struct stream_item si;
	struct buf out;

	it.at[ST_TOKEN] = (struct store_value){ true, 0, "x\"y/ü", strlen("x\"y/ü") };
	it.at[ST_VERSION] = (struct store_value){ true, 9007199254740993, NULL, 0 };
	buf_init(&out, STREAM_LINE_MAX);
	CHECK(stream_line(&out, STORE_PASSWORDS, &it));
	CHECK_STR(out.p, "{\"t\":\"passwords\",\"k\":[\"alice\",\"e#1\"],\"a\":{\"version\":9007199254740993,\"token\":\"x\\\"y/ü\"}}\n");
	CHECK(stream_parse(&si, out.p, out.len));
	CHECK(si.write.op == STORE_PUT && si.write.key.table == STORE_PASSWORDS && si.write.nset == 2 && si.bytes == out.len);
	CHECK_STR(si.write.key.part, "alice");
	CHECK_STR(si.write.key.sort, "e#1");
	CHECK(si.set[0].attr == ST_VERSION && si.set[0].num == 9007199254740993 && si.set[0].text == NULL);
	CHECK(si.set[1].attr == ST_TOKEN);
	CHECK_STR(si.set[1].text, "x\"y/ü");
	stream_item_free(&si);
	CHECK(si.json == NULL);
	buf_wipe(&out);
	/* a table whose items have no second key */
	it = (struct store_item){ .found = true, .part = "alice" };
	buf_init(&out, STREAM_LINE_MAX);
	CHECK(stream_line(&out, STORE_USERS, &it));
	CHECK_STR(out.p, "{\"t\":\"users\",\"k\":[\"alice\"],\"a\":{}}\n");
	CHECK(stream_parse(&si, out.p, out.len) && si.write.key.sort == NULL && si.write.nset == 0);
	stream_item_free(&si);
	buf_wipe(&out);
	/* no room */
	buf_init(&out, 10);
	CHECK(!stream_line(&out, STORE_USERS, &it));
	buf_wipe(&out);
}

static void
other_lines_are_refused(void)
{
	static const char *const bad[] = {
		"", "{", "[]", "1", "null", "\"x\"", "{}",
		"{\"k\":[\"a\",\"b\"],\"a\":{}}", "{\"t\":\"passwords\",\"a\":{}}", "{\"t\":\"passwords\",\"k\":[\"a\",\"b\"]}",
		"{\"t\":1,\"k\":[\"a\",\"b\"],\"a\":{}}", "{\"t\":\"passwords\",\"k\":\"a\",\"a\":{}}", "{\"t\":\"passwords\",\"k\":[\"a\",\"b\"],\"a\":[]}",
		"{\"t\":\"nosuch\",\"k\":[\"a\",\"b\"],\"a\":{}}",
		/* keys that do not fit the table */
		"{\"t\":\"passwords\",\"k\":[],\"a\":{}}", "{\"t\":\"passwords\",\"k\":[\"a\"],\"a\":{}}", "{\"t\":\"passwords\",\"k\":[1,\"b\"],\"a\":{}}",
		"{\"t\":\"passwords\",\"k\":[\"\",\"b\"],\"a\":{}}", "{\"t\":\"users\",\"k\":[\"a\",\"b\"],\"a\":{}}",
		/* attributes: unknown, of another table, of the wrong type */
		"{\"t\":\"passwords\",\"k\":[\"a\",\"b\"],\"a\":{\"nosuch\":1}}", "{\"t\":\"passwords\",\"k\":[\"a\",\"b\"],\"a\":{\"login_hash\":\"x\"}}",
		"{\"t\":\"passwords\",\"k\":[\"a\",\"b\"],\"a\":{\"version\":\"3\"}}", "{\"t\":\"passwords\",\"k\":[\"a\",\"b\"],\"a\":{\"version\":3.5}}",
		"{\"t\":\"passwords\",\"k\":[\"a\",\"b\"],\"a\":{\"token\":3}}", "{\"t\":\"passwords\",\"k\":[\"a\",\"b\"],\"a\":{\"token\":null}}",
	};
	static char large[STREAM_LINE_MAX + 2];
	struct stream_item si;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		refused(bad[i]);
	CHECK(stream_parse(&si, line_of, strlen(line_of)));
	stream_item_free(&si);
	memset(large, ' ', sizeof(large) - 1);
	memcpy(large, line_of, strlen(line_of));
	CHECK(!stream_parse(&si, large, sizeof(large) - 1));
	stream_item_free(&si);
}

static bool
add_up(void *ctx, const struct store_item *it)
{
	CHECK(stream_add(ctx, STORE_ACCOUNTS, it));
	return true;
}

struct seen {
	char sort[8][32];
	size_t n, stop;
};

static bool
note(void *ctx, const struct store_item *it)
{
	struct seen *s = ctx;

	snprintf(s->sort[s->n++], sizeof(s->sort[0]), "%s%s%s", it->part, it->sort ? "/" : "", it->sort ? it->sort : "");
	return s->n != s->stop;
}

/* Items of all tables; -1 when one cannot be counted. */
static int64_t
items(void)
{
	int64_t all = 0, n;

	for (enum store_table t = 0; t < STORE__TABLES; t++) {
		if (store_count(t, &n) != STORE_OK)
			return -1;
		all += n;
	}
	return all;
}

static void
tables_are_read_whole(void)
{
	const struct store_set past[] = { { ST_CREATED, 1, NULL }, { ST_EXPIRES, clock_now() - 60, NULL } }, now = { ST_CREATED, 2, NULL };
	struct stream_sum a = { 0 }, b = { 0 };
	struct seen s = { .n = 0 };
	struct store_key after = account("o1", "k2");

	fresh();
	CHECK(items() == 0);
	CHECK(one(put(account("o1", "k1"), &now, 1)) == STORE_OK && one(put(account("o1", "k2"), past, 2)) == STORE_OK);
	CHECK(one(put(account("o2", "k1"), &now, 1)) == STORE_OK && one(put(user("alice"), &now, 1)) == STORE_OK);
	store_restart();
	/* what has expired is handed over too: a move must not decide */
	CHECK(store_scan(STORE_ACCOUNTS, NULL, note, &s) == STORE_OK && s.n == 3);
	CHECK_STR(s.sort[0], "o1/k1");
	CHECK_STR(s.sort[1], "o1/k2");
	CHECK_STR(s.sort[2], "o2/k1");
	s = (struct seen){ .n = 0 };
	CHECK(store_scan(STORE_ACCOUNTS, &after, note, &s) == STORE_OK && s.n == 1);
	CHECK_STR(s.sort[0], "o2/k1");
	s = (struct seen){ .stop = 2 };
	CHECK(store_scan(STORE_ACCOUNTS, NULL, note, &s) == STORE_OK && s.n == 2);
	s = (struct seen){ .n = 0 };
	CHECK(store_scan(STORE_USERS, NULL, note, &s) == STORE_OK && s.n == 1);
	CHECK_STR(s.sort[0], "alice");
	s = (struct seen){ .n = 0 };
	after = user("alice");
	CHECK(store_scan(STORE_USERS, &after, note, &s) == STORE_OK && s.n == 0);
	CHECK(items() == 4);
	/* equal items have equal sums, and one that differs in a single number has not */
	CHECK(store_scan(STORE_ACCOUNTS, NULL, add_up, &a) == STORE_OK && store_scan(STORE_ACCOUNTS, NULL, add_up, &b) == STORE_OK);
	CHECK(a.n == 3 && memcmp(&a, &b, sizeof(a)) == 0);
	CHECK(one(put(account("o2", "k1"), &(struct store_set){ ST_CREATED, 3, NULL }, 1)) == STORE_OK);
	b = (struct stream_sum){ 0 };
	CHECK(store_scan(STORE_ACCOUNTS, NULL, add_up, &b) == STORE_OK && b.n == 3 && memcmp(&a, &b, sizeof(a)) != 0);
}

static void
no_database(void)
{
	struct seen s = { .n = 0 };
	char path[300];
	int64_t n;

	snprintf(path, sizeof(path), "%s/none.db", folder);
	use_path(path);
	CHECK(store_scan(STORE_USERS, NULL, note, &s) == STORE_BROKEN && s.n == 0);
	CHECK(store_count(STORE_USERS, &n) == STORE_BROKEN);
}

int
main(void)
{
	a_line_is_read_as_it_was_written();
	other_lines_are_refused();
	scenario(tables_are_read_whole);
	scenario(no_database);
	return unit_end();
}
