/* settings-activity: sign-ins, failures and changes of the last 90 days. */
#include "domain/activity.h"
#include "pages.h"
#include "route/route.h"
#include "route/when.h"

#define PAGE_ROWS 50

enum { AFTER, NPARAM };
static const struct param params[] = {
	[AFTER] = { "after", PARAM_TEXT, PARAM_ON_GET, 0, ACTIVITY_ROW_MAX, NULL },
};

struct listing {
	struct json_object *events;
	size_t n;
	char last[ACTIVITY_ROW_MAX];
};

static bool
add(void *ctx, const struct activity_event *e)
{
	struct listing *l = ctx;
	struct json_object *o = model_add(l->events);
	char day[WHEN_DAY_MAX], time[WHEN_TIME_MAX];

	when_day(day, e->time);
	when_time(time, e->time);
	model_text(o, "event", e->code);
	model_time(o, "at", e->time);
	model_text(o, "day", day);
	model_text(o, "time", time);
	model_text(o, "what", e->sentence);
	model_text(o, "about", e->about);
	model_text(o, "address", e->address);
	model_text(o, "browser", e->browser);
	model_flag(o, "bad", e->bad);
	snprintf(l->last, sizeof(l->last), "%s", e->kind);
	return ++l->n < PAGE_ROWS;
}

static void
show(struct call *c, struct reply *rp)
{
	struct listing l = { .events = reply_list(rp, "events") };

	if (call_done(c, rp, activity_list(&c->session.uid, arg_text(c, AFTER), PAGE_ROWS, add, &l), 0))
		reply_text(rp, "older", l.n == PAGE_ROWS ? l.last : "");
}

static const struct route route = {
	.name = "settings-activity", .page = &page_settings_activity, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = show },
};

int
main(void)
{
	route_main(&route);
}
