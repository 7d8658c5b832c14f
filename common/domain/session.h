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
#include "domain/outcome.h"
#include "domain/ticket.h"

#define VAULT_KEY_LEN 64
#define USER_NAME_MAX 32
#define SESSION_MAX_PER_USER 8
#define SESSION_CSRF_LEN 22

struct session {
	struct id uid;
	char owner[ID_TEXT_LEN + 1]; /* text of uid: partition of the person's rows and entries */
	char kind[TICKET_ROW_MAX];   /* sort key of the session row */
	char username[USER_NAME_MAX + 1];
	char role[8];
	int64_t created, expires, idle_expires;
	int64_t auth_ver, key_gen;
	char csrf[SESSION_CSRF_LEN + 1]; /* token of every form */
	uint8_t vk[VAULT_KEY_LEN];
};

/* Open the session that a cookie value names; moves the idle limit when a twentieth of it has passed. OUT_OK, OUT_ENDED (no such, expired, forged), OUT_BUSY,
 * OUT_FULL, OUT_BROKEN. The caller wipes with session_wipe. */
NODISCARD enum outcome session_open(struct session *s, const char *cookie);
/* Add to a write that it happens only while this session's row is there: nothing is written after a logout was answered.
 * Returns the index, so that batch.failed tells this condition from others. */
size_t session_guard(struct batch *b, const struct session *s);
/* End this session: the row is gone when it returns OUT_OK. */
NODISCARD enum outcome session_close(const struct session *s);
void session_wipe(struct session *s);

#endif
