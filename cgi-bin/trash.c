/* trash: deleted entries, for 30 days. */
#include "base/clock.h"
#include "domain/entry_trash.h"
#include "pages.h"
#include "route/entry_model.h"
#include "route/when.h"

#define DAY 86400

enum { DONE, NPARAM };
static const struct param params[] = {
	[DONE] = { "done", PARAM_TEXT, PARAM_ON_GET, 0, 40, NULL },
};

static void
show(struct call *c, struct reply *rp)
{
	struct entry_query q = { .q = "", .tag = "", .trash = true };
	struct json_object *entries = reply_list(rp, "entries");
	struct entry_list l;
	char day[WHEN_DAY_MAX];

	if (call_done(c, rp, entry_list_read(&l, &c->session, &q), 0)) {
		for (size_t i = 0; i < l.n; i++) {
			struct json_object *o = model_add(entries);
			int64_t left = l.row[i].deleted + ENTRY_TRASH_DAYS * DAY - clock_now();

			entry_row_page(o, &l.row[i]);
			when_day(day, l.row[i].deleted);
			model_time(o, "deleted", l.row[i].deleted);
			model_text(o, "deleted_day", day);
			model_num(o, "days_left", (left + DAY - 1) / DAY);
		}
		reply_num(rp, "total", (int64_t)l.n);
		reply_view_flag(rp, "empty", l.n == 0);
	}
	entry_list_wipe(&l);
}

static const struct route route = {
	.name = "trash", .page = &page_trash, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_GET] = show },
};

int
main(void)
{
	route_main(&route);
}
