/* entry: one entry as a page; POST shows its password, so that neither address nor history ever holds it. */
#include "pages.h"
#include "route/entry_model.h"

enum { ID, DONE, NPARAM };
static const struct param params[] = {
	[ID] = { "id", PARAM_ID, PARAM_REQUIRED | PARAM_ON_GET | PARAM_ON_POST, 0, 0, NULL },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

static bool
count(void *ctx, const struct entry *e)
{
	(void)e;
	++*(int64_t *)ctx;
	return true;
}

static void
view(struct call *c, struct reply *rp, bool revealed)
{
	struct json_object *o = reply_object(rp, "entry");
	struct entry e;
	int64_t versions = 0;

	entry_start(&e);
	if (call_done(c, rp, entry_read(&c->session, arg_text(c, ID), &e), 0) &&
	    call_done(c, rp, entry_history(&c->session, arg_text(c, ID), count, &versions), 0)) {
		entry_page(o, &e);
		entry_reveal(rp->data, reply_view_list(rp, "password_runs"), &e, revealed);
		reply_num(rp, "history_count", versions);
	}
	entry_wipe(&e);
}

static void
show(struct call *c, struct reply *rp)
{
	view(c, rp, false);
}

static void
reveal(struct call *c, struct reply *rp)
{
	rp->page_on_post = true;
	view(c, rp, true);
}

static const struct route route = {
	.name = "entry", .page = &page_entry, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = show, [VERB_POST] = reveal },
};

int
main(void)
{
	route_main(&route);
}
