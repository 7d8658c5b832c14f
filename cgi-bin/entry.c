/* entry: one entry as a page; POST shows its password or its one-time code, so that neither address nor history ever holds them. */
#include "base/clock.h"
#include "base/secret.h"
#include "crypto/otpauth.h"
#include "pages.h"
#include "route/entry_model.h"

enum { DO_PASSWORD, DO_CODE };
static const char *const secrets[] = { "password", "code", NULL };

enum { ID, DO, DONE, NPARAM };
static const struct param params[] = {
	[ID] = { "id", PARAM_ID, PARAM_REQUIRED | PARAM_ON_GET | PARAM_ON_POST, 0, 0, NULL },
	[DO] = { "do", PARAM_ENUM, 0, 0, 0, secrets },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

static bool
count(void *ctx, const struct entry *e)
{
	(void)e;
	++*(int64_t *)ctx;
	return true;
}

/* The code of now for programs and for the page; the page shows it in two groups. */
static void
add_code(struct call *c, struct reply *rp, const struct entry *e)
{
	char code[TOTP_DIGITS_MAX + 1], text[sizeof(code) + 1];
	struct totp t;
	int left;

	if (!otpauth_parse(&t, e->text[ENTRY_TOTP])) {
		call_field(c, rp, DO, FIELD_MISSING);
	} else if (call_done(c, rp, totp_now(code, &left, &t, clock_now()) ? OUT_OK : OUT_BUSY, 0)) {
		snprintf(text, sizeof(text), "%.*s %s", t.digits / 2, code, code + t.digits / 2);
		reply_text(rp, "code", code);
		reply_num(rp, "remaining", left);
		reply_num(rp, "period", t.period);
		reply_view_text(rp, "code_text", text);
	}
	secret_wipe(&t, sizeof(t));
	secret_wipe(code, sizeof(code));
	secret_wipe(text, sizeof(text));
}

static void
view(struct call *c, struct reply *rp, bool password, bool code)
{
	struct json_object *to = code ? rp->view : rp->data, *o = model_object(to, "entry");
	struct entry e;
	int64_t versions = 0;

	entry_start(&e);
	reply_view_text(rp, "code_text", "");
	if (call_done(c, rp, entry_read(&c->session, arg_text(c, ID), &e), 0) &&
	    call_done(c, rp, entry_history(&c->session, arg_text(c, ID), count, &versions), 0)) {
		entry_page(o, &e);
		entry_reveal(to, reply_view_list(rp, "password_runs"), &e, password);
		model_num(to, "history_count", versions);
		if (code)
			add_code(c, rp, &e);
	}
	entry_wipe(&e);
}

static void
show(struct call *c, struct reply *rp)
{
	view(c, rp, false, false);
}

static void
reveal(struct call *c, struct reply *rp)
{
	bool code = arg_num(c, DO) == DO_CODE;

	rp->page_on_post = true;
	view(c, rp, !code, code);
}

static const struct route route = {
	.name = "entry", .page = &page_entry, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = show, [VERB_POST] = reveal },
};

int
main(void)
{
	route_main(&route);
}
