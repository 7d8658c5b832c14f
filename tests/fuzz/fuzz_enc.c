/* fuzz_enc: what a decoder takes has one text (but for case and optional padding of base32, case of hex), and everything encoded comes back. */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)
#define CAP 4096

static const struct {
	void (*enc)(char *out, const void *in, size_t len);
	bool (*dec)(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len);
	bool exact;
} kinds[] = {
	{ enc_b64, dec_b64, true }, { enc_b64url_padded, dec_b64url_padded, true }, { enc_b64url, dec_b64url, true },
	{ enc_b32, dec_b32, false }, { enc_b32lower, dec_b32, false }, { enc_hex, dec_hex, false },
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[CAP];
	static char text[2 * CAP + 1];
	size_t n, m, cap;

	if (size < 2 || size > CAP)
		return 0;
	cap = data[0] < 200 ? CAP : data[0] - 200u;
	data++;
	size--;
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		if (kinds[k].dec(out, cap, &n, (const char *)data, size)) {
			size_t chars = size;

			MUST(n <= cap);
			kinds[k].enc(text, out, n);
			while (!kinds[k].exact && chars > 0 && data[chars - 1] == '=')
				chars--;
			MUST(strlen(text) == chars);
			MUST(kinds[k].exact ? memcmp(text, data, chars) == 0 : strncasecmp(text, (const char *)data, chars) == 0);
		} else {
			MUST(n == 0);
		}
		kinds[k].enc(text, data, size);
		MUST(kinds[k].dec(out, CAP, &n, text, strlen(text)) && n == size && memcmp(out, data, size) == 0);
		MUST(!kinds[k].dec(out, size - 1, &m, text, strlen(text)) && m == 0);
	}
	return 0;
}
