/* Forms that outlive their session. Apart from route.c, so that routes without such forms link none of it. */
#include <string.h>

#include "base/secret.h"
#include "domain/draft.h"
#include "route/path.h"
#include "route/route.h"

/* The address to come back to: the form's own, for the same entry. */
static void
send_to_login(const struct call *c, struct reply *rp)
{
	struct buf to, next;
	const char *id = "";

	for (size_t i = 0; i < c->args.n; i++)
		if (strcmp(c->args.params[i].name, "id") == 0)
			id = c->args.arg[i].text;
	buf_init(&to, 1024);
	buf_init(&next, 3 * 1024);
	buf_fmt(&to, "%s?draft=1%s%s", c->rq.path, *id ? "&id=" : "", id);
	path_encode(&next, to.p);
	if (!to.failed && !next.failed)
		reply_see(rp, "/login?next=%s&done=draft-kept", next.p);
	buf_wipe(&to);
	buf_wipe(&next);
}

void
kept_keep(struct call *c, struct reply *rp)
{
	struct ticket ended;
	char csrf[TICKET_CSRF_LEN + 1], cookie[TICKET_TEXT_LEN + 1];

	/* only a form of that very session: its cookie is ours, its token is the cookie's */
	if (ticket_open(&ended, TICKET_SESSION, call_cookie(c, COOKIE_SESSION)) && ticket_csrf(csrf, &ended) && secret_equal_text(csrf, c->csrf) &&
	    draft_keep(cookie, &ended, c->rq.body.p, c->rq.body.len) == OUT_OK) {
		call_set_cookie(rp, COOKIE_DRAFT, cookie);
		send_to_login(c, rp);
	}
	ticket_wipe(&ended);
	secret_wipe(cookie, sizeof(cookie));
}

bool
kept_open(struct call *c)
{
	const char *cookie = call_cookie(c, COOKIE_DRAFT);
	struct request form = c->rq;
	char token[TICKET_CSRF_LEN + 1]; /* of the ended session: no matter now */
	bool asked = false, ok;

	for (size_t i = 0; i < c->args.n; i++)
		asked |= strcmp(c->args.params[i].name, "draft") == 0 && c->args.arg[i].num == 1;
	if (!asked || !*cookie)
		return false;
	form.verb = VERB_POST;
	form.query = "";
	form.body_type = BODY_FORM;
	buf_init(&form.body, DRAFT_MAX);
	ok = draft_open(&form.body, &c->session, cookie) == OUT_OK;
	if (ok) {
		args_wipe(&c->args);
		ok = args_parse(&c->args, c->args.params, c->args.n, &form, token, sizeof(token)) != ERR_MALFORMED;
	}
	buf_wipe(&form.body);
	return ok;
}
