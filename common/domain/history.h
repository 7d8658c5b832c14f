/* history.h - the last 24 hours in points of five minutes, and how the server is doing now: one small file in the run folder. Layer: domain.
 *
 * vs-serve, which is there as long as the server is, is its only writer: it looks at the counters (base/count.h) every half minute and writes the file aside and
 * renames it, so that readers see a whole one. It outlives a restart of the server where the run folder does.
 */
#ifndef DOMAIN_HISTORY_H
#define DOMAIN_HISTORY_H

#include "base/attr.h"
#include "base/count.h"

#define HISTORY_FILE "history" /* in RUN_DIR, mode 0600 */
#define HISTORY_STEP 300       /* seconds of a point */
#define HISTORY_POINTS 288     /* 24 hours */

enum history_process { HISTORY_WEB, HISTORY_KEEPER, HISTORY_POOL, HISTORY_PROCESSES };

struct history_point {
	int64_t at;                 /* when its five minutes began, seconds since 1970; 0: none */
	uint32_t requests, refused, failed; /* all, answers 4xx, answers 5xx */
	uint32_t p50_us, p95_us;    /* 0 without requests */
	uint32_t kib;               /* the most memory of all processes of the server that was seen */
};

/* The file as it stands, in the byte order of the machine. */
struct history {
	char magic[8];
	uint32_t size, restarts, renewals; /* restarts: the web server ended by itself; renewals: a fresh one took over */
	uint32_t kib[HISTORY_PROCESSES];   /* resident memory now; 0: no such process */
	int64_t started, looked;           /* the server, and the last look, seconds since 1970 */
	int64_t step;                      /* when the point that is being made began */
	uint32_t most_kib, spare;
	struct count_route before;         /* all routes when it began */
	struct history_point point[HISTORY_POINTS]; /* at (point.at / HISTORY_STEP) % HISTORY_POINTS */
};

/* Take up what `dir` holds, or begin anew; `now`: seconds since 1970, the start of the server. */
void history_begin(struct history *h, const char *dir, int64_t now);
/* One look: `kib` of each process. A point is made when its five minutes are over. */
void history_look(struct history *h, const struct count_sum *s, const uint32_t kib[static HISTORY_PROCESSES], int64_t now);
/* Write the file of `dir`; false when that fails, the one before then stays. */
NODISCARD bool history_write(const struct history *h, const char *dir);
/* Read it; false when there is none of ours, *h is then zero. */
NODISCARD bool history_read(struct history *h, const char *dir);
/* The point `i` (0: 24 hours ago, HISTORY_POINTS - 1: the last whole one) as seen at `now`; NULL where none was made. */
const struct history_point *history_at(const struct history *h, size_t i, int64_t now);
/* When it begins, whether it was made or not. */
int64_t history_time(size_t i, int64_t now);
/* Resident memory of a process in KiB, 0 when it is not there. */
uint32_t history_kib(int pid);

#endif
