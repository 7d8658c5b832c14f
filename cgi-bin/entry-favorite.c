/* entry-favorite: sets or takes away the star of an entry. */
#include "route/entry_model.h"
#include "route/path.h"

enum { ID, VERSION, ON, BACK, NPARAM };
static const struct param params[] = {
	[ID] = { "id", PARAM_ID, PARAM_REQUIRED, 0, 0, NULL },
	[VERSION] = { "version", PARAM_NUMBER, PARAM_REQUIRED, 1, INT32_MAX, NULL },
	[ON] = { "on", PARAM_FLAG, 0, 0, 0, NULL },
	[BACK] = { "back", PARAM_PATH, 0, 0, PATH_MAX_LEN, NULL },
};

static void
set(struct call *c, struct reply *rp)
{
	struct entry e;

	entry_start(&e);
	if (!call_done(c, rp, entry_read(&c->session, arg_text(c, ID), &e), 0))
		goto out;
	e.version = arg_num(c, VERSION);
	e.favorite = arg_num(c, ON) == 1;
	if (call_done(c, rp, entry_update(&c->session, &e), 0)) {
		reply_num(rp, "version", e.version);
		reply_flag(rp, "favorite", e.favorite);
		reply_see(rp, "%s", *arg_text(c, BACK) ? arg_text(c, BACK) : "/vault");
	}
out:
	entry_wipe(&e);
}

static const struct route route = {
	.name = "entry-favorite", .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_POST] = set },
};

int
main(void)
{
	route_main(&route);
}
