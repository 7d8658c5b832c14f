/* reset: a new password by recovery phrase. The vault survives, every session ends, five new words are shown once. */
#include "base/secret.h"
#include "crypto/phrase.h"
#include "domain/account.h"
#include "pages.h"
#include "route/enrol.h"
#include "route/route.h"

enum { USERNAME, PHRASE, PASSWORD, REPEAT, NPARAM };
static const struct param params[] = {
	[USERNAME] = { "username", PARAM_TEXT, PARAM_REQUIRED, 1, USER_EMAIL_MAX, NULL },
	[PHRASE] = { "phrase", PARAM_LINES, PARAM_REQUIRED | PARAM_SECRET, 1, 256, NULL },
	[PASSWORD] = { ENROL_PASSWORD },
	[REPEAT] = { ENROL_REPEAT },
};

static void
reset(struct call *c, struct reply *rp)
{
	struct client client = call_client(c);
	char phrase[PHRASE_MAX], fresh[PHRASE_MAX] = "";
	int64_t retry = 0;

	if (!enrol_password(c, rp, PASSWORD, REPEAT, arg_text(c, USERNAME), ""))
		return;
	if (!phrase_normalise(phrase, arg_text(c, PHRASE))) {
		call_field(c, rp, PHRASE, FIELD_INVALID);
		return;
	}
	if (call_done(c, rp, account_reset(arg_text(c, USERNAME), phrase, arg_text(c, PASSWORD), &client, fresh, &retry), retry)) {
		rp->page = &page_reset_done;
		rp->page_on_post = true;
		enrol_phrase(rp, fresh);
	}
	secret_wipe(phrase, sizeof(phrase));
	secret_wipe(fresh, sizeof(fresh));
}

static const struct route route = {
	.name = "reset", .page = &page_reset, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = route_page, [VERB_POST] = reset },
};

int
main(void)
{
	route_main(&route);
}
