/* settings-totp: a new authenticator in two steps: password and old code, then a code of the new one. Every other session ends. */
#include "base/secret.h"
#include "pages.h"
#include "route/enrol.h"
#include "route/proof.h"

enum { CURRENT, CODE, NEW_CODE, CANCEL, NPARAM };
static const struct param params[] = {
	[CURRENT] = { "current", PARAM_TEXT, PARAM_SECRET, 1, POLICY_PASSWORD_MAX, NULL },
	[CODE] = { "code", PARAM_CODE, PARAM_SECRET, 0, 0, NULL },
	[NEW_CODE] = { "new_code", PARAM_CODE, PARAM_SECRET, 0, 0, NULL },
	[CANCEL] = { "cancel", PARAM_FLAG, PARAM_ON_GET, 0, 0, NULL },
};

/* Whether the first step was passed; its secret is then in the model. */
static bool
second_step(struct call *c, struct reply *rp)
{
	uint8_t secret[TOTP_SECRET_LEN] = { 0 };
	bool on = ticket_open(&c->ticket, TICKET_TOTP, call_cookie(c, COOKIE_STEP)) &&
	    account_totp_show(&c->session, &c->ticket, secret) == OUT_OK;

	if (on) {
		rp->page = &page_settings_totp_new;
		enrol_secret(rp, c->session.username, secret);
	}
	secret_wipe(secret, sizeof(secret));
	return on;
}

static void
show(struct call *c, struct reply *rp)
{
	if (arg_num(c, CANCEL))
		call_drop_cookie(rp, COOKIE_STEP);
	else
		(void)second_step(c, rp);
}

static void
start(struct call *c, struct reply *rp)
{
	struct proof p = proof_of(c, CURRENT, CODE);
	uint8_t secret[TOTP_SECRET_LEN] = { 0 };
	char cookie[TICKET_TEXT_LEN + 1] = "";

	if (!*p.password)
		call_field(c, rp, CURRENT, FIELD_MISSING);
	if (!*p.code)
		call_field(c, rp, CODE, FIELD_MISSING);
	if (*p.password && *p.code && proof_done(c, rp, account_totp_start(&p, secret, cookie), &p, CURRENT, CODE)) {
		call_set_cookie(rp, COOKIE_STEP, cookie);
		reply_text(rp, "next", "/settings/totp");
		enrol_secret(rp, c->session.username, secret);
		reply_see(rp, "/settings/totp");
	}
	secret_wipe(secret, sizeof(secret));
	secret_wipe(cookie, sizeof(cookie));
}

static void
finish(struct call *c, struct reply *rp)
{
	struct client client = call_client(c);
	enum outcome o = OUT_NO_STEP;

	if (ticket_open(&c->ticket, TICKET_TOTP, call_cookie(c, COOKIE_STEP)))
		o = account_totp_finish(&c->session, &c->ticket, arg_text(c, NEW_CODE), &client);
	if (o == OUT_OK) {
		call_drop_cookie(rp, COOKIE_STEP);
		reply_empty(rp, "/settings?done=totp-changed");
	} else if (o == OUT_BAD_CODE || o == OUT_NO_STEP) {
		/* a step that is over is a fault of the code: the session is fine, the form for the first step is shown */
		(void)second_step(c, rp);
		call_field(c, rp, NEW_CODE, FIELD_WRONG);
	} else {
		(void)!call_done(c, rp, o, 0);
	}
}

static void
change(struct call *c, struct reply *rp)
{
	if (arg_given(c, NEW_CODE))
		finish(c, rp);
	else
		start(c, rp);
}

static const struct route route = {
	.name = "settings-totp", .page = &page_settings_totp, .auth = auth_session, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = change },
};

int
main(void)
{
	route_main(&route);
}
