/* session: who is signed in, and until when. */
#include "route/route.h"

static void
show(struct call *c, struct reply *rp)
{
	reply_text(rp, "username", c->session.username);
	reply_text(rp, "role", c->session.role);
	reply_time(rp, "expires", c->session.expires);
	reply_time(rp, "idle_expires", c->session.idle_expires);
}

static const struct route route = {
	.name = "session", .auth = auth_session,
	.on = { [VERB_GET] = show },
};

int
main(void)
{
	route_main(&route);
}
