/* ticket.h - the sealed value of our cookies (SECURITY.md 3). Layer: domain.
 *
 * base64url(0x01||kid||salt16||AES-256-GCM(HKDF(H("cookie"), salt16, LP("vs1")||LP("cookie")), nonce 0,
 *           sid16||uid16||C32||u64be issued||flags; aad = 0x01||kid||salt16))
 * Each value has a key of its own (its salt), so the zero nonce is used once.
 */
#ifndef DOMAIN_TICKET_H
#define DOMAIN_TICKET_H

#include "base/attr.h"
#include "base/id.h"

#define TICKET_TEXT_LEN 143
#define TICKET_SID_LEN 16
#define TICKET_SECRET_LEN 32

enum ticket_kind { TICKET_SESSION = 1, TICKET_LOGIN = 2, TICKET_REGISTER = 3, TICKET_DEVICE = 4, TICKET_TOTP = 5, TICKET_DRAFT = 6, TICKET_BACK = 7 };

struct ticket {
	uint8_t sid[TICKET_SID_LEN];
	struct id uid;
	uint8_t secret[TICKET_SECRET_LEN];
	int64_t issued;
	enum ticket_kind kind;
};

/* Fill a new ticket with random sid and secret. */
NODISCARD bool ticket_new(struct ticket *t, enum ticket_kind kind, const struct id *uid);
NODISCARD bool ticket_seal(char out[static TICKET_TEXT_LEN + 1], const struct ticket *t);
/* False for anything that we did not seal, or that is of another kind; *t then zero. */
NODISCARD bool ticket_open(struct ticket *t, enum ticket_kind kind, const char *text);
/* "PREFIX#" || base64url(SHA-256(sid)): the sort key of the row that belongs to the ticket. out holds TICKET_ROW_MAX. */
#define TICKET_ROW_MAX 64
NODISCARD bool ticket_row(char out[static TICKET_ROW_MAX], const struct ticket *t);
/* HKDF(ikm = secret, salt = sid, info = LP("vs1")||LP(purpose)||LP(uid)). */
NODISCARD bool ticket_key(uint8_t out[static 32], const struct ticket *t, const char *purpose);
/* The token of every form of a session: base64url of 16 bytes of ticket_key "vs1/csrf". "" and false when it cannot be made. */
#define TICKET_CSRF_LEN 22
NODISCARD bool ticket_csrf(char out[static TICKET_CSRF_LEN + 1], const struct ticket *t);
void ticket_wipe(struct ticket *t);

#endif
