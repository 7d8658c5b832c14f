#include "domain/login.h"

#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/log.h"
#include "base/secret.h"
#include "domain/activity.h"
#include "domain/closing.h"
#include "domain/directory.h"
#include "domain/factor.h"
#include "domain/install.h"
#include "domain/policy.h"

#define ATTEMPTS 8

/* What the password step leaves for the code step, and the code step for the way back of a closed account. */
struct step {
	char username[USER_NAME_MAX + 1];
	int64_t auth_ver;
	uint8_t vk[VAULT_KEY_LEN];
};

/* A name with '@' is an email, as no user name holds one. An unknown or impossible name goes on as typed: it must cost what a known one costs. */
static enum outcome
resolve(char out[static USER_EMAIL_MAX + 1], const char *name)
{
	char email[USER_EMAIL_MAX + 1], username[USER_NAME_MAX + 1];
	struct store_item it = { 0 };
	enum outcome o = OUT_OK;

	snprintf(out, USER_EMAIL_MAX + 1, "%.*s", USER_EMAIL_MAX, name);
	if (policy_username(username, name)) {
		snprintf(out, USER_EMAIL_MAX + 1, "%s", username);
	} else if (policy_email(email, name)) {
		o = outcome_of(store_email(&it, email));
		snprintf(out, USER_EMAIL_MAX + 1, "%s", it.found ? it.part : email);
	}
	store_item_wipe(&it);
	return o;
}

/* A device that signed in once keeps its cookie: it gets a count of wrong tries of its own. */
static bool
device_cookie(char out[static TICKET_TEXT_LEN + 1], const struct user *u)
{
	struct ticket t;
	bool ok = ticket_new(&t, TICKET_DEVICE, &u->uid) && ticket_seal(out, &t);

	ticket_wipe(&t);
	return ok;
}

static enum outcome
write_session(struct login *l, struct user *u, const uint8_t vk[static VAULT_KEY_LEN], const struct throttle *t, const struct pending *p,
    const struct client *c)
{
	struct batch b;
	struct session_row row = { 0 };
	struct activity_row seen = { 0 };
	struct closing_row off = { "" };
	struct install in = { 0 };
	char dropped[TICKET_ROW_MAX];
	size_t step = STORE_WRITE_MAX;
	bool back = u->closing > 0;
	enum outcome o = OUT_BUSY;

	batch_start(&b);
	if (back)
		closing_off(&b, &off, u);
	u->closing = 0;
	if (back && user_active_admin(u)) {
		o = install_read(&in);
		if (o != OUT_OK)
			goto out;
		install_admins(&b, &in, 1);
		o = OUT_BUSY;
	}
	u->last_login = clock_now();
	if (!session_add(&b, &row, &u->uid, u->username, u->role, u->auth_ver, u->key_gen, vk, c))
		goto out;
	user_add_session(u, row.kind, dropped);
	if (dropped[0])
		batch_delete(&b, STORE_ACCOUNTS, row.owner, dropped);
	if (!user_change(&b, u, NULL) || !activity_add(&b, &seen, &u->uid, back ? ACTIVITY_BACK : ACTIVITY_SIGNED_IN, c))
		goto out;
	if (back) {
		user_email_follows(&b, u);
		directory_put(&b, u);
	}
	if (t)
		throttle_right(&b, t);
	if (p)
		step = pending_end(&b, p);
	if (!ticket_seal(l->cookie, &row.ticket) || !device_cookie(l->device, u))
		goto out;
	o = batch_commit(&b);
	if (o == OUT_STALE && b.failed == step)
		o = OUT_NO_STEP;
	if (o == OUT_OK) {
		count_add(COUNT_LOGIN_OK);
		count_add(COUNT_SESSION_STARTED);
	}
	snprintf(l->username, sizeof(l->username), "%s", u->username);
	user_language(l->language, u);
out:
	session_row_wipe(&row);
	activity_row_wipe(&seen);
	return o;
}

static bool
add_step(struct batch *b, struct pending *p, enum ticket_kind kind, const struct user *u, const uint8_t vk[static VAULT_KEY_LEN])
{
	struct step s = { .auth_ver = u->auth_ver };
	bool ok;

	memcpy(s.username, u->username, sizeof(s.username));
	memcpy(s.vk, vk, VAULT_KEY_LEN);
	ok = pending_add(b, p, kind, &u->uid, &s, sizeof(s), PENDING_LOGIN_S);
	secret_wipe(&s, sizeof(s));
	return ok;
}

/* The right person for a closed account: no session, but the step from which it can be taken back. The code is used up. */
static enum outcome
offer_back(struct login *l, struct user *u, const uint8_t vk[static VAULT_KEY_LEN], const struct throttle *t, const struct pending *p)
{
	struct batch b;
	struct pending next = { 0 };
	size_t step = STORE_WRITE_MAX;
	enum outcome o = OUT_BUSY;

	l->closing = u->closing;
	batch_start(&b);
	if (!add_step(&b, &next, TICKET_BACK, u, vk) || !user_change(&b, u, NULL) || !ticket_seal(l->cookie, &next.ticket))
		goto out;
	if (t)
		throttle_right(&b, t);
	if (p)
		step = pending_end(&b, p);
	o = batch_commit(&b);
	if (o == OUT_STALE && b.failed == step)
		o = OUT_NO_STEP;
	if (o == OUT_OK)
		o = OUT_CLOSING;
out:
	pending_wipe(&next);
	return o;
}

/* The code is judged against the record that the write then names: of many requests with one code a single write goes through. */
static enum outcome
finish(struct login *l, struct user *u, const char *code, const uint8_t vk[static VAULT_KEY_LEN], const struct throttle *t, const struct pending *p,
    const struct client *c)
{
	int64_t auth_ver = u->auth_ver;
	char username[USER_NAME_MAX + 1];
	enum outcome o = OUT_STALE;

	snprintf(username, sizeof(username), "%s", u->username);
	for (int i = 0; i < ATTEMPTS && o == OUT_STALE; i++) {
		if (i > 0) {
			o = user_get(u, username);
			if (o != OUT_OK)
				break;
			if (u->auth_ver != auth_ver)
				return OUT_STALE;
		}
		if (u->disabled)
			return OUT_DISABLED;
		o = factor_totp_check(u, code, vk);
		if (o == OUT_OK)
			o = u->closing > 0 ? offer_back(l, u, vk, t, p) : write_session(l, u, vk, t, p, c);
	}
	return o;
}

/* Cost or server key are no longer today's: the one moment when we know the password. What fails here is tried again at the next login. */
static void
upgrade(struct user *u, const char *password, const uint8_t vk[static VAULT_KEY_LEN])
{
	struct user copy = *u;
	struct batch b;

	batch_start(&b);
	if (factor_password_make(&copy, password, vk) == OUT_OK && user_change(&b, &copy, NULL) && batch_commit(&b) == OUT_OK) {
		log_info("kdf_upgraded", "a password hash was made anew with today's cost and key");
		*u = copy;
	}
	user_wipe(&copy);
}

static enum outcome
next_step(struct login *l, const struct user *u, const uint8_t vk[static VAULT_KEY_LEN])
{
	struct batch b;
	struct pending p;
	enum outcome o = OUT_BUSY;

	batch_start(&b);
	if (add_step(&b, &p, TICKET_LOGIN, u, vk) && ticket_seal(l->cookie, &p.ticket))
		o = batch_commit(&b);
	pending_wipe(&p);
	return o;
}

enum outcome
login_password(struct login *l, const char *name, const char *password, const char *code, const struct client *c)
{
	char who[USER_EMAIL_MAX + 1];
	uint8_t vk[VAULT_KEY_LEN] = { 0 };
	struct store_item it = { 0 };
	struct store_key key = { STORE_USERS, who, NULL };
	struct throttle t;
	struct user u = { 0 };
	bool outdated = false;
	enum outcome o;

	memset(l, 0, sizeof(*l));
	o = resolve(who, name);
	if (o == OUT_OK)
		o = throttle_try(&t, who, c, &l->retry, &key, &it);
	if (o == OUT_OK && it.found && !user_from_item(&u, &it))
		o = OUT_BROKEN;
	if (o != OUT_OK)
		goto out;
	o = factor_password_check(it.found ? &u : NULL, who, password, vk, &outdated);
	if (o == OUT_REFUSED)
		activity_note(it.found ? &u.uid : NULL, ACTIVITY_WRONG_PASSWORD, c);
	if (o != OUT_OK)
		goto out;
	if (u.disabled) {
		o = OUT_DISABLED;
		goto out;
	}
	if (outdated)
		upgrade(&u, password, vk);
	if (!code) {
		o = next_step(l, &u, vk);
		goto out;
	}
	o = finish(l, &u, code, vk, &t, NULL, c);
	if (o == OUT_BAD_CODE)
		activity_note(&u.uid, ACTIVITY_WRONG_CODE, c);
	if (o == OUT_BAD_CODE || o == OUT_STALE)
		o = OUT_REFUSED;
out:
	if (o == OUT_REFUSED)
		count_add(COUNT_LOGIN_FAILED);
	store_item_wipe(&it);
	user_wipe(&u);
	secret_wipe(vk, sizeof(vk));
	return o;
}

enum outcome
login_code(struct login *l, const struct ticket *step, const char *code, const struct client *c)
{
	struct pending p = { 0 };
	struct step s;
	struct throttle t, right = { 0 };
	struct user u = { 0 };
	enum outcome o;

	memset(l, 0, sizeof(*l));
	o = throttle_try(&t, NULL, c, &l->retry, NULL, NULL);
	if (o != OUT_OK)
		return o;
	o = OUT_STALE;
	for (int i = 0; i < ATTEMPTS && o == OUT_STALE; i++) {
		pending_wipe(&p);
		o = pending_read(&p, step, &s, sizeof(s));
		if (o == OUT_OK)
			o = pending_count(&p);
	}
	if (o != OUT_OK)
		goto out;
	l->tries_left = PENDING_TRIES - p.tries;
	o = user_get(&u, s.username);
	if (o == OUT_MISSING || (o == OUT_OK && (!id_equal(&u.uid, &step->uid) || u.auth_ver != s.auth_ver)))
		o = OUT_NO_STEP;
	if (o != OUT_OK)
		goto out;
	if (!throttle_account(&right, u.username, c)) {
		o = OUT_BUSY;
		goto out;
	}
	o = finish(l, &u, code, s.vk, &right, &p, c);
	if (o == OUT_BAD_CODE) {
		count_add(COUNT_LOGIN_FAILED);
		activity_note(&u.uid, ACTIVITY_WRONG_CODE, c);
	}
	if (o == OUT_STALE)
		o = OUT_NO_STEP;
out:
	pending_wipe(&p);
	secret_wipe(&s, sizeof(s));
	user_wipe(&u);
	return o == OUT_STALE ? OUT_BUSY : o;
}

/* The step of the way back with the record as it is now: only while that is the one of the step, and closed. */
static enum outcome
read_back(struct pending *p, struct step *s, struct user *u, const struct ticket *step)
{
	enum outcome o = pending_read(p, step, s, sizeof(*s));

	if (o == OUT_OK)
		o = user_get(u, s->username);
	if (o == OUT_MISSING || (o == OUT_OK && (!id_equal(&u->uid, &step->uid) || u->auth_ver != s->auth_ver || u->closing == 0)))
		o = OUT_NO_STEP;
	return o == OUT_OK && u->disabled ? OUT_DISABLED : o;
}

enum outcome
login_closed(struct login *l, const struct ticket *step)
{
	struct pending p = { 0 };
	struct step s = { 0 };
	struct user u = { 0 };
	enum outcome o = read_back(&p, &s, &u, step);

	memset(l, 0, sizeof(*l));
	if (o == OUT_OK) {
		memcpy(l->username, u.username, sizeof(u.username));
		l->closing = u.closing;
	}
	pending_wipe(&p);
	secret_wipe(&s, sizeof(s));
	user_wipe(&u);
	return o;
}

enum outcome
login_back(struct login *l, const struct ticket *step, const struct client *c)
{
	enum outcome o = OUT_STALE;

	memset(l, 0, sizeof(*l));
	for (int i = 0; i < ATTEMPTS && o == OUT_STALE; i++) {
		struct pending p = { 0 };
		struct step s = { 0 };
		struct user u = { 0 };

		o = read_back(&p, &s, &u, step);
		if (o == OUT_OK)
			o = write_session(l, &u, s.vk, NULL, &p, c);
		pending_wipe(&p);
		secret_wipe(&s, sizeof(s));
		user_wipe(&u);
	}
	return o == OUT_STALE ? OUT_BUSY : o;
}

void
login_wipe(struct login *l)
{
	secret_wipe(l, sizeof(*l));
}
