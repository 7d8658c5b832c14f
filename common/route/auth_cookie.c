/* Who somebody says to be, without the store: apart from auth.c, so that public programs stay small. */
#include "domain/ticket.h"
#include "route/route.h"

enum error
auth_cookie(struct call *c)
{
	struct ticket t;

	if (ticket_open(&t, TICKET_SESSION, call_cookie(c, COOKIE_SESSION)) && !ticket_csrf(c->session.csrf, &t))
		c->session.csrf[0] = '\0';
	ticket_wipe(&t);
	return ERR_NONE;
}
