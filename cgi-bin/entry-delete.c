/* entry-delete: GET asks, POST moves the entry to the trash, from where it comes back for 30 days. */
#include "domain/entry_trash.h"
#include "pages.h"
#include "route/entry_model.h"

enum { ID, VERSION, NPARAM };
static const struct param params[] = {
	[ID] = { "id", PARAM_ID, PARAM_REQUIRED | PARAM_ON_GET | PARAM_ON_POST, 0, 0, NULL },
	[VERSION] = { "version", PARAM_NUMBER, PARAM_REQUIRED, 1, INT32_MAX, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	entry_page_of(c, rp, ID);
}

static void
delete(struct call *c, struct reply *rp)
{
	enum outcome o = entry_trash_put(&c->session, arg_text(c, ID), arg_num(c, VERSION));

	if (o == OUT_STALE)
		show(c, rp);
	if (call_done(c, rp, o, 0)) {
		reply_text(rp, "undo", "/entry/restore");
		reply_see(rp, "/vault?done=entry-deleted&undo=%s", arg_text(c, ID));
	}
}

static const struct route route = {
	.name = "entry-delete", .page = &page_entry_delete, .auth = auth_session, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = delete },
};

int
main(void)
{
	route_main(&route);
}
