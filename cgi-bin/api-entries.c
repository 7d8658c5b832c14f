/* api-entries: entries for programs. /api/entries lists and creates, /api/entries/ID reads, replaces and deletes one. */
#include "domain/entry_trash.h"
#include "route/entry_model.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 1000

enum { Q, TAG, FAVORITES, SORT, LIMIT, AFTER, NLIST };
static const struct param collection_params[EM__N + NLIST] = {
	EM_PARAMS(PARAM_REQUIRED),
	[EM__N + Q] = { "q", PARAM_TEXT, PARAM_ON_GET, 0, 256, NULL },
	[EM__N + TAG] = { "tag", PARAM_TEXT, PARAM_ON_GET, 0, 50, NULL },
	[EM__N + FAVORITES] = { "favorites", PARAM_FLAG, PARAM_ON_GET, 0, 0, NULL },
	[EM__N + SORT] = { "sort", PARAM_ENUM, PARAM_ON_GET, 0, 0, entry_sorts },
	[EM__N + LIMIT] = { "limit", PARAM_NUMBER, PARAM_ON_GET, 1, LIMIT_MAX, NULL },
	[EM__N + AFTER] = { "after", PARAM_ID, PARAM_ON_GET, 0, 0, NULL },
};

enum { VERSION = EM__N, NITEM };
static const struct param item_params[] = {
	EM_PARAMS(0),
	[VERSION] = { "version", PARAM_NUMBER, PARAM_ON_GET | PARAM_ON_POST, 1, INT32_MAX, NULL },
};

static void
list(struct call *c, struct reply *rp)
{
	struct entry_query q = { .q = arg_text(c, EM__N + Q), .tag = arg_text(c, EM__N + TAG), .favorites = arg_num(c, EM__N + FAVORITES) == 1 };
	int64_t limit = arg_given(c, EM__N + LIMIT) ? arg_num(c, EM__N + LIMIT) : LIMIT_DEFAULT, sort = arg_num(c, EM__N + SORT);
	struct entry_list l;

	q.sort = sort > 0 ? (enum entry_sort)sort : ENTRY_SORT_SITE;
	if (call_done(c, rp, entry_list_read(&l, &c->session, &q), 0)) {
		struct json_object *entries = reply_list(rp, "entries");
		size_t i = entry_list_after(&l, arg_text(c, EM__N + AFTER)), end = i + (size_t)limit < l.n ? i + (size_t)limit : l.n;

		reply_num(rp, "total", (int64_t)l.n);
		reply_text(rp, "next", end < l.n ? l.row[end - 1].id : "");
		for (; i < end; i++)
			entry_row_api(model_add(entries), &l.row[i]);
	}
	entry_list_wipe(&l);
}

static void
create(struct call *c, struct reply *rp)
{
	struct entry e;
	char at[64];

	entry_start(&e);
	entry_take(&e, c, false);
	if (call_done(c, rp, entry_create(&c->session, "", &e), 0)) {
		snprintf(at, sizeof(at), "/api/entries/%s", e.id_text);
		entry_api(rp->data, &e);
		reply_created(rp, at, at);
	}
	entry_wipe(&e);
}

static void
read(struct call *c, struct reply *rp)
{
	struct entry e;

	entry_start(&e);
	if (call_done(c, rp, entry_read(&c->session, c->rq.path_info + 1, &e), 0))
		entry_api(rp->data, &e);
	entry_wipe(&e);
}

static void
replace(struct call *c, struct reply *rp)
{
	struct entry e;

	entry_start(&e);
	if (!call_done(c, rp, entry_read(&c->session, c->rq.path_info + 1, &e), 0))
		goto out;
	if (!arg_given(c, VERSION)) {
		call_field(c, rp, VERSION, FIELD_MISSING);
		goto out;
	}
	if (arg_given(c, EM_SITE) && !*arg_text(c, EM_SITE)) {
		call_field(c, rp, EM_SITE, FIELD_MISSING);
		goto out;
	}
	e.version = arg_num(c, VERSION);
	entry_take(&e, c, false);
	if (call_done(c, rp, entry_update(&c->session, &e), 0))
		entry_api(rp->data, &e);
out:
	entry_wipe(&e);
}

static void
delete(struct call *c, struct reply *rp)
{
	if (call_done(c, rp, entry_trash_put(&c->session, c->rq.path_info + 1, arg_num(c, VERSION)), 0))
		reply_empty(rp, "/vault");
}

static const struct route item = {
	.name = "api-entries", .auth = auth_session, .body_max = 64 * 1024,
	.params = item_params, .nparams = NITEM,
	.on = { [VERB_GET] = read, [VERB_PUT] = replace, [VERB_DELETE] = delete },
};

static const struct route route = {
	.name = "api-entries", .auth = auth_session, .body_max = 64 * 1024, .item = &item,
	.params = collection_params, .nparams = EM__N + NLIST,
	.on = { [VERB_GET] = list, [VERB_POST] = create },
};

int
main(void)
{
	route_main(&route);
}
