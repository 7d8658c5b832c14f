/* entry-restore: brings an entry back from the trash, or an earlier version of one that is there. */
#include "domain/entry_trash.h"
#include "route/entry_model.h"

enum { ID, VERSION, NPARAM };
static const struct param params[] = {
	[ID] = { "id", PARAM_ID, PARAM_REQUIRED, 0, 0, NULL },
	[VERSION] = { "version", PARAM_NUMBER, 0, 1, INT32_MAX, NULL },
};

/* The earlier texts become the newest version: the present one goes to the history, nothing is lost. */
static enum outcome
earlier(const struct call *c)
{
	struct entry now, old;
	enum outcome o;

	entry_start(&now);
	entry_start(&old);
	o = entry_read(&c->session, arg_text(c, ID), &now);
	if (o == OUT_OK)
		o = entry_read_version(&c->session, arg_text(c, ID), arg_num(c, VERSION), &old);
	if (o == OUT_OK && old.version != now.version) {
		old.version = now.version;
		old.created = now.created;
		old.favorite = now.favorite;
		for (size_t i = 0; i < FINDING__MAX; i++)
			old.ignored[i] = now.ignored[i];
		o = entry_update(&c->session, &old);
	}
	entry_wipe(&now);
	entry_wipe(&old);
	return o;
}

static void
restore(struct call *c, struct reply *rp)
{
	enum outcome o = arg_given(c, VERSION) ? earlier(c) : entry_trash_restore(&c->session, arg_text(c, ID));

	if (call_done(c, rp, o, 0))
		reply_empty(rp, "/vault?done=entry-restored");
}

static const struct route route = {
	.name = "entry-restore", .auth = auth_session,
	.params = params, .nparams = NPARAM,
	.on = { [VERB_POST] = restore },
};

int
main(void)
{
	route_main(&route);
}
