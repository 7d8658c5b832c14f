/* For pages of the person who runs the server. Apart from auth.c, so that they link neither session nor store. */
#include <string.h>

#include "route/route.h"

/* A proxy on the same machine also comes from loopback, with everybody's requests: what it passed on is not local. Where it is named in TRUSTED_PROXIES, the web
 * server has put the real address in place already. */
enum error
auth_local(struct call *c)
{
	const char *a = c->rq.address;
	bool loopback = strncmp(a, "127.", 4) == 0 || strcmp(a, "::1") == 0 || strncmp(a, "::ffff:127.", 11) == 0;

	return loopback && !c->rq.forwarded ? ERR_NONE : ERR_LOCAL;
}
