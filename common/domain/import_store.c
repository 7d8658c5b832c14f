#include "domain/import_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "crypto/lp.h"
#include "crypto/rng.h"
#include "crypto/seal.h"

#define PIECE (48 * 1024)
#define PIECES_A_WRITE 16 /* about a megabyte: DynamoDB takes four in one transaction */
#define HOUR 3600LL
#define NUMBERS 20

void
import_wipe(struct import *im)
{
	buf_wipe(&im->text);
	secret_wipe(im, sizeof(*im));
}

static void
head_key(char out[static IMPORT_KEY_MAX], const struct import *im)
{
	snprintf(out, IMPORT_KEY_MAX, "import#%s", im->id_text);
}

void
import_piece_key(char out[static IMPORT_KEY_MAX], const char *prefix, const struct import *im, int64_t n)
{
	snprintf(out, IMPORT_KEY_MAX, "%s%s#%05lld", prefix, im->id_text, (long long)n);
}

static bool
box_key(uint8_t key[static SEAL_KEY_LEN], const struct session *s, const struct import *im)
{
	struct lp info;

	info.len = 0;
	info.failed = false;
	lp_text(&info, "vs1/import");
	lp_bytes(&info, im->id.b, ID_LEN);
	return hash_hkdf(key, SEAL_KEY_LEN, s->vk, VAULT_KEY_LEN, s->uid.b, ID_LEN, info.b, info.len);
}

static struct seal_bind
binding(const struct session *s, const char *sort)
{
	return (struct seal_bind){ "import", &s->uid, sort, strlen(sort), 1, 0 };
}

bool
import_seal(struct buf *box, const struct session *s, const struct import *im, const char *sort, const void *plain, size_t len)
{
	uint8_t key[SEAL_KEY_LEN];
	struct seal_bind bind = binding(s, sort);
	bool ok = box_key(key, s, im) && seal_text(box, key, &bind, plain, len) && !box->failed;

	secret_wipe(key, sizeof(key));
	return ok;
}

bool
import_unseal(struct buf *plain, const struct session *s, const struct import *im, const char *sort, const char *box, size_t len)
{
	uint8_t key[SEAL_KEY_LEN];
	struct seal_bind bind = binding(s, sort);
	bool ok = box_key(key, s, im) && seal_open(plain, key, &bind, box, len) && !plain->failed;

	secret_wipe(key, sizeof(key));
	return ok;
}

/* The head is a line of numbers: these, then the map of columns. */
static void
numbers(int64_t n[static NUMBERS], const struct import *im)
{
	const int64_t all[NUMBERS] = {
		im->plan.format, im->plan.between, im->plan.names, im->plan.known, (int64_t)im->plan.columns, im->state, im->mapped, im->add_new, im->choice, im->bytes,
		im->pieces, im->next, im->made, im->overwritten, im->records, im->count[GROUP_SAME], im->count[GROUP_CHANGED], im->count[GROUP_UNREADABLE],
		im->taken_back, im->kept,
	};

	memcpy(n, all, sizeof(all));
}

static bool
read_head(struct import *im, const char *text)
{
	int64_t n[NUMBERS + CSV_COLUMNS] = { 0 };
	char *end;

	for (size_t i = 0; i < ARRAY_LEN(n) && *text; i++, text = end) {
		n[i] = strtoll(text, &end, 10);
		if (end == text)
			return false;
	}
	im->plan = (struct import_plan){ .format = (enum import_format)n[0], .between = (char)n[1], .names = n[2], .known = n[3], .columns = (size_t)n[4] };
	im->state = (enum import_state)n[5];
	im->mapped = n[6];
	im->add_new = n[7];
	im->choice = (enum import_choice)n[8];
	im->bytes = n[9];
	im->pieces = n[10];
	im->next = n[11];
	im->made = n[12];
	im->overwritten = n[13];
	im->records = n[14];
	im->count[GROUP_SAME] = n[15];
	im->count[GROUP_CHANGED] = n[16];
	im->count[GROUP_UNREADABLE] = n[17];
	im->taken_back = n[18];
	im->kept = n[19];
	for (size_t i = 0; i < CSV_COLUMNS; i++)
		im->plan.map[i] = n[NUMBERS + i] >= 0 && n[NUMBERS + i] < IMPORT__TARGETS ? (enum import_target)n[NUMBERS + i] : IMPORT_SKIP;
	return im->plan.columns <= CSV_COLUMNS;
}

bool
import_put_head(struct batch *b, struct import_head *h, const struct session *s, struct import *im)
{
	int64_t n[NUMBERS];
	struct buf line;
	bool ok;

	buf_init(&line, IMPORT_HEAD_MAX);
	numbers(n, im);
	for (size_t i = 0; i < NUMBERS; i++)
		buf_fmt(&line, "%lld ", (long long)n[i]);
	for (size_t i = 0; i < im->plan.columns; i++)
		buf_fmt(&line, "%d ", (int)im->plan.map[i]);
	if (line.len > 0)
		buf_cut(&line, line.len - 1);
	buf_wipe(&h->box);
	buf_init(&h->box, 2 * IMPORT_HEAD_MAX);
	head_key(h->sort, im);
	ok = !line.failed && import_seal(&h->box, s, im, h->sort, line.p, line.len);
	buf_wipe(&line);
	batch_put(b, STORE_ACCOUNTS, s->owner, h->sort);
	batch_text(b, ST_BOX, h->box.p);
	batch_num(b, ST_TRIES, im->rev + 1);
	batch_num(b, ST_CREATED, im->created);
	batch_num(b, ST_EXPIRES, im->expires);
	if (im->rev == 0)
		batch_if(b, STORE_COND_ABSENT, ST_TRIES, 0);
	else
		batch_if(b, STORE_COND_EQ, ST_TRIES, im->rev);
	return ok;
}

static enum outcome
save_head(const struct session *s, struct import *im)
{
	struct import_head h = { 0 };
	struct batch b;
	enum outcome o = OUT_BUSY;

	batch_start(&b);
	if (import_put_head(&b, &h, s, im))
		o = session_commit(&b, s);
	im->rev += o == OUT_OK;
	buf_wipe(&h.box);
	return o;
}

struct sorts {
	char sort[STORE_WRITE_MAX - 4][IMPORT_KEY_MAX];
	size_t n;
};

static bool
collect(void *ctx, const struct store_item *it)
{
	struct sorts *s = ctx;

	snprintf(s->sort[s->n], IMPORT_KEY_MAX, "%s", it->sort);
	return ++s->n < ARRAY_LEN(s->sort);
}

enum outcome
import_drop_text(const struct session *s, const char *prefix)
{
	struct store_query q = { .table = STORE_ACCOUNTS, .part = s->owner, .prefix = prefix, .limit = STORE_WRITE_MAX - 4 };
	struct sorts found;
	struct batch b;
	enum outcome o;

	do {
		found.n = 0;
		o = outcome_of(store_query(&q, collect, &found));
		batch_start(&b);
		for (size_t i = 0; i < found.n; i++)
			batch_delete(&b, STORE_ACCOUNTS, s->owner, found.sort[i]);
		if (o == OUT_OK && found.n > 0)
			o = session_commit(&b, s);
	} while (o == OUT_OK && found.n == ARRAY_LEN(found.sort));
	return o;
}

static enum outcome
put_pieces(const struct session *s, const struct import *im, const char *text, size_t len, size_t first)
{
	char sort[PIECES_A_WRITE][IMPORT_KEY_MAX];
	struct buf box[PIECES_A_WRITE];
	struct batch b;
	size_t n = 0;
	enum outcome o = OUT_BUSY;

	batch_start(&b);
	for (size_t at = first * PIECE; n < PIECES_A_WRITE && at < len; n++, at += PIECE) {
		buf_init(&box[n], 2 * PIECE);
		import_piece_key(sort[n], IMPORT_TEXT, im, (int64_t)(first + n));
		if (!import_seal(&box[n], s, im, sort[n], text + at, len - at < PIECE ? len - at : PIECE)) {
			n++;
			goto out;
		}
		batch_put(&b, STORE_ACCOUNTS, s->owner, sort[n]);
		batch_text(&b, ST_BOX, box[n].p);
		batch_num(&b, ST_CREATED, im->created);
		batch_num(&b, ST_EXPIRES, im->expires);
	}
	o = session_commit(&b, s);
out:
	for (size_t i = 0; i < n; i++)
		buf_wipe(&box[i]);
	return o;
}

enum outcome
import_stage(const struct session *s, struct import *im, const struct import_plan *plan, const char *text, size_t len)
{
	enum outcome o = import_drop_text(s, IMPORT_TEXT);

	memset(im, 0, sizeof(*im));
	buf_init(&im->text, 0);
	if (o == OUT_OK && !rng_id(&im->id))
		o = OUT_BUSY;
	if (o != OUT_OK)
		return o;
	id_text(im->id_text, &im->id);
	im->plan = *plan;
	im->mapped = plan->known;
	im->created = clock_now();
	im->expires = im->created + HOUR;
	im->bytes = (int64_t)len;
	im->pieces = (int64_t)((len + PIECE - 1) / PIECE);
	for (size_t at = 0; o == OUT_OK && at < (size_t)im->pieces; at += PIECES_A_WRITE)
		o = put_pieces(s, im, text, len, at);
	return o == OUT_OK ? save_head(s, im) : o;
}

enum outcome
import_open(const struct session *s, struct import *im, const char *id_text)
{
	char sort[IMPORT_KEY_MAX];
	struct store_key key = { STORE_ACCOUNTS, s->owner, sort };
	struct store_item it = { 0 };
	struct buf line;
	enum outcome o;

	memset(im, 0, sizeof(*im));
	buf_init(&im->text, 0);
	buf_init(&line, IMPORT_HEAD_MAX);
	if (!id_parse(&im->id, id_text))
		return OUT_MISSING;
	snprintf(im->id_text, sizeof(im->id_text), "%s", id_text);
	head_key(sort, im);
	o = outcome_of(store_get(&it, &key, 1));
	if (o == OUT_OK && !it.found)
		o = OUT_MISSING;
	if (o == OUT_OK && (!import_unseal(&line, s, im, sort, store_text(&it, ST_BOX), it.at[ST_BOX].len) || !read_head(im, line.p))) {
		log_error("import_damaged", "the head of an import does not open");
		o = OUT_BROKEN;
	}
	im->rev = store_num(&it, ST_TRIES);
	im->created = store_num(&it, ST_CREATED);
	im->expires = store_num(&it, ST_EXPIRES);
	store_item_wipe(&it);
	buf_wipe(&line);
	return o;
}

struct gathering {
	const struct session *s;
	struct import *im;
	int64_t n;
	bool failed;
};

static bool
gather(void *ctx, const struct store_item *it)
{
	struct gathering *g = ctx;
	char sort[IMPORT_KEY_MAX];

	import_piece_key(sort, IMPORT_TEXT, g->im, g->n++);
	g->failed = strcmp(sort, it->sort) != 0 || !import_unseal(&g->im->text, g->s, g->im, sort, store_text(it, ST_BOX), it->at[ST_BOX].len);
	return !g->failed;
}

enum outcome
import_text(const struct session *s, struct import *im)
{
	char prefix[IMPORT_KEY_MAX];
	struct store_query q = { .table = STORE_ACCOUNTS, .part = s->owner, .prefix = prefix };
	struct gathering g = { .s = s, .im = im };
	enum outcome o;

	snprintf(prefix, sizeof(prefix), "%s%s#", IMPORT_TEXT, im->id_text);
	buf_wipe(&im->text);
	buf_init(&im->text, IMPORT_BYTES_MAX + 1);
	o = outcome_of(store_query(&q, gather, &g));
	if (o == OUT_OK && g.failed)
		o = OUT_BROKEN;
	if (o == OUT_OK && (int64_t)im->text.len != im->bytes)
		o = OUT_MISSING;
	return o;
}

enum outcome
import_save_plan(const struct session *s, struct import *im)
{
	im->mapped = true;
	return im->state == IMPORT_STAGED ? save_head(s, im) : OUT_STALE;
}
