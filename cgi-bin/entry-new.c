/* entry-new: the form of a new entry; it can also make a password, or take one from the generator. */
#include "pages.h"
#include "route/entry_form.h"

enum { ACTION = EM__N, MADE, DONE, DRAFT, NPARAM };
static const struct param params[] = {
	EM_PARAMS(0),
	[ACTION] = { "action", PARAM_ENUM, PARAM_ON_POST, 0, 0, entry_form_actions },
	[MADE] = { "made", PARAM_FLAG, PARAM_ON_POST, 0, 0, NULL },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
	[DRAFT] = { "draft", PARAM_FLAG, PARAM_ON_GET, 0, 0, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	entry_form_show(c, rp, false, entry_form_made(c, MADE), 0);
}

static void
again(struct call *c, struct reply *rp)
{
	(void)!entry_form_password(c, rp, ENTRY_FORM_KEPT, false);
}

/* The password that comes along from the generator's page, too, is nowhere else. */
static void
typed(struct call *c, struct reply *rp)
{
	if (!entry_form_password(c, rp, arg_num(c, ACTION), false))
		show(c, rp);
}

static void
save(struct call *c, struct reply *rp)
{
	struct entry e;
	char at[64], see[96];

	if (entry_form_password(c, rp, arg_num(c, ACTION), false))
		return;
	show(c, rp);
	if (!*arg_text(c, EM_SITE)) {
		call_field(c, rp, EM_SITE, FIELD_MISSING);
		return;
	}
	entry_start(&e);
	entry_take(&e, c, true);
	if (call_done(c, rp, entry_create(&c->session, &e), 0)) {
		snprintf(at, sizeof(at), "/api/entries/%s", e.id_text);
		snprintf(see, sizeof(see), "/entry?id=%s&done=entry-created", e.id_text);
		reply_text(rp, "id", e.id_text);
		reply_num(rp, "version", e.version);
		reply_created(rp, at, see);
	}
	entry_wipe(&e);
}

static const struct route route = {
	.name = "entry-new", .page = &page_entry_new, .auth = auth_session, .body_max = 64 * 1024, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.kept = &(const struct route_kept){ kept_keep, kept_open, again, typed },
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = save },
};

int
main(void)
{
	route_main(&route);
}
