/* admin-status: how the server does and did for 24 hours. For the person who runs the server. */
#include "base/clock.h"
#include "base/conf.h"
#include "pages.h"
#include "route/route.h"
#include "route/status_model.h"

static void
show(struct call *c, struct reply *rp)
{
	static struct history h;

	(void)c;
	(void)!history_read(&h, conf_text(CONF_RUN_DIR)); /* without one the page says so */
	status_model(rp, &h, clock_now());
}

static const struct route route = {
	.name = "admin-status", .page = &page_admin_status, .auth = auth_local_or_admin, .others = &route_missing,
	.on = { [VERB_GET] = show },
};

int
main(void)
{
	route_main(&route);
}
