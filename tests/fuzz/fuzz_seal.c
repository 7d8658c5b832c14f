/* fuzz_seal: a text that we did not seal never opens, a changed one neither; the kid of any text is -1 or its second byte. */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "crypto/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)
#define CAP 4096

static const uint8_t key[SEAL_KEY_LEN] = { 1, 2, 3 };
static const struct id uid = { { 4 } };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[2 * CAP];
	struct seal_bind bind = { .purpose = "fuzz", .uid = &uid, .ver = 1, .kid = 9 };
	struct buf plain, box;
	int kid;

	if (size < 3 || size > CAP)
		return 0;
	buf_init(&plain, CAP);
	buf_init(&box, 2 * CAP);
	kid = seal_kid((const char *)data, size);
	MUST(kid >= -1 && kid <= 255);
	MUST(!seal_open(&plain, key, &bind, (const char *)data, size) && plain.len == 0 && !plain.failed);
	memcpy(text, "vs1.", 4);
	enc_b64url(text + 4, data, size);
	MUST(!seal_open(&plain, key, &bind, text, strlen(text)) && plain.len == 0);
	MUST(seal_kid(text, strlen(text)) == (size >= SEAL_OVERHEAD && data[0] == 1 ? data[1] : -1));

	bind.obj = data;
	bind.obj_len = size < 64 ? size : 64;
	MUST(seal_text(&box, key, &bind, data, size));
	MUST(seal_open(&plain, key, &bind, box.p, box.len) && plain.len == size && memcmp(plain.p, data, size) == 0);
	buf_cut(&plain, 0);
	/* change one character: the text, the version and the binding are all covered, but for the kid */
	{
		size_t at = (data[0] | (size_t)data[1] << 8) % box.len;

		if (box.p[at] != (char)data[2] && at != 5 && at != 6) {
			box.p[at] = (char)data[2];
			MUST(!seal_open(&plain, key, &bind, box.p, box.len) && plain.len == 0);
		}
	}
	buf_wipe(&plain);
	buf_wipe(&box);
	return 0;
}
