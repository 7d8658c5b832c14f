#include "route/entry_form.h"

#include "crypto/generate.h"

const char *const entry_form_actions[] = { "save", "generate", "draft", NULL };

const char *
entry_form_made(const struct call *c, size_t made)
{
	return arg_num(c, made) == 1 && c->args.arg[EM_PASSWORD].fault == FIELD_OK ? arg_text(c, EM_PASSWORD) : "";
}

void
entry_form_show(struct call *c, struct reply *rp, bool edit, const char *generated, int bits)
{
	reply_view_flag(rp, "edit", edit);
	reply_view_flag(rp, "kept", false);
	reply_view_flag(rp, "gone", false);
	reply_view_flag(rp, "retype", (*arg_text(c, EM_PASSWORD) && !*generated) || *arg_text(c, EM_TOTP));
	reply_view_flag(rp, "form_favorite", arg_num(c, EM_FAVORITE) == 1);
	reply_view_text(rp, "generated", generated);
	reply_view_num(rp, "bits", bits);
	reply_view_text(rp, "totp_typed", "");
	rp->again = c->rq.verb == VERB_POST;
}

bool
entry_form_password(struct call *c, struct reply *rp, int64_t action, bool edit)
{
	struct buf made;
	int bits = 0;

	if (action != ENTRY_FORM_GENERATE && action != ENTRY_FORM_DRAFT && action != ENTRY_FORM_KEPT)
		return false;
	buf_init(&made, 256);
	rp->page_on_post = true;
	if (action == ENTRY_FORM_GENERATE &&
	    !generate_password(&made, &bits, GENERATE_LOWER | GENERATE_UPPER | GENERATE_DIGITS | GENERATE_SYMBOLS, GENERATE_LEN_DEFAULT, false))
		(void)!call_done(c, rp, OUT_BUSY, 0);
	entry_form_show(c, rp, edit, action == ENTRY_FORM_GENERATE ? made.p : arg_text(c, EM_PASSWORD), bits);
	/* shown once more like the password that was made: the form is not done, and a key that was typed would be lost */
	reply_view_text(rp, "totp_typed", arg_text(c, EM_TOTP));
	reply_view_flag(rp, "retype", false);
	reply_view_flag(rp, "kept", action == ENTRY_FORM_KEPT);
	buf_wipe(&made);
	return true;
}
