/* fuzz_kdf_cost: a cost that is taken lies within its bounds and is written exactly as it was read. */
#include <stdlib.h>
#include <string.h>

#include "crypto/kdf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static void
one(const char *text)
{
	struct kdf_cost c;
	char again[KDF_TEXT_MAX];

	if (kdf_cost_parse(&c, text)) {
		MUST(c.m >= 19456 && c.m <= 131072 && c.t >= 2 && c.t <= 10 && c.p == 1 && c.kid >= 1);
		kdf_cost_text(again, &c);
		MUST(strcmp(text, again) == 0);
	} else {
		MUST(c.m == 0 && c.t == 0 && c.p == 0 && c.kid == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char near[KDF_TEXT_MAX + 8] = "argon2id$v=19$m=32768,t=3,p=1$7";
	char *text = malloc(size + 1);

	MUST(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	one(text);
	free(text);
	for (size_t i = 0; i + 1 < size && i < 8; i += 2)
		near[data[i] % (strlen("argon2id$v=19$m=32768,t=3,p=1$7") + 2)] = (char)data[i + 1];
	one(near);
	return 0;
}
