/* admin-users: who has an account, page by page. */
#include "pages.h"
#include "route/admin_model.h"
#include "route/route.h"

enum { AFTER, NPARAM };
static const struct param params[] = {
	[AFTER] = { "after", PARAM_TEXT, PARAM_ON_GET, 0, USER_NAME_MAX, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	struct json_object *users = reply_list(rp, "users");
	struct admin_users list;

	if (!call_done(c, rp, admin_list(&list, arg_text(c, AFTER)), 0))
		return;
	for (size_t i = 0; i < list.n; i++)
		admin_user_model(model_add(users), &list.user[i]);
	reply_text(rp, "after", list.more ? list.last : "");
	reply_view_flag(rp, "later_page", *arg_text(c, AFTER) != '\0');
}

static const struct route route = {
	.name = "admin-users", .page = &page_admin_users, .auth = auth_admin, .others = &route_missing,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = show },
};

int
main(void)
{
	route_main(&route);
}
