/* logout: POST ends the session; when it is answered, no copy of the cookie opens anything. */
#include "base/count.h"
#include "route/route.h"

static void
leave(struct call *c, struct reply *rp)
{
	if (call_done(c, rp, session_close(&c->session), 0)) {
		count_add(COUNT_SESSION_ENDED);
		call_drop_cookie(rp, COOKIE_SESSION);
		call_drop_cookie(rp, COOKIE_DRAFT);
		reply_empty(rp, "/login?done=signed-out");
	}
}

static const struct route route = {
	.name = "logout", .auth = auth_session, .body_max = 1024,
	.on = { [VERB_POST] = leave },
};

int
main(void)
{
	route_main(&route);
}
