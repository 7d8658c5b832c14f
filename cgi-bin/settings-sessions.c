/* settings-sessions: where one is signed in; ends one session or all others. */
#include <string.h>

#include "pages.h"
#include "route/proof.h"
#include "route/when.h"

enum { CURRENT, END, DONE, NPARAM };
static const struct param params[] = {
	[CURRENT] = { PROOF_CURRENT },
	[END] = { "end", PARAM_TEXT, PARAM_REQUIRED, 1, TICKET_ROW_MAX, NULL },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

static void
add(struct json_object *list, const struct session_info *i)
{
	struct json_object *o = model_add(list);
	char day[WHEN_DAY_MAX], time[WHEN_TIME_MAX];

	model_text(o, "id", i->id);
	model_flag(o, "current", i->current);
	model_text(o, "browser", i->browser);
	model_text(o, "address", i->address);
	model_time(o, "created", i->created);
	model_time(o, "seen", i->seen);
	when_day(day, i->created);
	when_time(time, i->created);
	model_text(o, "created_day", day);
	model_text(o, "created_time", time);
	when_day(day, i->seen);
	when_time(time, i->seen);
	model_text(o, "seen_day", day);
	model_text(o, "seen_time", time);
}

static void
show(struct call *c, struct reply *rp)
{
	struct session_info list[SESSION_MAX_PER_USER * 2];
	struct json_object *sessions = reply_list(rp, "sessions");
	size_t n = 0;

	if (call_done(c, rp, session_list(list, ARRAY_LEN(list), &n, &c->session), 0))
		for (size_t i = 0; i < n; i++)
			add(sessions, &list[i]);
}

static void
end(struct call *c, struct reply *rp)
{
	struct proof p = proof_of(c, CURRENT, SIZE_MAX);
	const char *id = strcmp(arg_text(c, END), "others") == 0 ? NULL : arg_text(c, END);

	if (proof_done(c, rp, account_prove(&p), &p, CURRENT, SIZE_MAX) && call_done(c, rp, session_end(&c->session, id), 0))
		reply_empty(rp, id ? "/settings/sessions?done=session-closed" : "/settings/sessions?done=sessions-closed");
	else
		show(c, rp);
}

static const struct route route = {
	.name = "settings-sessions", .page = &page_settings_sessions, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = end },
};

int
main(void)
{
	route_main(&route);
}
