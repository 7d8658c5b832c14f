#include "domain/account.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/rng.h"
#include "domain/activity.h"
#include "domain/closing.h"
#include "domain/directory.h"
#include "domain/factor.h"
#include "domain/install.h"
#include "domain/pending.h"
#include "domain/policy.h"
#include "domain/throttle.h"

#define ATTEMPTS 8

/* A person who proved who they are, with the record as it was read then. */
struct proven {
	struct user user;
	struct throttle throttle;
};

static enum outcome
prove(struct proven *v, struct proof *p)
{
	uint8_t vk[VAULT_KEY_LEN] = { 0 };
	struct store_item it = { 0 };
	struct store_key key = { STORE_USERS, p->session->username, NULL };
	enum outcome o;

	memset(v, 0, sizeof(*v));
	o = throttle_try(&v->throttle, p->session->username, &p->client, &p->retry, &key, &it);
	if (o == OUT_OK && !it.found)
		o = OUT_ENDED;
	if (o == OUT_OK && (!user_from_item(&v->user, &it) || !id_equal(&v->user.uid, &p->session->uid)))
		o = OUT_BROKEN;
	if (o == OUT_OK)
		o = factor_password_check(&v->user, v->user.username, p->password, vk, NULL);
	if (o == OUT_REFUSED)
		activity_note(&v->user.uid, ACTIVITY_WRONG_PASSWORD, &p->client);
	if (o == OUT_OK && p->code) {
		o = factor_totp_check(&v->user, p->code, vk);
		if (o == OUT_BAD_CODE)
			activity_note(&v->user.uid, ACTIVITY_WRONG_CODE, &p->client);
	}
	store_item_wipe(&it);
	secret_wipe(vk, sizeof(vk));
	return o;
}

/* What a change of a factor needs besides the record. */
struct change {
	const struct session *session;   /* goes on; NULL: all end */
	const struct throttle *throttle; /* its count is taken back; may be NULL */
	const struct pending *pending;   /* the step that ends with the change; may be NULL */
	enum activity what;
	const struct client *client;
	bool code_used;                  /* a code of the record's authenticator was part of the proof */
};

static enum outcome
try_change(struct user *u, const struct change *ch, size_t *record)
{
	const struct session *s = ch->session;
	char kinds[SESSION_MAX_PER_USER][TICKET_ROW_MAX];
	struct batch b;
	struct session_row row = { 0 };
	struct activity_row seen = { 0 };
	size_t renewed = STORE_WRITE_MAX, step = STORE_WRITE_MAX;
	enum outcome o = OUT_BUSY;

	*record = STORE_WRITE_MAX;
	batch_start(&b);
	user_end_sessions(&b, u, s ? s->kind : NULL, kinds);
	if (s) {
		renewed = b.n;
		if (!session_renew(&b, &row, s, u->auth_ver))
			goto out;
	}
	snprintf(u->sessions, sizeof(u->sessions), "%s", s ? s->kind : "");
	if (ch->throttle)
		throttle_right(&b, ch->throttle);
	if (ch->pending)
		step = pending_end(&b, ch->pending);
	if (!user_change(&b, u, record) || !activity_add(&b, &seen, &u->uid, ch->what, ch->client))
		goto out;
	o = batch_commit(&b);
	if (o == OUT_STALE && b.failed == renewed)
		o = OUT_ENDED;
	else if (o == OUT_STALE && b.failed == step)
		o = OUT_NO_STEP;
out:
	session_row_wipe(&row);
	activity_row_wipe(&seen);
	return o;
}

/* Write a record whose factor has changed: auth_ver goes up, other sessions end, that of the change goes on. A sign-in that came between changed counters
 * only: they are taken over, so that it neither survives nor spoils the change. */
static enum outcome
write_change(struct user *u, const struct change *ch)
{
	int64_t auth_ver = u->auth_ver++;
	size_t record;
	enum outcome o = try_change(u, ch, &record);

	for (int i = 0; i < ATTEMPTS && o == OUT_STALE; i++) {
		struct user now;

		if (user_get(&now, u->username) != OUT_OK || now.auth_ver != auth_ver) {
			user_wipe(&now);
			break;
		}
		if (ch->code_used && now.totp_last >= u->totp_last)
			o = OUT_BAD_CODE;
		u->rev = now.rev;
		if (now.totp_last > u->totp_last)
			u->totp_last = now.totp_last;
		u->last_login = now.last_login;
		memcpy(u->sessions, now.sessions, sizeof(u->sessions));
		user_wipe(&now);
		if (o == OUT_STALE)
			o = try_change(u, ch, &record);
	}
	return o;
}

/* The change that a proof stands for. */
static enum outcome
write_proven(struct proven *v, const struct proof *p, enum activity what)
{
	struct change ch = { p->session, &v->throttle, NULL, what, &p->client, p->code != NULL };

	return write_change(&v->user, &ch);
}

enum outcome
account_prove(struct proof *p)
{
	struct proven v;
	struct batch b;
	enum outcome o = prove(&v, p);

	if (o == OUT_OK) {
		batch_start(&b);
		throttle_right(&b, &v.throttle);
		o = batch_commit(&b);
	}
	user_wipe(&v.user);
	return o;
}

enum outcome
account_change_password(struct proof *p, const char *password)
{
	struct proven v;
	enum outcome o = prove(&v, p);

	if (o == OUT_OK) {
		v.user.pw_ver++;
		o = factor_password_make(&v.user, password, p->session->vk);
	}
	if (o == OUT_OK)
		o = write_proven(&v, p, ACTIVITY_PASSWORD_CHANGED);
	user_wipe(&v.user);
	return o;
}

enum outcome
account_change_phrase(struct proof *p, char phrase[static PHRASE_MAX])
{
	struct proven v;
	enum outcome o = prove(&v, p);

	phrase[0] = '\0';
	if (o == OUT_OK) {
		v.user.rc_ver++;
		o = phrase_new(phrase) ? factor_phrase_make(&v.user, phrase, p->session->vk) : OUT_BUSY;
	}
	if (o == OUT_OK)
		o = write_proven(&v, p, ACTIVITY_PHRASE_CHANGED);
	if (o != OUT_OK)
		secret_wipe(phrase, PHRASE_MAX);
	user_wipe(&v.user);
	return o;
}

enum outcome
account_totp_start(struct proof *p, uint8_t secret[static TOTP_SECRET_LEN], char cookie[static TICKET_TEXT_LEN + 1])
{
	struct proven v;
	struct pending pend = { 0 };
	struct batch b;
	enum outcome o = prove(&v, p);

	if (o != OUT_OK)
		goto out;
	o = OUT_BUSY;
	batch_start(&b);
	/* the code that proved the old authenticator is used up by this write */
	if (!rng_bytes(secret, TOTP_SECRET_LEN) || !user_change(&b, &v.user, NULL) ||
	    !pending_add(&b, &pend, TICKET_TOTP, &v.user.uid, secret, TOTP_SECRET_LEN, PENDING_REGISTER_S) || !ticket_seal(cookie, &pend.ticket))
		goto out;
	session_guard(&b, p->session);
	throttle_right(&b, &v.throttle);
	o = batch_commit(&b);
out:
	pending_wipe(&pend);
	user_wipe(&v.user);
	return o;
}

enum outcome
account_totp_show(const struct session *s, const struct ticket *step, uint8_t secret[static TOTP_SECRET_LEN])
{
	struct pending p = { 0 };
	enum outcome o = OUT_NO_STEP;

	memset(secret, 0, TOTP_SECRET_LEN);
	if (id_equal(&step->uid, &s->uid))
		o = pending_read(&p, step, secret, TOTP_SECRET_LEN);
	pending_wipe(&p);
	return o;
}

enum outcome
account_totp_finish(const struct session *s, const struct ticket *step, const char *code, const struct client *c)
{
	uint8_t secret[TOTP_SECRET_LEN] = { 0 };
	struct pending p = { 0 };
	struct user u = { 0 };
	uint64_t at;
	enum outcome o = OUT_STALE;

	if (!id_equal(&step->uid, &s->uid))
		return OUT_NO_STEP;
	for (int i = 0; i < ATTEMPTS && o == OUT_STALE; i++) {
		pending_wipe(&p);
		o = pending_read(&p, step, secret, sizeof(secret));
		if (o == OUT_OK)
			o = pending_count(&p);
	}
	if (o == OUT_OK)
		o = user_get(&u, s->username);
	if (o != OUT_OK)
		goto out;
	o = OUT_BAD_CODE;
	if (!totp_match(&at, secret, code, clock_now(), 0))
		goto out;
	u.totp_last = (int64_t)at;
	u.totp_ver++;
	o = factor_totp_make(&u, secret, s->vk);
	if (o == OUT_OK)
		o = write_change(&u, &(struct change){ s, NULL, &p, ACTIVITY_TOTP_CHANGED, c, false });
out:
	pending_wipe(&p);
	user_wipe(&u);
	secret_wipe(secret, sizeof(secret));
	return o;
}

enum outcome
account_reset(const char *name, const char *phrase, const char *password, const struct client *c, char fresh[static PHRASE_MAX], int64_t *retry)
{
	uint8_t vk[VAULT_KEY_LEN] = { 0 };
	char username[USER_NAME_MAX + 1];
	struct store_item it = { 0 };
	struct store_key key = { STORE_USERS, username, NULL };
	struct throttle t;
	struct user u = { 0 };
	enum outcome o;

	fresh[0] = '\0';
	if (!policy_username(username, name))
		snprintf(username, sizeof(username), "%.*s", USER_NAME_MAX, name);
	o = throttle_try(&t, username, c, retry, &key, &it);
	if (o == OUT_OK && it.found && !user_from_item(&u, &it))
		o = OUT_BROKEN;
	if (o != OUT_OK)
		goto out;
	o = factor_phrase_check(it.found ? &u : NULL, username, phrase, vk);
	if (o == OUT_BAD_PHRASE)
		activity_note(it.found ? &u.uid : NULL, ACTIVITY_WRONG_PHRASE, c);
	if (o != OUT_OK)
		goto out;
	u.pw_ver++;
	u.rc_ver++;
	o = factor_password_make(&u, password, vk);
	if (o == OUT_OK)
		o = phrase_new(fresh) ? factor_phrase_make(&u, fresh, vk) : OUT_BUSY;
	if (o == OUT_OK)
		o = write_change(&u, &(struct change){ NULL, &t, NULL, ACTIVITY_RESET, c, false });
	if (o != OUT_OK)
		secret_wipe(fresh, PHRASE_MAX);
out:
	store_item_wipe(&it);
	user_wipe(&u);
	secret_wipe(vk, sizeof(vk));
	return o;
}

enum outcome
account_info(struct account_info *i, const struct session *s)
{
	struct user u;
	enum outcome o = user_get(&u, s->username);

	memset(i, 0, sizeof(*i));
	if (o == OUT_OK) {
		memcpy(i->username, u.username, sizeof(u.username));
		memcpy(i->email, u.email, sizeof(u.email));
		memcpy(i->role, u.role, sizeof(u.role));
		i->created = u.created;
	}
	user_wipe(&u);
	return o == OUT_MISSING ? OUT_ENDED : o;
}

/* One try of the write that closes an account; *again when another admin act came between. */
static enum outcome
try_close(const struct proven *v, const struct proof *p, bool *again)
{
	const struct session *s = p->session;
	char kinds[SESSION_MAX_PER_USER][TICKET_ROW_MAX];
	struct user u = v->user;
	struct install in = { 0 };
	struct closing_row row = { "" };
	struct activity_row seen = { 0 };
	struct batch b;
	bool admin = user_active_admin(&u);
	enum outcome o = admin ? install_read(&in) : OUT_OK;

	*again = false;
	if (o == OUT_OK && admin && in.admins <= 1)
		o = OUT_LAST_ADMIN;
	if (o != OUT_OK)
		goto out;
	o = OUT_BUSY;
	u.closing = clock_now() + CLOSING_DAYS * 86400LL;
	u.auth_ver++;
	u.sessions[0] = '\0';
	batch_start(&b);
	if (admin)
		install_admins(&b, &in, -1); /* the first action */
	if (!user_change(&b, &u, NULL) || !activity_add(&b, &seen, &u.uid, ACTIVITY_CLOSED, &p->client))
		goto out;
	user_email_follows(&b, &u);
	directory_put(&b, &u);
	closing_on(&b, &row, &u);
	user_end_sessions(&b, &v->user, s->kind, kinds);
	batch_delete(&b, STORE_ACCOUNTS, s->owner, s->kind);
	batch_if(&b, STORE_COND_PRESENT, ST_CREATED, 0);
	throttle_right(&b, &v->throttle);
	o = batch_commit(&b);
	*again = admin && o == OUT_STALE && b.failed == 0;
out:
	activity_row_wipe(&seen);
	user_wipe(&u);
	return o;
}

enum outcome
account_close(struct proof *p)
{
	struct proven v;
	bool again = true;
	enum outcome o = prove(&v, p);

	for (int i = 0; i < ATTEMPTS && o == OUT_OK && again; i++) {
		o = try_close(&v, p, &again);
		if (again && i + 1 < ATTEMPTS)
			o = OUT_OK;
	}
	if (o == OUT_OK && closing_sweep(CLOSING_SWEEP_ROWS, NULL, NULL) != OUT_OK)
		log_warn("sweep_cut_short", "rows of accounts that are over are left; nothing opens them, and the next sweep goes on");
	user_wipe(&v.user);
	return o;
}
