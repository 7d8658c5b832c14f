#include "domain/session.h"

#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/seal.h"

#define KEY_PURPOSE "vs1/sess"
#define BOX_MAX 512

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What a row says of the role is read before the box opens, so the box is bound to it: a row that was given another role does not open any more. Sessions of before
 * there were roles were all sealed as "sess". */
static const struct {
	const char *role, *purpose;
} seals[] = {
	{ "user", "sess" },
	{ "admin", "sess/admin" },
};

static struct seal_bind
binding(const struct ticket *t, const char *role, int64_t auth_ver)
{
	struct seal_bind bind = { NULL, &t->uid, t->sid, sizeof(t->sid), (uint64_t)auth_ver, 0 };

	for (size_t i = 0; i < ARRAY_LEN(seals); i++)
		if (strcmp(seals[i].role, role) == 0)
			bind.purpose = seals[i].purpose;
	return bind;
}

/* Moves the idle limit only when a twentieth of it has passed: a read that had to write each time would cost a sync to disk. */
static enum outcome
touch(struct session *s)
{
	struct batch b;
	int64_t now = clock_now(), idle = conf_number(CONF_SESSION_IDLE), until = earlier(now + idle, s->expires);
	enum outcome o;

	if (until - s->idle_expires < idle / 20 + 1)
		return OUT_OK;
	batch_start(&b);
	batch_update(&b, STORE_ACCOUNTS, s->owner, s->kind);
	batch_num(&b, ST_SEEN, now);
	batch_num(&b, ST_EXPIRES, until);
	o = batch_commit(&b);
	if (o == OUT_STALE)
		return OUT_ENDED;
	/* A full or busy store must not end a session that only wants to read: the old limit stays in force. */
	if (o == OUT_OK)
		s->idle_expires = until;
	return OUT_OK;
}

static bool
open_row(struct session *s, const struct store_item *row)
{
	uint8_t key[SEAL_KEY_LEN];
	struct seal_bind bind;
	struct buf vk;
	bool ok = false;

	buf_init(&vk, VAULT_KEY_LEN);
	s->auth_ver = store_num(row, ST_AUTH_VER);
	snprintf(s->role, sizeof(s->role), "%s", store_text(row, ST_ROLE));
	bind = binding(&s->ticket, s->role, s->auth_ver);
	if (bind.purpose == NULL || !ticket_key(key, &s->ticket, KEY_PURPOSE))
		goto out;
	if (!seal_open(&vk, key, &bind, store_text(row, ST_BOX), row->at[ST_BOX].len) || vk.len != VAULT_KEY_LEN)
		goto out;
	memcpy(s->vk, vk.p, VAULT_KEY_LEN);
	snprintf(s->username, sizeof(s->username), "%s", store_text(row, ST_USERNAME));
	s->created = store_num(row, ST_CREATED);
	s->expires = s->created + conf_number(CONF_SESSION_MAX);
	s->idle_expires = store_num(row, ST_EXPIRES);
	s->key_gen = store_num(row, ST_KEY_GEN);
	ok = true;
out:
	buf_wipe(&vk);
	secret_wipe(key, sizeof(key));
	return ok;
}

struct session_ahead {
	char sort[64];
	struct store_item item;
};

bool
session_ahead(struct store_item *it, const struct session *s, const char *sort)
{
	if (s->ahead == NULL || strcmp(s->ahead->sort, sort) != 0)
		return false;
	*it = s->ahead->item;
	*s->ahead = (struct session_ahead){ 0 };
	return true;
}

enum outcome
session_open(struct session *s, const char *cookie, const char *ahead)
{
	static struct session_ahead kept; /* one process, one request */
	struct store_item rows[2] = { { 0 } }, *row = &rows[0];
	struct store_key key[2];
	enum outcome o = OUT_ENDED;

	memset(s, 0, sizeof(*s));
	if (!ticket_open(&s->ticket, TICKET_SESSION, cookie))
		goto out;
	s->uid = s->ticket.uid;
	id_text(s->owner, &s->uid);
	if (!ticket_row(s->kind, &s->ticket) || !ticket_csrf(s->csrf, &s->ticket)) {
		o = OUT_BUSY;
		goto out;
	}
	key[0] = (struct store_key){ STORE_ACCOUNTS, s->owner, s->kind };
	key[1] = (struct store_key){ STORE_PASSWORDS, s->owner, ahead };
	o = outcome_of(store_get(rows, key, ahead != NULL ? 2 : 1));
	if (o != OUT_OK)
		goto out;
	o = OUT_ENDED;
	if (!row->found)
		goto out;
	if (!open_row(s, row)) {
		log_error("session_damaged", "a session row does not open with its cookie");
		goto out;
	}
	if (s->expires <= clock_now())
		goto out;
	o = touch(s);
	if (ahead != NULL) {
		snprintf(kept.sort, sizeof(kept.sort), "%s", ahead);
		kept.item = rows[1];
		rows[1] = (struct store_item){ 0 };
		s->ahead = &kept;
	}
out:
	store_item_wipe(&rows[0]);
	store_item_wipe(&rows[1]);
	if (o != OUT_OK)
		session_wipe(s);
	return o;
}

size_t
session_guard(struct batch *b, const struct session *s)
{
	size_t i = batch_check(b, STORE_ACCOUNTS, s->owner, s->kind);

	batch_if(b, STORE_COND_PRESENT, ST_CREATED, 0);
	return i;
}

enum outcome
session_commit(struct batch *b, const struct session *s)
{
	size_t guard = session_guard(b, s);
	enum outcome o = batch_commit(b);

	return o == OUT_STALE && b->failed == guard ? OUT_ENDED : o;
}

enum outcome
session_close(const struct session *s)
{
	struct batch b;

	batch_start(&b);
	batch_delete(&b, STORE_ACCOUNTS, s->owner, s->kind);
	return batch_commit(&b);
}

void
session_wipe(struct session *s)
{
	if (s->ahead != NULL)
		store_item_wipe(&s->ahead->item);
	secret_wipe(s, sizeof(*s));
}

static bool
seal_box(struct session_row *row, const char *role, int64_t auth_ver, const uint8_t vk[static VAULT_KEY_LEN])
{
	uint8_t key[SEAL_KEY_LEN];
	struct seal_bind bind = binding(&row->ticket, role, auth_ver);
	bool ok;

	buf_init(&row->box, BOX_MAX);
	ok = bind.purpose != NULL && ticket_key(key, &row->ticket, KEY_PURPOSE) && seal_text(&row->box, key, &bind, vk, VAULT_KEY_LEN) && !row->box.failed;
	secret_wipe(key, sizeof(key));
	return ok;
}

bool
session_add(struct batch *b, struct session_row *row, const struct id *uid, const char *username, const char *role, int64_t auth_ver,
    int64_t key_gen, const uint8_t vk[static VAULT_KEY_LEN], const struct client *client)
{
	int64_t now = clock_now();

	buf_init(&row->detail, BOX_MAX * 2);
	if (!ticket_new(&row->ticket, TICKET_SESSION, uid) || !ticket_row(row->kind, &row->ticket) || !seal_box(row, role, auth_ver, vk))
		return false;
	id_text(row->owner, uid);
	if (!client_seal(&row->detail, uid, row->kind, client))
		return false;
	batch_put(b, STORE_ACCOUNTS, row->owner, row->kind);
	batch_text(b, ST_USERNAME, username);
	batch_text(b, ST_ROLE, role);
	batch_num(b, ST_AUTH_VER, auth_ver);
	batch_num(b, ST_KEY_GEN, key_gen);
	batch_text(b, ST_BOX, row->box.p);
	batch_text(b, ST_DETAIL, row->detail.p);
	batch_num(b, ST_CREATED, now);
	batch_num(b, ST_SEEN, now);
	batch_num(b, ST_EXPIRES, earlier(now + conf_number(CONF_SESSION_IDLE), now + conf_number(CONF_SESSION_MAX)));
	return true;
}

bool
session_renew(struct batch *b, struct session_row *row, const struct session *s, int64_t auth_ver)
{
	buf_init(&row->detail, 0);
	row->ticket = s->ticket;
	if (!seal_box(row, s->role, auth_ver, s->vk))
		return false;
	batch_update(b, STORE_ACCOUNTS, s->owner, s->kind);
	batch_text(b, ST_BOX, row->box.p);
	batch_num(b, ST_AUTH_VER, auth_ver);
	return true;
}

void
session_row_wipe(struct session_row *row)
{
	buf_wipe(&row->box);
	buf_wipe(&row->detail);
	ticket_wipe(&row->ticket);
}
