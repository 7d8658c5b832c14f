/* entry-edit: the form of an entry that is there. When somebody else changed it meanwhile, the page shows both versions. */
#include <string.h>

#include "pages.h"
#include "route/entry_form.h"

enum { ID = EM__N, VERSION, CLEAR, CLEAR_TOTP, ACTION, MADE, DRAFT, NPARAM };
static const struct param params[] = {
	EM_PARAMS(0),
	[ID] = { "id", PARAM_ID, PARAM_REQUIRED | PARAM_ON_GET | PARAM_ON_POST, 0, 0, NULL },
	[VERSION] = { "version", PARAM_NUMBER, PARAM_REQUIRED, 1, INT32_MAX, NULL },
	[CLEAR] = { "clear_password", PARAM_FLAG, 0, 0, 0, NULL },
	[CLEAR_TOTP] = { "clear_totp", PARAM_FLAG, 0, 0, 0, NULL },
	[ACTION] = { "action", PARAM_ENUM, 0, 0, 0, entry_form_actions },
	[MADE] = { "made", PARAM_FLAG, PARAM_ON_POST, 0, 0, NULL },
	[DRAFT] = { "draft", PARAM_FLAG, PARAM_ON_GET, 0, 0, NULL },
};

/* The stored entry beside the form; `theirs` shows it in full when it is not the one that the form began with. */
static void
beside(struct reply *rp, const struct entry *e, bool conflict)
{
	entry_page(reply_view_object(rp, "theirs"), e);
	reply_view_flag(rp, "conflict", conflict);
	reply_view_flag(rp, "has_password", *e->text[ENTRY_PASSWORD] != '\0');
	reply_view_flag(rp, "has_totp", *e->text[ENTRY_TOTP] != '\0');
}

static void
fill(struct reply *rp, const struct entry *e)
{
	char version[24];
	struct buf tags;

	buf_init(&tags, 16384);
	entry_tags_text(&tags, e->text[ENTRY_TAGS]);
	snprintf(version, sizeof(version), "%lld", (long long)e->version);
	reply_form(rp, "site", e->text[ENTRY_SITE]);
	reply_form(rp, "url", e->text[ENTRY_URL]);
	reply_form(rp, "username", e->text[ENTRY_USERNAME]);
	reply_form(rp, "notes", e->text[ENTRY_NOTES]);
	reply_form(rp, "tags", tags.p);
	reply_form(rp, "version", version);
	reply_view_flag(rp, "form_favorite", e->favorite);
	buf_wipe(&tags);
}

static bool
open_entry(struct call *c, struct reply *rp, struct entry *e)
{
	entry_start(e);
	return call_done(c, rp, entry_read(&c->session, arg_text(c, ID), e), 0);
}

static void
show(struct call *c, struct reply *rp)
{
	struct entry e;

	entry_form_show(c, rp, true, "", 0);
	if (open_entry(c, rp, &e)) {
		beside(rp, &e, false);
		fill(rp, &e);
	}
	entry_wipe(&e);
}

/* Nothing of the store: the form as it was sent, with what holds for any entry. */
static void
typed(struct call *c, struct reply *rp)
{
	entry_form_show(c, rp, true, entry_form_made(c, MADE), 0);
	reply_view_flag(rp, "gone", rp->error == ERR_NOT_FOUND);
	reply_view_flag(rp, "conflict", false);
	reply_view_flag(rp, "has_password", true);
	reply_view_flag(rp, "has_totp", arg_num(c, CLEAR_TOTP) == 1);
}

static void
again(struct call *c, struct reply *rp)
{
	struct entry e;
	bool there = open_entry(c, rp, &e);

	typed(c, rp);
	if (there)
		beside(rp, &e, false);
	entry_wipe(&e);
}

static void
kept(struct call *c, struct reply *rp)
{
	struct entry e;

	if (open_entry(c, rp, &e)) {
		beside(rp, &e, false);
		(void)!entry_form_password(c, rp, ENTRY_FORM_KEPT, true);
	}
	entry_wipe(&e);
}

static void
save(struct call *c, struct reply *rp)
{
	struct entry e, now;
	char version[24];
	enum outcome o;
	bool there = open_entry(c, rp, &now);

	typed(c, rp);
	if (!there)
		goto out;
	beside(rp, &now, false);
	if (entry_form_password(c, rp, arg_num(c, ACTION), true))
		goto out;
	if (!*arg_text(c, EM_SITE)) {
		call_field(c, rp, EM_SITE, FIELD_MISSING);
		goto out;
	}
	e = now; /* borrows the texts of `now`, which is wiped below */
	e.version = arg_num(c, VERSION);
	entry_take(&e, c, true);
	if (arg_num(c, CLEAR) == 1)
		e.text[ENTRY_PASSWORD] = "";
	if (arg_num(c, CLEAR_TOTP) == 1)
		e.text[ENTRY_TOTP] = "";
	o = entry_update(&c->session, &e);
	if (o == OUT_STALE) {
		/* what was typed stays in the form; saved once more it would go over the newer version, knowingly */
		beside(rp, &now, true);
		snprintf(version, sizeof(version), "%lld", (long long)now.version);
		reply_form(rp, "version", version);
	}
	if (call_done(c, rp, o, 0)) {
		reply_num(rp, "version", e.version);
		reply_see(rp, "/entry?id=%s&done=entry-saved", e.id_text);
	}
out:
	entry_wipe(&now);
}

static const struct route route = {
	.name = "entry-edit", .page = &page_entry_edit, .auth = auth_session, .body_max = 64 * 1024, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.kept = &(const struct route_kept){ kept_keep, kept_open, kept, typed },
	.on_invalid = again,
	.on = { [VERB_GET] = show, [VERB_POST] = save },
};

int
main(void)
{
	route_main(&route);
}
