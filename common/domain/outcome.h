/* outcome.h - how a rule of the product ended: what every operation of domain/ returns. Layer: domain. */
#ifndef DOMAIN_OUTCOME_H
#define DOMAIN_OUTCOME_H

#include "base/attr.h"
#include "store/store.h"

enum outcome {
	OUT_OK,
	OUT_REFUSED,    /* user name or password is not right */
	OUT_BAD_CODE,   /* the authenticator's code is not right, or was used before */
	OUT_BAD_PHRASE, /* user name or recovery phrase, or one of its words, is not right */
	OUT_NO_STEP,    /* the step before is missing, too old, or out of tries */
	OUT_STALE,      /* changed meanwhile by somebody else */
	OUT_TAKEN,      /* user name or email is in use */
	OUT_MISSING,    /* not there, or not yours */
	OUT_ENDED,      /* the session ended meanwhile */
	OUT_DISABLED,   /* an admin closed the account to its owner */
	OUT_CLOSING,    /* the account is closed and can still be taken back */
	OUT_LAST_ADMIN, /* nobody would be left who is an active admin */
	OUT_NOT_NOW,    /* registration is closed */
	OUT_UNINVITED,  /* registration needs an invitation, and there is none, or it is used, over, taken back or another's */
	OUT_LIMITED,    /* too many tries: see the seconds beside it */
	OUT_BUSY,       /* no slot, no randomness, store out of reach: try later */
	OUT_FULL,       /* no room */
	OUT_DAMAGED,    /* an entry whose token does not open: logged, nothing is changed */
	OUT_BROKEN      /* a record that does not verify, keys that do not open: logged */
};

/* What a store result means where no condition could fail. */
enum outcome outcome_of(enum store_result r);

#endif
