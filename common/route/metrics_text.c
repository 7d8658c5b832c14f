#include "route/metrics_text.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/conf.h"
#include "base/count.h"
#include "base/version.h"
#include "domain/history.h"
#include "domain/pool.h"
#include "domain/slot.h"

#define P "vaultsphere_"

/* One line each; a family is named by its first, the lines after it without a help text belong to it. */
static const struct {
	enum count at;
	const char *family, *labels, *help;
} counters[] = {
	{ COUNT_KDF_RAN, P "kdf_total", "{result=\"ran\"}", "Memory-hard calls (Argon2id): run, or refused because too many waited." },
	{ COUNT_KDF_REFUSED, P "kdf_total", "{result=\"refused\"}", NULL },
	{ COUNT_KDF_WAITED, P "kdf_waits_total", "", "Memory-hard calls that had to wait for a slot." },
	{ COUNT_THROTTLED, P "throttled_total", "", "Requests that were refused because there were too many tries (429)." },
	{ COUNT_LOGIN_OK, P "logins_total", "{result=\"ok\"}", "Logins: complete, or with a wrong name, password or code." },
	{ COUNT_LOGIN_FAILED, P "logins_total", "{result=\"failed\"}", NULL },
	{ COUNT_REGISTERED, P "registrations_total", "", "Accounts that were made." },
	{ COUNT_SESSION_STARTED, P "sessions_started_total", "", "Sessions that began, by a login or a registration." },
	{ COUNT_SESSION_ENDED, P "sessions_ended_total", "", "Sessions that were ended by logging out; others run out." },
	{ COUNT_STORE_RETRIED, P "store_retries_total", "", "Calls of DynamoDB that were sent once more." },
	{ COUNT_STORE_THROTTLED, P "store_errors_total", "{kind=\"throttled\"}", "Tries that the store failed: throttled, server, unreachable, refused (DynamoDB); busy, full, broken (SQLite)." },
	{ COUNT_STORE_SERVER, P "store_errors_total", "{kind=\"server\"}", NULL },
	{ COUNT_STORE_UNREACHABLE, P "store_errors_total", "{kind=\"unreachable\"}", NULL },
	{ COUNT_STORE_REFUSED, P "store_errors_total", "{kind=\"refused\"}", NULL },
	{ COUNT_STORE_BUSY, P "store_errors_total", "{kind=\"busy\"}", NULL },
	{ COUNT_STORE_FULL, P "store_errors_total", "{kind=\"full\"}", NULL },
	{ COUNT_STORE_BROKEN, P "store_errors_total", "{kind=\"broken\"}", NULL },
};

static const char *const classes[COUNT_CLASSES] = { "2xx", "3xx", "4xx", "5xx" };
static const char *const processes[HISTORY_PROCESSES] = { "web", "keeper", "pool" };

static const struct {
	enum pool_figure at;
	const char *family, *type, *help;
} pool_figures[] = {
	{ POOL_CONNECT, P "pool_opened_total", "counter", "Connections to DynamoDB that were opened." },
	{ POOL_REUSE, P "pool_reused_total", "counter", "Requests that took a connection which was open already." },
	{ POOL_IDLE, P "pool_idle_connections", "gauge", "Connections that wait for a request now." },
	{ POOL_IN_USE, P "pool_used_connections", "gauge", "Connections with a request now." },
	{ POOL_LIMIT, P "pool_limit_connections", "gauge", "Connections in all at most." },
	{ POOL_WAITING, P "pool_waiting_requests", "gauge", "Requests that wait for a connection now." },
	{ POOL_ERR_CONNECT, P "pool_connect_errors_total", "counter", "Connections that could not be opened." },
	{ POOL_ERR_ANSWER, P "pool_answer_errors_total", "counter", "Requests without a proper answer." },
	{ POOL_RETRIES, P "pool_retries_total", "counter", "Requests that were sent once more on another connection." },
};

static void
head(struct buf *out, const char *family, const char *type, const char *help)
{
	buf_fmt(out, "# HELP %s %s\n# TYPE %s %s\n", family, help, family, type);
}

static void
one(struct buf *out, const char *family, const char *type, const char *help, int64_t n)
{
	head(out, family, type, help);
	buf_fmt(out, "%s %" PRId64 "\n", family, n);
}

/* Backslash, quote and line break are written with a backslash. */
static void
label(struct buf *out, const char *name, const char *text)
{
	buf_fmt(out, "%s=\"", name);
	for (; *text != '\0'; text++) {
		if (*text == '\\' || *text == '"')
			buf_ch(out, '\\');
		buf_str(out, *text == '\n' ? "\\n" : (char[2]){ *text, '\0' });
	}
	buf_ch(out, '"');
}

static void
build(struct buf *out)
{
	head(out, P "build_info", "gauge", "Which version runs, with which store; always 1.");
	buf_str(out, P "build_info{");
	label(out, "version", version_text);
	buf_ch(out, ',');
	label(out, "store", conf_text(CONF_STORE));
	buf_str(out, "} 1\n");
}

/* Microseconds as seconds. */
static void
seconds(struct buf *out, uint64_t us)
{
	buf_fmt(out, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

static void
requests(struct buf *out, const struct count_sum *s)
{
	head(out, P "requests_total", "counter", "Answers of programs, by program and class of status; static files are not among them.");
	for (size_t i = 0; i < count_nroutes; i++)
		for (size_t k = 0; k < COUNT_CLASSES; k++)
			buf_fmt(out, P "requests_total{route=\"%s\",status=\"%s\"} %" PRIu64 "\n", count_routes[i], classes[k], s->route[i].answers[k]);
	head(out, P "request_duration_seconds", "histogram", "Time in the program, from its configuration to its finished answer.");
	for (size_t i = 0; i < count_nroutes; i++) {
		const struct count_route *r = &s->route[i];
		uint64_t sum = 0;

		for (size_t b = 0; b < COUNT_BUCKETS; b++) {
			sum += r->bucket[b];
			buf_fmt(out, P "request_duration_seconds_bucket{route=\"%s\",le=\"%g\"} %" PRIu64 "\n", count_routes[i], (double)count_bounds_ms[b] / 1000, sum);
		}
		sum += r->bucket[COUNT_BUCKETS];
		buf_fmt(out, P "request_duration_seconds_bucket{route=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", count_routes[i], sum);
		buf_fmt(out, P "request_duration_seconds_sum{route=\"%s\"} ", count_routes[i]);
		seconds(out, r->us);
		buf_fmt(out, "\n" P "request_duration_seconds_count{route=\"%s\"} %" PRIu64 "\n", count_routes[i], sum);
	}
}

static void
slots(struct buf *out)
{
	int busy, waiting;

	slot_look(&busy, &waiting);
	one(out, P "kdf_slots", "gauge", "Memory-hard calls that may run at once.", SLOT_COUNT);
	one(out, P "kdf_busy", "gauge", "Memory-hard calls that run now.", busy);
	one(out, P "kdf_waiting", "gauge", "Processes that wait for a slot now.", waiting);
}

static void
server(struct buf *out)
{
	static struct history h;

	if (!history_read(&h, conf_text(CONF_RUN_DIR)))
		return;
	one(out, P "start_time_seconds", "gauge", "When the server was started, seconds since 1970.", h.started);
	one(out, P "looked_time_seconds", "gauge", "When its keeper last looked after it, seconds since 1970; twice a minute.", h.looked);
	one(out, P "web_restarts_total", "counter", "How often the web server ended by itself and was started again.", h.restarts);
	one(out, P "web_renewals_total", "counter", "How often a fresh web server took over from one that had grown, or on SIGUSR1.", h.renewals);
	head(out, P "resident_bytes", "gauge", "Resident memory of the processes that stay: web server, its keeper, the pool.");
	for (size_t i = 0; i < HISTORY_PROCESSES; i++)
		if (h.kib[i] > 0)
			buf_fmt(out, P "resident_bytes{process=\"%s\"} %" PRIu64 "\n", processes[i], (uint64_t)h.kib[i] * 1024);
}

/* The disk of the database, or where there is none, of the run folder. */
static void
disk(struct buf *out)
{
	const char *db = conf_text(CONF_SQLITE_PATH);
	struct statvfs v;
	struct stat st;
	bool file = strcmp(conf_text(CONF_STORE), "sqlite") == 0 && *db != '\0' && stat(db, &st) == 0;

	if (statvfs(file ? db : conf_text(CONF_RUN_DIR), &v) == 0) {
		one(out, P "disk_size_bytes", "gauge", "Size of the disk that holds the data.", (int64_t)(v.f_blocks * v.f_frsize));
		one(out, P "disk_free_bytes", "gauge", "What is free on it for us.", (int64_t)(v.f_bavail * v.f_frsize));
	}
	if (file)
		one(out, P "database_bytes", "gauge", "Size of the database file, its log apart.", (int64_t)st.st_size);
}

static void
pool(struct buf *out)
{
	struct pool p;

	pool_read(&p);
	if (p.state == POOL_NONE)
		return;
	one(out, P "pool_up", "gauge", "Whether the pool of connections answers and knows where DynamoDB is.", p.state == POOL_UP);
	for (size_t i = 0; i < ARRAY_LEN(pool_figures) && p.state != POOL_AWAY; i++)
		one(out, pool_figures[i].family, pool_figures[i].type, pool_figures[i].help, p.at[pool_figures[i].at]);
}

void
metrics_text(struct buf *out, int64_t now)
{
	static struct count_sum s;

	build(out);
	one(out, P "time_seconds", "gauge", "The clock of the server, seconds since 1970.", now);
	if (count_read(&s, conf_text(CONF_RUN_DIR))) {
		one(out, P "counters_start_time_seconds", "gauge", "Since when the counters count, seconds since 1970.", s.since);
		for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
			if (counters[i].help != NULL)
				head(out, counters[i].family, "counter", counters[i].help);
			buf_fmt(out, "%s%s %" PRIu64 "\n", counters[i].family, counters[i].labels, s.at[counters[i].at]);
		}
		requests(out, &s);
	}
	slots(out);
	server(out);
	disk(out);
	pool(out);
}
