/* store_dynamodb_page.h - all pages of a Query or a Scan. Private to the module. Layer: store. */
#ifndef STORE_STORE_DYNAMODB_PAGE_H
#define STORE_STORE_DYNAMODB_PAGE_H

#include "store/store_dynamodb_call.h"

struct ddb_page {
	enum store_table table;
	bool expired;  /* hand over expired items too */
	bool tool;     /* each page has the time of a request for itself */
	size_t limit;  /* of items handed over, 0 for none */
	store_row_fn *fn;
	void *ctx;
	size_t given;  /* private, as is `more` */
	bool more;
};

/* Send `rq` (taken; NULL counts as memory that ran out) to "Query" or "Scan" again and again, and hand over every item. Results of ddb_call; STORE_BROKEN also for an
 * item that is none of ours and for a page that does not move on. */
NODISCARD enum store_result ddb_pages(struct ddb_page *p, const char *target, struct json_object *rq);

#endif
