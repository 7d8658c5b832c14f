/* when.h - times as pages show them (UTC). Layer: route. */
#ifndef ROUTE_WHEN_H
#define ROUTE_WHEN_H

#include "base/attr.h"

#define WHEN_DAY_MAX 16
#define WHEN_TIME_MAX 8

/* "21 Nov 2026" and "14:02" of seconds since 1970. */
void when_day(char out[static WHEN_DAY_MAX], int64_t t);
void when_time(char out[static WHEN_TIME_MAX], int64_t t);

#endif
