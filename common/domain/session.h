/* session.h - a signed-in person: cookie plus row (SECURITY.md 3). Layer: domain.
 *
 * The row (Accounts: owner uid, kind session#...) holds the vault key sealed under the cookie's secret: neither opens without the other, and a deleted
 * row is a logout that no copy of the cookie survives. Its ST_EXPIRES moves with use (idle), never beyond created + SESSION_MAX.
 */
#ifndef DOMAIN_SESSION_H
#define DOMAIN_SESSION_H

#include "base/attr.h"
#include "base/id.h"
#include "domain/batch.h"
#include "domain/client.h"
#include "domain/outcome.h"
#include "domain/ticket.h"

#define VAULT_KEY_LEN 64
#define USER_NAME_MAX 32
#define SESSION_MAX_PER_USER 8

struct session {
	struct id uid;
	char owner[ID_TEXT_LEN + 1]; /* text of uid: partition of the person's rows and entries */
	char kind[TICKET_ROW_MAX];   /* sort key of the session row */
	char username[USER_NAME_MAX + 1];
	char role[8]; /* "user" or "admin": from the record at the login, and bound to the row's seal since */
	int64_t created, expires, idle_expires;
	int64_t auth_ver, key_gen;
	char csrf[TICKET_CSRF_LEN + 1]; /* token of every form */
	struct ticket ticket;            /* the opened cookie */
	uint8_t vk[VAULT_KEY_LEN];
	struct session_ahead *ahead;     /* an entry that was read together with the session; NULL for none */
};

/* What the row of a session is made of; texts live here until the batch is committed. */
struct session_row {
	struct ticket ticket;
	char owner[ID_TEXT_LEN + 1], kind[TICKET_ROW_MAX];
	struct buf box, detail;
};

/* Prepare a new session's row and ticket, and add it to a write. False when randomness or keys failed. End with session_row_wipe. */
NODISCARD bool session_add(struct batch *b, struct session_row *row, const struct id *uid, const char *username, const char *role,
    int64_t auth_ver, int64_t key_gen, const uint8_t vk[static VAULT_KEY_LEN], const struct client *client);
/* Add to a write that this session goes on under a new auth_ver (its row is sealed again). */
NODISCARD bool session_renew(struct batch *b, struct session_row *row, const struct session *s, int64_t auth_ver);
void session_row_wipe(struct session_row *row);

/* One session of a person, for the list in the settings. */
struct session_info {
	char id[TICKET_ROW_MAX]; /* what follows "session#" */
	bool current;
	int64_t created, seen;
	char address[48], browser[64];
};
/* Fill at most `cap` rows, newest first; *n gets the count. */
NODISCARD enum outcome session_list(struct session_info *list, size_t cap, size_t *n, const struct session *s);
/* End one session of the person by its id (OUT_MISSING when there is none), or with id NULL all but this one. */
NODISCARD enum outcome session_end(const struct session *s, const char *id);

/* Open the session that a cookie value names; moves the idle limit when a twentieth of it has passed. OUT_OK, OUT_ENDED (no such, expired, forged), OUT_BUSY,
 * OUT_FULL, OUT_BROKEN. The caller wipes with session_wipe. */
/* `ahead`: sort key of an entry of the person's that will be asked for next, read in the same round trip; NULL for none. */
NODISCARD enum outcome session_open(struct session *s, const char *cookie, const char *ahead);
/* Hand over what was read ahead under `sort`, once; it->found tells whether it is there. False when that key was not read ahead. The caller wipes *it. */
NODISCARD bool session_ahead(struct store_item *it, const struct session *s, const char *sort);
/* Whether the person is an admin now, by the record: OUT_OK; OUT_MISSING for everybody else; OUT_BUSY, OUT_BROKEN. One round trip more, for admins alone. */
NODISCARD enum outcome session_admin(const struct session *s);
/* Add to a write that it happens only while this session's row is there: nothing is written after a logout was answered.
 * Returns the index, so that batch.failed tells this condition from others. */
size_t session_guard(struct batch *b, const struct session *s);
/* Commit a write of this session's with its guard, added as the last action: `b` begun by the caller, with room for one more, its keys and texts alive until here.
 * OUT_OK; OUT_ENDED when the session's row is gone; OUT_STALE when another condition did not hold (b->failed says which); OUT_FULL, OUT_BUSY, OUT_BROKEN. Nothing is
 * written but with OUT_OK. */
NODISCARD enum outcome session_commit(struct batch *b, const struct session *s);
/* End this session: the row is gone when it returns OUT_OK. */
NODISCARD enum outcome session_close(const struct session *s);
void session_wipe(struct session *s);

#endif
