#!/bin/sh
# routes.sh NAME... - the names of the routes as a C table (common/base/count.h): which place in the file of counters belongs to which.
set -eu
printf '#include "base/count.h"\n\nconst char *const count_routes[COUNT_ROUTES_MAX] = {\n'
for n in "$@"; do printf '\t"%s",\n' "$n"; done
# other names, another layout: a file of the version before is not added to
printf '};\nconst size_t count_nroutes = %d;\nconst uint32_t count_layout = %uu;\n' "$#" "$(printf '%s\n' "$@" | cksum | cut -d ' ' -f 1)"
printf '_Static_assert(%d <= COUNT_ROUTES_MAX, "more routes than places");\n' "$#"
