/* Whether a session is an admin's: apart from session.c, so that no other route carries the user record. */
#include <string.h>

#include "domain/session.h"
#include "domain/user.h"

/* The sealed role is enough to keep others out. The record is asked as well: whoever can write to the database could put back the row of a session that ended when
 * its owner stopped being an admin. */
enum outcome
session_admin(const struct session *s)
{
	struct user u;
	enum outcome o;

	if (strcmp(s->role, "admin") != 0)
		return OUT_MISSING;
	o = user_get(&u, s->username);
	if (o == OUT_OK && (!id_equal(&u.uid, &s->uid) || u.auth_ver != s->auth_ver || !user_active_admin(&u)))
		o = OUT_MISSING;
	user_wipe(&u);
	return o;
}
