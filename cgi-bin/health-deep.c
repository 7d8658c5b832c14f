/* health-deep: /health?deep=1, asks the store too. A program of its own, so that the quick check links no store. */
#include "route/route.h"

enum { DEEP, NPARAM };
static const struct param params[] = {
	[DEEP] = { "deep", PARAM_FLAG, PARAM_ON_GET, 0, 0, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	if (call_done(c, rp, outcome_of(store_ping()), 0))
		reply_flag(rp, "ok", true);
}

static const struct route route = {
	.name = "health-deep",
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = show },
};

int
main(void)
{
	route_main(&route);
}
