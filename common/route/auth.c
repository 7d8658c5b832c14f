/* Who may: apart from route.c, so that public routes link neither session nor store. */
#include "domain/entry.h"
#include "route/route.h"

static const enum error errors[] = {
	[OUT_OK] = ERR_NONE,
	[OUT_ENDED] = ERR_NO_SESSION,
	[OUT_FULL] = ERR_FULL,
	[OUT_BUSY] = ERR_TRY_LATER,
	[OUT_BROKEN] = ERR_TRY_LATER,
};

enum error
auth_session(struct call *c)
{
	const char *value = call_cookie(c, COOKIE_SESSION);

	char key[ENTRY_KEY_MAX];
	bool one = c->rq.path_info[0] != '\0' && entry_key_of(key, c->rq.path_info + 1);

	return *value ? errors[session_open(&c->session, value, one ? key : NULL)] : ERR_NO_SESSION;
}

static enum error
step(struct call *c, enum ticket_kind kind)
{
	return ticket_open(&c->ticket, kind, call_cookie(c, COOKIE_STEP)) ? ERR_NONE : ERR_NO_SESSION;
}

enum error
auth_login(struct call *c)
{
	return step(c, TICKET_LOGIN);
}

enum error
auth_back(struct call *c)
{
	return step(c, TICKET_BACK);
}

enum error
auth_register(struct call *c)
{
	return step(c, TICKET_REGISTER);
}
