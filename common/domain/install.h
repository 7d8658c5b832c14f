/* install.h - what there is one of in an installation: the number of active admins, and how people register. Layer: domain.
 *
 * Accounts: owner "install", kind "state"; ST_TOKENS active admins, ST_EVENT what an admin set ("open", "invite", "closed", "" for nothing), ST_REV. It is made with the
 * first account, whose owner becomes admin; every act that makes one active admin more or less names the revision that it read, so two at once cannot leave none.
 */
#ifndef DOMAIN_INSTALL_H
#define DOMAIN_INSTALL_H

#include "base/attr.h"
#include "domain/batch.h"
#include "domain/outcome.h"

enum registration { REGISTRATION_OPEN, REGISTRATION_INVITE, REGISTRATION_CLOSED, REGISTRATION__MAX };
extern const char *const registration_names[REGISTRATION__MAX + 1]; /* "open", "invite", "closed"; NULL-terminated */

struct install {
	bool found;               /* false: nobody has an account yet */
	int64_t admins, rev;
	enum registration chosen; /* by an admin, as stored; REGISTRATION_OPEN where nothing was */
};

/* Key of the item, for reads of several, and what such a read found. */
struct store_key install_key(void);
void install_from_item(struct install *in, const struct store_item *it);
/* OUT_OK, also where there is none yet; OUT_BUSY, OUT_BROKEN. */
NODISCARD enum outcome install_read(struct install *in);

/* What holds: the narrower of the operator's REGISTRATION (configuration) and what an admin chose. While nobody has an account, invite lets the first one in. */
enum registration install_operator(void);
enum registration install_registration(const struct install *in);

/* Add to a write, each only if nobody was first; return the index of the action, so that batch.failed tells it.
 *   install_first    the item itself, with `admins` active admins
 *   install_admins   `delta` active admins more; the caller has looked that one is left
 *   install_choose   how people register from now on */
size_t install_first(struct batch *b, int64_t admins);
size_t install_admins(struct batch *b, const struct install *in, int64_t delta);
size_t install_choose(struct batch *b, const struct install *in, enum registration to);

#endif
