/* count.h - what happened, counted over all processes: one file of fixed size in the run folder, mapped and added to without locks. Layer: base.
 *
 * A process collects what it counts in memory and adds it once, with its request, before the answer leaves: the web server ends a program whose answer is complete.
 * Each number is a C11 atomic in shared memory: no count is lost, whoever else writes or is killed. The file is made aside in full size and linked, so it is
 * never there in part; one of another version, layout or size is replaced. Where it cannot be had (disk full, read-only folder) nothing is counted, and no
 * request fails for it.
 */
#ifndef BASE_COUNT_H
#define BASE_COUNT_H

#include "base/attr.h"

#define COUNT_FILE "counters" /* in RUN_DIR, mode 0600 */
#define COUNT_ROUTES_MAX 96
#define COUNT_BUCKETS 13
#define COUNT_PATH_MAX 512

enum count {
	COUNT_KDF_RAN,           /* a memory-hard call got its slot */
	COUNT_KDF_WAITED,        /* it had to wait for one */
	COUNT_KDF_REFUSED,       /* it got none: the queue was full, or the wait too long */
	COUNT_THROTTLED,         /* answers 429 */
	COUNT_LOGIN_OK,
	COUNT_LOGIN_FAILED,      /* wrong user name, password or code */
	COUNT_REGISTERED,
	COUNT_SESSION_STARTED,
	COUNT_SESSION_ENDED,     /* by logging out */
	COUNT_STORE_RETRIED,     /* DynamoDB: asked once more */
	COUNT_STORE_THROTTLED,   /* DynamoDB: too fast */
	COUNT_STORE_SERVER,      /* DynamoDB: an error of its own, or an answer that was damaged on the way */
	COUNT_STORE_UNREACHABLE, /* DynamoDB: no connection, no answer in time */
	COUNT_STORE_REFUSED,     /* DynamoDB: refused for good */
	COUNT_STORE_BUSY,        /* SQLite: another process held the database for too long, or no memory */
	COUNT_STORE_FULL,        /* SQLite: no room on the disk */
	COUNT_STORE_BROKEN,      /* SQLite: damaged, or the wrong schema */
	COUNT__MAX
};

enum count_class { COUNT_2XX, COUNT_3XX, COUNT_4XX, COUNT_5XX, COUNT_CLASSES };

/* Upper bounds of the buckets of time, in milliseconds; what took longer stands in one more bucket. */
extern const uint32_t count_bounds_ms[COUNT_BUCKETS];
/* The programs of cgi-bin, in the order of the file; made at build time by ops/build/routes.sh. */
extern const char *const count_routes[COUNT_ROUTES_MAX];
extern const size_t count_nroutes;
extern const uint32_t count_layout;

struct count_route {
	uint64_t answers[COUNT_CLASSES];
	uint64_t bucket[COUNT_BUCKETS + 1]; /* each alone, not cumulative */
	uint64_t us;                        /* microseconds of all together */
};

/* The file as it stands, in the byte order of the machine. */
struct count_sum {
	char magic[8];
	uint32_t layout, size;
	int64_t since; /* seconds since 1970 when it was made */
	uint64_t at[COUNT__MAX];
	struct count_route route[COUNT_ROUTES_MAX];
};

/* Count one event; added to the file with the request. */
void count_add(enum count c);
/* A request of `route` (a name in count_routes; others are not counted by route) begins: from here its time runs. `dir` is RUN_DIR. */
void count_begin(const char *route, const char *dir);
/* It ends with `status`: add it and all that was counted to the file. Once; later calls do nothing. */
void count_end(int status);
/* The same for signal handlers: makes and replaces no file. */
void count_end_signal(int status);
/* Read the file of `dir`. False when there is none of ours, *out is then zero. */
NODISCARD bool count_read(struct count_sum *out, const char *dir);
/* Add up `n` routes. */
void count_total(struct count_route *out, const struct count_sum *s);
/* The time, in microseconds, within which `permille` thousandths of the answers in the buckets were made, spread evenly within each bucket; 0 without answers, the last
 * bound for what took longer. */
int64_t count_quantile_us(const uint64_t bucket[static COUNT_BUCKETS + 1], unsigned permille);

#endif
