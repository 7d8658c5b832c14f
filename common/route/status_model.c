#include "route/status_model.h"

#include <inttypes.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/conf.h"
#include "base/lang.h"
#include "base/version.h"
#include "route/plot_model.h"
#include "route/when.h"

#define LATELY 6         /* points */
#define BLIND_S 120      /* the keeper looks every 30 s */
#define LOW_OF 20
#define KIB 1024
#define MIB (1024.0 * 1024.0)

enum state { FINE, FAILING, LOW, BLIND };

static const struct {
	const char *name, *title, *sentence;
} states[] = {
	[FINE] = { "fine", TR("Everything runs"), TR("No answer failed in the last half hour.") },
	[FAILING] = { "failing", TR("Some answers failed"), TR("In the last half hour the server could not answer some requests. The log says why; nothing that was saved is lost.") },
	[LOW] = { "low", TR("The disk is nearly full"), TR("Less than a twentieth of it is free. Make room, or new entries cannot be saved soon.") },
	[BLIND] = { "blind", TR("Nobody keeps watch"), TR("The keeper of the web server has not looked for two minutes or more: the run folder cannot be written to, or the programs run without ops/start.sh.") },
};

enum figure { REQUESTS, TIMES, ERRORS, MEMORY };

/* What a point has for a line of a picture; a time without requests is none. */
static int64_t
value_of(enum figure f, size_t line, const struct history_point *p)
{
	switch (f) {
	case REQUESTS:
		return p->requests;
	case TIMES:
		return p->requests == 0 ? PLOT_GAP : line == 0 ? p->p50_us : p->p95_us;
	case ERRORS:
		return line == 0 ? p->refused : p->failed;
	case MEMORY:
		return p->kib;
	}
	return PLOT_GAP;
}

static const struct {
	const char *id, *title, *unit, *name[PLOT_LINES_MAX];
	size_t lines;
	int64_t unit_of;
	bool sum;
} pictures[] = {
	[REQUESTS] = { "requests", TR("Requests"), TR("a minute"), { TR("Requests") }, 1, HISTORY_STEP / 60, false },
	[TIMES] = { "times", TR("Time of an answer"), TR("milliseconds"), { TR("Half of all within"), TR("95 of 100 within") }, 2, 1000, false },
	[ERRORS] = { "errors", TR("Errors"), TR("in five minutes"), { TR("Refused (4xx)"), TR("Failed (5xx)") }, 2, 1, true },
	[MEMORY] = { "memory", TR("Memory"), TR("MB, server without programs"), { TR("Memory") }, 1, KIB, false },
};

static void
plots(struct json_object *list, const struct history *h, int64_t now)
{
	static struct plot p;

	for (size_t f = 0; f < ARRAY_LEN(pictures); f++) {
		p = (struct plot){
			.id = pictures[f].id, .title = tr(pictures[f].title), .unit = tr(pictures[f].unit), .unit_of = pictures[f].unit_of, .sum = pictures[f].sum,
			.lines = pictures[f].lines, .n = HISTORY_POINTS, .from = history_time(0, now), .step = HISTORY_STEP,
		};
		for (size_t l = 0; l < p.lines; l++) {
			p.name[l] = tr(pictures[f].name[l]);
			for (size_t i = 0; i < HISTORY_POINTS; i++) {
				const struct history_point *at = history_at(h, i, now);

				p.value[l][i] = at != NULL ? value_of((enum figure)f, l, at) : PLOT_GAP;
			}
		}
		plot_model(list, &p);
	}
}

static size_t
points(struct json_object *list, const struct history *h, int64_t now, bool *failing)
{
	size_t n = 0;

	*failing = false;
	for (size_t i = 0; i < HISTORY_POINTS; i++) {
		const struct history_point *p = history_at(h, i, now);
		struct json_object *o;

		if (p == NULL)
			continue;
		n++;
		*failing |= p->failed > 0 && i + LATELY >= HISTORY_POINTS;
		o = model_add(list);
		model_time(o, "at", p->at);
		model_num(o, "requests", p->requests);
		model_num(o, "refused", p->refused);
		model_num(o, "failed", p->failed);
		model_num(o, "p50_us", p->p50_us);
		model_num(o, "p95_us", p->p95_us);
		model_num(o, "kib", p->kib);
	}
	return n;
}

static void
size_text(struct reply *rp, const char *key, double bytes)
{
	char text[32];

	if (bytes >= MIB * KIB)
		snprintf(text, sizeof(text), "%.1f GB", bytes / MIB / KIB);
	else
		snprintf(text, sizeof(text), "%.1f MB", bytes / MIB);
	reply_view_text(rp, key, text);
}

static void
moment(struct reply *rp, const char *key, int64_t t)
{
	char day[WHEN_DAY_MAX], clock[WHEN_TIME_MAX], text[WHEN_DAY_MAX + WHEN_TIME_MAX + 4] = "";

	when_day(day, t);
	when_time(clock, t);
	if (t > 0)
		snprintf(text, sizeof(text), "%s %s", day, clock);
	reply_view_text(rp, key, text);
}

void
status_model(struct reply *rp, const struct history *h, int64_t now)
{
	const char *db = conf_text(CONF_SQLITE_PATH);
	bool failing, low;
	struct statvfs v = { 0 };
	double room, size;
	int64_t kib = 0;
	size_t made = points(reply_list(rp, "points"), h, now, &failing);
	enum state s;

	if (strcmp(conf_text(CONF_STORE), "sqlite") != 0 || statvfs(db, &v) != 0)
		(void)!statvfs(conf_text(CONF_RUN_DIR), &v);
	room = (double)v.f_bavail * (double)v.f_frsize;
	size = (double)v.f_blocks * (double)v.f_frsize;
	low = size > 0 && room * LOW_OF < size;
	s = h->looked < now - BLIND_S ? BLIND : failing ? FAILING : low ? LOW : FINE;
	for (size_t i = 0; i < HISTORY_PROCESSES; i++)
		kib += h->kib[i];
	reply_text(rp, "state", states[s].name);
	reply_text(rp, "version", version_text);
	reply_text(rp, "store", conf_text(CONF_STORE));
	reply_time(rp, "started", h->started);
	reply_time(rp, "looked", h->looked);
	reply_num(rp, "memory_kib", kib);
	reply_num(rp, "disk_free", (int64_t)room);
	reply_num(rp, "disk_size", (int64_t)size);
	if (!rp->rq->html)
		return;
	reply_view_text(rp, "title", tr(states[s].title));
	reply_view_text(rp, "sentence", tr(states[s].sentence));
	reply_view_flag(rp, "bad", s != FINE);
	reply_view_flag(rp, "sqlite", strcmp(conf_text(CONF_STORE), "sqlite") == 0);
	reply_view_flag(rp, "empty", made == 0);
	moment(rp, "now", now);
	moment(rp, "since", h->started);
	size_text(rp, "memory", (double)kib * KIB);
	size_text(rp, "room", room);
	size_text(rp, "disk", size);
	reply_view_num(rp, "restarts", h->restarts);
	reply_view_num(rp, "renewals", h->renewals);
	plots(reply_view_list(rp, "plots"), h, now);
}
