/* test_store_item: the table of attributes, conditions, and the misuse that is refused before anything is sent. */
#include "store/store_item.h"
#include "unit.h"

static void
every_attribute_has_a_name_and_a_table(void)
{
	for (size_t a = 0; a < ST__MAX; a++) {
		const struct store_attr_info *i = &store_attrs[a];

		CHECK(i->name != NULL && strspn(i->name, "abcdefghijklmnopqrstuvwxyz_") == strlen(i->name));
		CHECK(i->in[STORE_USERS] || i->in[STORE_ACCOUNTS] || i->in[STORE_PASSWORDS]);
		for (size_t b = 0; b < a; b++)
			CHECK(strcmp(i->name, store_attrs[b].name) != 0);
		for (size_t t = 0; t < STORE__TABLES; t++) {
			CHECK(!i->in[t] || strcmp(i->name, store_tables[t].part) != 0);
			CHECK(!i->in[t] || store_tables[t].sort == NULL || strcmp(i->name, store_tables[t].sort) != 0);
		}
	}
	CHECK(store_has(STORE_USERS, ST_REC_MAC) && !store_has(STORE_PASSWORDS, ST_REC_MAC));
	CHECK(!store_has(STORE__TABLES, ST_REV) && !store_has(STORE_USERS, ST__MAX));
}

static void
empty_items(void)
{
	struct store_item it = { 0 };

	CHECK_STR(store_text(&it, ST_BOX), "");
	CHECK(store_num(&it, ST_REV) == 0);
	store_item_wipe(&it);
	it.mem = malloc(4);
	CHECK(it.mem != NULL);
	it.mem_len = 4;
	it.found = true;
	store_item_wipe(&it);
	CHECK(!it.found && it.mem == NULL && it.mem_len == 0);
}

static void
expiry(void)
{
	struct store_item it = { .found = true };

	CHECK(store_item_alive(&it, 100));
	it.at[ST_EXPIRES] = (struct store_value){ .set = true, .num = 101 };
	CHECK(store_item_alive(&it, 100));
	CHECK(!store_item_alive(&it, 101));
	CHECK(!store_item_alive(&it, 102));
	it.found = false;
	CHECK(!store_item_alive(&it, 100));
}

static void
conditions(void)
{
	static const struct store_item absent = { 0 };
	static const struct store_item lacking = { .found = true };
	static const struct store_item seven = { .found = true, .at[ST_REV] = { .set = true, .num = 7 } };
	static const struct {
		struct store_cond c;
		bool absent, lacking, seven;
	} list[] = {
		{ { STORE_COND_NONE, ST_REV, 0 }, true, true, true },
		{ { STORE_COND_ABSENT, ST_REV, 0 }, true, false, false },
		{ { STORE_COND_PRESENT, ST_REV, 0 }, false, true, true },
		{ { STORE_COND_EQ, ST_REV, 7 }, false, false, true },
		{ { STORE_COND_EQ, ST_REV, 0 }, false, false, false },
		{ { STORE_COND_LT, ST_REV, 7 }, false, true, false },
		{ { STORE_COND_LT, ST_REV, 8 }, false, true, true },
		{ { STORE_COND_LT, ST_REV, 0 }, false, false, false },
		{ { STORE_COND_LT, ST_REV, -1 }, false, false, false },
		{ { (enum store_cond_kind)99, ST_REV, 0 }, false, false, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		CHECK(store_cond_holds(&list[i].c, &absent) == list[i].absent);
		CHECK(store_cond_holds(&list[i].c, &lacking) == list[i].lacking);
		CHECK(store_cond_holds(&list[i].c, &seven) == list[i].seven);
	}
}

static void
keys(void)
{
	static const struct {
		struct store_key k;
		bool ok;
	} list[] = {
		{ { STORE_USERS, "alice", NULL }, true },
		{ { STORE_ACCOUNTS, "a", "b" }, true },
		{ { STORE_USERS, "alice", "x" }, false },
		{ { STORE_USERS, "", NULL }, false },
		{ { STORE_USERS, NULL, NULL }, false },
		{ { STORE_ACCOUNTS, "a", NULL }, false },
		{ { STORE_ACCOUNTS, "a", "" }, false },
		{ { STORE_PASSWORDS, "", "b" }, false },
		{ { STORE__TABLES, "a", "b" }, false },
	};
	struct store_key many[STORE_GET_MAX + 1];

	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		CHECK(store_key_valid(&list[i].k) == list[i].ok);
		CHECK(store_get_valid(&list[i].k, 1) == list[i].ok);
	}
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = list[0].k;
	CHECK(store_get_valid(many, STORE_GET_MAX));
	CHECK(!store_get_valid(many, STORE_GET_MAX + 1) && !store_get_valid(many, 0));
}

static void
queries(void)
{
	static const struct {
		struct store_query q;
		bool ok;
	} list[] = {
		{ { .table = STORE_ACCOUNTS, .part = "a" }, true },
		{ { .table = STORE_ACCOUNTS, .part = "a", .prefix = "x", .after = "y" }, true },
		{ { .table = STORE_USERS, .part = "a", .prefix = "" }, true },
		{ { .table = STORE_USERS, .part = "a", .prefix = "x" }, false },
		{ { .table = STORE_USERS, .part = "a", .after = "x" }, false },
		{ { .table = STORE_ACCOUNTS, .part = "" }, false },
		{ { .table = STORE_ACCOUNTS }, false },
		{ { .table = STORE__TABLES, .part = "a" }, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		CHECK(store_query_valid(&list[i].q) == list[i].ok);
}

#define KEY { STORE_ACCOUNTS, "owner", "kind" }

static void
writes(void)
{
	static const struct store_set rev[] = { { ST_REV, 1, NULL }, { ST_BOX, 0, "text" }, { ST_DETAIL, 0, NULL } };
	static const struct store_set twice[] = { { ST_REV, 1, NULL }, { ST_REV, 2, NULL } };
	static const struct store_set foreign[] = { { ST_TOKEN, 0, "x" } };
	static const struct store_set unknown[] = { { ST__MAX, 0, "x" } };
	static const struct {
		struct store_write w;
		bool ok;
	} list[] = {
		{ { .op = STORE_PUT, .key = KEY, .set = rev, .nset = 3 }, true },
		{ { .op = STORE_PUT, .key = KEY }, true },
		{ { .op = STORE_UPDATE, .key = KEY, .set = rev, .nset = 3 }, true },
		{ { .op = STORE_DELETE, .key = KEY }, true },
		{ { .op = STORE_CHECK, .key = KEY, .cond = { { STORE_COND_ABSENT, 0, 0 } } }, true },
		{ { .op = STORE_PUT, .key = KEY, .cond = { { STORE_COND_EQ, ST_REV, 1 }, { STORE_COND_LT, ST_TRIES, 1 }, { STORE_COND_PRESENT, 0, 0 } } }, true },
		{ { .op = STORE_CHECK, .key = KEY }, false },
		{ { .op = STORE_UPDATE, .key = KEY }, false },
		{ { .op = STORE_DELETE, .key = KEY, .set = rev, .nset = 1 }, false },
		{ { .op = STORE_CHECK, .key = KEY, .set = rev, .nset = 1, .cond = { { STORE_COND_ABSENT, 0, 0 } } }, false },
		{ { .op = STORE_PUT, .key = { STORE_ACCOUNTS, "", "kind" } }, false },
		{ { .op = STORE_PUT, .key = KEY, .set = twice, .nset = 2 }, false },
		{ { .op = STORE_PUT, .key = KEY, .set = foreign, .nset = 1 }, false },
		{ { .op = STORE_PUT, .key = KEY, .set = unknown, .nset = 1 }, false },
		{ { .op = STORE_PUT, .key = KEY, .cond = { { STORE_COND_EQ, ST_BOX, 1 } } }, false },
		{ { .op = STORE_PUT, .key = KEY, .cond = { { STORE_COND_LT, ST_VERSION, 1 } } }, false },
	};
	struct store_write pair[2] = { { .op = STORE_DELETE, .key = KEY }, { .op = STORE_DELETE, .key = KEY } };

	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		CHECK(store_write_valid(&list[i].w, 1) == list[i].ok);
	CHECK(!store_write_valid(pair, 0));
	CHECK(!store_write_valid(pair, STORE_WRITE_MAX + 1));
	CHECK(!store_write_valid(pair, 2));
	pair[1].key.sort = "other";
	CHECK(store_write_valid(pair, 2));
	pair[1].key = (struct store_key){ STORE_ACCOUNTS, "other", "kind" };
	CHECK(store_write_valid(pair, 2));
	pair[1].key = (struct store_key){ STORE_PASSWORDS, "owner", "kind" };
	CHECK(store_write_valid(pair, 2));
	pair[0].key = pair[1].key = (struct store_key){ STORE_USERS, "alice", NULL };
	CHECK(!store_write_valid(pair, 2));
}

static void
the_largest_item(void)
{
	size_t room = STORE_ITEM_BYTES_MAX - strlen("owner") - strlen("kind") - strlen("box");
	char *text = malloc(room + 2);
	struct store_set set = { ST_BOX, 0, text };
	struct store_write w = { .op = STORE_PUT, .key = KEY, .set = &set, .nset = 1 };

	CHECK(text != NULL);
	memset(text, 'x', room + 1);
	text[room] = '\0';
	CHECK(store_write_valid(&w, 1));
	text[room] = 'x';
	text[room + 1] = '\0';
	CHECK(!store_write_valid(&w, 1));
	free(text);
}

int
main(void)
{
	every_attribute_has_a_name_and_a_table();
	empty_items();
	expiry();
	conditions();
	keys();
	queries();
	writes();
	the_largest_item();
	return unit_end();
}
