/* vault-ignore: GET asks for the reason, POST ignores a finding of the health page for one entry, or lets it count again. */
#include "pages.h"
#include "route/entry_model.h"

enum { ID, FINDING, ON, REASON, NPARAM };
static const struct param params[] = {
	[ID] = { "id", PARAM_ID, PARAM_REQUIRED | PARAM_ON_GET | PARAM_ON_POST, 0, 0, NULL },
	[FINDING] = { "finding", PARAM_ENUM, PARAM_REQUIRED | PARAM_ON_GET | PARAM_ON_POST, 0, 0, entry_findings },
	[ON] = { "on", PARAM_FLAG, 0, 0, 0, NULL },
	[REASON] = { "reason", PARAM_TEXT, 0, 1, ENTRY_REASON_MAX, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	entry_page_of(c, rp, ID);
}

static void
ignore(struct call *c, struct reply *rp)
{
	bool on = arg_num(c, ON) == 1;
	struct entry e;

	if (on && !*arg_text(c, REASON)) {
		call_field(c, rp, REASON, FIELD_MISSING);
		show(c, rp);
		return;
	}
	entry_start(&e);
	if (!call_done(c, rp, entry_read(&c->session, arg_text(c, ID), &e), 0))
		goto out;
	e.ignored[arg_num(c, FINDING)] = on ? arg_text(c, REASON) : "";
	if (call_done(c, rp, entry_update(&c->session, &e), 0)) {
		reply_num(rp, "version", e.version);
		reply_see(rp, "/vault/health?done=%s", on ? "finding-ignored" : "finding-back");
	}
out:
	entry_wipe(&e);
}

static const struct route route = {
	.name = "vault-ignore", .page = &page_vault_ignore, .auth = auth_session, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = ignore },
};

int
main(void)
{
	route_main(&route);
}
