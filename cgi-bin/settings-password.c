/* settings-password: a new account password; every other session ends. */
#include "pages.h"
#include "route/enrol.h"
#include "route/proof.h"

enum { CURRENT, CODE, PASSWORD, REPEAT, NPARAM };
static const struct param params[] = {
	[CURRENT] = { PROOF_CURRENT },
	[CODE] = { PROOF_CODE },
	[PASSWORD] = { ENROL_PASSWORD },
	[REPEAT] = { ENROL_REPEAT },
};

static void
change(struct call *c, struct reply *rp)
{
	struct proof p = proof_of(c, CURRENT, CODE);

	if (!enrol_password(c, rp, PASSWORD, REPEAT, c->session.username, ""))
		return;
	if (proof_done(c, rp, account_change_password(&p, arg_text(c, PASSWORD)), &p, CURRENT, CODE))
		reply_empty(rp, "/settings?done=password-changed");
}

static const struct route route = {
	.name = "settings-password", .page = &page_settings_password, .auth = auth_session, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = route_page, [VERB_POST] = change },
};

int
main(void)
{
	route_main(&route);
}
