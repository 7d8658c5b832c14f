/* login-code: the second step of a login. */
#include "domain/login.h"
#include "pages.h"
#include "route/closed.h"
#include "route/path.h"
#include "route/route.h"

#define SAY_TRIES_BELOW 3

enum { CODE, NEXT, NPARAM };
static const struct param params[] = {
	[CODE] = { "code", PARAM_CODE, PARAM_REQUIRED | PARAM_SECRET, 0, 0, NULL },
	[NEXT] = { "next", PARAM_PATH, PARAM_ON_GET | PARAM_ON_POST, 0, PATH_MAX_LEN, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	(void)c;
	reply_view_num(rp, "tries_left", 0);
}

static void
enter(struct call *c, struct reply *rp)
{
	struct client client = call_client(c);
	struct login l = { 0 };
	enum outcome o = login_code(&l, &c->ticket, arg_text(c, CODE), &client);

	reply_view_num(rp, "tries_left", l.tries_left < SAY_TRIES_BELOW ? l.tries_left : 0);
	if (o == OUT_BAD_CODE)
		call_field(c, rp, CODE, FIELD_WRONG);
	if (o == OUT_CLOSING) {
		closed_offer(rp, &l);
	} else if (call_done(c, rp, o, l.retry)) {
		call_set_cookie(rp, COOKIE_SESSION, l.cookie);
		call_set_cookie(rp, COOKIE_DEVICE, l.device);
		if (*l.language)
			call_set_cookie(rp, COOKIE_LANGUAGE, l.language);
		call_drop_cookie(rp, COOKIE_STEP);
		reply_text(rp, "username", l.username);
		reply_see(rp, "%s", *arg_text(c, NEXT) ? arg_text(c, NEXT) : "/vault");
	}
	login_wipe(&l);
}

static const struct route route = {
	.name = "login-code", .page = &page_login_code, .auth = auth_login, .back = "/login?done=login-over", .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = enter },
};

int
main(void)
{
	route_main(&route);
}
