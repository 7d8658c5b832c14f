#include "crypto/lp.h"

#include <string.h>

static void
raw(struct lp *lp, const void *p, size_t len)
{
	if (lp->failed || len > LP_MAX - lp->len) {
		lp->failed = true;
		return;
	}
	if (len)
		memcpy(lp->b + lp->len, p, len);
	lp->len += len;
}

static void
number(struct lp *lp, uint64_t v, int bytes)
{
	for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
		uint8_t b = (uint8_t)(v >> shift);

		raw(lp, &b, 1);
	}
}

void
lp_start(struct lp *lp)
{
	memset(lp, 0, sizeof(*lp));
	lp_text(lp, "vs1");
}

void
lp_bytes(struct lp *lp, const void *p, size_t len)
{
	if (len > UINT16_MAX) {
		lp->failed = true;
		return;
	}
	number(lp, len, 2);
	raw(lp, p, len);
}

void
lp_text(struct lp *lp, const char *s)
{
	lp_bytes(lp, s, strlen(s));
}

void
lp_u8(struct lp *lp, uint8_t v)
{
	number(lp, v, 1);
}

void
lp_u32(struct lp *lp, uint32_t v)
{
	number(lp, v, 4);
}

void
lp_u64(struct lp *lp, uint64_t v)
{
	number(lp, v, 8);
}
