/* settings: the index of what can be changed. */
#include <string.h>

#include "domain/account.h"
#include "pages.h"
#include "route/route.h"
#include "route/when.h"

enum { DONE, NPARAM };
static const struct param params[] = {
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	struct account_info i;
	struct json_object *user = reply_object(rp, "user");
	char day[WHEN_DAY_MAX];

	if (!call_done(c, rp, account_info(&i, &c->session), 0))
		return;
	when_day(day, i.created);
	model_text(user, "username", i.username);
	model_text(user, "email", i.email);
	model_text(user, "role", i.role);
	reply_view_flag(rp, "admin", strcmp(i.role, "admin") == 0);
	model_time(user, "created", i.created);
	model_text(user, "created_day", day);
}

static const struct route route = {
	.name = "settings", .page = &page_settings, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = show },
};

int
main(void)
{
	route_main(&route);
}
