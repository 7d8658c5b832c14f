/* pending.h - the row between two steps: of a login, a registration, a change of authenticator. Layer: domain.
 *
 * Accounts: owner uid, kind pending#...; what the next step needs is sealed under the secret of the step's cookie. Five tries, counted before each
 * is judged, so that tries at the same time all count.
 */
#ifndef DOMAIN_PENDING_H
#define DOMAIN_PENDING_H

#include "base/attr.h"
#include "base/buf.h"
#include "domain/batch.h"
#include "domain/outcome.h"
#include "domain/ticket.h"

#define PENDING_TRIES 5
#define PENDING_LOGIN_S 300
#define PENDING_REGISTER_S 900

struct pending {
	struct ticket ticket;
	char owner[ID_TEXT_LEN + 1], kind[TICKET_ROW_MAX];
	int64_t rev, tries, expires;
	struct buf box; /* text of the seal */
};

/* A new step with `len` bytes of content for the holder of the new ticket, added to a write. End with pending_wipe. False without randomness. */
NODISCARD bool pending_add(struct batch *b, struct pending *p, enum ticket_kind kind, const struct id *uid, const void *content, size_t len, int64_t lasts);
/* Read the step of a ticket: content must have exactly `len` bytes. OUT_OK; OUT_NO_STEP when it is gone, too old or out of tries; OUT_BUSY. */
NODISCARD enum outcome pending_read(struct pending *p, const struct ticket *t, void *content, size_t len);
/* Count one try, lasting before it is judged. OUT_OK; OUT_NO_STEP when none is left; OUT_STALE when another try came between (read again). */
NODISCARD enum outcome pending_count(struct pending *p);
/* What was tried was right and only the server was too busy to go on: tries start again. What cannot be written stays counted. */
void pending_forgive(struct pending *p);
/* Add to a write: new content (tries start again; only if no other request touched the step since it was read), or the end of the step (only while it
 * is there, so of several requests that end it one goes through). pending_end returns the index of its action. */
NODISCARD bool pending_replace(struct batch *b, struct pending *p, const void *content, size_t len);
size_t pending_end(struct batch *b, const struct pending *p);
void pending_wipe(struct pending *p);

#endif
