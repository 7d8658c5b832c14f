/* status_model.h - how the server does and did for 24 hours, as programs and pages see it. Layer: route. */
#ifndef ROUTE_STATUS_MODEL_H
#define ROUTE_STATUS_MODEL_H

#include "domain/history.h"
#include "http/reply.h"

/* Fill an answer; `now`: seconds since 1970.
 * Answer: state (fine; failing: answers 5xx within half an hour; low: less than a twentieth of the disk is free; blind: nobody keeps the history), version, store, started,
 * looked, memory_kib, disk_free, disk_size (bytes), points [{at, requests, refused, failed, p50_us, p95_us, kib}], oldest first, those that were made. */
void status_model(struct reply *rp, const struct history *h, int64_t now);

#endif
