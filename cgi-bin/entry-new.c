/* entry-new: the form of a new entry; it can also make a password, or take one from the generator. */
#include "crypto/rng.h"
#include "pages.h"
#include "route/entry_form.h"

enum { ACTION = EM__N, MADE, NEW_ID, DONE, DRAFT, NPARAM };
static const struct param params[] = {
	EM_PARAMS(0),
	[ACTION] = { "action", PARAM_ENUM, PARAM_ON_POST, 0, 0, entry_form_actions },
	[MADE] = { "made", PARAM_FLAG, PARAM_ON_POST, 0, 0, NULL },
	[NEW_ID] = { "new_id", PARAM_ID, PARAM_ON_POST, 0, 0, NULL }, /* what the entry will be called: the form sent twice makes it once */
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
	[DRAFT] = { "draft", PARAM_FLAG, PARAM_ON_GET, 0, 0, NULL },
};

/* True when one of its buttons but Save was pressed, and the form is the answer. */
static bool
form(struct call *c, struct reply *rp, int64_t action)
{
	char text[ID_TEXT_LEN + 1];
	struct id id;

	if (!*arg_text(c, NEW_ID) && rng_id(&id)) {
		id_text(text, &id);
		reply_form(rp, "new_id", text);
	}
	if (entry_form_password(c, rp, action, false))
		return true;
	entry_form_show(c, rp, false, entry_form_made(c, MADE), 0);
	return false;
}

static void
show(struct call *c, struct reply *rp)
{
	(void)form(c, rp, ENTRY_FORM_SAVE);
}

static void
again(struct call *c, struct reply *rp)
{
	(void)form(c, rp, ENTRY_FORM_KEPT);
}

/* The password that comes along from the generator's page, too, is nowhere else. */
static void
typed(struct call *c, struct reply *rp)
{
	(void)form(c, rp, arg_num(c, ACTION));
}

static void
save(struct call *c, struct reply *rp)
{
	struct entry e;
	char at[64], see[96];

	if (form(c, rp, arg_num(c, ACTION)))
		return;
	if (!*arg_text(c, EM_SITE)) {
		call_field(c, rp, EM_SITE, FIELD_MISSING);
		return;
	}
	entry_start(&e);
	entry_take(&e, c, true);
	if (call_done(c, rp, entry_create(&c->session, arg_text(c, NEW_ID), &e), 0)) {
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
