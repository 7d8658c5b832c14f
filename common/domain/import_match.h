/* import_match.h - which entries of the vault a file's rows meet. Layer: domain; private to import*.c.
 *
 * Two are about the same thing when the host of the web address (without one: the folded site) and the user name are equal. A row says the same as an entry when
 * writing it would change nothing: what the row leaves empty counts as equal. An entry is met by one row at most, those that say the same first. Of texts only
 * keyed marks are held, so a vault of 10,000 takes about 2 MB, and each row costs one look into a table.
 */
#ifndef DOMAIN_IMPORT_MATCH_H
#define DOMAIN_IMPORT_MATCH_H

#include "crypto/hash.h"
#include "domain/import.h"

#define MATCH_MARK 16

struct match_known {
	uint8_t key[MATCH_MARK], full[MATCH_MARK], mark[ENTRY__FIELDS][MATCH_MARK];
	char id[ID_TEXT_LEN + 1]; /* "" of a row of the file */
	bool favorite, met;
	size_t next_key, next_full; /* index + 1 */
};

struct match {
	uint8_t secret[HASH_LEN];
	struct match_known *known;
	size_t n, cap, slots;
	size_t *by_key, *by_full;   /* index + 1 of the first of a chain */
	struct id *own;             /* entries that this import made: not looked at */
	size_t nown;
	size_t *verdict;            /* of each row: index + 1 of the entry that says the same */
	size_t rows;
	struct buf fold;
	bool failed;
};

struct match_found {
	struct import_finding finding;
	const char *id;             /* GROUP_CHANGED: the entry */
};
typedef bool match_fn(void *ctx, const struct match_found *f);

/* Compare all rows; `m` is started and wiped here. Rows come in order of the file. */
NODISCARD enum outcome match_rows(const struct session *s, struct import *im, match_fn *fn, void *ctx, bool *more);

#endif
