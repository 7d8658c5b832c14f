/* user.h - the user record: one item of the Users table, guarded by rec_mac (SECURITY.md 2). Layer: domain. */
#ifndef DOMAIN_USER_H
#define DOMAIN_USER_H

#include "base/attr.h"
#include "base/id.h"
#include "crypto/bcrypt.h"
#include "crypto/kdf.h"
#include "domain/batch.h"
#include "domain/outcome.h"
#include "domain/session.h"

#define USER_EMAIL_MAX 254
#define USER_WRAP_MAX 160
#define USER_SESSIONS_MAX (SESSION_MAX_PER_USER * TICKET_ROW_MAX)

#define USER_SETTINGS_MAX 64
#define USER_STANDING_MAX 40

struct user {
	char username[USER_NAME_MAX + 1], email[USER_EMAIL_MAX + 1], role[8], uid_text[ID_TEXT_LEN + 1];
	struct id uid;
	int64_t created, auth_ver, pw_ver, rc_ver, totp_ver, key_gen;
	char kdf_pw[KDF_TEXT_MAX], login_hash[BCRYPT_TEXT_LEN + 1], wrap_pw[USER_WRAP_MAX];
	char kdf_rc[KDF_TEXT_MAX], salt_rc[32], rec_hash[BCRYPT_TEXT_LEN + 1], wrap_rc[USER_WRAP_MAX];
	char totp_box[USER_WRAP_MAX];
	/* role and state, one text of the record: "user", "admin/off", "user/until=1763725911"; a program of before there were states does not open the last two */
	char standing[USER_STANDING_MAX];
	bool disabled;   /* by an admin: may not log in */
	int64_t closing; /* when a closed account is gone for good; 0 for one that is not closed */
	/* counters: not under the mac */
	int64_t totp_last;                /* last step whose code was used */
	int64_t last_login;               /* seconds; 0 where nobody looked yet */
	int64_t expires;                  /* as `closing`, where the store sees it */
	int64_t rev;                      /* goes up with every write of the record: each write names the one it read */
	char settings[USER_SETTINGS_MAX]; /* "lang=de", or "": what the person likes, and nothing that guards anything */
	char sessions[USER_SESSIONS_MAX]; /* sort keys of session rows, oldest first, space-separated; may name rows that are gone */
	/* written by user_put */
	char rec_mac[64], email_owner[USER_EMAIL_MAX + 8];
};

/* Fill role, disabled and closing from `standing`; false when it is none. user_create and user_change write it from them. */
NODISCARD bool user_standing_read(struct user *u);
/* Whether this is an admin who can log in. */
bool user_active_admin(const struct user *u);
/* Fill from an item and check rec_mac: false (logged) when the record was changed by anybody but us. */
NODISCARD bool user_from_item(struct user *u, const struct store_item *it);
/* Read by user name. OUT_OK, OUT_MISSING, OUT_BROKEN, OUT_BUSY. */
NODISCARD enum outcome user_get(struct user *u, const char *username);

/* Add the record to a write, with a fresh mac and rev + 1: a new one (must not exist, together with its email# item), or a changed one (must still have the rev
 * that was read). Return the index of the record's action through *at (may be NULL); false when the mac cannot be made. `u` must live until commit. */
NODISCARD bool user_create(struct batch *b, struct user *u);
NODISCARD bool user_change(struct batch *b, struct user *u, size_t *at);
/* Add to a write that the email# item lives as long as the record. */
void user_email_follows(struct batch *b, struct user *u);
/* Add to a write the removal of the record and its email# item. */
void user_remove(struct batch *b, struct user *u);

/* Append a session row's key to u->sessions; when there are SESSION_MAX_PER_USER already, the oldest leaves the list and `dropped` (TICKET_ROW_MAX) gets its key, else "". */
void user_add_session(struct user *u, const char *kind, char dropped[static TICKET_ROW_MAX]);
/* Split u->sessions: the i-th key into out; false when there are fewer. */
NODISCARD bool user_session(const struct user *u, size_t i, char out[static TICKET_ROW_MAX]);
/* Add to a write the end of every session of the record but `keep` (NULL: of all). kinds lives until the commit. */
void user_end_sessions(struct batch *b, const struct user *u, const char *keep, char kinds[static SESSION_MAX_PER_USER][TICKET_ROW_MAX]);
/* The language that the person chose ("de"), "" for none, and to keep it. */
#define USER_LANG_MAX 16
void user_language(char out[static USER_LANG_MAX], const struct user *u);
void user_set_language(struct user *u, const char *lang);
void user_wipe(struct user *u);

#endif
