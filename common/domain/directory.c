#include "domain/directory.h"

#include <string.h>

#define OWNER "directory"

void
directory_put(struct batch *b, const struct user *u)
{
	batch_put(b, STORE_ACCOUNTS, OWNER, u->username);
	batch_text(b, ST_ROLE, u->standing);
	batch_num(b, ST_CREATED, u->created);
	batch_num(b, ST_EXPIRES, u->expires);
}

void
directory_remove(struct batch *b, const struct user *u)
{
	batch_delete(b, STORE_ACCOUNTS, OWNER, u->username);
}

static bool
take(void *ctx, const struct store_item *it)
{
	struct directory_page *p = ctx;

	p->more = p->n == DIRECTORY_PAGE;
	if (!p->more)
		snprintf(p->name[p->n++], sizeof(p->name[0]), "%s", it->sort);
	return !p->more;
}

enum outcome
directory_list(struct directory_page *p, const char *after)
{
	struct store_query q = { .table = STORE_ACCOUNTS, .part = OWNER, .prefix = "", .after = *after ? after : NULL, .limit = DIRECTORY_PAGE + 1 };

	memset(p, 0, sizeof(*p));
	return outcome_of(store_query(&q, take, p));
}

static bool
count(void *ctx, const struct store_item *it)
{
	struct directory_count *n = ctx;
	struct user u = { 0 };

	n->more = n->users == DIRECTORY_COUNT_MAX;
	if (n->more)
		return false;
	snprintf(u.standing, sizeof(u.standing), "%s", store_text(it, ST_ROLE));
	if (user_standing_read(&u)) {
		n->users++;
		n->admins += user_active_admin(&u);
		n->disabled += u.disabled;
		n->closing += u.closing > 0;
	}
	return true;
}

enum outcome
directory_count(struct directory_count *n)
{
	struct store_query q = { .table = STORE_ACCOUNTS, .part = OWNER, .prefix = "", .limit = DIRECTORY_COUNT_MAX + 1 };

	memset(n, 0, sizeof(*n));
	return outcome_of(store_query(&q, count, n));
}
