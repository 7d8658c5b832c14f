/* The settings' view of sessions: apart from session.c, so that the routes that only open one do not carry it. */
#include <string.h>

#include "domain/session.h"

#define PREFIX "session#"
#define PREFIX_LEN (sizeof(PREFIX) - 1)

struct listing {
	struct session_info *list;
	size_t cap, n;
	const struct session *s;
};

static bool
add(void *ctx, const struct store_item *it)
{
	struct listing *l = ctx;
	struct session_info *i = &l->list[l->n];

	snprintf(i->id, sizeof(i->id), "%s", it->sort + PREFIX_LEN);
	i->current = strcmp(it->sort, l->s->kind) == 0;
	i->created = store_num(it, ST_CREATED);
	i->seen = store_num(it, ST_SEEN);
	client_open(i->address, i->browser, &l->s->uid, it->sort, store_text(it, ST_DETAIL));
	return ++l->n < l->cap;
}

static void
newest_first(struct session_info *list, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && list[k - 1].created < list[k].created; k--) {
			struct session_info t = list[k];

			list[k] = list[k - 1];
			list[k - 1] = t;
		}
}

enum outcome
session_list(struct session_info *list, size_t cap, size_t *n, const struct session *s)
{
	struct listing l = { list, cap, 0, s };
	struct store_query q = { .table = STORE_ACCOUNTS, .part = s->owner, .prefix = PREFIX, .limit = cap };
	enum outcome o = outcome_of(store_query(&q, add, &l));

	newest_first(list, l.n);
	*n = l.n;
	return o;
}

enum outcome
session_end(const struct session *s, const char *id)
{
	struct session_info list[SESSION_MAX_PER_USER * 2];
	char kinds[SESSION_MAX_PER_USER * 2][TICKET_ROW_MAX + PREFIX_LEN];
	struct batch b;
	size_t n, guard;
	enum outcome o = session_list(list, ARRAY_LEN(list), &n, s);

	if (o != OUT_OK)
		return o;
	batch_start(&b);
	guard = n;
	for (size_t i = 0; i < n; i++) {
		if (id ? strcmp(list[i].id, id) != 0 : list[i].current)
			continue;
		snprintf(kinds[i], sizeof(kinds[i]), PREFIX "%.*s", TICKET_ROW_MAX - 1, list[i].id);
		batch_delete(&b, STORE_ACCOUNTS, s->owner, kinds[i]);
		if (list[i].current)
			guard = i; /* ending oneself needs no second condition on the same row */
	}
	if (b.n == 0)
		return id ? OUT_MISSING : OUT_OK;
	if (guard == n)
		session_guard(&b, s);
	o = batch_commit(&b);
	return o == OUT_STALE ? OUT_ENDED : o;
}
