#include "base/id.h"

#include <string.h>

#include "base/enc.h"
#include "base/secret.h"

void
id_text(char out[static ID_TEXT_LEN + 1], const struct id *id)
{
	enc_b32lower(out, id->b, ID_LEN);
}

bool
id_parse(struct id *out, const char *text)
{
	size_t len;
	char again[ID_TEXT_LEN + 1];

	memset(out, 0, sizeof(*out));
	if (strlen(text) != ID_TEXT_LEN || !dec_b32(out->b, ID_LEN, &len, text, ID_TEXT_LEN) || len != ID_LEN)
		return false;
	id_text(again, out);
	if (strcmp(again, text) != 0) {
		memset(out, 0, sizeof(*out));
		return false;
	}
	return true;
}

bool
id_equal(const struct id *a, const struct id *b)
{
	return secret_equal(a->b, b->b, ID_LEN);
}
