/* store_dynamodb_clock.h - signing with DynamoDB's time where this machine's clock is wrong. Private to the module. Layer: store. */
#ifndef STORE_STORE_DYNAMODB_CLOCK_H
#define STORE_STORE_DYNAMODB_CLOCK_H

#include "base/attr.h"

/* Take over the offset that another process found, from the folder of the credentials. Once per process, before the first signature; reads one small file. */
void ddb_clock_load(void);
/* A call was refused for its signature or its age; `date` is the answer's Date (seconds, 0 for none). True when the clock that signed was off by more than a minute
 * and by less than a day: it is right now, later processes are told, and the call may be sent again. Only once a process: two wrong clocks in a row are no clock's
 * fault, and a forged date must not become a signature of next year. */
NODISCARD bool ddb_clock_correct(int64_t date);

#endif
