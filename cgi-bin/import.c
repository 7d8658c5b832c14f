/* import: GET shows the form, POST takes a file of entries, keeps it sealed for an hour, and leads to the next step. */
#include <string.h>

#include "domain/export.h"
#include "pages.h"
#include "route/import_model.h"

enum { FILE_, TEXT, PASSPHRASE, NPARAM };
static const struct param params[] = {
	[FILE_] = { "file", PARAM_FILE, PARAM_SECRET, 0, IMPORT_BYTES_MAX, NULL },
	[TEXT] = { "text", PARAM_FILE, PARAM_SECRET, 0, IMPORT_BYTES_MAX, NULL },
	[PASSPHRASE] = { "passphrase", PARAM_TEXT, PARAM_SECRET, 0, EXPORT_PASSPHRASE_MAX, NULL },
};

static void
keep(struct call *c, struct reply *rp, const char *text, size_t len)
{
	static const enum field_error faults[] = {
		[IMPORT_READABLE] = FIELD_OK, [IMPORT_EMPTY] = FIELD_MISSING, [IMPORT_ENCRYPTED] = FIELD_DIFFERENT, [IMPORT_UNKNOWN] = FIELD_WRONG
	};
	struct import_plan plan;
	struct import im;
	enum import_verdict v = import_look(&plan, text, len);

	if (v != IMPORT_READABLE) {
		call_field(c, rp, FILE_, faults[v]);
		return;
	}
	if (call_done(c, rp, import_stage(&c->session, &im, &plan, text, len), 0)) {
		reply_text(rp, "id", im.id_text);
		reply_text(rp, "next", im.mapped ? "/import/preview" : "/import/map");
		reply_see(rp, "/import/%s?id=%s", im.mapped ? "preview" : "map", im.id_text);
	}
	import_wipe(&im);
}

/* An encrypted export of ours: opened by the passphrase, and then like any other. */
static void
keep_sealed(struct call *c, struct reply *rp, const char *text, size_t len)
{
	struct buf plain;
	enum outcome o;

	buf_init(&plain, IMPORT_BYTES_MAX);
	if (!*arg_text(c, PASSPHRASE)) {
		call_field(c, rp, PASSPHRASE, FIELD_MISSING);
		return;
	}
	o = export_open(&plain, arg_text(c, PASSPHRASE), text, len);
	if (o == OUT_REFUSED)
		call_field(c, rp, PASSPHRASE, FIELD_WRONG);
	else if (call_done(c, rp, o, 0))
		keep(c, rp, plain.p, plain.len);
	buf_wipe(&plain);
}

static void
take(struct call *c, struct reply *rp)
{
	const struct arg *file = &c->args.arg[FILE_], *text = &c->args.arg[TEXT], *from = file->len > 0 ? file : text;

	if (file->len > 0 && text->len > 0)
		call_field(c, rp, TEXT, FIELD_DIFFERENT);
	else if (export_is_sealed(from->text, from->len))
		keep_sealed(c, rp, from->text, from->len);
	else
		keep(c, rp, from->text, from->len);
}

static const struct route route = {
	.name = "import", .page = &page_import, .auth = auth_session, .get_is_page = true, .files = true,
	.body_max = IMPORT_BYTES_MAX + 64 * 1024,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = route_page, [VERB_POST] = take },
};

int
main(void)
{
	route_main(&route);
}
