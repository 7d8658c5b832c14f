/* entry_doc.h - the sealed document of an entry: keys, tokens, JSON. Layer: domain; private to entry*.c and import*.c.
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


/* Sort keys: kind 'e' or 't', and of an earlier version; and the put of a sealed token under one. Keys and token must live until the commit. */
void entry_sort_key(char out[static ENTRY_KEY_MAX], char kind, const char *id_text);
void entry_past_key(char out[static ENTRY_KEY_MAX], const char *id_text, int64_t version);
void entry_put_token(struct batch *b, const char *owner, const char *sort, const struct entry *e, int64_t key_gen, const char *token);

#endif
