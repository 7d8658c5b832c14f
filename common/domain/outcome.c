#include "domain/outcome.h"

enum outcome
outcome_of(enum store_result r)
{
	static const enum outcome of[] = {
		[STORE_OK] = OUT_OK,
		[STORE_CONFLICT] = OUT_STALE,
		[STORE_FULL] = OUT_FULL,
		[STORE_BUSY] = OUT_BUSY,
		[STORE_BROKEN] = OUT_BROKEN,
	};

	return of[r];
}
