/* entry_doc.h - the sealed document of an entry: keys, tokens, JSON; and the row it stands in. Layer: domain; private to entry*.c and import*.c.
 *
 * Members: the texts (tags a list; totp only when there is one), favorite, strength, created, updated (RFC 3339), password_changed (seconds since 1970; absent when
 * that was at `updated`, and in documents of before it was kept), ignored (finding -> reason; absent when there is none). */
#ifndef DOMAIN_ENTRY_DOC_H
#define DOMAIN_ENTRY_DOC_H

#include "crypto/fernet.h"
#include "crypto/hash.h"
#include "domain/entry.h"

#define ENTRY_DOC_MAX (128 * 1024)

/* What opens many entries of one person: HKDF's first half is made once. Wipe with secret_wipe. */
struct entry_keys {
	uint8_t prk[HASH_LEN];
};
NODISCARD bool entry_keys_start(struct entry_keys *k, const struct session *s);
/* Seal the texts of an entry for its id and version. Sets strength. */
NODISCARD bool entry_doc_seal(struct buf *token, const struct entry_keys *k, const struct session *s, struct entry *e);
/* Open a token into an entry whose id and version are set. False when it does not open or is no such document, and with e->mem.failed when memory ran out: then
 * nothing is said about the token. key_gen: of the row. */
NODISCARD bool entry_doc_open(struct entry *e, const struct entry_keys *k, int64_t key_gen, const char *token, size_t len);

/* What a row of the vault, the trash or the history says in the clear: id, version, times (seconds since 1970; deleted 0 outside the trash). `it`: as the store handed
 * it over; nothing of it is kept. False when its sort key holds no id. */
NODISCARD bool entry_doc_row(struct entry *e, const struct store_item *it);
/* The same, and its token opened as entry_doc_open does; `e` started, its memory empty, wiped by the caller. False and e->mem.failed as there; nothing is logged. */
NODISCARD bool entry_doc_read(struct entry *e, const struct entry_keys *k, const struct store_item *it);

/* Sort key of an entry: kind 'e' in the vault, 't' in the trash. Written with a NUL; id_text: ID_TEXT_LEN characters (ENTRY_KEY_MAX cuts what is not an id). */
void entry_sort_key(char out[static ENTRY_KEY_MAX], char kind, const char *id_text);
/* Sort key of an earlier version, 1 or more; one that never was (0, negative) gives a key that no row has. */
void entry_past_key(char out[static ENTRY_KEY_MAX], const char *id_text, int64_t version);
/* Add to a write that a token stands under `sort` of the person `owner` (uid text), with e's version and times; key_gen: of the keys that sealed it. Conditions on it
 * follow with batch_if. All texts must live until the commit. */
void entry_put_token(struct batch *b, const char *owner, const char *sort, const struct entry *e, int64_t key_gen, const char *token);

#endif
