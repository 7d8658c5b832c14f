#include "base/texts.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK (256 * 1024)

const char *
texts_keep(struct texts *t, const char *text, size_t len)
{
	struct buf *b = t->n ? &t->block[t->n - 1] : NULL;
	char *p;

	if (len == 0)
		return "";
	if (!b || b->len + len + 1 > b->max) {
		struct buf *more = realloc(t->block, (t->n + 1) * sizeof(*more));

		if (!more)
			goto fail;
		t->block = more;
		b = &t->block[t->n++];
		buf_init(b, len + 1 > BLOCK ? len + 1 : BLOCK);
		/* take the whole block at once: growing would move what rows point at */
		if (!buf_room(b, b->max))
			goto fail;
		b->len = 0;
	}
	p = buf_room(b, len + 1);
	if (!p)
		goto fail;
	memcpy(p, text, len);
	p[len] = '\0';
	return p;
fail:
	t->failed = true;
	return "";
}

void
texts_wipe(struct texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		buf_wipe(&t->block[i]);
	free(t->block);
	memset(t, 0, sizeof(*t));
}
