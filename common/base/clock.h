/* clock.h - time. Layer: base. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/attr.h"

#define CLOCK_TEXT_LEN 20

/* Seconds / milliseconds since 1970, UTC. */
int64_t clock_now(void);
int64_t clock_now_ms(void);
/* Milliseconds of a clock that never goes back, for waits and durations. */
int64_t clock_mono_ms(void);
/* "2026-11-21T14:02:09Z" (RFC 3339) for seconds since 1970, 0 <= t < year 10000; "" otherwise. */
void clock_text(char out[static CLOCK_TEXT_LEN + 1], int64_t t);
/* Sleep for `ms` milliseconds. */
void clock_sleep_ms(int64_t ms);

#endif
