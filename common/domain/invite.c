#include "domain/invite.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "crypto/rng.h"
#include "domain/activity.h"
#include "domain/server.h"

#define OWNER "invites"
#define PREFIX "invite#"
#define PREFIX_LEN (sizeof(PREFIX) - 1)
#define RANDOM 16

_Static_assert(ENC_B64URL_LEN(1 + RANDOM) < INVITE_CODE_MAX, "code");
_Static_assert(ENC_B64URL_LEN(HASH_LEN) + PREFIX_LEN < INVITE_KIND_MAX, "kind");

bool
invite_key(struct store_key *key, char kind[static INVITE_KIND_MAX], const char *code)
{
	uint8_t raw[1 + RANDOM], h[HASH_LEN], mac[HASH_LEN];
	size_t len;
	bool ok = strlen(code) == ENC_B64URL_LEN(sizeof(raw)) && dec_b64url(raw, sizeof(raw), &len, code, strlen(code)) && len == sizeof(raw) && raw[0] != 0 &&
	    server_key(h, raw[0], "invite") && hash_hmac(mac, h, sizeof(h), raw, sizeof(raw));

	memcpy(kind, PREFIX, sizeof(PREFIX));
	enc_b64url(kind + PREFIX_LEN, mac, ok ? sizeof(mac) : 0);
	*key = (struct store_key){ STORE_ACCOUNTS, OWNER, kind };
	secret_wipe(raw, sizeof(raw));
	secret_wipe(h, sizeof(h));
	return ok;
}

bool
invite_holds(const struct store_item *it, const char *email)
{
	const char *bound = store_text(it, ST_EMAIL_LOWER);

	return it->found && store_num(it, ST_EXPIRES) > clock_now() && (email == NULL || *bound == '\0' || strcmp(bound, email) == 0);
}

size_t
invite_use(struct batch *b, const char *kind)
{
	size_t i = batch_delete(b, STORE_ACCOUNTS, OWNER, kind);

	batch_if(b, STORE_COND_PRESENT, ST_CREATED, 0);
	return i;
}

struct listing {
	struct invite *list;
	size_t cap, n;
};

static bool
add(void *ctx, const struct store_item *it)
{
	struct listing *l = ctx;
	struct invite *i = &l->list[l->n];

	snprintf(i->id, sizeof(i->id), "%s", it->sort + PREFIX_LEN);
	snprintf(i->email, sizeof(i->email), "%s", store_text(it, ST_EMAIL_LOWER));
	snprintf(i->by, sizeof(i->by), "%s", store_text(it, ST_USERNAME));
	i->created = store_num(it, ST_CREATED);
	i->expires = store_num(it, ST_EXPIRES);
	return ++l->n < l->cap;
}

static int
oldest_first(const void *a, const void *b)
{
	const struct invite *x = a, *y = b;

	return x->created < y->created ? -1 : x->created > y->created;
}

enum outcome
invite_list(struct invite *list, size_t cap, size_t *n)
{
	struct listing l = { list, cap, 0 };
	struct store_query q = { .table = STORE_ACCOUNTS, .part = OWNER, .prefix = PREFIX, .limit = cap };
	enum outcome o = outcome_of(store_query(&q, add, &l));

	qsort(list, l.n, sizeof(*list), oldest_first);
	*n = l.n;
	return o;
}

/* Both acts of an admin end with the same two parts: the log, and that the session still is. */
static enum outcome
commit(struct batch *b, const struct session *s, enum activity what, const struct client *c)
{
	struct activity_row seen = { 0 };
	enum outcome o = activity_add(b, &seen, &s->uid, what, c) ? session_commit(b, s) : OUT_BUSY;

	activity_row_wipe(&seen);
	return o == OUT_STALE ? OUT_MISSING : o;
}

enum outcome
invite_make(char code[static INVITE_CODE_MAX], const struct session *s, const char *email, const struct client *c)
{
	struct invite list[INVITE_LIST_MAX];
	char kind[INVITE_KIND_MAX];
	uint8_t raw[1 + RANDOM] = { server_kid() };
	struct store_key key;
	struct batch b;
	size_t n = 0;
	enum outcome o = invite_list(list, ARRAY_LEN(list), &n);

	*code = '\0';
	if (o == OUT_OK && n == INVITE_LIST_MAX)
		o = OUT_LIMITED;
	if (o != OUT_OK)
		return o;
	if (!rng_bytes(raw + 1, RANDOM))
		return OUT_BUSY;
	enc_b64url(code, raw, sizeof(raw));
	secret_wipe(raw, sizeof(raw));
	if (!invite_key(&key, kind, code))
		return OUT_BUSY;
	batch_start(&b);
	batch_put(&b, STORE_ACCOUNTS, OWNER, kind);
	batch_if(&b, STORE_COND_ABSENT, ST_CREATED, 0);
	batch_text(&b, ST_USERNAME, s->username);
	batch_text(&b, ST_EMAIL_LOWER, email);
	batch_num(&b, ST_CREATED, clock_now());
	batch_num(&b, ST_EXPIRES, clock_now() + INVITE_DAYS * 86400LL);
	return commit(&b, s, ACTIVITY_INVITE_MADE, c);
}

enum outcome
invite_revoke(const struct session *s, const char *id, const struct client *c)
{
	char kind[INVITE_KIND_MAX];
	struct batch b;

	if (strlen(id) >= sizeof(kind) - PREFIX_LEN)
		return OUT_MISSING;
	snprintf(kind, sizeof(kind), PREFIX "%.*s", (int)(sizeof(kind) - PREFIX_LEN - 1), id);
	batch_start(&b);
	invite_use(&b, kind);
	return commit(&b, s, ACTIVITY_INVITE_REVOKED, c);
}
