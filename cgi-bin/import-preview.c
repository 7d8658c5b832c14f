/* import-preview: what a file would change, in groups; POST writes what was chosen, for some seconds at a time. */
#include "pages.h"
#include "route/import_model.h"

static const char *const for_new[] = { "add", "leave", NULL };
static const char *const for_changed[] = { "leave", "overwrite", "add", NULL }; /* in order of enum import_choice */

enum { ID, NEW, CHANGED, NPARAM };
static const struct param params[] = {
	[ID] = { "id", PARAM_ID, PARAM_REQUIRED | PARAM_ON_GET | PARAM_ON_POST, 0, 0, NULL },
	[NEW] = { "new", PARAM_ENUM, 0, 0, 0, for_new },
	[CHANGED] = { "changed", PARAM_ENUM, 0, 0, 0, for_changed },
};

static enum outcome
open_with_text(struct call *c, struct import *im)
{
	enum outcome o = import_open(&c->session, im, arg_text(c, ID));

	if (o == OUT_OK && (!im->mapped || im->state > IMPORT_RUNNING))
		o = OUT_MISSING;
	return o == OUT_OK ? import_text(&c->session, im) : o;
}

static void
show(struct call *c, struct reply *rp)
{
	struct import im;
	enum outcome o = open_with_text(c, &im);

	if (o == OUT_OK)
		o = import_preview_model(rp, &c->session, &im);
	(void)!call_done(c, rp, o, 0);
	import_wipe(&im);
}

/* What a second click or another window writes, or has brought to its end, is no error: how far it is is shown. */
static bool
is_begun(struct call *c, struct import *im)
{
	import_wipe(im);
	return import_open(&c->session, im, arg_text(c, ID)) == OUT_OK && im->state >= IMPORT_RUNNING;
}

static void
write(struct call *c, struct reply *rp)
{
	struct import im;
	enum outcome o = open_with_text(c, &im);

	if (o == OUT_OK)
		o = import_run(&c->session, &im, arg_num(c, NEW) != 1, arg_num(c, CHANGED) > 0 ? (enum import_choice)arg_num(c, CHANGED) : CHANGED_LEAVE);
	if ((o == OUT_STALE || o == OUT_MISSING) && is_begun(c, &im))
		o = OUT_OK;
	else if (o == OUT_STALE)
		show(c, rp);
	if (call_done(c, rp, o, 0)) {
		import_result_model(rp, &im);
		reply_see(rp, "/import/done?id=%s%s", im.id_text, im.state == IMPORT_DONE ? "&done=imported" : "");
	}
	import_wipe(&im);
}

static const struct route route = {
	.name = "import-preview", .page = &page_import_preview, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = write },
};

int
main(void)
{
	route_main(&route);
}
