/* For admins: apart from auth.c, so that no other route carries the user record. */
#include "route/route.h"

enum error
auth_admin(struct call *c)
{
	enum error e = auth_session(c);
	enum outcome o = e == ERR_NONE ? session_admin(&c->session) : OUT_MISSING;

	if (o == OUT_OK)
		return ERR_NONE;
	if (e == ERR_NONE)
		e = o == OUT_BUSY || o == OUT_BROKEN ? ERR_TRY_LATER : ERR_NO_SESSION;
	session_wipe(&c->session);
	return e == ERR_NO_SESSION ? ERR_NOT_FOUND : e;
}

enum error
auth_local_or_admin(struct call *c)
{
	return auth_local(c) == ERR_NONE ? auth_cookie(c) : auth_admin(c);
}
