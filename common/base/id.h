/* id.h - 16-byte random identifiers (accounts, entries) and their text: 26 characters of lower-case base32. Layer: base. */
#ifndef BASE_ID_H
#define BASE_ID_H

#include "base/attr.h"

#define ID_LEN 16
#define ID_TEXT_LEN 26

struct id {
	uint8_t b[ID_LEN];
};

/* Write the text form and a NUL. */
void id_text(char out[static ID_TEXT_LEN + 1], const struct id *id);
/* Read exactly ID_TEXT_LEN lower-case characters, NUL-terminated; false on anything else, *out then zero. One text per id. */
NODISCARD bool id_parse(struct id *out, const char *text);
NODISCARD bool id_equal(const struct id *a, const struct id *b);

#endif
