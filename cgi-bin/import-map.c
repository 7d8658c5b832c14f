/* import-map: what the columns of a CSV hold; shown before the preview when not every name says so. */
#include "pages.h"
#include "route/import_model.h"

#define ASKED 20

enum { ID, NAMES, C1, NPARAM = C1 + ASKED };
#define COLUMN(n) [C1 + (n) - 1] = { "c" #n, PARAM_ENUM, 0, 0, 0, import_targets }
static const struct param params[] = {
	[ID] = { "id", PARAM_ID, PARAM_REQUIRED | PARAM_ON_GET | PARAM_ON_POST, 0, 0, NULL },
	[NAMES] = { "columns", PARAM_FLAG, 0, 0, 0, NULL },
	COLUMN(1), COLUMN(2), COLUMN(3), COLUMN(4), COLUMN(5), COLUMN(6), COLUMN(7), COLUMN(8), COLUMN(9), COLUMN(10),
	COLUMN(11), COLUMN(12), COLUMN(13), COLUMN(14), COLUMN(15), COLUMN(16), COLUMN(17), COLUMN(18), COLUMN(19), COLUMN(20),
};

static void
show(struct call *c, struct reply *rp)
{
	struct import im;
	enum outcome o = import_open(&c->session, &im, arg_text(c, ID));

	if (o == OUT_OK)
		o = im.plan.format == IMPORT_CSV && im.state == IMPORT_STAGED ? import_text(&c->session, &im) : OUT_MISSING;
	if (call_done(c, rp, o, 0))
		import_columns_model(rp, &im);
	import_wipe(&im);
}

static bool
take_map(struct call *c, struct import_plan *p)
{
	bool has_site = false;

	p->names = arg_num(c, NAMES) == 1;
	for (size_t i = 0; i < p->columns; i++) {
		if (i < ASKED && arg_num(c, C1 + i) >= 0)
			p->map[i] = (enum import_target)arg_num(c, C1 + i);
		has_site |= p->map[i] == (enum import_target)ENTRY_SITE || p->map[i] == (enum import_target)ENTRY_URL;
	}
	return has_site;
}

static void
change(struct call *c, struct reply *rp)
{
	struct import im;
	enum outcome o = import_open(&c->session, &im, arg_text(c, ID));

	if (o == OUT_OK && im.plan.format != IMPORT_CSV)
		o = OUT_MISSING;
	if (o == OUT_OK)
		o = import_text(&c->session, &im);
	if (!call_done(c, rp, o, 0))
		goto out;
	if (!take_map(c, &im.plan)) {
		call_field(c, rp, NAMES, FIELD_MISSING);
		import_columns_model(rp, &im);
		goto out;
	}
	if (call_done(c, rp, import_save_plan(&c->session, &im), 0)) {
		reply_text(rp, "next", "/import/preview");
		reply_see(rp, "/import/preview?id=%s", im.id_text);
	} else {
		import_columns_model(rp, &im);
	}
out:
	import_wipe(&im);
}

static const struct route route = {
	.name = "import-map", .page = &page_import_map, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = change },
};

int
main(void)
{
	route_main(&route);
}
