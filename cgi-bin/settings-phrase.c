/* settings-phrase: five new words; the old ones are dead, every other session ends. */
#include "base/secret.h"
#include "crypto/phrase.h"
#include "pages.h"
#include "route/enrol.h"
#include "route/proof.h"

enum { CURRENT, CODE, NPARAM };
static const struct param params[] = {
	[CURRENT] = { PROOF_CURRENT },
	[CODE] = { PROOF_CODE },
};

static void
renew(struct call *c, struct reply *rp)
{
	struct proof p = proof_of(c, CURRENT, CODE);
	char phrase[PHRASE_MAX] = "";

	if (proof_done(c, rp, account_change_phrase(&p, phrase), &p, CURRENT, CODE)) {
		rp->page = &page_settings_phrase_done;
		rp->page_on_post = true;
		enrol_phrase(rp, phrase);
	}
	secret_wipe(phrase, sizeof(phrase));
}

static const struct route route = {
	.name = "settings-phrase", .page = &page_settings_phrase, .auth = auth_session, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = route_page, [VERB_POST] = renew },
};

int
main(void)
{
	route_main(&route);
}
