/* texts.h - many short texts in blocks that never move, so that rows can point into them. Layer: base.
 *
 * Failure is sticky, as with struct buf: what cannot be kept is "", and the builder looks at `failed` once at the end.
 */
#ifndef BASE_TEXTS_H
#define BASE_TEXTS_H

#include "base/attr.h"
#include "base/buf.h"

struct texts {
	struct buf *block;
	size_t n;
	bool failed;
};

/* Copy `len` bytes and a NUL into a block; an empty text takes no room. Start with a zeroed struct, end with texts_wipe. */
const char *texts_keep(struct texts *t, const char *text, size_t len);
void texts_wipe(struct texts *t);

#endif
