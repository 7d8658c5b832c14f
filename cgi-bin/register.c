/* register: GET shows the form, POST begins an account: first of three steps. Nothing is created before the last. */
#include "domain/invite.h"
#include "domain/policy.h"
#include "domain/register.h"
#include "pages.h"
#include "route/enrol.h"
#include "route/route.h"

enum { USERNAME, EMAIL, PASSWORD, REPEAT, INVITE, DONE, NPARAM };
static const struct param params[] = {
	[USERNAME] = { "username", PARAM_TEXT, PARAM_REQUIRED, 3, USER_NAME_MAX, NULL },
	[EMAIL] = { "email", PARAM_TEXT, PARAM_REQUIRED, 5, USER_EMAIL_MAX, NULL },
	[PASSWORD] = { ENROL_PASSWORD },
	[REPEAT] = { ENROL_REPEAT },
	[INVITE] = { "invite", PARAM_TEXT, PARAM_ON_GET | PARAM_ON_POST, 0, INVITE_CODE_MAX - 1, NULL },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

/* What the page says of who may register; one read of the store. `email` NULL while it is not known. */
static enum outcome
offer(struct call *c, struct reply *rp, const char *email)
{
	enum outcome o = register_may(arg_text(c, INVITE), email);
	bool invited = *arg_text(c, INVITE) != '\0';

	/* a store that does not answer says so at the first step */
	reply_view_flag(rp, "closed", o == OUT_NOT_NOW);
	reply_view_flag(rp, "uninvited", o == OUT_UNINVITED && !invited);
	reply_view_flag(rp, "spent", o == OUT_UNINVITED && invited);
	reply_view_flag(rp, "open", o != OUT_NOT_NOW && o != OUT_UNINVITED);
	reply_view_flag(rp, "invited", o == OUT_OK && invited);
	return o;
}

static void
show(struct call *c, struct reply *rp)
{
	(void)offer(c, rp, NULL);
}

static void
begin(struct call *c, struct reply *rp)
{
	char username[USER_NAME_MAX + 1], email[USER_EMAIL_MAX + 1];
	struct client client = call_client(c);
	struct enrolment e = { 0 };
	bool known = policy_email(email, arg_text(c, EMAIL));

	if (!call_done(c, rp, offer(c, rp, known ? email : NULL), 0))
		return;
	if (!policy_username(username, arg_text(c, USERNAME)))
		call_field(c, rp, USERNAME, FIELD_INVALID);
	if (!known)
		call_field(c, rp, EMAIL, FIELD_INVALID);
	if (!enrol_password(c, rp, PASSWORD, REPEAT, username, email) || rp->error != ERR_NONE)
		return;
	if (call_done(c, rp, register_start(&e, username, email, arg_text(c, PASSWORD), arg_text(c, INVITE), &client), e.retry)) {
		call_set_cookie(rp, COOKIE_STEP, e.cookie);
		reply_text(rp, "next", "/register/totp");
		enrol_secret(rp, e.username, e.secret);
		reply_status(rp, 201);
		reply_see(rp, "/register/totp");
	}
	enrolment_wipe(&e);
}

static const struct route route = {
	.name = "register", .page = &page_register, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = begin },
};

int
main(void)
{
	route_main(&route);
}
