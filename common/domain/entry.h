/* entry.h - entries of a vault: one sealed document each, with history (SECURITY.md 2); the trash: entry_trash.h. Layer: domain.
 *
 * Passwords table, part = the person's uid text. Sort keys: "e#ID" current, "t#ID" in the trash, "h#ID#VERSION" (10 digits) earlier versions.
 * Nothing but id, version and times stands in the clear. The token is Fernet over a JSON document padded with spaces to 256 bytes, under a key of its own:
 * EK = HKDF(VK, salt = uid, LP("vs1/entry")||LP(id)||u64be(version)||u32be(key_gen)), so that a moved, swapped or old token does not open.
 */
#ifndef DOMAIN_ENTRY_H
#define DOMAIN_ENTRY_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/id.h"
#include "domain/outcome.h"
#include "domain/session.h"

/* Limits in characters. */
#define ENTRY_SITE_MAX 256
#define ENTRY_USERNAME_MAX 512
#define ENTRY_URL_MAX 2048
#define ENTRY_PASSWORD_MAX 1024
#define ENTRY_NOTES_MAX 10000
#define ENTRY_TAGS_MAX 50
#define ENTRY_TOTP_MAX 1024

#define ENTRY_HISTORY 20 /* earlier versions that are kept */

/* The texts of an entry. tags: joined by '\n', as PARAM_TAGS hands them over. totp: as PARAM_TOTP does; otpauth_parse reads it. */
enum entry_field { ENTRY_SITE, ENTRY_URL, ENTRY_USERNAME, ENTRY_PASSWORD, ENTRY_NOTES, ENTRY_TAGS, ENTRY_TOTP, ENTRY__FIELDS };
extern const char *const entry_fields[ENTRY__FIELDS];

/* What the health page finds (entry_health.h); in documents and answers by these names. */
enum entry_finding { FINDING_SAME, FINDING_REUSED, FINDING_WEAK, FINDING_OLD, FINDING_HTTP, FINDING__MAX };
extern const char *const entry_findings[FINDING__MAX + 1]; /* same, reused, weak, old, http; NULL at the end */
#define ENTRY_REASON_MAX 200 /* characters */

struct entry {
	struct id id;
	char id_text[ID_TEXT_LEN + 1];
	int64_t version, created, updated, deleted;
	const char *text[ENTRY__FIELDS]; /* never NULL; into mem, or into the caller's memory when he fills an entry */
	const char *ignored[FINDING__MAX]; /* the reason for which a finding is ignored, "" where it is not; never NULL */
	int64_t password_at;             /* when the password was changed last; of documents that do not say: when they were. Set when it is saved */
	bool favorite;
	int strength;                    /* 0..4, set when it is saved */
	struct buf mem;
	struct store_item row;           /* as it was read, so that an update need not read again; private */
};

/* Sort key of a current entry, for session_open to read along; false when the text is no id. In the header, so that no program links entries for it. */
#define ENTRY_KEY_MAX 64
static inline bool
entry_key_of(char out[static ENTRY_KEY_MAX], const char *id_text)
{
	struct id id;

	snprintf(out, ENTRY_KEY_MAX, "e#%.*s", ID_TEXT_LEN, id_text);
	return id_parse(&id, id_text);
}

/* Start an empty entry. Every entry ends with entry_wipe. */
void entry_start(struct entry *e);
void entry_wipe(struct entry *e);

/* All take the session for keys and guard. Besides what is named: OUT_ENDED when the session ended meanwhile, OUT_BUSY, OUT_FULL, OUT_BROKEN. */

/* Store a new entry: sets id, version 1, times, strength. `chosen`: the id that its form came with, "" for none. Sent twice, such a form makes one entry, and both are
 * OUT_OK; when its id stands for anything else by now (changed since, or in the trash), the entry gets another one. */
NODISCARD enum outcome entry_create(const struct session *s, const char *chosen, struct entry *e);
/* Read one. OUT_MISSING (also for other people's), OUT_DAMAGED when its token does not open (logged; nothing is changed). */
NODISCARD enum outcome entry_read(const struct session *s, const char *id_text, struct entry *e);
NODISCARD enum outcome entry_read_trash(const struct session *s, const char *id_text, struct entry *e);
/* An earlier version, or the present one when `version` is that. */
NODISCARD enum outcome entry_read_version(const struct session *s, const char *id_text, int64_t version, struct entry *e);
/* Replace the texts of an entry that was read (e->id, version, created); the version goes up. The present token goes to the history unless only favourite, tags or
 * ignored findings changed (those are switched often, and nobody wants them back). OUT_STALE when e->version is no longer the present one; but what stands there already
 * is OUT_OK, with its version, so that the same update may be sent twice. */
NODISCARD enum outcome entry_update(const struct session *s, struct entry *e);

/* Hand over the earlier versions of an entry, newest first, each opened; OUT_MISSING when there is no such entry. Return false to stop. */
typedef bool entry_fn(void *ctx, const struct entry *e);
NODISCARD enum outcome entry_history(const struct session *s, const char *id_text, entry_fn *fn, void *ctx);

/* Open every token of the person's, in vault, trash and history, and count; only the keys and owner of `s` are used. For tools. */
NODISCARD enum outcome entry_verify(const struct session *s, size_t *whole, size_t *damaged);
/* Hand over every entry of the vault, opened; valid within the call alone. *damaged gets the number of those that do not open (logged). Return false to stop. */
NODISCARD enum outcome entry_each(const struct session *s, entry_fn *fn, void *ctx, size_t *damaged);

/* The web address as a link: "" unless it is http, https or a bare host (then https). Appends to out. */
void entry_link(struct buf *out, const char *url);
/* The host of a web address, "" when there is none. Appends to out. */
void entry_host(struct buf *out, const char *url);

#endif
