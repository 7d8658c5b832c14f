#include "domain/draft.h"

#include <string.h>

#include "base/clock.h"
#include "base/secret.h"
#include "crypto/rng.h"
#include "crypto/seal.h"

#define LASTS_S 3600
#define BOX_MAX (DRAFT_MAX * 2)

static bool
key_of(uint8_t key[static SEAL_KEY_LEN], struct seal_bind *bind, const struct ticket *t)
{
	*bind = (struct seal_bind){ "draft", &t->uid, t->sid, sizeof(t->sid), 0, 0 };
	return ticket_key(key, t, "vs1/draft");
}

enum outcome
draft_keep(char cookie[static TICKET_TEXT_LEN + 1], const struct ticket *ended, const char *body, size_t len)
{
	struct ticket t = *ended;
	struct batch b;
	struct buf box;
	struct seal_bind bind;
	uint8_t key[SEAL_KEY_LEN] = { 0 };
	char owner[ID_TEXT_LEN + 1], kind[TICKET_ROW_MAX];
	enum outcome o = OUT_BUSY;

	buf_init(&box, BOX_MAX);
	batch_start(&b);
	/* the ended session's own sid: whoever sends again and again writes one row */
	t.kind = TICKET_DRAFT;
	t.issued = clock_now();
	id_text(owner, &t.uid);
	if (len > DRAFT_MAX || !rng_bytes(t.secret, sizeof(t.secret)) || !ticket_row(kind, &t) || !key_of(key, &bind, &t) || !seal_text(&box, key, &bind, body, len) ||
	    box.failed || !ticket_seal(cookie, &t))
		goto out;
	batch_put(&b, STORE_ACCOUNTS, owner, kind);
	batch_text(&b, ST_BOX, box.p);
	batch_num(&b, ST_CREATED, clock_now());
	batch_num(&b, ST_EXPIRES, clock_now() + LASTS_S);
	o = batch_commit(&b);
out:
	buf_wipe(&box);
	ticket_wipe(&t);
	secret_wipe(key, sizeof(key));
	return o;
}

enum outcome
draft_open(struct buf *out, const struct session *s, const char *cookie)
{
	struct ticket t;
	struct store_item it = { 0 };
	struct seal_bind bind;
	uint8_t key[SEAL_KEY_LEN] = { 0 };
	char kind[TICKET_ROW_MAX];
	struct store_key at = { STORE_ACCOUNTS, s->owner, kind };
	enum outcome o = OUT_MISSING;

	if (!ticket_open(&t, TICKET_DRAFT, cookie) || memcmp(&t.uid, &s->uid, sizeof(t.uid)) != 0)
		goto out;
	o = ticket_row(kind, &t) ? outcome_of(store_get(&it, &at, 1)) : OUT_BUSY;
	if (o != OUT_OK)
		goto out;
	o = OUT_MISSING;
	if (it.found && key_of(key, &bind, &t) && seal_open(out, key, &bind, store_text(&it, ST_BOX), it.at[ST_BOX].len) && !out->failed)
		o = OUT_OK;
out:
	store_item_wipe(&it);
	ticket_wipe(&t);
	secret_wipe(key, sizeof(key));
	return o;
}
