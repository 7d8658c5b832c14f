/* invite.h - invitations: a code that lets one person register, once. Layer: domain.
 *
 * Accounts: owner "invites", kind "invite#" || base64url(HMAC-SHA256(H("invite"), code)): neither the database nor who can write to it knows a code that works. ST_USERNAME who
 * made it, ST_EMAIL_LOWER for whom ("" for anybody), ST_CREATED, ST_EXPIRES. The row is deleted by the write that makes the account, so a code makes one account.
 */
#ifndef DOMAIN_INVITE_H
#define DOMAIN_INVITE_H

#include "base/attr.h"
#include "domain/batch.h"
#include "domain/client.h"
#include "domain/outcome.h"
#include "domain/session.h"
#include "domain/user.h"

#define INVITE_DAYS 7
#define INVITE_CODE_MAX 24 /* base64url of the server key's number and 16 random bytes, with its NUL */
#define INVITE_KIND_MAX 56
#define INVITE_LIST_MAX 100

/* Make one, in the name of the admin whose session this is; `email` in the form of policy_email, or "". `code` is a secret: shown once, wiped by the caller.
 * OUT_OK, OUT_ENDED, OUT_BUSY, OUT_FULL, OUT_BROKEN; OUT_LIMITED when INVITE_LIST_MAX are open. */
NODISCARD enum outcome invite_make(char code[static INVITE_CODE_MAX], const struct session *s, const char *email, const struct client *c);

struct invite {
	char id[INVITE_KIND_MAX]; /* what follows "invite#": names it, opens nothing */
	char email[USER_EMAIL_MAX + 1], by[USER_NAME_MAX + 1];
	int64_t created, expires;
};
/* The open ones, oldest first. */
NODISCARD enum outcome invite_list(struct invite *list, size_t cap, size_t *n);
/* Take one back. OUT_OK, OUT_MISSING, OUT_ENDED, OUT_BUSY. */
NODISCARD enum outcome invite_revoke(const struct session *s, const char *id, const struct client *c);

/* The key of a code's row; false for what cannot be a code of ours. `kind` must live as long as the key. */
NODISCARD bool invite_key(struct store_key *key, char kind[static INVITE_KIND_MAX], const char *code);
/* Whether the row that such a read found lets this email in; `email` NULL: not known yet. */
bool invite_holds(const struct store_item *it, const char *email);
/* Add to a write that the invitation is used up; only while it is there. Returns the index of the action. */
size_t invite_use(struct batch *b, const char *kind);

#endif
