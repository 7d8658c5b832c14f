#include "crypto/kdf.h"

#include <argon2.h>
#include <string.h>

#include "base/log.h"
#include "base/secret.h"

const struct kdf_cost kdf_cost_new = { .m = 32768, .t = 3, .p = 1 };

enum { M_MIN = 19456, M_MAX = 131072, T_MIN = 2, T_MAX = 10 };

void
kdf_cost_text(char out[static KDF_TEXT_MAX], const struct kdf_cost *cost)
{
	snprintf(out, KDF_TEXT_MAX, "argon2id$v=19$m=%u,t=%u,p=%u$%u", cost->m, cost->t, cost->p, cost->kid);
}

static bool
number(const char **p, const char *before, uint32_t *out)
{
	size_t n = strlen(before);

	*out = 0;
	if (strncmp(*p, before, n) != 0)
		return false;
	*p += n;
	if (**p < '0' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; ++*p) {
		if (*out > 9999999)
			return false;
		*out = *out * 10 + (uint32_t)(**p - '0');
	}
	return true;
}

bool
kdf_cost_parse(struct kdf_cost *out, const char *text)
{
	const char *whole = text;
	struct kdf_cost c = { 0 };
	char again[KDF_TEXT_MAX];
	uint32_t kid;

	memset(out, 0, sizeof(*out));
	if (!number(&text, "argon2id$v=19$m=", &c.m) || !number(&text, ",t=", &c.t) || !number(&text, ",p=", &c.p) ||
	    !number(&text, "$", &kid) || *text)
		return false;
	if (c.m < M_MIN || c.m > M_MAX || c.t < T_MIN || c.t > T_MAX || c.p != 1 || kid == 0 || kid > UINT8_MAX)
		return false;
	c.kid = (uint8_t)kid;
	kdf_cost_text(again, &c);
	if (strcmp(again, whole) != 0) /* leading zeros: one cost has one text */
		return false;
	*out = c;
	return true;
}

bool
kdf_argon2id(uint8_t out[static KDF_LEN], const struct kdf_cost *cost, const void *password, size_t password_len, const void *salt, size_t salt_len,
    const void *secret, size_t secret_len, const void *ad, size_t ad_len)
{
	/* the library takes plain pointers but writes through none of these without ARGON2_FLAG_CLEAR_PASSWORD or _SECRET */
	union {
		const void *in;
		uint8_t *out;
	} pw = { password }, sa = { salt }, se = { secret }, aa = { ad };
	argon2_context ctx = {
		.out = out, .outlen = KDF_LEN,
		.pwd = pw.out, .pwdlen = (uint32_t)password_len,
		.salt = sa.out, .saltlen = (uint32_t)salt_len,
		.secret = se.out, .secretlen = (uint32_t)secret_len,
		.ad = aa.out, .adlen = (uint32_t)ad_len,
		.t_cost = cost->t, .m_cost = cost->m, .lanes = cost->p, .threads = 1,
		.version = ARGON2_VERSION_13, .flags = ARGON2_DEFAULT_FLAGS,
	};
	bool fits = password_len <= UINT32_MAX && salt_len <= UINT32_MAX && secret_len <= UINT32_MAX && ad_len <= UINT32_MAX;
	int r = fits ? argon2id_ctx(&ctx) : ARGON2_PWD_TOO_LONG;

	if (r != ARGON2_OK) {
		log_error("argon2", "argon2id failed with %d", r);
		secret_wipe(out, KDF_LEN);
	}
	return r == ARGON2_OK;
}
