/* register-phrase: GET shows the five words, POST asks two of them back and creates the account: last of three steps. */
#include "domain/register.h"
#include "pages.h"
#include "route/enrol.h"
#include "route/route.h"

enum { WORD2, WORD4, ACCEPT, NPARAM };
static const struct param params[] = {
	[WORD2] = { "word2", PARAM_TEXT, PARAM_REQUIRED | PARAM_SECRET, 1, 32, NULL },
	[WORD4] = { "word4", PARAM_TEXT, PARAM_REQUIRED | PARAM_SECRET, 1, 32, NULL },
	[ACCEPT] = { "accept", PARAM_FLAG, 0, 0, 0, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	struct enrolment e = { 0 };
	enum outcome o = register_show(&e, &c->ticket);

	if (o == OUT_OK && e.phrase[0] == '\0')
		o = OUT_NO_STEP;
	if (call_done(c, rp, o, 0))
		enrol_phrase(rp, e.phrase);
	enrolment_wipe(&e);
}

static void
create(struct call *c, struct reply *rp)
{
	struct client client = call_client(c);
	struct login l = { 0 };
	bool wrong[2] = { false, false };
	enum outcome o = register_finish(&l, wrong, &c->ticket, arg_text(c, WORD2), arg_text(c, WORD4), &client);

	if (o == OUT_BAD_PHRASE) {
		show(c, rp);
		for (size_t i = 0; i < 2; i++)
			if (wrong[i])
				call_field(c, rp, i == 0 ? WORD2 : WORD4, FIELD_WRONG);
	} else if (call_done(c, rp, o, 0)) {
		call_set_cookie(rp, COOKIE_SESSION, l.cookie);
		call_set_cookie(rp, COOKIE_DEVICE, l.device);
		call_drop_cookie(rp, COOKIE_STEP);
		reply_text(rp, "username", l.username);
		reply_status(rp, 201);
		reply_see(rp, "/vault?done=registered");
	} else if (o == OUT_TAKEN) {
		show(c, rp);
	}
	login_wipe(&l);
}

static const struct route route = {
	.name = "register-phrase", .page = &page_register_phrase, .auth = auth_register, .back = "/register?done=register-over",
	.params = params, .nparams = NPARAM, .get_is_page = true,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = create },
};

int
main(void)
{
	route_main(&route);
}
