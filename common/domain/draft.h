/* draft.h - a form that was sent after its session had ended: kept until the person is signed in again. Layer: domain.
 *
 * Accounts: owner uid, kind draft#SHA256(sid of the ended session): one a session, an hour long. Sealed under the secret of a cookie of its own, so that only the
 * browser that sent the form sees it again, and only once the same person is signed in.
 */
#ifndef DOMAIN_DRAFT_H
#define DOMAIN_DRAFT_H

#include "base/attr.h"
#include "base/buf.h"
#include "domain/outcome.h"
#include "domain/session.h"

#define DRAFT_MAX (64 * 1024) /* bytes of a form */

/* Keep the form's body for whom the ticket of the ended session names; `cookie` gets the value of the draft's cookie. OUT_OK, OUT_BUSY, OUT_FULL, OUT_BROKEN. */
NODISCARD enum outcome draft_keep(char cookie[static TICKET_TEXT_LEN + 1], const struct ticket *ended, const char *body, size_t len);
/* Append the kept body to out. OUT_OK; OUT_MISSING when there is none, it is too old or another person's; OUT_BUSY, OUT_BROKEN. */
NODISCARD enum outcome draft_open(struct buf *out, const struct session *s, const char *cookie);

#endif
