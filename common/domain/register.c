#include "domain/register.h"

#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/secret.h"
#include "crypto/rng.h"
#include "domain/activity.h"
#include "domain/directory.h"
#include "domain/factor.h"
#include "domain/install.h"
#include "domain/invite.h"

#define ATTEMPTS 8

/* The account that is to be; sealed as it stands in memory, so another build of the product meets it as a step that is gone. */
struct draft {
	struct user user;
	uint8_t vk[VAULT_KEY_LEN], totp[TOTP_SECRET_LEN];
	char phrase[PHRASE_MAX];
	char invite[INVITE_CODE_MAX]; /* "" for none */
};

static void
show(struct enrolment *e, const struct draft *d)
{
	snprintf(e->username, sizeof(e->username), "%s", d->user.username);
	memcpy(e->secret, d->totp, sizeof(e->secret));
	snprintf(e->phrase, sizeof(e->phrase), "%s", d->phrase);
}

/* Who may, with what the last step needs to know: whether this is the first account, and the row of the invitation (kind "" for none). */
static enum outcome
may(struct install *in, char kind[static INVITE_KIND_MAX], const char *invite, const char *email)
{
	struct store_item it[2] = { { 0 } };
	struct store_key key[2] = { install_key() };
	bool coded = *invite && invite_key(&key[1], kind, invite);
	enum outcome o;

	if (!coded)
		kind[0] = '\0';
	if (install_operator() == REGISTRATION_CLOSED)
		return OUT_NOT_NOW;
	o = outcome_of(store_get(it, key, coded ? 2 : 1));
	install_from_item(in, &it[0]);
	if (o == OUT_OK && install_registration(in) == REGISTRATION_CLOSED)
		o = OUT_NOT_NOW;
	/* an invitation that was given counts also where none is needed: it is used up, or does not hold */
	if (o == OUT_OK && (*invite ? !coded || !invite_holds(&it[1], email) : install_registration(in) == REGISTRATION_INVITE))
		o = OUT_UNINVITED;
	store_item_wipe(&it[0]);
	store_item_wipe(&it[1]);
	return o;
}

enum outcome
register_may(const char *invite, const char *email)
{
	struct install in;
	char kind[INVITE_KIND_MAX];

	return may(&in, kind, invite, email);
}

enum outcome
register_start(struct enrolment *e, const char *username, const char *email, const char *password, const char *invite, const struct client *c)
{
	struct draft d;
	struct throttle t;
	struct pending p = { 0 };
	struct batch b;
	enum outcome o;

	memset(e, 0, sizeof(*e));
	memset(&d, 0, sizeof(d));
	o = throttle_try(&t, NULL, c, &e->retry, NULL, NULL);
	if (o != OUT_OK)
		return o;
	o = OUT_BUSY;
	if (!rng_id(&d.user.uid) || !rng_bytes(d.vk, sizeof(d.vk)) || !rng_bytes(d.totp, sizeof(d.totp)))
		goto out;
	id_text(d.user.uid_text, &d.user.uid);
	snprintf(d.user.username, sizeof(d.user.username), "%s", username);
	snprintf(d.user.email, sizeof(d.user.email), "%s", email);
	snprintf(d.user.role, sizeof(d.user.role), "user");
	snprintf(d.invite, sizeof(d.invite), "%s", invite);
	d.user.auth_ver = d.user.pw_ver = d.user.rc_ver = d.user.totp_ver = d.user.key_gen = 1;
	o = factor_password_make(&d.user, password, d.vk);
	if (o == OUT_OK)
		o = factor_totp_make(&d.user, d.totp, d.vk);
	if (o != OUT_OK)
		goto out;
	o = OUT_BUSY;
	batch_start(&b);
	if (pending_add(&b, &p, TICKET_REGISTER, &d.user.uid, &d, sizeof(d), PENDING_REGISTER_S) && ticket_seal(e->cookie, &p.ticket))
		o = batch_commit(&b);
	show(e, &d);
out:
	pending_wipe(&p);
	secret_wipe(&d, sizeof(d));
	return o;
}

enum outcome
register_show(struct enrolment *e, const struct ticket *step)
{
	struct pending p = { 0 };
	struct draft d;
	enum outcome o = pending_read(&p, step, &d, sizeof(d));

	memset(e, 0, sizeof(*e));
	if (o == OUT_OK)
		show(e, &d);
	pending_wipe(&p);
	secret_wipe(&d, sizeof(d));
	return o;
}

/* Read the step and count a try, again when another request came between. */
static enum outcome
read_and_count(struct pending *p, struct draft *d, const struct ticket *step)
{
	enum outcome o = OUT_STALE;

	for (int i = 0; i < ATTEMPTS && o == OUT_STALE; i++) {
		pending_wipe(p);
		o = pending_read(p, step, d, sizeof(*d));
		if (o == OUT_OK)
			o = pending_count(p);
	}
	return o == OUT_STALE ? OUT_BUSY : o;
}

enum outcome
register_code(struct enrolment *e, const struct ticket *step, const char *code)
{
	struct pending p = { 0 };
	struct draft d;
	struct batch b;
	uint64_t at;
	enum outcome o;

	memset(e, 0, sizeof(*e));
	memset(&d, 0, sizeof(d));
	o = pending_read(&p, step, &d, sizeof(d));
	if (o == OUT_OK && d.phrase[0] == '\0')
		o = read_and_count(&p, &d, step);
	if (o != OUT_OK || d.phrase[0])
		goto out;
	o = OUT_BAD_CODE;
	if (!totp_match(&at, d.totp, code, clock_now(), 0))
		goto out;
	o = OUT_STALE;
	for (int i = 0; i < ATTEMPTS && o == OUT_STALE; i++) {
		d.user.totp_last = (int64_t)at;
		batch_start(&b);
		o = phrase_new(d.phrase) && pending_replace(&b, &p, &d, sizeof(d)) ? batch_commit(&b) : OUT_BUSY;
		if (o != OUT_STALE)
			break;
		/* another request was first: its phrase counts if it had the right code too; if it only counted a try, ours is written once more */
		pending_wipe(&p);
		o = pending_read(&p, step, &d, sizeof(d));
		if (o == OUT_OK && d.phrase[0] == '\0')
			o = OUT_STALE;
	}
	if (o == OUT_STALE)
		o = OUT_BUSY;
out:
	if (o == OUT_OK)
		show(e, &d);
	pending_wipe(&p);
	secret_wipe(&d, sizeof(d));
	return o;
}

/* OUT_STALE: somebody else was the first of all meanwhile. */
static enum outcome
create(struct login *l, struct draft *d, const struct pending *p, const struct client *c)
{
	struct install in;
	char kind[INVITE_KIND_MAX];
	struct batch b;
	struct session_row row = { 0 };
	struct activity_row seen = { 0 };
	struct ticket device;
	char dropped[TICKET_ROW_MAX];
	size_t step, first = STORE_WRITE_MAX, invited = STORE_WRITE_MAX;
	enum outcome o = may(&in, kind, d->invite, d->user.email);

	if (o != OUT_OK)
		return o;
	o = OUT_BUSY;
	batch_start(&b);
	snprintf(d->user.role, sizeof(d->user.role), "%s", in.found ? "user" : "admin");
	if (!in.found)
		first = install_first(&b, 1);
	if (kind[0])
		invited = invite_use(&b, kind);
	d->user.rev = 0;
	d->user.sessions[0] = '\0';
	d->user.created = d->user.last_login = clock_now();
	if (!session_add(&b, &row, &d->user.uid, d->user.username, d->user.role, d->user.auth_ver, d->user.key_gen, d->vk, c))
		goto out;
	user_add_session(&d->user, row.kind, dropped);
	step = pending_end(&b, p);
	if (!user_create(&b, &d->user) || !activity_add(&b, &seen, &d->user.uid, ACTIVITY_REGISTERED, c))
		goto out;
	if (!ticket_new(&device, TICKET_DEVICE, &d->user.uid) || !ticket_seal(l->device, &device) || !ticket_seal(l->cookie, &row.ticket))
		goto out;
	ticket_wipe(&device);
	directory_put(&b, &d->user);
	o = batch_commit(&b);
	if (o == OUT_STALE && b.failed != first)
		o = b.failed == step ? OUT_NO_STEP : b.failed == invited ? OUT_UNINVITED : OUT_TAKEN;
	snprintf(l->username, sizeof(l->username), "%s", d->user.username);
	if (o == OUT_OK) {
		count_add(COUNT_REGISTERED);
		count_add(COUNT_SESSION_STARTED);
	}
out:
	session_row_wipe(&row);
	activity_row_wipe(&seen);
	return o;
}

enum outcome
register_finish(struct login *l, bool wrong[static 2], const struct ticket *step, const char *word2, const char *word4, const struct client *c)
{
	struct pending p = { 0 };
	struct draft d;
	enum outcome o;

	memset(l, 0, sizeof(*l));
	memset(&d, 0, sizeof(d));
	o = read_and_count(&p, &d, step);
	if (o == OUT_OK && d.phrase[0] == '\0')
		o = OUT_NO_STEP;
	if (o != OUT_OK)
		goto out;
	wrong[0] = !phrase_word_is(d.phrase, 2, word2);
	wrong[1] = !phrase_word_is(d.phrase, 4, word4);
	o = OUT_BAD_PHRASE;
	if (wrong[0] || wrong[1])
		goto out;
	o = factor_phrase_make(&d.user, d.phrase, d.vk);
	if (o == OUT_OK)
		o = create(l, &d, &p, c);
	if (o == OUT_STALE)
		o = create(l, &d, &p, c);
	if (o == OUT_BUSY)
		pending_forgive(&p);
out:
	pending_wipe(&p);
	secret_wipe(&d, sizeof(d));
	return o;
}

void
enrolment_wipe(struct enrolment *e)
{
	secret_wipe(e, sizeof(*e));
}
