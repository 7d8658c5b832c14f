/* vault: the list of entries as a page: search, filter, sort, hundred to a page. */
#include <string.h>

#include "base/lang.h"
#include "pages.h"
#include "route/entry_model.h"
#include "route/path.h"

#define PAGE_ROWS 100

enum { Q, TAG, SORT, PAGE, FAVORITES, DONE, UNDO, NPARAM };
static const struct param params[] = {
	[Q] = { "q", PARAM_TEXT, PARAM_ON_GET, 0, 256, NULL },
	[TAG] = { "tag", PARAM_TEXT, PARAM_ON_GET, 0, 50, NULL },
	[SORT] = { "sort", PARAM_ENUM, PARAM_ON_GET, 0, 0, entry_sorts },
	[PAGE] = { "page", PARAM_NUMBER, PARAM_ON_GET, 1, 1000, NULL },
	[FAVORITES] = { "favorites", PARAM_FLAG, PARAM_ON_GET, 0, 0, NULL },
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
	[UNDO] = { "undo", PARAM_ID, PARAM_ON_GET, 0, 0, NULL },
};

static const char *const labels[ENTRY_SORT__MAX] = {
	TR("Name, A to Z"), TR("Name, Z to A"), TR("User name"), TR("Changed, newest first"), TR("Changed, oldest first"), TR("Added, newest first"),
	TR("Strength, weakest first"),
};

static void
sorting(struct reply *rp, enum entry_sort now)
{
	struct json_object *sorts = reply_view_list(rp, "sorts");

	for (size_t i = 0; i < ENTRY_SORT__MAX; i++) {
		struct json_object *o = model_add(sorts);

		model_text(o, "key", entry_sorts[i]);
		model_text(o, "label", tr(labels[i]));
		model_flag(o, "current", i == (size_t)now);
	}
	reply_view_text(rp, "sort", entry_sorts[now]);
	reply_view_text(rp, "sort_site", now == ENTRY_SORT_SITE ? "ascending" : now == ENTRY_SORT_SITE_DOWN ? "descending" : "none");
	reply_view_text(rp, "sort_username", now == ENTRY_SORT_USERNAME ? "ascending" : "none");
	reply_view_text(rp, "sort_updated", now == ENTRY_SORT_UPDATED ? "descending" : now == ENTRY_SORT_UPDATED_UP ? "ascending" : "none");
	reply_view_text(rp, "sort_strength", now == ENTRY_SORT_STRENGTH ? "ascending" : "none");
}

static void
filters(const struct call *c, struct reply *rp, const struct entry_list *l)
{
	struct json_object *tags = reply_view_list(rp, "tags");
	bool favorites = arg_num(c, FAVORITES) == 1;

	for (size_t i = 0; i < l->ntags; i++) {
		struct json_object *o = model_add(tags);

		model_text(o, "name", l->tag[i].name);
		model_num(o, "count", (int64_t)l->tag[i].count);
		model_flag(o, "current", strcmp(l->tag[i].name, arg_text(c, TAG)) == 0);
	}
	reply_view_flag(rp, "all_current", !favorites && !*arg_text(c, TAG));
	reply_view_flag(rp, "favorites_current", favorites);
	reply_view_num(rp, "all_count", (int64_t)l->all);
	reply_view_num(rp, "favorites_count", (int64_t)l->favorites);
	reply_view_num(rp, "damaged", (int64_t)l->damaged);
}

/* This list's own address, so that a star set in it leads back to it. */
static void
way_back(const struct call *c, struct reply *rp, int64_t page)
{
	static const size_t keys[] = { Q, TAG, SORT };
	struct buf b;

	buf_init(&b, 2048);
	buf_fmt(&b, "/vault?page=%lld", (long long)page);
	if (arg_num(c, FAVORITES) == 1)
		buf_str(&b, "&favorites=1");
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (*arg_text(c, keys[i])) {
			buf_fmt(&b, "&%s=", params[keys[i]].name);
			path_encode(&b, arg_text(c, keys[i]));
		}
	reply_view_text(rp, "back", b.failed || b.len > PATH_MAX_LEN ? "/vault" : b.p);
	buf_wipe(&b);
}

static void
show(struct call *c, struct reply *rp)
{
	struct entry_query q = { .q = arg_text(c, Q), .tag = arg_text(c, TAG), .favorites = arg_num(c, FAVORITES) == 1, .tags = true };
	struct entry_list l;
	size_t page = arg_num(c, PAGE) > 0 ? (size_t)arg_num(c, PAGE) : 1, pages, first, end;

	q.sort = arg_num(c, SORT) > 0 ? (enum entry_sort)arg_num(c, SORT) : ENTRY_SORT_SITE;
	if (call_done(c, rp, entry_list_read(&l, &c->session, &q), 0)) {
		struct json_object *entries = rp->rq->html ? reply_view_list(rp, "entries") : reply_list(rp, "entries");

		pages = l.n ? (l.n + PAGE_ROWS - 1) / PAGE_ROWS : 1;
		page = page > pages ? pages : page;
		first = (page - 1) * PAGE_ROWS;
		end = first + PAGE_ROWS < l.n ? first + PAGE_ROWS : l.n;
		for (size_t i = first; i < end; i++) {
			if (rp->rq->html)
				entry_row_page(model_add(entries), &l.row[i]);
			else
				entry_row_api(model_add(entries), &l.row[i]);
		}
		reply_num(rp, "total", (int64_t)l.n);
		reply_view_text(rp, "q", q.q);
		reply_view_text(rp, "tag", q.tag);
		reply_view_num(rp, "page_number", (int64_t)page);
		reply_view_num(rp, "first", l.n ? (int64_t)first + 1 : 0);
		reply_view_num(rp, "last", (int64_t)end);
		reply_view_flag(rp, "has_total", l.n > 0);
		reply_view_flag(rp, "filtered", *q.q || *q.tag || q.favorites);
		reply_view_flag(rp, "empty", l.all == 0);
		reply_view_flag(rp, "no_match", l.all > 0 && l.n == 0);
		reply_view_text(rp, "undo", arg_text(c, UNDO));
		reply_view_num(rp, "newer_page", (int64_t)page - 1);
		reply_view_num(rp, "older_page", page < pages ? (int64_t)page + 1 : 0);
		sorting(rp, q.sort);
		filters(c, rp, &l);
		way_back(c, rp, (int64_t)page);
	}
	entry_list_wipe(&l);
}

static const struct route route = {
	.name = "vault", .page = &page_vault, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = show },
};

int
main(void)
{
	route_main(&route);
}
