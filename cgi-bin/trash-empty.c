/* trash-empty: removes for ever what is in the trash, or one entry of it. */
#include "domain/entry_trash.h"
#include "route/entry_model.h"

enum { CONFIRM, ID, NPARAM };
static const struct param params[] = {
	[CONFIRM] = { "confirm", PARAM_FLAG, 0, 0, 0, NULL },
	[ID] = { "id", PARAM_ID, 0, 0, 0, NULL },
};

static void
empty(struct call *c, struct reply *rp)
{
	size_t n = 0;

	if (arg_num(c, CONFIRM) != 1) {
		call_field(c, rp, CONFIRM, FIELD_MISSING);
		return;
	}
	if (call_done(c, rp, entry_trash_purge(&c->session, *arg_text(c, ID) ? arg_text(c, ID) : NULL, &n), 0)) {
		reply_num(rp, "removed", (int64_t)n);
		reply_see(rp, "/trash?done=trash-emptied");
	}
}

static const struct route route = {
	.name = "trash-empty", .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_POST] = empty },
};

int
main(void)
{
	route_main(&route);
}
