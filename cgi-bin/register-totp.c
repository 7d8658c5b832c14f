/* register-totp: GET shows the QR code again, POST takes the first code: second of three steps. */
#include "domain/register.h"
#include "pages.h"
#include "route/enrol.h"
#include "route/route.h"

enum { CODE, NPARAM };
static const struct param params[] = {
	[CODE] = { "code", PARAM_CODE, PARAM_REQUIRED | PARAM_SECRET, 0, 0, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	struct enrolment e = { 0 };

	if (call_done(c, rp, register_show(&e, &c->ticket), 0)) {
		reply_text(rp, "next", "/register/totp");
		enrol_secret(rp, e.username, e.secret);
	}
	enrolment_wipe(&e);
}

static void
check(struct call *c, struct reply *rp)
{
	struct enrolment e = { 0 };
	enum outcome o = register_code(&e, &c->ticket, arg_text(c, CODE));

	if (o == OUT_BAD_CODE) {
		show(c, rp);
		call_field(c, rp, CODE, FIELD_WRONG);
		reply_error(rp, ERR_CODE);
	} else if (call_done(c, rp, o, e.retry)) {
		reply_text(rp, "next", "/register/phrase");
		enrol_phrase(rp, e.phrase);
		reply_see(rp, "/register/phrase");
	}
	enrolment_wipe(&e);
}

static const struct route route = {
	.name = "register-totp", .page = &page_register_totp, .auth = auth_register, .back = "/register?done=register-over",
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = check },
};

int
main(void)
{
	route_main(&route);
}
