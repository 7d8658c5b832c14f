/* buf.h - a growable byte buffer with a hard maximum. Layer: base.
 *
 * Invariants: `p` is always NUL-terminated after buf_init (len does not count the NUL); len <= max.
 * Failure is sticky: after an append that would pass `max`, or when memory ran out, `failed` stays true and every
 * further append does nothing, so that a builder checks once at the end. Growth wipes the old block, as a buffer
 * may hold a secret. The owner ends every buffer with buf_wipe().
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/attr.h"

struct buf {
	char *p;
	size_t len, cap, max;
	bool failed;
};

/* Start an empty buffer that never holds more than `max` bytes. Allocates nothing; p points at a constant "". */
void buf_init(struct buf *b, size_t max);
/* Append `len` bytes / a NUL-terminated string / one byte / a printf-formatted text (at most 4 KiB per call). */
void buf_add(struct buf *b, const void *data, size_t len);
void buf_str(struct buf *b, const char *s);
void buf_ch(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Make room for `len` bytes at the end and return where they go, NULL when that fails (sticky). The caller fills all
 * of them; len is already counted. */
NODISCARD void *buf_room(struct buf *b, size_t len);
/* Cut the length back to `len` (<= b->len), wiping what is cut off. */
void buf_cut(struct buf *b, size_t len);
/* Wipe and free the memory; the buffer is then as after buf_init with the same max. */
void buf_wipe(struct buf *b);

#endif
