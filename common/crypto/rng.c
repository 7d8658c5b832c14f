#include "crypto/rng.h"

#include <errno.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/secret.h"

bool
rng_bytes(void *out, size_t len)
{
	uint8_t *p = out;
	size_t n = 0;

	while (n < len) {
		ssize_t r = getrandom(p + n, len - n, 0);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0) {
			log_error("no_randomness", "getrandom failed");
			secret_wipe(out, len);
			return false;
		}
		n += (size_t)r;
	}
	return true;
}

bool
rng_below(uint32_t *out, uint32_t bound)
{
	/* draws at or above the largest multiple of bound would favour small numbers */
	uint32_t limit = bound ? UINT32_MAX - (uint32_t)((UINT32_MAX % bound + 1) % bound) : 0, v;

	*out = 0;
	do {
		if (!bound || !rng_bytes(&v, sizeof(v)))
			return false;
	} while (v > limit);
	*out = v % bound;
	return true;
}

bool
rng_id(struct id *out)
{
	return rng_bytes(out->b, sizeof(out->b));
}
