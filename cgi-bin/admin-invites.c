/* admin-invites: the open invitations; makes one, whose link is shown once, and takes one back. */
#include <string.h>

#include "base/conf.h"
#include "base/secret.h"
#include "domain/invite.h"
#include "domain/policy.h"
#include "pages.h"
#include "route/route.h"
#include "route/when.h"

enum { DO_MAKE, DO_REVOKE };
static const char *const acts[] = { [DO_MAKE] = "make", [DO_REVOKE] = "revoke", NULL };

enum { DO, EMAIL, ID, DONE, NPARAM };
static const struct param params[] = {
	[DO] = { "do", PARAM_ENUM, PARAM_REQUIRED, 0, 0, acts },
	[EMAIL] = { "email", PARAM_TEXT, 0, 0, USER_EMAIL_MAX, NULL },
	[ID] = { "id", PARAM_TEXT, 0, 0, INVITE_KIND_MAX, NULL },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

static void
list_open(struct call *c, struct reply *rp)
{
	struct json_object *invites = reply_list(rp, "invites");
	struct invite list[INVITE_LIST_MAX];
	size_t n = 0;

	if (!call_done(c, rp, invite_list(list, ARRAY_LEN(list), &n), 0))
		return;
	for (size_t i = 0; i < n; i++) {
		struct json_object *o = model_add(invites);
		char day[WHEN_DAY_MAX];

		model_text(o, "id", list[i].id);
		model_text(o, "email", list[i].email);
		model_text(o, "by", list[i].by);
		model_time(o, "created", list[i].created);
		model_time(o, "expires", list[i].expires);
		when_day(day, list[i].expires);
		model_text(o, "expires_day", day);
	}
}

static void
show(struct call *c, struct reply *rp)
{
	list_open(c, rp);
	reply_view_text(rp, "link", "");
}

static void
make(struct call *c, struct reply *rp, const struct client *client)
{
	char email[USER_EMAIL_MAX + 1] = "", code[INVITE_CODE_MAX] = "", link[256];
	const char *origins = conf_text(CONF_PUBLIC_ORIGINS);

	if (*arg_text(c, EMAIL) && !policy_email(email, arg_text(c, EMAIL))) {
		show(c, rp);
		call_field(c, rp, EMAIL, FIELD_INVALID);
		return;
	}
	if (!call_done(c, rp, invite_make(code, &c->session, email, client), INVITE_DAYS * 86400LL))
		return;
	snprintf(link, sizeof(link), "%.*s/register?invite=%s", (int)strcspn(origins, ","), origins, code);
	list_open(c, rp);
	reply_status(rp, 201);
	reply_text(rp, "link", link);
	rp->page_on_post = true;
	secret_wipe(code, sizeof(code));
	secret_wipe(link, sizeof(link));
}

static void
act(struct call *c, struct reply *rp)
{
	struct client client = call_client(c);

	if (arg_num(c, DO) == DO_MAKE)
		make(c, rp, &client);
	else if (call_done(c, rp, invite_revoke(&c->session, arg_text(c, ID), &client), 0))
		reply_empty(rp, "/admin/invites?done=invite-revoked");
}

static const struct route route = {
	.name = "admin-invites", .page = &page_admin_invites, .auth = auth_admin, .others = &route_missing,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = act },
};

int
main(void)
{
	route_main(&route);
}
