/* directory.h - who has an account, without reading whole tables: for admins. Layer: domain.
 *
 * Accounts: owner "directory", kind the user name; ST_ROLE as the record has it, state and all, ST_CREATED, ST_EXPIRES as the record's. Written by the writes that make,
 * change and remove the record. It is a list of names and a help to count: what a person is and may do stands in the record alone, under its mac.
 */
#ifndef DOMAIN_DIRECTORY_H
#define DOMAIN_DIRECTORY_H

#include "base/attr.h"
#include "domain/batch.h"
#include "domain/user.h"

/* Add to a write the row of a record as it is now (after user_create or user_change), or its removal. `u` must live until commit. */
void directory_put(struct batch *b, const struct user *u);
void directory_remove(struct batch *b, const struct user *u);

#define DIRECTORY_PAGE 24 /* names of one page: three reads of eight records */
struct directory_page {
	char name[DIRECTORY_PAGE][USER_NAME_MAX + 1];
	size_t n;
	bool more; /* there are names after the last one */
};
/* Names in order, after the name `after` ("" for the first page). OUT_OK, OUT_BUSY, OUT_BROKEN. */
NODISCARD enum outcome directory_list(struct directory_page *p, const char *after);

#define DIRECTORY_COUNT_MAX 10000 /* rows that are counted at most: 250 read units */
struct directory_count {
	int64_t users, admins, disabled, closing;
	bool more; /* there are more rows than were counted */
};
NODISCARD enum outcome directory_count(struct directory_count *n);

#endif
