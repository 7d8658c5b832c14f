/* What every address answers that is not there, or not for the one who asks. Apart from route.c, so that only the routes that need it carry the cookie's keys. */
#include "route/route.h"

static void
answer(struct call *c, struct reply *rp)
{
	(void)c;
	reply_error(rp, ERR_NOT_FOUND);
}

const struct route route_missing = {
	.name = "not-found", .auth = auth_cookie,
	.on = { [VERB_GET] = answer, [VERB_POST] = answer, [VERB_PUT] = answer, [VERB_DELETE] = answer },
};
