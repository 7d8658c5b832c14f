/* metrics_text.h - all figures in Prometheus' text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ . Layer: route.
 *
 * No name, no address, no path with an id is ever a label: `route` is the name of a program. ops/WATCH.md says what each metric means.
 */
#ifndef ROUTE_METRICS_TEXT_H
#define ROUTE_METRICS_TEXT_H

#include "base/buf.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define METRICS_MAX (256 * 1024)

/* Append everything that is known now: counters, slots, memory, disk, the pool. What cannot be had is left out; `now`: seconds since 1970. */
void metrics_text(struct buf *out, int64_t now);

#endif
