/* throttle.h - how often somebody may try: token bucket per client address, growing delays per account or device (SECURITY.md 4). Layer: domain.
 *
 * Asked before the memory-hard work. An address (/32, /64) has 10 tries, then one each 6 s. An account has 10 wrong tries from devices it does not know,
 * then each next one waits twice as long, up to 60 s; a device that signed in before has a count of its own, so nobody can lock another out.
 * Never a hard lock. Names and addresses are kept as keyed hashes.
 */
#ifndef DOMAIN_THROTTLE_H
#define DOMAIN_THROTTLE_H

#include "base/attr.h"
#include "domain/batch.h"
#include "domain/client.h"
#include "domain/outcome.h"

#define THROTTLE_BURST 10
#define THROTTLE_REFILL_MS 6000
#define THROTTLE_DELAY_MAX_MS 60000
#define THROTTLE_KEY_MAX 48

struct throttle {
	char account[THROTTLE_KEY_MAX]; /* owner of the row that counts wrong tries */
	bool counted;                   /* this try is counted there */
};

/* Take one try. `name` is the account's user name as typed (NULL: the address alone counts). OUT_OK; OUT_LIMITED with *retry in seconds; OUT_BUSY, OUT_FULL, OUT_BROKEN.
 * The try counts as wrong from now on, so that tries at the same time all count; throttle_right takes it back. */
/* `also` and `item` (both may be NULL) read one more item in the same round trip; the caller wipes it. */
NODISCARD enum outcome throttle_try(struct throttle *t, const char *name, const struct client *c, int64_t *retry, const struct store_key *also,
    struct store_item *item);
/* Name the count of an account without taking a try: for the last step of several, which takes back the tries of the first. */
NODISCARD bool throttle_account(struct throttle *t, const char *name, const struct client *c);
/* Add to a write that the try was right: the count of wrong tries is gone. */
void throttle_right(struct batch *b, const struct throttle *t);

#endif
