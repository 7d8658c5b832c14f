#include "domain/throttle.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/rng.h"
#include "domain/server.h"
#include "domain/ticket.h"

#define ROW "bucket"
#define ATTEMPTS 12
#define MILLI 1000 /* tokens are kept in thousandths */
#define ADDRESS_TTL (THROTTLE_BURST * THROTTLE_REFILL_MS / 1000 + 60)
#define ACCOUNT_TTL 86400
#define CLOCKS_APART_MS 600000 /* further ahead than clocks of machines are apart: this one's was set back, and nobody waits for the time to come again */

/* An IPv6 household owns a /64: to count single addresses would count nothing. */
static void
network(char out[static 64], const char *address)
{
	uint8_t a[16];

	if (inet_pton(AF_INET6, address, a) == 1 && memcmp(a, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) != 0)
		enc_hex(out, a, 8);
	else
		snprintf(out, 64, "%s", address);
}

static bool
row_name(char out[static THROTTLE_KEY_MAX], const char *prefix, const char *what)
{
	uint8_t key[HASH_LEN], h[HASH_LEN];
	int n = snprintf(out, THROTTLE_KEY_MAX, "%s", prefix);
	bool ok = server_key(key, 0, "throttle") && hash_hmac(h, key, sizeof(key), what, strlen(what));

	enc_b64url(out + n, h, ok ? 16 : 0);
	secret_wipe(key, sizeof(key));
	return ok;
}

/* A device cookie counts for itself; it is bound to the account by its uid, which the caller of another account does not have. */
static bool
account_row(char out[static THROTTLE_KEY_MAX], const char *name, const struct client *c)
{
	struct ticket t;
	char sid[ENC_HEX_LEN(TICKET_SID_LEN) + 1], both[160];
	bool known = c->device[0] && ticket_open(&t, TICKET_DEVICE, c->device);

	if (!known)
		return row_name(out, "acct#", name);
	enc_hex(sid, t.sid, sizeof(t.sid));
	snprintf(both, sizeof(both), "%s %.100s", sid, name);
	ticket_wipe(&t);
	return row_name(out, "dev#", both);
}

struct bucket {
	int64_t tokens, seen, fails, until, rev;
};

static void
put(struct batch *b, const char *owner, const struct bucket *old, const struct bucket *new, bool found, int64_t ttl)
{
	batch_put(b, STORE_ACCOUNTS, owner, ROW);
	batch_if(b, found ? STORE_COND_EQ : STORE_COND_ABSENT, ST_REV, old->rev);
	batch_num(b, ST_REV, old->rev + 1);
	batch_num(b, ST_TOKENS, new->tokens);
	batch_num(b, ST_SEEN, new->seen);
	batch_num(b, ST_FAILS, new->fails);
	batch_num(b, ST_UNTIL, new->until);
	batch_num(b, ST_EXPIRES, clock_now() + ttl);
}

static struct bucket
read_bucket(const struct store_item *it)
{
	return (struct bucket){ store_num(it, ST_TOKENS), store_num(it, ST_SEEN), store_num(it, ST_FAILS), store_num(it, ST_UNTIL),
		store_num(it, ST_REV) };
}

static int64_t
seconds(int64_t ms)
{
	return (ms + 999) / 1000;
}

/* Both return the milliseconds to wait, 0 when the try may go on; `b` is then what the row becomes. */
static int64_t
take_token(struct bucket *b, bool found, int64_t now)
{
	int64_t level = THROTTLE_BURST * MILLI;

	if (found && now > b->seen - CLOCKS_APART_MS) {
		/* Another request counted with a later clock, read after ours or on another machine: no time has passed, and nothing came back. */
		if (now < b->seen)
			now = b->seen;
		level = b->tokens + (now - b->seen) * MILLI / THROTTLE_REFILL_MS;
		if (level > THROTTLE_BURST * MILLI)
			level = THROTTLE_BURST * MILLI;
	}
	if (level < MILLI)
		return (MILLI - level) * THROTTLE_REFILL_MS / MILLI + 1;
	b->tokens = level - MILLI;
	b->seen = now;
	return 0;
}

static int64_t
count_try(struct bucket *b, int64_t now)
{
	int64_t delay = 0;

	if (b->until > now)
		return b->until - now;
	b->fails++;
	if (b->fails >= THROTTLE_BURST) {
		int64_t over = b->fails - THROTTLE_BURST;

		delay = over > 6 ? THROTTLE_DELAY_MAX_MS : 1000LL << over;
		if (delay > THROTTLE_DELAY_MAX_MS)
			delay = THROTTLE_DELAY_MAX_MS;
	}
	b->until = delay ? now + delay : 0;
	return 0;
}

static enum outcome
attempt(struct throttle *t, const char *address, int64_t *retry, const struct store_key *also, struct store_item *item)
{
	struct store_key keys[3] = { { STORE_ACCOUNTS, address, ROW } };
	struct store_item it[3] = { 0 };
	size_t n = 1, more = 0;
	struct bucket addr, acct;
	struct batch b;
	int64_t now = clock_now_ms(), wait;
	enum outcome o;

	if (t->counted)
		keys[n++] = (struct store_key){ STORE_ACCOUNTS, t->account, ROW };
	if (also) {
		more = n;
		keys[n++] = *also;
	}
	o = outcome_of(store_get(it, keys, n));
	if (o != OUT_OK)
		goto out;
	if (also) {
		store_item_wipe(item);
		*item = it[more];
		it[more] = (struct store_item){ 0 };
	}
	addr = read_bucket(&it[0]);
	acct = t->counted ? read_bucket(&it[1]) : (struct bucket){ 0 };
	wait = take_token(&addr, it[0].found, now);
	if (wait == 0 && t->counted)
		wait = count_try(&acct, now);
	if (wait > 0) {
		*retry = seconds(wait);
		o = OUT_LIMITED;
		goto out;
	}
	batch_start(&b);
	put(&b, address, &addr, &addr, it[0].found, ADDRESS_TTL);
	if (t->counted)
		put(&b, t->account, &acct, &acct, it[1].found, ACCOUNT_TTL);
	o = batch_commit(&b);
out:
	for (size_t i = 0; i < ARRAY_LEN(it); i++)
		store_item_wipe(&it[i]);
	return o;
}

bool
throttle_account(struct throttle *t, const char *name, const struct client *c)
{
	t->counted = account_row(t->account, name, c);
	return t->counted;
}

enum outcome
throttle_try(struct throttle *t, const char *name, const struct client *c, int64_t *retry, const struct store_key *also, struct store_item *item)
{
	char net[64], address[THROTTLE_KEY_MAX];
	enum outcome o = OUT_STALE;

	memset(t, 0, sizeof(*t));
	*retry = 1;
	network(net, c->address);
	if (!row_name(address, "addr#", net) || (name && !throttle_account(t, name, c)))
		return OUT_BUSY;
	for (int i = 0; i < ATTEMPTS && o == OUT_STALE; i++) {
		uint32_t pause;

		if (i > 0 && rng_below(&pause, 20))
			clock_sleep_ms((int64_t)pause + 1);
		o = attempt(t, address, retry, also, item);
	}
	if (o == OUT_STALE || o == OUT_LIMITED) {
		/* Whoever loses that many races against himself tries too much. */
		log_warn("throttled", "from %s: too many tries, next in %lld s", c->address, (long long)*retry);
		return OUT_LIMITED;
	}
	return o;
}

void
throttle_right(struct batch *b, const struct throttle *t)
{
	if (t->counted)
		batch_delete(b, STORE_ACCOUNTS, t->account, ROW);
}
