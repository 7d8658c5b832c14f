/* lp.h - length-prefixed strings: LP(x) = u16be length, then x (SECURITY.md 1). Layer: crypto.
 * What info and AAD strings are made of, so that no two lists of parts have one encoding. */
#ifndef CRYPTO_LP_H
#define CRYPTO_LP_H

#include "base/attr.h"

#define LP_MAX 2048

struct lp {
	uint8_t b[LP_MAX];
	size_t len;
	bool failed; /* sticky: more than LP_MAX bytes */
};

/* lp_start begins with LP("vs1"). lp_text and lp_bytes append LP(x); lp_u8/u32/u64 append bare big-endian numbers. */
void lp_start(struct lp *lp);
void lp_text(struct lp *lp, const char *s);
void lp_bytes(struct lp *lp, const void *p, size_t len);
void lp_u8(struct lp *lp, uint8_t v);
void lp_u32(struct lp *lp, uint32_t v);
void lp_u64(struct lp *lp, uint64_t v);

#endif
