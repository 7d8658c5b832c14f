/* activity.h - what happened in an account: sign-ins, failures, changes; kept 90 days. Layer: domain. */
#ifndef DOMAIN_ACTIVITY_H
#define DOMAIN_ACTIVITY_H

#include "base/attr.h"
#include "domain/batch.h"
#include "domain/client.h"

#define ACTIVITY_KEEP_DAYS 90
#define ACTIVITY_ROW_MAX 48

enum activity {
	ACTIVITY_REGISTERED, ACTIVITY_SIGNED_IN, ACTIVITY_WRONG_PASSWORD, ACTIVITY_WRONG_CODE, ACTIVITY_WRONG_PHRASE,
	ACTIVITY_RESET, ACTIVITY_PASSWORD_CHANGED, ACTIVITY_PHRASE_CHANGED, ACTIVITY_TOTP_CHANGED, ACTIVITY_SESSIONS_ENDED,
	ACTIVITY_CLOSED, ACTIVITY_BACK,
	/* what an admin did, in the log of the one to whom it was done, then in the admin's own */
	ACTIVITY_DISABLED, ACTIVITY_ENABLED, ACTIVITY_PROMOTED, ACTIVITY_DEMOTED,
	ACTIVITY_DID_DISABLE, ACTIVITY_DID_ENABLE, ACTIVITY_DID_PROMOTE, ACTIVITY_DID_DEMOTE,
	ACTIVITY_REGISTRATION, ACTIVITY_INVITE_MADE, ACTIVITY_INVITE_REVOKED, ACTIVITY__MAX
};

/* A row of the log; its texts live here until the batch is committed. */
struct activity_row {
	char owner[ID_TEXT_LEN + 1], kind[ACTIVITY_ROW_MAX];
	struct buf detail;
};
/* Add one event to a write. False when randomness or keys failed. End with activity_row_wipe. */
NODISCARD bool activity_add(struct batch *b, struct activity_row *row, const struct id *uid, enum activity what, const struct client *c);
/* The same, about somebody: the user name of the one to whom it was done, or of the admin who did it; it must live until commit. */
NODISCARD bool activity_add_about(struct batch *b, struct activity_row *row, const struct id *uid, enum activity what, const struct client *c, const char *about);
void activity_row_wipe(struct activity_row *row);
/* Write one event alone, for failures, and a log line with the address (ops/fail2ban reads it); what goes wrong with it is logged and does not matter to the
 * answer. With uid NULL (nobody has that name) a row of the same size is written that nobody reads and that soon expires, as a missing write would tell by its
 * time that the name is unknown. */
void activity_note(const struct id *uid, enum activity what, const struct client *c);

/* One event read back. `about` is a user name or "". `code` is e.g. "signed_in", `sentence` for people, bad marks failures. */
struct activity_event {
	const char *code, *sentence, *kind, *about;
	bool bad;
	int64_t time;
	char address[48], browser[64];
};
typedef bool activity_fn(void *ctx, const struct activity_event *e);
/* Hand at most `limit` events to fn, newest first, older than the row `after` ("" for all). */
NODISCARD enum outcome activity_list(const struct id *uid, const char *after, size_t limit, activity_fn *fn, void *ctx);

#endif
