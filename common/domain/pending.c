#include "domain/pending.h"

#include <string.h>

#include "base/clock.h"
#include "base/secret.h"
#include "crypto/seal.h"

#define BOX_MAX 8192

static bool
seal(struct pending *p, const void *content, size_t len)
{
	uint8_t key[SEAL_KEY_LEN];
	struct seal_bind bind = { "pending", &p->ticket.uid, p->ticket.sid, sizeof(p->ticket.sid), (uint64_t)p->ticket.kind, 0 };
	bool ok;

	buf_wipe(&p->box);
	buf_init(&p->box, BOX_MAX);
	ok = ticket_key(key, &p->ticket, "vs1/pend") && seal_text(&p->box, key, &bind, content, len) && !p->box.failed;
	secret_wipe(key, sizeof(key));
	return ok;
}

static bool
open_box(const struct pending *p, const struct store_item *it, void *content, size_t len)
{
	uint8_t key[SEAL_KEY_LEN];
	struct seal_bind bind = { "pending", &p->ticket.uid, p->ticket.sid, sizeof(p->ticket.sid), (uint64_t)p->ticket.kind, 0 };
	struct buf plain;
	bool ok;

	buf_init(&plain, BOX_MAX);
	ok = ticket_key(key, &p->ticket, "vs1/pend") && seal_open(&plain, key, &bind, store_text(it, ST_BOX), it->at[ST_BOX].len) && plain.len == len;
	if (ok)
		memcpy(content, plain.p, len);
	buf_wipe(&plain);
	secret_wipe(key, sizeof(key));
	return ok;
}

bool
pending_add(struct batch *b, struct pending *p, enum ticket_kind kind, const struct id *uid, const void *content, size_t len, int64_t lasts)
{
	memset(p, 0, sizeof(*p));
	buf_init(&p->box, BOX_MAX);
	p->rev = 1;
	p->expires = clock_now() + lasts;
	id_text(p->owner, uid);
	if (!ticket_new(&p->ticket, kind, uid) || !ticket_row(p->kind, &p->ticket) || !seal(p, content, len))
		return false;
	batch_put(b, STORE_ACCOUNTS, p->owner, p->kind);
	batch_text(b, ST_BOX, p->box.p);
	batch_num(b, ST_TRIES, 0);
	batch_num(b, ST_REV, p->rev);
	batch_num(b, ST_CREATED, clock_now());
	batch_num(b, ST_EXPIRES, p->expires);
	return true;
}

enum outcome
pending_read(struct pending *p, const struct ticket *t, void *content, size_t len)
{
	struct store_item it = { 0 };
	struct store_key key = { STORE_ACCOUNTS, p->owner, p->kind };
	enum outcome o = OUT_BUSY;

	memset(p, 0, sizeof(*p));
	memset(content, 0, len);
	buf_init(&p->box, BOX_MAX);
	p->ticket = *t;
	id_text(p->owner, &t->uid);
	if (!ticket_row(p->kind, t))
		return OUT_BUSY;
	o = outcome_of(store_get(&it, &key, 1));
	if (o == OUT_OK) {
		p->rev = store_num(&it, ST_REV);
		p->tries = store_num(&it, ST_TRIES);
		p->expires = store_num(&it, ST_EXPIRES);
		if (!it.found || p->tries >= PENDING_TRIES || !open_box(p, &it, content, len))
			o = OUT_NO_STEP;
	}
	store_item_wipe(&it);
	return o;
}

static void
touch(struct batch *b, struct pending *p)
{
	batch_update(b, STORE_ACCOUNTS, p->owner, p->kind);
	batch_if(b, STORE_COND_EQ, ST_REV, p->rev);
	batch_num(b, ST_REV, ++p->rev);
	batch_num(b, ST_TRIES, p->tries);
}

enum outcome
pending_count(struct pending *p)
{
	struct batch b;

	if (p->tries >= PENDING_TRIES)
		return OUT_NO_STEP;
	p->tries++;
	batch_start(&b);
	touch(&b, p);
	return batch_commit(&b);
}

void
pending_forgive(struct pending *p)
{
	struct batch b;

	p->tries = 0;
	batch_start(&b);
	touch(&b, p);
	(void)!batch_commit(&b);
}

bool
pending_replace(struct batch *b, struct pending *p, const void *content, size_t len)
{
	if (!seal(p, content, len))
		return false;
	p->tries = 0;
	touch(b, p);
	batch_text(b, ST_BOX, p->box.p);
	return true;
}

size_t
pending_end(struct batch *b, const struct pending *p)
{
	size_t i = batch_delete(b, STORE_ACCOUNTS, p->owner, p->kind);

	batch_if(b, STORE_COND_PRESENT, ST_REV, 0);
	return i;
}

void
pending_wipe(struct pending *p)
{
	buf_wipe(&p->box);
	ticket_wipe(&p->ticket);
}
