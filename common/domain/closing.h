/* closing.h - accounts that their owners closed, and what becomes of them after the days of grace. Layer: domain.
 *
 * The record of a closed account, its email# item and its row of the directory expire by themselves (ST_EXPIRES; the day stands under the record's mac too), and with the
 * record go the only keys of its entries. Accounts: owner "closing", kind DAY#NAME with ST_UID tells whose entries are left over, until a sweep has removed them.
 */
#ifndef DOMAIN_CLOSING_H
#define DOMAIN_CLOSING_H

#include "base/attr.h"
#include "domain/batch.h"
#include "domain/user.h"

#define CLOSING_DAYS 7
#define CLOSING_KIND_MAX 64
#define CLOSING_SWEEP_ROWS 500 /* that a request removes at most, after its own work */

struct closing_row {
	char kind[CLOSING_KIND_MAX];
};
/* Add to a write that the account is on the list, or off it again; by u->closing as it is (closing_off: as it was). */
void closing_on(struct batch *b, struct closing_row *row, const struct user *u);
void closing_off(struct batch *b, struct closing_row *row, const struct user *u);
/* Remove what is left of accounts whose days are over, at most `rows` rows; *accounts (may be NULL) counts those that are gone entirely. Cut short anywhere, the next
 * one goes on; *more (may be NULL) tells that `rows` was not enough. OUT_OK, OUT_BUSY, OUT_BROKEN. */
NODISCARD enum outcome closing_sweep(size_t rows, size_t *accounts, bool *more);

#endif
