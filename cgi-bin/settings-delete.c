/* settings-delete: closes the account, to be gone with every entry in 7 days, after password, code and the user name typed out. */
#include <string.h>

#include "pages.h"
#include "route/proof.h"

enum { CURRENT, CODE, CONFIRM, NPARAM };
static const struct param params[] = {
	[CURRENT] = { PROOF_CURRENT },
	[CODE] = { PROOF_CODE },
	[CONFIRM] = { "confirm", PARAM_TEXT, PARAM_REQUIRED, 1, USER_NAME_MAX, NULL },
};

static void
delete(struct call *c, struct reply *rp)
{
	struct proof p = proof_of(c, CURRENT, CODE);

	if (strcmp(arg_text(c, CONFIRM), c->session.username) != 0) {
		call_field(c, rp, CONFIRM, FIELD_WRONG);
		return;
	}
	if (proof_done(c, rp, account_close(&p), &p, CURRENT, CODE)) {
		call_drop_cookie(rp, COOKIE_SESSION);
		call_drop_cookie(rp, COOKIE_DEVICE);
		reply_empty(rp, "/login?done=account-closed");
	}
}

static const struct route route = {
	.name = "settings-delete", .page = &page_settings_delete, .auth = auth_session, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = route_page, [VERB_POST] = delete },
};

int
main(void)
{
	route_main(&route);
}
