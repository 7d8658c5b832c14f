/* vs-tables: creates the three DynamoDB tables that are missing, with their index, time to live and point-in-time recovery. Never called by a request.
 *
 *   vs-tables setup     reads the configuration (VAULTSPHERE_CONF); says what was made; 0 when all are ready, 1 otherwise
 */
#include <stdarg.h>

#include "base/clock.h"
#include "base/conf.h"
#include "store/store_dynamodb_call.h"

#define READY_MS 120000

static const struct {
	const char *index; /* attribute with an index of keys alone, NULL for none */
} more[STORE__TABLES] = {
	[STORE_USERS] = { "email_lower" },
};

static struct json_object *
parse(const char *fmt, ...) PRINTF_LIKE(1, 2);
static struct json_object *
parse(const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return json_tokener_parse(text);
}

static bool
call(const char *target, struct json_object *rq, struct json_object **answer)
{
	enum store_result r = rq != NULL ? ddb_call(answer, target, rq) : STORE_BROKEN;

	json_object_put(rq);
	return r == STORE_OK;
}

/* 1 or 0; -1 when the list cannot be had. */
static int
is_there(const char *table)
{
	struct json_object *answer = NULL, *names, *last;
	char after[300] = "";
	int there = -1;
	bool next = true;

	while (next) {
		next = false;
		if (!call("ListTables", parse("{\"Limit\":100%s}", after), &answer) || !json_object_object_get_ex(answer, "TableNames", &names))
			break;
		there = 0;
		for (size_t i = 0; i < json_object_array_length(names); i++)
			there |= strcmp(json_object_get_string(json_object_array_get_idx(names, i)), table) == 0;
		if (there == 0 && json_object_object_get_ex(answer, "LastEvaluatedTableName", &last)) {
			snprintf(after, sizeof(after), ",\"ExclusiveStartTableName\":\"%.255s\"", json_object_get_string(last));
			next = true;
		}
		json_object_put(answer);
		answer = NULL;
	}
	json_object_put(answer);
	return there;
}

/* "ACTIVE", "CREATING", …; "" when that cannot be had. */
static void
status_of(char out[static 32], const char *table)
{
	struct json_object *answer = NULL, *t, *s;

	*out = '\0';
	if (call("DescribeTable", parse("{\"TableName\":\"%s\"}", table), &answer) && json_object_object_get_ex(answer, "Table", &t) &&
	    json_object_object_get_ex(t, "TableStatus", &s))
		snprintf(out, 32, "%s", json_object_get_string(s));
	json_object_put(answer);
}

static bool
create(enum store_table t)
{
	const struct store_table_info *info = &store_tables[t];
	struct json_object *answer = NULL;
	char sort[2][160] = { "", "" }, index[2][320] = { "", "" };
	bool ok;

	if (info->sort != NULL) {
		snprintf(sort[0], sizeof(sort[0]), ",{\"AttributeName\":\"%s\",\"AttributeType\":\"S\"}", info->sort);
		snprintf(sort[1], sizeof(sort[1]), ",{\"AttributeName\":\"%s\",\"KeyType\":\"RANGE\"}", info->sort);
	}
	if (more[t].index != NULL) {
		snprintf(index[0], sizeof(index[0]), ",{\"AttributeName\":\"%s\",\"AttributeType\":\"S\"}", more[t].index);
		snprintf(index[1], sizeof(index[1]),
		    ",\"GlobalSecondaryIndexes\":[{\"IndexName\":\"%s-index\",\"KeySchema\":[{\"AttributeName\":\"%s\",\"KeyType\":\"HASH\"}],"
		    "\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\"}}]",
		    more[t].index, more[t].index);
	}
	ok = call("CreateTable",
	    parse("{\"TableName\":\"%s\",\"BillingMode\":\"PAY_PER_REQUEST\",\"AttributeDefinitions\":[{\"AttributeName\":\"%s\",\"AttributeType\":\"S\"}%s%s],"
	          "\"KeySchema\":[{\"AttributeName\":\"%s\",\"KeyType\":\"HASH\"}%s]%s}",
	        ddb_table(t), info->part, sort[0], index[0], info->part, sort[1], index[1]),
	    &answer);
	json_object_put(answer);
	return ok;
}

static bool
wait_ready(const char *table)
{
	int64_t until = clock_mono_ms() + READY_MS;
	char status[32];

	for (;;) {
		ddb_restart();
		status_of(status, table);
		if (strcmp(status, "ACTIVE") == 0)
			return true;
		if (clock_mono_ms() > until)
			return false;
		clock_sleep_ms(500);
	}
}

/* Both are asked for, not changed where they are on already. */
static bool
keep_and_expire(const char *table)
{
	struct json_object *answer = NULL, *d, *s;
	bool on, ok;

	ok = call("DescribeTimeToLive", parse("{\"TableName\":\"%s\"}", table), &answer);
	on = ok && json_object_object_get_ex(answer, "TimeToLiveDescription", &d) && json_object_object_get_ex(d, "TimeToLiveStatus", &s) &&
	    strncmp(json_object_get_string(s), "ENABL", 5) == 0;
	json_object_put(answer);
	answer = NULL;
	if (!on) {
		ok = call("UpdateTimeToLive", parse("{\"TableName\":\"%s\",\"TimeToLiveSpecification\":{\"Enabled\":true,\"AttributeName\":\"expires\"}}", table), &answer);
		json_object_put(answer);
		answer = NULL;
	}
	if (!ok || !call("UpdateContinuousBackups",
	                 parse("{\"TableName\":\"%s\",\"PointInTimeRecoverySpecification\":{\"PointInTimeRecoveryEnabled\":true}}", table), &answer))
		ok = false;
	json_object_put(answer);
	return ok;
}

int
main(int argc, char **argv)
{
	bool ok = true;

	if (argc != 2 || strcmp(argv[1], "setup") != 0) {
		fprintf(stderr, "vs-tables setup\n");
		return 2;
	}
	if (!conf_load()) {
		fprintf(stderr, "vs-tables: the configuration cannot be read\n");
		return 1;
	}
	for (enum store_table t = 0; t < STORE__TABLES && ok; t++) {
		const char *name = ddb_table(t);
		int there;

		ddb_restart();
		there = is_there(name);
		if (there < 0) {
			ok = false;
			printf("vs-tables: %s: DynamoDB does not answer, or refuses\n", name);
		} else if (there == 0) {
			ok = create(t) && wait_ready(name) && keep_and_expire(name);
			printf("vs-tables: %s: %s\n", name, ok ? "created" : "could not be created");
		} else {
			ok = wait_ready(name);
			printf("vs-tables: %s: %s\n", name, ok ? "ready" : "not ready");
		}
	}
	conf_wipe();
	return ok ? 0 : 1;
}
