#include "crypto/bcrypt.h"

#include <crypt.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/rng.h"

#define COST 10
#define PREFIX "$2b$"
#define SETTING PREFIX "10$"

/* 32 KiB: too much for a stack that is to be wiped. */
static struct crypt_data work;

static bool
run(char out[static BCRYPT_TEXT_LEN + 1], const char *input, const char *setting)
{
	size_t len = strlen(input);
	const char *r;
	bool ok = false;

	memset(out, 0, BCRYPT_TEXT_LEN + 1);
	if (len == 0 || len > BCRYPT_INPUT_MAX)
		return false;
	r = crypt_r(input, setting, &work);
	if (r && *r != '*' && strlen(r) == BCRYPT_TEXT_LEN) {
		memcpy(out, r, BCRYPT_TEXT_LEN);
		ok = true;
	}
	secret_wipe(&work, sizeof(work));
	return ok;
}

bool
bcrypt_hash_salted(char out[static BCRYPT_TEXT_LEN + 1], const char *input, const uint8_t salt[static 16])
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];

	memset(out, 0, BCRYPT_TEXT_LEN + 1);
	return crypt_gensalt_rn(PREFIX, COST, (const char *)salt, 16, setting, sizeof(setting)) && run(out, input, setting);
}

bool
bcrypt_hash(char out[static BCRYPT_TEXT_LEN + 1], const char *input)
{
	uint8_t salt[16];

	memset(out, 0, BCRYPT_TEXT_LEN + 1);
	return rng_bytes(salt, sizeof(salt)) && bcrypt_hash_salted(out, input, salt);
}

bool
bcrypt_check(const char *hash, const char *input)
{
	char again[BCRYPT_TEXT_LEN + 1] = "";
	/* not whatever libcrypt knows: a changed record must neither choose a weaker method nor a cost of hours */
	bool ok = strlen(hash) == BCRYPT_TEXT_LEN && strncmp(hash, SETTING, sizeof(SETTING) - 1) == 0 && run(again, input, hash) &&
	    secret_equal(again, hash, BCRYPT_TEXT_LEN);

	secret_wipe(again, sizeof(again));
	return ok;
}
