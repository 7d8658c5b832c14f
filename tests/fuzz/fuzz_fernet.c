/* fuzz_fernet: a text that we did not sign never opens; a body with a right mac opens exactly when version, length and padding are right. */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "crypto/fernet.h"
#include "crypto/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)
#define CAP 4096

static const uint8_t key[FERNET_KEY_LEN] = { 1, 2, 3 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t raw[CAP + HASH_LEN];
	static char text[2 * CAP];
	struct buf plain, again;
	int64_t at;
	bool ok;

	if (size > CAP)
		return 0;
	buf_init(&plain, CAP);
	buf_init(&again, 2 * CAP);
	MUST(!fernet_open(&plain, &at, key, (const char *)data, size) && plain.len == 0 && !plain.failed && at == 0);

	if (size > 0)
		memcpy(raw, data, size);
	MUST(hash_hmac(raw + size, key, 16, raw, size));
	enc_b64url_padded(text, raw, size + HASH_LEN);
	ok = fernet_open(&plain, &at, key, text, strlen(text));
	MUST(!ok || (size >= 41 && (size - 25) % 16 == 0 && data[0] == 0x80 && plain.len < size - 25 && plain.len + 16 >= size - 25));
	if (ok) {
		MUST(fernet_seal_iv(&again, key, at, raw + 9, plain.p, plain.len));
		MUST(strcmp(again.p, text) == 0);
	}
	buf_cut(&plain, 0);
	buf_cut(&again, 0);

	MUST(fernet_seal(&again, key, 1, data, size));
	MUST(fernet_open(&plain, &at, key, again.p, again.len) && plain.len == size && (size == 0 || memcmp(plain.p, data, size) == 0) && at == 1);
	buf_wipe(&plain);
	buf_wipe(&again);
	return 0;
}
