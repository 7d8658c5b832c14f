/* utf8.h - UTF-8: validity, counting, and the folding that search and sort use. Layer: base. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/attr.h"
#include "base/buf.h"

/* Whether `len` bytes are valid UTF-8 (RFC 3629: no overlong forms, surrogates, or above U+10FFFF). NUL bytes are valid here. */
NODISCARD bool utf8_valid(const char *s, size_t len);
/* Number of code points in valid UTF-8. */
size_t utf8_count(const char *s, size_t len);
/* Whether the text holds a control character other than newline, carriage return, tab (C0, DEL, C1) - or any at all with `single_line`. */
NODISCARD bool utf8_has_control(const char *s, size_t len, bool single_line);
/* Append the folded form of valid UTF-8: lower case, accents dropped (Latin-1, Latin Extended-A/B and Additional, Greek and
 * Cyrillic case; combining marks U+0300-036F dropped; sharp s -> ss, ae/oe/thorn ligatures opened). */
void utf8_fold(struct buf *out, const char *s, size_t len);

#endif
