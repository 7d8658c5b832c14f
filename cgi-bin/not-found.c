/* not-found: whatever no address names; the web server sends it here, so that programs get JSON and people a page. */
#include "route/route.h"

static void
answer(struct call *c, struct reply *rp)
{
	(void)c;
	reply_error(rp, ERR_NOT_FOUND);
}

static const struct route route = {
	.name = "not-found", .auth = auth_cookie,
	.on = { [VERB_GET] = answer, [VERB_POST] = answer, [VERB_PUT] = answer, [VERB_DELETE] = answer },
};

int
main(void)
{
	route_main(&route);
}
