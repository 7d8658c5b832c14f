/* export: everything of the vault as a file, after the password: encrypted under a passphrase, or plain when the word is typed. */
#include <string.h>

#include "domain/export.h"
#include "pages.h"
#include "route/proof.h"

static const char *const forms[] = { "encrypted", "json", "csv", NULL }; /* in order of enum export_form */
static const char word[] = "plain";

enum { CURRENT, FORM, PASSPHRASE, REPEAT, CONFIRM, NPARAM };
static const struct param params[] = {
	[CURRENT] = { PROOF_CURRENT },
	[FORM] = { "format", PARAM_ENUM, 0, 0, 0, forms },
	[PASSPHRASE] = { "passphrase", PARAM_TEXT, PARAM_SECRET, EXPORT_PASSPHRASE_MIN, EXPORT_PASSPHRASE_MAX, NULL },
	[REPEAT] = { "repeat", PARAM_TEXT, PARAM_SECRET, 0, EXPORT_PASSPHRASE_MAX, NULL },
	[CONFIRM] = { "confirm", PARAM_TEXT, 0, 0, 20, NULL },
};

/* What each form asks for besides the password. */
static bool
is_asked_for(struct call *c, struct reply *rp, enum export_form form)
{
	if (form == EXPORT_SEALED && !*arg_text(c, PASSPHRASE))
		call_field(c, rp, PASSPHRASE, FIELD_TOO_SHORT);
	else if (form == EXPORT_SEALED && strcmp(arg_text(c, PASSPHRASE), arg_text(c, REPEAT)) != 0)
		call_field(c, rp, REPEAT, FIELD_DIFFERENT);
	else if (form != EXPORT_SEALED && strcmp(arg_text(c, CONFIRM), word) != 0)
		call_field(c, rp, CONFIRM, FIELD_INVALID);
	else
		return true;
	return false;
}

static void
write(struct call *c, struct reply *rp)
{
	static const char *const names[] = { "vaultsphere-encrypted.json", "vaultsphere.json", "vaultsphere.csv" };
	enum export_form form = arg_num(c, FORM) > 0 ? (enum export_form)arg_num(c, FORM) : EXPORT_SEALED;
	struct proof p = proof_of(c, CURRENT, SIZE_MAX);
	struct buf plain, sealed;
	enum outcome o;

	if (!is_asked_for(c, rp, form) || !proof_done(c, rp, account_prove(&p), &p, CURRENT, SIZE_MAX))
		return;
	buf_init(&plain, EXPORT_BYTES_MAX);
	buf_init(&sealed, 2 * EXPORT_BYTES_MAX);
	o = export_write(&plain, &c->session, form);
	if (o == OUT_OK && plain.failed)
		reply_error(rp, ERR_TOO_LARGE);
	else if (o == OUT_OK && form == EXPORT_SEALED)
		o = export_seal(&sealed, arg_text(c, PASSPHRASE), &plain);
	if (call_done(c, rp, o, 0) && rp->error == ERR_NONE)
		reply_file(rp, names[form], form == EXPORT_CSV ? "text/csv; charset=utf-8" : "application/json; charset=utf-8",
		    form == EXPORT_SEALED ? &sealed : &plain);
	buf_wipe(&plain);
	buf_wipe(&sealed);
}

static const struct route route = {
	.name = "export", .page = &page_export, .auth = auth_session, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = route_page, [VERB_POST] = write },
};

int
main(void)
{
	route_main(&route);
}
