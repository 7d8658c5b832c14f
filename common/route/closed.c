#include "route/closed.h"

void
closed_offer(struct reply *rp, const struct login *l)
{
	call_set_cookie(rp, COOKIE_STEP, l->cookie);
	reply_text(rp, "next", "/login/back");
	reply_time(rp, "closing", l->closing);
	reply_see(rp, "/login/back");
}
