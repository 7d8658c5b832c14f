/* entry_list.h - the list of a vault: every entry opened once, searched, sorted, paged. Layer: domain. */
#ifndef DOMAIN_ENTRY_LIST_H
#define DOMAIN_ENTRY_LIST_H

#include "base/attr.h"
#include "base/texts.h"
#include "domain/entry.h"

enum entry_sort {
	ENTRY_SORT_SITE, ENTRY_SORT_SITE_DOWN, ENTRY_SORT_USERNAME, ENTRY_SORT_UPDATED, ENTRY_SORT_UPDATED_UP, ENTRY_SORT_CREATED, ENTRY_SORT_STRENGTH,
	ENTRY_SORT__MAX
};
/* Their names in addresses, NULL-terminated: site, -site, username, updated (newest first), -updated, created, strength (weakest first). */
extern const char *const entry_sorts[ENTRY_SORT__MAX + 1];

/* What the list keeps of an entry: no password, no notes, no key of one-time codes. Texts live in the list. */
struct entry_row {
	char id[ID_TEXT_LEN + 1];
	int64_t version, created, updated, deleted;
	const char *site, *url, *username, *tags, *fold; /* fold: what sorting compares */
	int strength;
	bool favorite, has_totp;
};

struct entry_tag {
	const char *name;
	size_t count;
};

struct entry_query {
	const char *q;       /* every word, in any of site, url, username, notes, tags; folded */
	const char *tag;     /* "" for all */
	bool favorites;      /* only those */
	bool trash;          /* the trash instead of the vault; newest deletion first */
	bool tags;           /* count tags over the whole vault as well */
	enum entry_sort sort;
};

#define ENTRY_TAG_NAMES 200

struct entry_list {
	struct entry_row *row;
	size_t n, cap;
	size_t all, favorites, damaged; /* of the whole vault, whatever was asked for */
	struct entry_tag tag[ENTRY_TAG_NAMES];
	size_t ntags;
	struct texts texts;             /* private */
};

/* Read, filter and sort. A damaged entry is counted, logged and left out. OUT_OK, OUT_BUSY, OUT_BROKEN. End with entry_list_wipe. */
NODISCARD enum outcome entry_list_read(struct entry_list *l, const struct session *s, const struct entry_query *q);
/* Index of the row after the one with this id; 0 for ""; l->n when it is not there. */
size_t entry_list_after(const struct entry_list *l, const char *id);
void entry_list_wipe(struct entry_list *l);

#endif
