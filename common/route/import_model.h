/* import_model.h - imports as pages and programs see them. Layer: route. */
#ifndef ROUTE_IMPORT_MODEL_H
#define ROUTE_IMPORT_MODEL_H

#include "domain/import.h"
#include "route/route.h"

/* The columns of a CSV with the first rows' cells, secrets dotted, and what each holds: `columns`, a list of {number, name, samples, options}. */
void import_columns_model(struct reply *rp, const struct import *im);
/* Every row in its group: objects `fresh`, `same`, `changed`, `unreadable` of {count, rows, more}; each row {line, site, username, why}. `more_rows`: the file has too many. */
NODISCARD enum outcome import_preview_model(struct reply *rp, const struct session *s, struct import *im);
/* Counts and state. */
void import_result_model(struct reply *rp, const struct import *im);

#endif
