/* admin.h - what an admin may do to people: never to an entry. Layer: domain.
 *
 * Each act is one write: the record (which names the revision that was read, and gets a new auth_ver, so that no step of before goes on), the end of its sessions, the
 * directory, the number of active admins where it changes, and a row in both logs. The last active admin stays one.
 */
#ifndef DOMAIN_ADMIN_H
#define DOMAIN_ADMIN_H

#include "base/attr.h"
#include "domain/client.h"
#include "domain/directory.h"
#include "domain/install.h"
#include "domain/outcome.h"
#include "domain/session.h"

enum admin_act { ADMIN_DISABLE, ADMIN_ENABLE, ADMIN_PROMOTE, ADMIN_DEMOTE, ADMIN__ACTS };
extern const char *const admin_acts[ADMIN__ACTS + 1]; /* "disable", "enable", "admin", "user"; NULL-terminated */

/* Do it to the user `name`. `by` is the admin's session, whose password was proven (account_prove); NULL: the tool of who runs the server. Where it is so already, nothing is
 * written. OUT_OK; OUT_MISSING; OUT_LAST_ADMIN; OUT_ENDED (the admin's session ended meanwhile); OUT_BUSY, OUT_FULL, OUT_BROKEN. */
NODISCARD enum outcome admin_apply(const char *name, enum admin_act act, const struct session *by, const struct client *c);

/* Set how people register. OUT_OK; OUT_REFUSED when it is wider than the operator's REGISTRATION; OUT_ENDED, OUT_BUSY, OUT_FULL, OUT_BROKEN. */
NODISCARD enum outcome admin_registration(enum registration to, const struct session *by, const struct client *c);

/* A person as admins see one: no email, nothing of the vault. */
struct admin_user {
	char username[USER_NAME_MAX + 1], role[8];
	bool disabled, damaged; /* damaged: the record does not verify (logged); everything but the name is empty */
	int64_t closing, created, last_login;
};
struct admin_users {
	struct admin_user user[DIRECTORY_PAGE];
	size_t n;
	bool more;
	char last[USER_NAME_MAX + 1]; /* where the next page begins */
};
/* One page of people, by name, after `after` ("" for the first). */
NODISCARD enum outcome admin_list(struct admin_users *list, const char *after);
/* One person. OUT_MISSING. */
NODISCARD enum outcome admin_user(struct admin_user *u, const char *name);

#endif
