/* register.h - a new account in three steps: account, authenticator, recovery phrase. Layer: domain.
 *
 * Nothing of the account exists before the last step: then one write creates user record, email item and session. Until that moment all of it is sealed in the
 * pending row, under the secret of the step's cookie. The first step never says whether a name is taken: the last one does.
 */
#ifndef DOMAIN_REGISTER_H
#define DOMAIN_REGISTER_H

#include "base/attr.h"
#include "crypto/phrase.h"
#include "crypto/totp.h"
#include "domain/client.h"
#include "domain/login.h"
#include "domain/outcome.h"

struct enrolment {
	char username[USER_NAME_MAX + 1];
	uint8_t secret[TOTP_SECRET_LEN]; /* of the authenticator */
	char phrase[PHRASE_MAX];         /* "" before the second step was passed */
	char cookie[TICKET_TEXT_LEN + 1];
	int64_t retry;
};

/* Whether somebody may register now: `invite` is a code or "", `email` NULL while it is not known. OUT_OK; OUT_NOT_NOW (closed); OUT_UNINVITED; OUT_BUSY, OUT_BROKEN. */
NODISCARD enum outcome register_may(const char *invite, const char *email);
/* Step 1: username and email in the form of policy.h, a password that policy_password took. `invite` a code or "". The caller has asked register_may;
 * the last step asks it again. OUT_OK with secret and cookie; OUT_LIMITED, OUT_BUSY, OUT_FULL. */
NODISCARD enum outcome register_start(struct enrolment *e, const char *username, const char *email, const char *password, const char *invite, const struct client *c);
/* What a running registration holds. OUT_OK or OUT_NO_STEP. */
NODISCARD enum outcome register_show(struct enrolment *e, const struct ticket *step);
/* Step 2: OUT_OK with the phrase; OUT_BAD_CODE; OUT_NO_STEP. Passed before: OUT_OK with the same phrase, whatever the code. */
NODISCARD enum outcome register_code(struct enrolment *e, const struct ticket *step, const char *code);
/* Step 3: words 2 and 4 of the phrase. OUT_OK and signed in (l); OUT_BAD_PHRASE with wrong[0], wrong[1] telling which; OUT_TAKEN; OUT_NO_STEP;
 * what register_may says by now. The first account of an installation is an admin's; an invitation is used up by the write that makes the account. */
NODISCARD enum outcome register_finish(struct login *l, bool wrong[static 2], const struct ticket *step, const char *word2, const char *word4,
    const struct client *c);
void enrolment_wipe(struct enrolment *e);

#endif
