/* admin-user: one person, and what an admin may do: disable, enable, make an admin or a user; after the admin's own password. */
#include <string.h>

#include "pages.h"
#include "route/admin_model.h"
#include "route/proof.h"

enum { NAME, DO, CURRENT, DONE, NPARAM };
static const struct param params[] = {
	[NAME] = { "name", PARAM_TEXT, PARAM_REQUIRED | PARAM_ON_GET | PARAM_ON_POST, 3, USER_NAME_MAX, NULL },
	[DO] = { "do", PARAM_ENUM, PARAM_REQUIRED, 0, 0, admin_acts },
	[CURRENT] = { PROOF_CURRENT },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

static const char *const done[ADMIN__ACTS] = {
	[ADMIN_DISABLE] = "user-disabled",
	[ADMIN_ENABLE] = "user-enabled",
	[ADMIN_PROMOTE] = "user-admin",
	[ADMIN_DEMOTE] = "user-user",
};

static void
show(struct call *c, struct reply *rp)
{
	struct admin_user u;
	char name[USER_NAME_MAX + 1];
	enum outcome o = policy_username(name, arg_text(c, NAME)) ? admin_user(&u, name) : OUT_MISSING;
	struct json_object *user = reply_object(rp, "user");

	if (!call_done(c, rp, o, 0))
		return;
	admin_user_model(user, &u);
	reply_view_flag(rp, "self", strcmp(name, c->session.username) == 0);
}

static void
act(struct call *c, struct reply *rp)
{
	struct proof p = proof_of(c, CURRENT, SIZE_MAX);
	enum admin_act what = (enum admin_act)arg_num(c, DO);
	char name[USER_NAME_MAX + 1];
	enum outcome o = policy_username(name, arg_text(c, NAME)) ? account_prove(&p) : OUT_MISSING;

	if (o == OUT_OK)
		o = admin_apply(name, what, &c->session, &p.client);
	if (!proof_done(c, rp, o, &p, CURRENT, SIZE_MAX)) {
		show(c, rp);
		return;
	}
	if (strcmp(name, c->session.username) == 0 && (what == ADMIN_DISABLE || what == ADMIN_DEMOTE)) {
		call_drop_cookie(rp, COOKIE_SESSION);
		reply_empty(rp, "/login?done=session-closed");
		return;
	}
	show(c, rp);
	reply_see(rp, "/admin/user?name=%s&done=%s", name, done[what]);
}

static const struct route route = {
	.name = "admin-user", .page = &page_admin_user, .auth = auth_admin, .others = &route_missing,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = act },
};

int
main(void)
{
	route_main(&route);
}
