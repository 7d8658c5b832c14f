/* proof.h - the settings ask for the password again, and a code where a factor changes. Layer: route. */
#ifndef ROUTE_PROOF_H
#define ROUTE_PROOF_H

#include "domain/account.h"
#include "domain/policy.h"
#include "route/route.h"

/* The two parameters, for tables: { PROOF_CURRENT }, { PROOF_CODE }. */
#define PROOF_CURRENT "current", PARAM_TEXT, PARAM_REQUIRED | PARAM_SECRET, 1, POLICY_PASSWORD_MAX, NULL
#define PROOF_CODE "code", PARAM_CODE, PARAM_REQUIRED | PARAM_SECRET, 0, 0, NULL

/* Gather the proof of a call; `code` is the index of the code, SIZE_MAX where none is asked. */
struct proof proof_of(const struct call *c, size_t current, size_t code);
/* As call_done, but a wrong password or code is a fault of its field (422): the session itself is fine. */
NODISCARD bool proof_done(struct call *c, struct reply *rp, enum outcome o, const struct proof *p, size_t current, size_t code);

#endif
