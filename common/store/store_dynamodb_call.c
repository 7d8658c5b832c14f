/* store_dynamodb_call: HTTP and SigV4 by libcurl, over the pool's socket or directly. Which failures are tried again follows AWS's guide on error retries:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
#include "store/store_dynamodb_call.h"

#include <curl/curl.h>
#include <strings.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/count.h"
#include "base/id.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/rng.h"
#include "store/store_dynamodb_clock.h"
#include "store/store_dynamodb_cred.h"

#define TRIES 4
#define TRY_MS 2500          /* one try; HAProxy gives up before */
#define CONNECT_MS 1000
#define PROCESS_MS 6000      /* all calls of the process together: the answer must come before the web server gives up on us */
#define BASE_MS 25
#define BASE_THROTTLED_MS 1000

struct exchange {
	struct buf body;
	long status;
	bool has_crc;
	uint32_t crc;
	int64_t date; /* of the answer, seconds; 0 when it had none */
};

enum verdict { GOOD, CONFLICT, TOO_LARGE, AGAIN, THROTTLED, EXPIRED, SKEWED, BAD };

static int64_t deadline; /* of the process, on the clock that never goes back */
static CURL *handle;

/* IEEE 802.3, as in the x-amz-crc32 header. */
static uint32_t
crc32_of(const char *p, size_t len)
{
	static uint32_t table[256];
	uint32_t c = 0xffffffffu;

	if (table[1] == 0)
		for (uint32_t i = 0; i < 256; i++) {
			uint32_t v = i;

			for (int k = 0; k < 8; k++)
				v = (v >> 1) ^ (v & 1 ? 0xedb88320u : 0);
			table[i] = v;
		}
	for (size_t i = 0; i < len; i++)
		c = table[(c ^ (unsigned char)p[i]) & 0xff] ^ (c >> 8);
	return c ^ 0xffffffffu;
}

static size_t
take_body(char *data, size_t size, size_t n, void *ctx)
{
	struct exchange *x = ctx;

	buf_add(&x->body, data, size * n);
	return x->body.failed ? 0 : size * n;
}

static bool
header_is(const char *line, size_t len, const char *name, char *value, size_t max)
{
	size_t n = strlen(name);

	if (len <= n || strncasecmp(line, name, n) != 0 || line[n] != ':')
		return false;
	line += n + 1;
	len -= n + 1;
	while (len > 0 && *line == ' ') {
		line++;
		len--;
	}
	while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == '\n'))
		len--;
	snprintf(value, max, "%.*s", (int)len, line);
	return true;
}

static size_t
take_header(char *data, size_t size, size_t n, void *ctx)
{
	struct exchange *x = ctx;
	char value[64];

	if (header_is(data, size * n, "x-amz-crc32", value, sizeof(value))) {
		x->has_crc = true;
		x->crc = (uint32_t)strtoul(value, NULL, 10);
	} else if (header_is(data, size * n, "date", value, sizeof(value))) {
		struct tm tm = { 0 };

		if (strptime(value, "%a, %d %b %Y %H:%M:%S GMT", &tm) != NULL)
			x->date = (int64_t)timegm(&tm);
	}
	return size * n;
}

static bool
ready(void)
{
	if (handle != NULL)
		return true;
	ddb_clock_load();
	/* where libcurl holds the TLS itself, that must be set up; a lean one has none */
	if (curl_global_init(CURL_GLOBAL_SSL) == CURLE_OK)
		handle = curl_easy_init();
	return handle != NULL;
}

/* Everything is set anew for each try: a refreshed credential or another clock must not meet an old signature. */
static CURLcode
exchange(struct exchange *x, const char *target, const char *body, const struct ddb_cred *cred, int64_t ms)
{
	struct curl_slist *headers = NULL, *more;
	char line[DDB_CRED_TOKEN_MAX + 64], user[DDB_CRED_KEY_MAX * 2 + 2], sign[128];
	const char *socket = conf_text(CONF_DYNAMODB_SOCKET);
	CURLcode rc = CURLE_OUT_OF_MEMORY;

	curl_easy_reset(handle);
	snprintf(line, sizeof(line), "X-Amz-Target: DynamoDB_20120810.%s", target);
	headers = curl_slist_append(NULL, line);
	more = headers ? curl_slist_append(headers, "Content-Type: application/x-amz-json-1.0") : NULL;
	if (more != NULL && *cred->token) {
		snprintf(line, sizeof(line), "X-Amz-Security-Token: %s", cred->token);
		more = curl_slist_append(headers, line);
	}
	if (more == NULL)
		goto out;
	snprintf(user, sizeof(user), "%s:%s", cred->id, cred->secret);
	snprintf(sign, sizeof(sign), "aws:amz:%.60s:dynamodb", conf_text(CONF_AWS_REGION));
	rc = CURLE_OK;
#define SET(o, v) (rc = rc == CURLE_OK ? curl_easy_setopt(handle, o, v) : rc)
	SET(CURLOPT_URL, conf_text(CONF_DYNAMODB_ENDPOINT));
	/* a lean libcurl refuses to hear of a protocol that it lacks */
	SET(CURLOPT_PROTOCOLS_STR, strncmp(conf_text(CONF_DYNAMODB_ENDPOINT), "https:", 6) == 0 ? "https" : "http");
	/* a lean one has no proxies and does not know the option */
	if (SET(CURLOPT_PROXY, "") == CURLE_UNKNOWN_OPTION)
		rc = CURLE_OK;
	if (*conf_text(CONF_DYNAMODB_CA))
		SET(CURLOPT_CAINFO, conf_text(CONF_DYNAMODB_CA));
	if (*socket)
		SET(CURLOPT_UNIX_SOCKET_PATH, socket);
	SET(CURLOPT_AWS_SIGV4, sign);
	SET(CURLOPT_USERPWD, user);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_POSTFIELDS, body);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, x);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, x);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	SET(CURLOPT_TIMEOUT_MS, (long)ms);
#undef SET
	if (rc == CURLE_OK)
		rc = curl_easy_perform(handle);
	if (rc == CURLE_OK)
		rc = curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &x->status);
out:
	curl_slist_free_all(headers);
	secret_wipe(user, sizeof(user));
	secret_wipe(line, sizeof(line));
	return rc;
}

/* "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException": what stands behind the '#'. */
static const char *
error_name(struct json_object *answer)
{
	struct json_object *type;
	const char *s, *hash;

	if (!json_object_is_type(answer, json_type_object) || !json_object_object_get_ex(answer, "__type", &type))
		return "";
	s = json_object_get_string(type);
	hash = strrchr(s, '#');
	return hash != NULL ? hash + 1 : s;
}

/* A transaction is cancelled for one reason per action: a condition is final, a conflict or a throttled action is not. */
static enum verdict
cancelled(struct json_object *answer)
{
	struct json_object *reasons, *code;
	enum verdict v = BAD;

	if (!json_object_object_get_ex(answer, "CancellationReasons", &reasons) || !json_object_is_type(reasons, json_type_array))
		return BAD;
	for (size_t i = 0; i < json_object_array_length(reasons); i++) {
		const char *s = json_object_object_get_ex(json_object_array_get_idx(reasons, i), "Code", &code) ? json_object_get_string(code) : "None";

		if (strcmp(s, "ConditionalCheckFailed") == 0)
			return CONFLICT;
		if (strcmp(s, "TransactionConflict") == 0)
			v = v == THROTTLED ? v : AGAIN;
		else if (strcmp(s, "ThrottlingError") == 0 || strcmp(s, "ProvisionedThroughputExceeded") == 0)
			v = THROTTLED;
		else if (strcmp(s, "ItemCollectionSizeLimitExceeded") == 0)
			return TOO_LARGE;
		else if (strcmp(s, "None") != 0)
			return BAD;
	}
	return v;
}

static const struct {
	const char *name;
	enum verdict verdict;
} errors[] = {
	{ "ConditionalCheckFailedException", CONFLICT },
	{ "ProvisionedThroughputExceededException", THROTTLED },
	{ "ThrottlingException", THROTTLED },
	{ "RequestLimitExceeded", THROTTLED },
	{ "TransactionInProgressException", AGAIN },
	{ "TransactionConflictException", AGAIN },
	{ "InternalServerError", AGAIN },
	{ "ServiceUnavailable", AGAIN },
	{ "ItemCollectionSizeLimitExceededException", TOO_LARGE },
	{ "ExpiredTokenException", EXPIRED },
	{ "ExpiredToken", EXPIRED },
	{ "RequestExpired", SKEWED },
	{ "RequestTimeTooSkewed", SKEWED },
	{ "InvalidSignatureException", SKEWED },
};

static enum verdict
judge(const struct exchange *x, struct json_object *answer)
{
	const char *name = error_name(answer);

	if (x->has_crc && crc32_of(x->body.p, x->body.len) != x->crc)
		return AGAIN;
	if (x->status == 200)
		return json_object_is_type(answer, json_type_object) ? GOOD : AGAIN;
	if (strcmp(name, "TransactionCanceledException") == 0)
		return cancelled(answer);
	for (size_t i = 0; i < ARRAY_LEN(errors); i++)
		if (strcmp(errors[i].name, name) == 0)
			return errors[i].verdict;
	return x->status >= 500 || x->status == 408 || x->status == 429 ? AGAIN : BAD;
}

/* Full jitter: anything between nothing and the step, so that those who failed together do not come back together. */
static int64_t
pause_ms(int try, enum verdict v)
{
	int64_t step = (int64_t)(v == THROTTLED ? BASE_THROTTLED_MS : BASE_MS) << try;
	uint32_t r;

	return rng_below(&r, (uint32_t)step + 1) ? (int64_t)r : step;
}

/* What went wrong with one try; what a condition refused is no error, and neither is the transaction of somebody else that came first (400, and again). */
static void
count_try(CURLcode rc, long status, enum verdict v, int try)
{
	static const enum count of[] = {
		[GOOD] = COUNT__MAX, [CONFLICT] = COUNT__MAX, [TOO_LARGE] = COUNT_STORE_REFUSED, [AGAIN] = COUNT_STORE_SERVER, [THROTTLED] = COUNT_STORE_THROTTLED,
		[EXPIRED] = COUNT_STORE_REFUSED, [SKEWED] = COUNT_STORE_REFUSED, [BAD] = COUNT_STORE_REFUSED,
	};
	enum count c = rc == CURLE_OK ? of[v] : COUNT_STORE_UNREACHABLE;

	if (c != COUNT__MAX && !(rc == CURLE_OK && v == AGAIN && status == 400))
		count_add(c);
	if (try > 0)
		count_add(COUNT_STORE_RETRIED);
}

static enum store_result
result_of(enum verdict v)
{
	static const enum store_result results[] = {
		[GOOD] = STORE_OK, [CONFLICT] = STORE_CONFLICT, [TOO_LARGE] = STORE_FULL, [AGAIN] = STORE_BUSY, [THROTTLED] = STORE_BUSY,
		[EXPIRED] = STORE_BROKEN, [SKEWED] = STORE_BROKEN, [BAD] = STORE_BROKEN,
	};

	return results[v];
}

enum store_result
ddb_call(struct json_object **answer, const char *target, struct json_object *request)
{
	const char *body = json_object_to_json_string_ext(request, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	struct exchange x = { 0 };
	struct ddb_cred cred = { 0 };
	enum verdict v = AGAIN;
	bool renewed = false;

	*answer = NULL;
	if (body == NULL || !ready())
		return STORE_BUSY;
	if (deadline == 0)
		deadline = clock_mono_ms() + PROCESS_MS;
	for (int try = 0; try < TRIES; try++) {
		int64_t left = deadline - clock_mono_ms();
		CURLcode rc;

		if (left < 50)
			break;
		if (!ddb_cred_get(&cred, renewed)) {
			log_error("dynamodb_credentials", "%s: no credentials", target);
			v = AGAIN;
			break;
		}
		x = (struct exchange){ 0 };
		buf_init(&x.body, DDB_ANSWER_MAX);
		rc = exchange(&x, target, body, &cred, left < TRY_MS ? left : TRY_MS);
		*answer = rc == CURLE_OK ? json_tokener_parse(x.body.p) : NULL;
		v = rc == CURLE_OK ? judge(&x, *answer) : AGAIN;
		count_try(rc, x.status, v, try);
		if (v == BAD || v == AGAIN || v == THROTTLED || v == EXPIRED || v == SKEWED)
			log_warn("dynamodb_try", "%s: try %d: curl %d, status %ld, %.60s", target, try + 1, (int)rc, x.status, error_name(*answer));
		buf_wipe(&x.body);
		if (v == GOOD || v == CONFLICT || v == TOO_LARGE || v == BAD)
			break;
		json_object_put(*answer);
		*answer = NULL;
		if (v == EXPIRED && renewed)
			break;
		if (v == SKEWED && !ddb_clock_correct(x.date))
			break;
		renewed = renewed || v == EXPIRED;
		if (try + 1 < TRIES && v != EXPIRED && v != SKEWED) {
			int64_t wait = pause_ms(try, v);

			left = deadline - clock_mono_ms();
			clock_sleep_ms(wait < left ? wait : left > 0 ? left : 0);
		}
	}
	secret_wipe(&cred, sizeof(cred));
	if (v != GOOD && v != CONFLICT) {
		log_error(result_of(v) == STORE_BUSY ? "store_busy" : "store_broken", "%s: given up", target);
		json_object_put(*answer);
		*answer = NULL;
	}
	return result_of(v);
}

bool
ddb_token(char out[static DDB_TOKEN_LEN + 1])
{
	struct id id;

	if (!rng_id(&id))
		return false;
	id_text(out, &id);
	return true;
}

void
ddb_restart(void)
{
	deadline = 0;
}

const char *
ddb_table(enum store_table t)
{
	static const enum conf_key names[] = {
		[STORE_USERS] = CONF_DYNAMODB_USERS_TABLE, [STORE_ACCOUNTS] = CONF_DYNAMODB_ACCOUNTS_TABLE, [STORE_PASSWORDS] = CONF_DYNAMODB_PASSWORDS_TABLE,
	};

	return conf_text(names[t]);
}
