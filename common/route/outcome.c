#include "route/route.h"

#define BUSY_RETRY_S 2
#define BROKEN_RETRY_S 60

bool
call_done(struct call *c, struct reply *rp, enum outcome o, int64_t retry)
{
	static const enum error errors[] = {
		[OUT_OK] = ERR_NONE,
		[OUT_REFUSED] = ERR_CREDENTIALS,
		[OUT_BAD_CODE] = ERR_CODE,
		[OUT_BAD_PHRASE] = ERR_PHRASE,
		[OUT_NO_STEP] = ERR_NO_SESSION,
		[OUT_STALE] = ERR_STALE,
		[OUT_TAKEN] = ERR_TAKEN,
		[OUT_MISSING] = ERR_NOT_FOUND,
		[OUT_ENDED] = ERR_NO_SESSION,
		[OUT_DISABLED] = ERR_DISABLED,
		[OUT_CLOSING] = ERR_STALE,
		[OUT_LAST_ADMIN] = ERR_LAST_ADMIN,
		[OUT_NOT_NOW] = ERR_CLOSED,
		[OUT_UNINVITED] = ERR_UNINVITED,
		[OUT_LIMITED] = ERR_TOO_MANY,
		[OUT_BUSY] = ERR_TRY_LATER,
		[OUT_FULL] = ERR_FULL,
		[OUT_DAMAGED] = ERR_DAMAGED,
		[OUT_BROKEN] = ERR_TRY_LATER,
	};

	(void)c;
	if (o == OUT_OK)
		return true;
	if (o == OUT_LIMITED)
		reply_retry(rp, errors[o], retry > 0 ? retry : 1);
	else if (o == OUT_BUSY || o == OUT_BROKEN)
		reply_retry(rp, errors[o], o == OUT_BUSY ? BUSY_RETRY_S : BROKEN_RETRY_S);
	else
		reply_error(rp, errors[o]);
	return false;
}
