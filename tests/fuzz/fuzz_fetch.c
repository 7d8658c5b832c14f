/* fuzz_fetch: whatever a metadata service answers, what is taken from it stays within its bounds, and more bytes never change what was whole. */
#include <stdlib.h>
#include <string.h>

#include "base/fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fetch_answer a, b;
	const char *text = (const char *)data;
	enum fetch_parse whole = fetch_parse(&a, text, size, true);

	MUST(whole != FETCH_MORE);
	for (size_t n = 0; n <= size; n++) {
		enum fetch_parse p = fetch_parse(&b, text, n, false);

		/* what is wrong stays wrong; what is whole before the end has its length said, and ends there */
		MUST(p != FETCH_WRONG || whole == FETCH_WRONG);
		MUST(p != FETCH_WHOLE || n == size || whole == FETCH_WRONG);
	}
	if (whole == FETCH_WHOLE) {
		MUST(a.status >= 200 && a.status <= 599 && a.len <= FETCH_BODY_MAX && a.body[a.len] == '\0' && strlen(a.body) == a.len);
		MUST(a.len <= size && memcmp(a.body, data + size - a.len, a.len) == 0);
	}
	return 0;
}
