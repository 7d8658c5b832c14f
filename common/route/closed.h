/* closed.h - what a log-in to a closed account answers. Layer: route. */
#ifndef ROUTE_CLOSED_H
#define ROUTE_CLOSED_H

#include "domain/login.h"
#include "route/route.h"

/* After OUT_CLOSING: the cookie of the step and the way to the page from which the account can be taken back. */
void closed_offer(struct reply *rp, const struct login *l);

#endif
