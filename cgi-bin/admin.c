/* admin: how many people there are, and how more can come. Counts and switches; never an entry. */
#include "domain/admin.h"
#include "domain/invite.h"
#include "pages.h"
#include "route/route.h"

enum { REGISTRATION, DONE, NPARAM };
static const struct param params[] = {
	[REGISTRATION] = { "registration", PARAM_ENUM, PARAM_REQUIRED, 0, 0, registration_names },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	struct invite list[INVITE_LIST_MAX];
	struct directory_count n;
	struct install in;
	size_t invites = 0;
	enum registration now;

	if (!call_done(c, rp, install_read(&in), 0) || !call_done(c, rp, directory_count(&n), 0) ||
	    !call_done(c, rp, invite_list(list, ARRAY_LEN(list), &invites), 0))
		return;
	now = install_registration(&in);
	reply_num(rp, "users", n.users);
	reply_flag(rp, "more", n.more);
	reply_num(rp, "admins", n.admins);
	reply_num(rp, "disabled", n.disabled);
	reply_num(rp, "closing", n.closing);
	reply_num(rp, "invites", (int64_t)invites);
	reply_text(rp, "registration", registration_names[now]);
	reply_text(rp, "operator", registration_names[install_operator()]);
	reply_view_flag(rp, "is_open", now == REGISTRATION_OPEN);
	reply_view_flag(rp, "is_invite", now == REGISTRATION_INVITE);
	reply_view_flag(rp, "is_closed", now == REGISTRATION_CLOSED);
	reply_view_flag(rp, "can_open", install_operator() == REGISTRATION_OPEN);
	reply_view_flag(rp, "can_invite", install_operator() <= REGISTRATION_INVITE);
}

static void
save(struct call *c, struct reply *rp)
{
	struct client client = call_client(c);
	enum outcome o = admin_registration((enum registration)arg_num(c, REGISTRATION), &c->session, &client);

	if (o == OUT_REFUSED) {
		show(c, rp);
		call_field(c, rp, REGISTRATION, FIELD_INVALID);
	} else if (call_done(c, rp, o, 0)) {
		reply_text(rp, "registration", arg_text(c, REGISTRATION));
		reply_see(rp, "/admin?done=registration-saved");
	}
}

static const struct route route = {
	.name = "admin", .page = &page_admin, .auth = auth_admin, .others = &route_missing,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = save },
};

int
main(void)
{
	route_main(&route);
}
