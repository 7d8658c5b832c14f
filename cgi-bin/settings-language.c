/* settings-language: in which language the pages are. Kept with the account and, so that no page has to ask for it, in a cookie. */
#include <string.h>

#include "base/lang.h"
#include "domain/account.h"
#include "pages.h"
#include "route/route.h"

#define AUTO "auto"

static const char *const choices[] = { AUTO, "en", "de", NULL };

enum { LANGUAGE, DONE, NPARAM };
static const struct param params[] = {
	[LANGUAGE] = { "language", PARAM_ENUM, PARAM_REQUIRED, 0, 0, choices },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	enum lang l;
	bool set = lang_parse(&l, call_cookie(c, COOKIE_LANGUAGE));

	reply_text(rp, "language", set ? lang_names[l] : AUTO);
	reply_view_flag(rp, "is_auto", !set);
	reply_view_flag(rp, "is_en", set && l == LANG_EN);
	reply_view_flag(rp, "is_de", set && l == LANG_DE);
}

static void
save(struct call *c, struct reply *rp)
{
	const char *wanted = strcmp(arg_text(c, LANGUAGE), AUTO) == 0 ? "" : arg_text(c, LANGUAGE);

	if (!call_done(c, rp, account_set_language(&c->session, wanted), 0)) {
		show(c, rp);
		return;
	}
	if (*wanted)
		call_set_cookie(rp, COOKIE_LANGUAGE, wanted);
	else
		call_drop_cookie(rp, COOKIE_LANGUAGE);
	reply_text(rp, "language", arg_text(c, LANGUAGE));
	reply_see(rp, "/settings/language?done=language-saved");
}

static const struct route route = {
	.name = "settings-language", .page = &page_settings_language, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = save },
};

int
main(void)
{
	route_main(&route);
}
