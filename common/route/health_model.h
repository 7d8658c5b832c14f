/* health_model.h - the health of a vault as programs and pages see it. Layer: route. */
#ifndef ROUTE_HEALTH_MODEL_H
#define ROUTE_HEALTH_MODEL_H

#include "domain/entry_health.h"
#include "http/reply.h"

#define HEALTH_IGNORED FINDING__MAX /* the list of what is ignored, among the kinds of findings */

/* Fill an answer.
 *   kind   FINDING_* or HEALTH_IGNORED: that list alone, a hundred rows to a page; -1: ten rows of each
 *   page   1.. of that list
 * Answer: total, attention, in_order, percent (in order of total, rounded down), rated, unrated, damaged, levels [{level, count}], and for each finding and for
 * `ignored` an object {count, entries, next_page}; next_page 0 when there are no more. Rows: id, site, username, version, and what the finding is about: strength,
 * password_changed, group and shared (entries with that password), url; of ignored: finding, reason. */
void health_model(struct reply *rp, const struct health *h, int64_t kind, int64_t page);

#endif
