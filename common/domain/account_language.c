/* The language that a person chose: apart from account.c, so that its route does not carry what proves passwords. */
#include "domain/account.h"
#include "domain/user.h"

#define ATTEMPTS 8

enum outcome
account_set_language(const struct session *s, const char *lang)
{
	enum outcome o = OUT_STALE;

	/* a login at the same moment changes the record too */
	for (int i = 0; i < ATTEMPTS && o == OUT_STALE; i++) {
		struct user u;
		struct batch b;

		o = user_get(&u, s->username);
		if (o == OUT_OK) {
			user_set_language(&u, lang);
			batch_start(&b);
			o = user_change(&b, &u, NULL) ? session_commit(&b, s) : OUT_BUSY;
		}
		user_wipe(&u);
	}
	return o == OUT_MISSING ? OUT_ENDED : o == OUT_STALE ? OUT_BUSY : o;
}
