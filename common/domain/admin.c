#include "domain/admin.h"

#include <string.h>

#include "domain/activity.h"

#define ATTEMPTS 8

const char *const admin_acts[ADMIN__ACTS + 1] = {
	[ADMIN_DISABLE] = "disable",
	[ADMIN_ENABLE] = "enable",
	[ADMIN_PROMOTE] = "admin",
	[ADMIN_DEMOTE] = "user",
};

static const struct {
	enum activity theirs, own;
} logged[ADMIN__ACTS] = {
	[ADMIN_DISABLE] = { ACTIVITY_DISABLED, ACTIVITY_DID_DISABLE },
	[ADMIN_ENABLE] = { ACTIVITY_ENABLED, ACTIVITY_DID_ENABLE },
	[ADMIN_PROMOTE] = { ACTIVITY_PROMOTED, ACTIVITY_DID_PROMOTE },
	[ADMIN_DEMOTE] = { ACTIVITY_DEMOTED, ACTIVITY_DID_DEMOTE },
};

static void
change(struct user *u, enum admin_act act)
{
	switch (act) {
	case ADMIN_DISABLE: u->disabled = true; break;
	case ADMIN_ENABLE: u->disabled = false; break;
	case ADMIN_PROMOTE: snprintf(u->role, sizeof(u->role), "admin"); break;
	case ADMIN_DEMOTE: snprintf(u->role, sizeof(u->role), "user"); break;
	case ADMIN__ACTS: break;
	}
}

/* One try. OUT_STALE: something came between, read again. */
static enum outcome
try_apply(const char *name, enum admin_act act, const struct session *by, const struct client *c)
{
	char kinds[SESSION_MAX_PER_USER][TICKET_ROW_MAX];
	struct user was, u;
	struct install in = { 0 };
	struct activity_row theirs = { 0 }, own = { 0 };
	struct batch b;
	size_t guard = STORE_WRITE_MAX;
	int delta = 0;
	const char *mine = NULL; /* the row of the session, where it is one's own account */
	enum outcome o = user_get(&was, name);

	u = was;
	change(&u, act);
	if (o != OUT_OK || (strcmp(u.role, was.role) == 0 && u.disabled == was.disabled))
		goto out;
	delta = user_active_admin(&u) - user_active_admin(&was);
	if (delta != 0)
		o = install_read(&in);
	if (o == OUT_OK && delta < 0 && in.admins <= 1)
		o = OUT_LAST_ADMIN;
	if (o != OUT_OK)
		goto out;
	o = OUT_BUSY;
	if (by && id_equal(&by->uid, &was.uid))
		mine = by->kind;
	u.auth_ver++;
	u.sessions[0] = '\0';
	batch_start(&b);
	if (delta != 0)
		install_admins(&b, &in, delta);
	user_end_sessions(&b, &was, mine, kinds);
	if (!user_change(&b, &u, NULL) || !activity_add_about(&b, &theirs, &u.uid, logged[act].theirs, c, by && !mine ? by->username : ""))
		goto out;
	directory_put(&b, &u);
	if (mine) { /* one's own session ends with the others, and must be there for that */
		guard = batch_delete(&b, STORE_ACCOUNTS, was.uid_text, mine);
		batch_if(&b, STORE_COND_PRESENT, ST_CREATED, 0);
	} else if (by) {
		guard = session_guard(&b, by);
		if (!activity_add_about(&b, &own, &by->uid, logged[act].own, c, u.username))
			goto out;
	}
	o = batch_commit(&b);
	if (o == OUT_STALE && b.failed == guard)
		o = OUT_ENDED;
out:
	activity_row_wipe(&theirs);
	activity_row_wipe(&own);
	user_wipe(&was);
	user_wipe(&u);
	return o;
}

enum outcome
admin_apply(const char *name, enum admin_act act, const struct session *by, const struct client *c)
{
	enum outcome o = OUT_STALE;

	for (int i = 0; i < ATTEMPTS && o == OUT_STALE; i++)
		o = try_apply(name, act, by, c);
	return o == OUT_STALE ? OUT_BUSY : o;
}

enum outcome
admin_registration(enum registration to, const struct session *by, const struct client *c)
{
	enum outcome o = OUT_STALE;

	if (to < install_operator())
		return OUT_REFUSED;
	for (int i = 0; i < ATTEMPTS && o == OUT_STALE; i++) {
		struct install in;
		struct activity_row seen = { 0 };
		struct batch b;

		o = install_read(&in);
		if (o != OUT_OK)
			break;
		batch_start(&b);
		install_choose(&b, &in, to);
		o = activity_add_about(&b, &seen, &by->uid, ACTIVITY_REGISTRATION, c, registration_names[to]) ? session_commit(&b, by) : OUT_BUSY;
		activity_row_wipe(&seen);
	}
	return o == OUT_STALE ? OUT_BUSY : o;
}

static void
fill(struct admin_user *a, const struct user *u)
{
	memcpy(a->username, u->username, sizeof(a->username));
	memcpy(a->role, u->role, sizeof(a->role));
	a->disabled = u->disabled;
	a->closing = u->closing;
	a->created = u->created;
	a->last_login = u->last_login;
}

enum outcome
admin_list(struct admin_users *list, const char *after)
{
	struct directory_page p;
	enum outcome o = directory_list(&p, after);

	memset(list, 0, sizeof(*list));
	for (size_t at = 0; o == OUT_OK && at < p.n; at += STORE_GET_MAX) {
		struct store_item it[STORE_GET_MAX] = { { 0 } };
		struct store_key key[STORE_GET_MAX];
		size_t n = p.n - at < STORE_GET_MAX ? p.n - at : STORE_GET_MAX;

		for (size_t i = 0; i < n; i++)
			key[i] = (struct store_key){ STORE_USERS, p.name[at + i], NULL };
		o = outcome_of(store_get(it, key, n));
		for (size_t i = 0; i < n; i++) {
			struct admin_user *a = &list->user[list->n];
			struct user u;

			if (o != OUT_OK || !it[i].found) /* a name whose record went a moment ago */
				continue;
			list->n++;
			a->damaged = !user_from_item(&u, &it[i]);
			fill(a, &u);
			memcpy(a->username, p.name[at + i], sizeof(a->username));
			user_wipe(&u);
			store_item_wipe(&it[i]);
		}
	}
	list->more = p.more;
	if (p.n > 0)
		memcpy(list->last, p.name[p.n - 1], sizeof(list->last));
	return o;
}

enum outcome
admin_user(struct admin_user *a, const char *name)
{
	struct user u;
	enum outcome o = user_get(&u, name);

	memset(a, 0, sizeof(*a));
	if (o == OUT_OK)
		fill(a, &u);
	user_wipe(&u);
	return o;
}
