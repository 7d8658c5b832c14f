/* login-back: a closed account within its days of grace: until when it is kept, and the way to take it back. */
#include "domain/login.h"
#include "pages.h"
#include "route/route.h"
#include "route/when.h"

static void
show(struct call *c, struct reply *rp)
{
	struct login l;
	char day[WHEN_DAY_MAX], time[WHEN_TIME_MAX];

	if (call_done(c, rp, login_closed(&l, &c->ticket), 0)) {
		when_day(day, l.closing);
		when_time(time, l.closing);
		reply_view_text(rp, "username", l.username);
		reply_view_text(rp, "day", day);
		reply_view_text(rp, "time", time);
	}
	login_wipe(&l);
}

static void
take_back(struct call *c, struct reply *rp)
{
	struct client client = call_client(c);
	struct login l;

	if (call_done(c, rp, login_back(&l, &c->ticket, &client), 0)) {
		call_set_cookie(rp, COOKIE_SESSION, l.cookie);
		call_set_cookie(rp, COOKIE_DEVICE, l.device);
		if (*l.language)
			call_set_cookie(rp, COOKIE_LANGUAGE, l.language);
		call_drop_cookie(rp, COOKIE_STEP);
		reply_text(rp, "username", l.username);
		reply_see(rp, "/vault?done=account-back");
	}
	login_wipe(&l);
}

static const struct route route = {
	.name = "login-back", .page = &page_login_back, .auth = auth_back, .back = "/login?done=login-over", .get_is_page = true,
	.on = { [VERB_GET] = show, [VERB_POST] = take_back },
};

int
main(void)
{
	route_main(&route);
}
