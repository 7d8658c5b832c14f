/* entry_verify: apart from entry.c, as no request asks for it. */
#include "base/log.h"
#include "base/secret.h"
#include "domain/entry_doc.h"

struct verifying {
	const struct entry_keys *keys;
	struct entry e;
	size_t whole, damaged;
};

static bool
one(void *ctx, const struct store_item *it)
{
	struct verifying *v = ctx;
	struct entry *e = &v->e;

	buf_cut(&e->mem, 0);
	if (entry_doc_read(e, v->keys, it)) {
		v->whole++;
	} else {
		v->damaged++;
		log_error("entry_damaged", "%s does not open", it->sort);
	}
	return true;
}

enum outcome
entry_verify(const struct session *s, size_t *whole, size_t *damaged)
{
	struct store_query q = { .table = STORE_PASSWORDS, .part = s->owner, .prefix = "" };
	struct entry_keys keys;
	struct verifying v = { .keys = &keys };
	enum outcome o = OUT_BUSY;

	entry_start(&v.e);
	if (entry_keys_start(&keys, s))
		o = outcome_of(store_query(&q, one, &v));
	*whole = v.whole;
	*damaged = v.damaged;
	entry_wipe(&v.e);
	secret_wipe(&keys, sizeof(keys));
	return o;
}
