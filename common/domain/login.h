/* login.h - signing in: password, then the authenticator's code; in two steps or in one call (SECURITY.md 2, flows). Layer: domain. */
#ifndef DOMAIN_LOGIN_H
#define DOMAIN_LOGIN_H

#include "base/attr.h"
#include "domain/client.h"
#include "domain/outcome.h"
#include "domain/pending.h"
#include "domain/throttle.h"
#include "domain/user.h"

/* What a step gives back. Cookie values are secrets: login_wipe. */
struct login {
	char username[USER_NAME_MAX + 1];
	char cookie[TICKET_TEXT_LEN + 1]; /* of the session, or of the step */
	char device[TICKET_TEXT_LEN + 1]; /* of the device; "" while not signed in */
	char language[USER_LANG_MAX];  /* that the person chose, "" for none; once signed in */
	int64_t retry;                    /* seconds, with OUT_LIMITED */
	int64_t tries_left;               /* with OUT_BAD_CODE */
	int64_t closing;                  /* with OUT_CLOSING: the second from which on the account is gone */
};

/* The password step. `name` is a user name or an email. With `code` NULL: OUT_OK and the cookie of the next step. With a code: OUT_OK and a session; a wrong code is
 * OUT_REFUSED like a wrong password. OUT_REFUSED takes the same time and leaves the same bytes for unknown names. OUT_LIMITED, OUT_BUSY, OUT_FULL, OUT_BROKEN.
 * Told to nobody who has not proven the password: OUT_DISABLED. To nobody without the code too: OUT_CLOSING, with the cookie of login_back's step instead of a session. */
NODISCARD enum outcome login_password(struct login *l, const char *name, const char *password, const char *code, const struct client *c);
/* The code step. OUT_OK and a session; OUT_CLOSING and OUT_DISABLED as above; OUT_BAD_CODE; OUT_NO_STEP when the first step is too old or its tries are used up. */
NODISCARD enum outcome login_code(struct login *l, const struct ticket *step, const char *code, const struct client *c);
/* Until when the closed account of this step can be taken back. OUT_OK with l->username and l->closing; OUT_NO_STEP. */
NODISCARD enum outcome login_closed(struct login *l, const struct ticket *step);
/* Take a closed account back, with everything in it. OUT_OK and a session; OUT_NO_STEP; OUT_DISABLED. */
NODISCARD enum outcome login_back(struct login *l, const struct ticket *step, const struct client *c);
void login_wipe(struct login *l);

#endif
