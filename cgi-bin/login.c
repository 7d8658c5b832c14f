/* login: GET shows the form, POST takes user name and password, and the code too when a program sends all at once. */
#include "domain/login.h"
#include "domain/policy.h"
#include "pages.h"
#include "route/closed.h"
#include "route/path.h"
#include "route/route.h"

enum { USERNAME, PASSWORD, CODE, NEXT, DONE, NPARAM };
static const struct param params[] = {
	[USERNAME] = { "username", PARAM_TEXT, PARAM_REQUIRED, 1, USER_EMAIL_MAX, NULL },
	[PASSWORD] = { "password", PARAM_TEXT, PARAM_REQUIRED | PARAM_SECRET, 1, POLICY_PASSWORD_MAX, NULL },
	[CODE] = { "code", PARAM_CODE, PARAM_SECRET, 0, 0, NULL },
	[NEXT] = { "next", PARAM_PATH, PARAM_ON_GET | PARAM_ON_POST, 0, PATH_MAX_LEN, NULL },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

static void
see_code_page(struct call *c, struct reply *rp)
{
	struct buf next;

	buf_init(&next, 3 * PATH_MAX_LEN);
	path_encode(&next, arg_text(c, NEXT));
	reply_see(rp, next.len ? "/login/code?next=%s" : "/login/code%s", next.p);
	buf_wipe(&next);
}

static void
enter(struct call *c, struct reply *rp)
{
	struct client client = call_client(c);
	struct login l = { 0 };
	const char *code = *arg_text(c, CODE) ? arg_text(c, CODE) : NULL;
	enum outcome o;

	o = login_password(&l, arg_text(c, USERNAME), arg_text(c, PASSWORD), code, &client);
	if (o == OUT_CLOSING) {
		closed_offer(rp, &l);
		goto out;
	}
	if (!call_done(c, rp, o, l.retry))
		goto out;
	if (code) {
		call_set_cookie(rp, COOKIE_SESSION, l.cookie);
		call_set_cookie(rp, COOKIE_DEVICE, l.device);
		if (*l.language)
			call_set_cookie(rp, COOKIE_LANGUAGE, l.language);
		reply_text(rp, "username", l.username);
		reply_see(rp, "%s", *arg_text(c, NEXT) ? arg_text(c, NEXT) : "/vault");
	} else {
		call_set_cookie(rp, COOKIE_STEP, l.cookie);
		reply_text(rp, "next", "/login/code");
		see_code_page(c, rp);
	}
out:
	login_wipe(&l);
}

static const struct route route = {
	.name = "login", .page = &page_login, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = route_page, [VERB_POST] = enter },
};

int
main(void)
{
	route_main(&route);
}
