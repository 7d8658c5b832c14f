/* pool-stats: how the pool of connections to DynamoDB is doing. For the machine itself, and for admins. */
#include "base/conf.h"
#include "base/lang.h"
#include "domain/pool.h"
#include "pages.h"
#include "route/route.h"

static const struct {
	const char *name, *title, *sentence;
} states[] = {
	[POOL_NONE] = { "none", TR("No pool"), TR("This installation keeps no pool of connections: it has its data in a file, or its programs connect by themselves.") },
	[POOL_AWAY] = { "away", TR("Not answering"), TR("The pool does not answer. It is started again by itself; if this stays, look into the server's log.") },
	[POOL_DOWN] = { "down", TR("DynamoDB out of reach"), TR("The pool runs, but has no address for DynamoDB: the name does not resolve. Look at the network and the endpoint.") },
	[POOL_UP] = { "up", TR("Running"), TR("The pool runs and knows where DynamoDB is.") },
};

static const char *const labels[POOL__MAX] = {
	TR("Connections opened"), TR("Requests on an open connection"), TR("Idle now"), TR("In use now"), TR("Kept open at most"), TR("Connections at most"), TR("Requests waiting now"),
	TR("Connections that failed"), TR("Answers that failed"), TR("Sent once more"), TR("Mean answer (ms)"),
};

static void
show(struct call *c, struct reply *rp)
{
	struct json_object *rows;
	struct pool p;
	char rate[16] = "";

	(void)c;
	pool_read(&p);
	reply_text(rp, "store", conf_text(CONF_STORE));
	reply_text(rp, "state", states[p.state].name);
	for (enum pool_figure f = 0; f < POOL__MAX; f++)
		reply_num(rp, pool_names[f], p.at[f]);
	reply_num(rp, "reused_per_mille", pool_reuse_rate(&p));
	reply_view_text(rp, "title", tr(states[p.state].title));
	reply_view_text(rp, "sentence", tr(states[p.state].sentence));
	reply_view_flag(rp, "bad", p.state == POOL_AWAY || p.state == POOL_DOWN);
	if (pool_reuse_rate(&p) >= 0)
		snprintf(rate, sizeof(rate), "%d.%d %%", (int)pool_reuse_rate(&p) / 10, (int)pool_reuse_rate(&p) % 10);
	reply_view_text(rp, "rate", rate);
	reply_view_flag(rp, "counted", p.state >= POOL_DOWN);
	rows = reply_view_list(rp, "rows");
	for (enum pool_figure f = 0; f < POOL__MAX && p.state >= POOL_DOWN; f++) {
		struct json_object *o = model_add(rows);

		model_text(o, "label", tr(labels[f]));
		model_num(o, "figure", p.at[f]);
	}
}

static const struct route route = {
	.name = "pool-stats", .page = &page_pool_stats, .auth = auth_local_or_admin, .others = &route_missing,
	.on = { [VERB_GET] = show },
};

int
main(void)
{
	route_main(&route);
}
