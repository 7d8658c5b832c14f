/* fuzz_cookie: whatever else stands in the header, our cookie is found exactly when it is there once. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "http/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)
#define NAME "__Host-vs"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request rq = { .query = "" };
	struct buf with;
	char value[64], again[64];
	bool twice, found;
	char *header = strndup((const char *)data, size);

	rq.cookies = header;
	found = request_cookie(&rq, NAME, value, sizeof(value), &twice);
	MUST(!found || !twice);
	MUST(found || value[0] == '\0');
	MUST(strchr(value, ';') == NULL && strlen(value) < sizeof(value));
	if (found) {
		MUST(strstr(header, NAME "=") != NULL);
		MUST(value[0] == '\0' || strstr(header, value) != NULL);
	}
	buf_init(&with, size + 64);
	buf_str(&with, header);
	buf_str(&with, "; " NAME "=ours");
	rq.cookies = with.p;
	if (found || twice) {
		MUST(!request_cookie(&rq, NAME, again, sizeof(again), &twice) && twice);
	} else if (request_cookie(&rq, NAME, again, sizeof(again), &twice)) {
		MUST(strcmp(again, "ours") == 0);
	} else {
		/* There before, but longer than the room for it. */
		MUST(twice && strstr(header, NAME "=") != NULL);
	}
	buf_wipe(&with);
	free(header);
	return 0;
}
