/* account.h - changes of what opens a vault: password, phrase, authenticator; reset; deletion. Layer: domain.
 *
 * Each asks for the password again, and a code where a factor changes. A change is one write: the record (only if nobody changed it since it was read), the end of
 * all other sessions, the activity row. The vault key stays, so nothing is lost.
 */
#ifndef DOMAIN_ACCOUNT_H
#define DOMAIN_ACCOUNT_H

#include "base/attr.h"
#include "crypto/phrase.h"
#include "crypto/totp.h"
#include "domain/client.h"
#include "domain/outcome.h"
#include "domain/session.h"

/* What the person gives to prove that it is them, and who asks. */
struct proof {
	const struct session *session;
	const char *password; /* present one */
	const char *code;     /* NULL where none is asked */
	struct client client;
	int64_t retry;        /* out: seconds, with OUT_LIMITED */
};

/* All: OUT_OK; OUT_REFUSED (password), OUT_BAD_CODE, OUT_STALE (somebody changed a factor meanwhile: nothing was changed), OUT_ENDED, OUT_LIMITED, OUT_BUSY,
 * OUT_FULL, OUT_BROKEN. */

/* Prove only: for ending sessions. */
NODISCARD enum outcome account_prove(struct proof *p);
/* The new password must have passed policy_password. */
NODISCARD enum outcome account_change_password(struct proof *p, const char *password);
/* Five new words; the old ones are dead. The caller wipes. */
NODISCARD enum outcome account_change_phrase(struct proof *p, char phrase[static PHRASE_MAX]);
/* First step: a new secret to scan, and the cookie of the second; the old authenticator still counts. */
NODISCARD enum outcome account_totp_start(struct proof *p, uint8_t secret[static TOTP_SECRET_LEN], char cookie[static TICKET_TEXT_LEN + 1]);
/* The secret of a running change. OUT_OK or OUT_NO_STEP. */
NODISCARD enum outcome account_totp_show(const struct session *s, const struct ticket *step, uint8_t secret[static TOTP_SECRET_LEN]);
/* Second step: a code of the new authenticator puts it in force. OUT_BAD_CODE, OUT_NO_STEP. */
NODISCARD enum outcome account_totp_finish(const struct session *s, const struct ticket *step, const char *code, const struct client *c);
/* Close the account: every session ends at once, and in CLOSING_DAYS it is gone for good, unless its owner takes it back (login_back). OUT_LAST_ADMIN. */
NODISCARD enum outcome account_close(struct proof *p);
/* New password by recovery phrase (in the form of phrase_normalise): `phrase_new` gets five new words, all sessions end, nobody is signed in. OUT_BAD_PHRASE takes the
 * same time and bytes for unknown names. */
NODISCARD enum outcome account_reset(const char *name, const char *phrase, const char *password, const struct client *c,
    char fresh[static PHRASE_MAX], int64_t *retry);

/* Keep the language that the person chose, "" for none. OUT_OK, OUT_ENDED, OUT_BUSY, OUT_FULL, OUT_BROKEN. */
NODISCARD enum outcome account_set_language(const struct session *s, const char *lang);

/* What the settings page shows. */
struct account_info {
	char username[USER_NAME_MAX + 1], email[256], role[8];
	int64_t created;
};
NODISCARD enum outcome account_info(struct account_info *i, const struct session *s);

#endif
