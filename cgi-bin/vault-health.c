/* vault-health: what in the vault needs attention; POST compares the account's password with every entry's as well. */
#include "base/clock.h"
#include "pages.h"
#include "route/health_model.h"
#include "route/proof.h"

static const char *const kinds[] = { "same", "reused", "weak", "old", "http", "ignored", NULL };

enum { KIND, PAGE, CURRENT, DONE, NPARAM };
static const struct param params[] = {
	[KIND] = { "kind", PARAM_ENUM, PARAM_ON_GET | PARAM_ON_POST, 0, 0, kinds },
	[PAGE] = { "page", PARAM_NUMBER, PARAM_ON_GET | PARAM_ON_POST, 1, 1000, NULL },
	[CURRENT] = { PROOF_CURRENT },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

static void
view(struct call *c, struct reply *rp, const char *account)
{
	struct health h;

	if (call_done(c, rp, health_read(&h, &c->session, account, clock_now()), 0))
		health_model(rp, &h, arg_num(c, KIND), arg_num(c, PAGE) > 0 ? arg_num(c, PAGE) : 1);
	reply_view_text(rp, "kind", arg_text(c, KIND));
	reply_flag(rp, "compared", account != NULL);
	health_wipe(&h);
}

static void
show(struct call *c, struct reply *rp)
{
	view(c, rp, NULL);
}

static void
compare(struct call *c, struct reply *rp)
{
	struct proof p = proof_of(c, CURRENT, SIZE_MAX);
	bool right = proof_done(c, rp, account_prove(&p), &p, CURRENT, SIZE_MAX);

	rp->page_on_post = true;
	view(c, rp, right ? arg_text(c, CURRENT) : NULL);
}

static const struct route route = {
	.name = "vault-health", .page = &page_vault_health, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = compare },
};

int
main(void)
{
	route_main(&route);
}
