/* rng.h - random bytes, unbiased numbers, identifiers: getrandom(2). Layer: crypto. */
#ifndef CRYPTO_RNG_H
#define CRYPTO_RNG_H

#include "base/attr.h"
#include "base/id.h"

/* Fill `len` bytes from the kernel. False when it could not; out then zeroed. */
NODISCARD bool rng_bytes(void *out, size_t len);
/* A uniform number in 0..bound-1 (rejection, no modulo bias); bound >= 1. */
NODISCARD bool rng_below(uint32_t *out, uint32_t bound);
NODISCARD bool rng_id(struct id *out);

#endif
