/* entry-history: earlier versions of an entry; POST shows the password of one. */
#include "pages.h"
#include "route/entry_model.h"
#include "route/when.h"

enum { ID, VERSION, NPARAM };
static const struct param params[] = {
	[ID] = { "id", PARAM_ID, PARAM_REQUIRED | PARAM_ON_GET | PARAM_ON_POST, 0, 0, NULL },
	[VERSION] = { "version", PARAM_NUMBER, PARAM_REQUIRED, 1, INT32_MAX, NULL },
};

struct listing {
	struct json_object *versions;
	int64_t present, reveal;
};

static bool
add(void *ctx, const struct entry *e)
{
	const struct listing *l = ctx;
	struct json_object *o = model_add(l->versions);
	char day[WHEN_DAY_MAX], time[WHEN_TIME_MAX];

	when_day(day, e->updated);
	when_time(time, e->updated);
	model_num(o, "version", e->version);
	model_time(o, "updated", e->updated);
	model_text(o, "updated_day", day);
	model_text(o, "updated_time", time);
	model_text(o, "site", e->text[ENTRY_SITE]);
	model_text(o, "username", e->text[ENTRY_USERNAME]);
	model_text(o, "url", e->text[ENTRY_URL]);
	model_flag(o, "current", e->version == l->present);
	model_flag(o, "has_totp", *e->text[ENTRY_TOTP] != '\0');
	entry_reveal(o, NULL, e, e->version == l->reveal);
	return true;
}

static void
view(struct call *c, struct reply *rp, int64_t reveal)
{
	struct json_object *o = reply_object(rp, "entry");
	struct listing l = { .versions = reply_list(rp, "versions"), .reveal = reveal };
	struct entry e;

	entry_start(&e);
	if (call_done(c, rp, entry_read(&c->session, arg_text(c, ID), &e), 0)) {
		model_text(o, "id", e.id_text);
		model_text(o, "site", e.text[ENTRY_SITE]);
		l.present = e.version;
		add(&l, &e);
		(void)!call_done(c, rp, entry_history(&c->session, arg_text(c, ID), add, &l), 0);
	}
	entry_wipe(&e);
}

static void
show(struct call *c, struct reply *rp)
{
	view(c, rp, 0);
}

static void
reveal(struct call *c, struct reply *rp)
{
	rp->page_on_post = true;
	view(c, rp, arg_num(c, VERSION));
}

static const struct route route = {
	.name = "entry-history", .page = &page_entry_history, .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = reveal },
};

int
main(void)
{
	route_main(&route);
}
