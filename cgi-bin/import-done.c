/* import-done: what an import made; POST takes it back within 24 hours. */
#include "pages.h"
#include "route/import_model.h"

enum { ID, DONE, NPARAM };
static const struct param params[] = {
	[ID] = { "id", PARAM_ID, PARAM_REQUIRED | PARAM_ON_GET | PARAM_ON_POST, 0, 0, NULL },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	struct import im;
	enum outcome o = import_open(&c->session, &im, arg_text(c, ID));

	if (o == OUT_OK && im.state == IMPORT_STAGED)
		o = OUT_MISSING;
	if (call_done(c, rp, o, 0))
		import_result_model(rp, &im);
	import_wipe(&im);
}

static void
undo(struct call *c, struct reply *rp)
{
	struct import im;
	enum outcome o = import_open(&c->session, &im, arg_text(c, ID));

	if (o == OUT_OK && im.state == IMPORT_STAGED)
		o = OUT_MISSING;
	if (o == OUT_OK)
		o = import_undo(&c->session, &im);
	if (call_done(c, rp, o, 0)) {
		import_result_model(rp, &im);
		reply_see(rp, "/import/done?id=%s%s", im.id_text, im.state == IMPORT_UNDONE ? "&done=import-undone" : "");
	} else {
		show(c, rp);
	}
	import_wipe(&im);
}

static const struct route route = {
	.name = "import-done", .page = &page_import_done, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = show, [VERB_POST] = undo },
};

int
main(void)
{
	route_main(&route);
}
