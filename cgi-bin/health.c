/* health: a sign of life that touches no store. */
#include "route/route.h"

static void
show(struct call *c, struct reply *rp)
{
	(void)c;
	reply_flag(rp, "ok", true);
}

static const struct route route = {
	.name = "health",
	.on = { [VERB_GET] = show },
};

int
main(void)
{
	route_main(&route);
}
