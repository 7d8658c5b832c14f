/* secret.h - wiping and comparing secrets. Layer: base. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/attr.h"

/* Overwrite `len` bytes with zeros in a way that no compiler removes (explicit_bzero). NULL with 0 is allowed. */
void secret_wipe(void *p, size_t len);
/* Whether two blocks of `len` bytes are equal, in a time that depends on `len` alone. */
NODISCARD bool secret_equal(const void *a, const void *b, size_t len);
/* The same for two NUL-terminated texts; the time depends on the length of `given` alone. */
NODISCARD bool secret_equal_text(const char *known, const char *given);
/* Wipe a NUL-terminated heap string and free it; NULL is allowed. */
void secret_free_text(char *s);

#endif
