/* metrics: every figure for Prometheus. For the person who runs the server. */
#include "base/clock.h"
#include "route/metrics_text.h"
#include "route/route.h"

static void
show(struct call *c, struct reply *rp)
{
	struct buf text;

	(void)c;
	buf_init(&text, METRICS_MAX);
	metrics_text(&text, clock_now());
	reply_plain(rp, METRICS_TYPE, &text);
}

static const struct route route = {
	.name = "metrics", .auth = auth_local_or_admin, .others = &route_missing,
	.on = { [VERB_GET] = show },
};

int
main(void)
{
	route_main(&route);
}
