/* path.h - carries a path of ours inside the query of another. Layer: route. */
#ifndef ROUTE_PATH_H
#define ROUTE_PATH_H

#include "base/attr.h"
#include "base/buf.h"

#define PATH_MAX_LEN 256 /* characters of a path that may be carried */

/* Append percent-encoded (all but unreserved characters of RFC 3986). */
void path_encode(struct buf *out, const char *path);

#endif
