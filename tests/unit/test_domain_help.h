/* test_domain_help.h - calls that fail when they are told to: the n-th of the store, of memory, of randomness, of hashes, of ciphers. No layer: tests only.
 *
 * The store, buf.c, rng.c, hash.c and aead.c are taken in here with their failing calls, so everything above them is as it is in the programs.
 */
#ifndef TEST_DOMAIN_HELP_H
#define TEST_DOMAIN_HELP_H

#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/random.h>

#include "domain/outcome.h"
#include "test_store_help.h"

enum fault { F_GET, F_QUERY, F_WRITE, F_LOST, F_MEMORY, F_RANDOM, F_HASH, F_CIPHER, FAULT__MAX }; /* F_LOST: written, and yet there is no answer */

static const char *const fault_names[FAULT__MAX] = { "get", "query", "write", "lost answer", "memory", "randomness", "hash", "cipher" };
static char failing[40]; /* which is failing: for the messages */
/* A check that says at which fault it failed. */
#define WANT(cond)                                                                     \
	do {                                                                           \
		unit.checks++;                                                         \
		if (!(cond))                                                           \
			unit_fail(__FILE__, __LINE__, "%s: %s", failing, #cond);           \
	} while (0)

#include "unit_fault.h"

static inline void *
test_malloc(size_t n)
{
	return fault(F_MEMORY) ? NULL : malloc(n);
}

static inline void *
test_calloc(size_t n, size_t size)
{
	return fault(F_MEMORY) ? NULL : calloc(n, size);
}

static inline void *
test_realloc(void *p, size_t n)
{
	return fault(F_MEMORY) ? NULL : realloc(p, n);
}

#define malloc(n) test_malloc(n)
#define calloc(n, size) test_calloc(n, size)
#define realloc(p, n) test_realloc(p, n)
#define getrandom(p, n, flags) (fault(F_RANDOM) ? (errno = EIO, (ssize_t)-1) : getrandom(p, n, flags))
#define EVP_DigestFinal_ex(a, b, c) (fault(F_HASH) ? 0 : EVP_DigestFinal_ex(a, b, c))

#include "base/buf.c"
#include "base/texts.c"
#undef BLOCK
#include "crypto/rng.c"
#define context hash_context
#include "crypto/hash.c"
#undef context
#undef BLOCK
#define context fernet_context
#include "crypto/fernet.c" /* its deciphering ends in failure on wrong padding alone: damage, not a fault of the machine */
#undef context
#define EVP_CipherFinal_ex(a, b, c) (fault(F_CIPHER) ? 0 : EVP_CipherFinal_ex(a, b, c))
#define context aead_context
#include "crypto/aead.c"
#undef context

#define store_get(...) real_store_get(__VA_ARGS__)
#define store_query(...) real_store_query(__VA_ARGS__)
#include "store/store_sqlite.c"
#undef store_get
#undef store_query
#define store_write(...) real_store_write(__VA_ARGS__)
#include "store/store_sqlite_write.c"
#undef store_write

enum store_result
store_get(struct store_item *items, const struct store_key *keys, size_t n)
{
	if (!fault(F_GET))
		return real_store_get(items, keys, n);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct store_item){ 0 };
	return STORE_BUSY;
}

enum store_result
store_query(const struct store_query *q, store_row_fn *fn, void *ctx)
{
	return fault(F_QUERY) ? STORE_BUSY : real_store_query(q, fn, ctx);
}

enum store_result
store_write(const struct store_write *w, size_t n, size_t *failed)
{
	enum store_result r;

	if (fault(F_WRITE))
		return STORE_BUSY;
	r = real_store_write(w, n, failed);
	return r == STORE_OK && fault(F_LOST) ? STORE_BUSY : r;
}

/* One thing that can be done. */
struct thing {
	const char *name;
	void (*prepare)(void);
	enum outcome (*run)(void);
	void (*look)(bool done); /* at what there is then; may be NULL */
	enum outcome right;      /* what it gives without a fault */
	unsigned at_least;       /* so many calls must have failed */
	bool once;               /* it is not run again after it failed */
	bool slow;               /* a memory-hard hash each: the hashes within are not gone through one by one */
};

static bool
under(const struct thing *t, enum fault kind, unsigned nth)
{
	enum outcome o;

	snprintf(failing, sizeof(failing), "%s, %s %u", t->name, fault_names[kind], nth);
	t->prepare();
	armed.kind = kind;
	armed.nth = nth;
	armed.fired = false;
	o = t->run();
	armed.nth = 0;
	WANT(o == t->right || (armed.fired && o != OUT_OK));
	if (kind == F_LOST) /* no answer may stand for either */
		return armed.fired;
	if (t->look)
		t->look(o == t->right);
	if (o != t->right && !t->once) {
		o = t->run();
		WANT(o == t->right);
		if (t->look)
			t->look(true);
	}
	return armed.fired;
}

/* A store of its own with the server's keys, as quick as it can be: what happens when the machine stops is kill.bats. */
static inline void
quick_store(void)
{
	char conf[300];
	sqlite3 *db = NULL;
	FILE *f;

	fresh();
	snprintf(conf, sizeof(conf), "%s/conf", folder);
	f = fopen(conf, "a");
	CHECK(f != NULL);
	fprintf(f, "SESSION_SECRET=QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=\nREGISTRATION=open\nRUN_DIR=%s\n", folder);
	fclose(f);
	conf_wipe();
	CHECK(conf_load());
	CHECK(sdb_use(&db) == STORE_OK && sdb_run(db, "PRAGMA synchronous=OFF") == STORE_OK);
	CHECK(freopen("/dev/null", "w", stderr) != NULL); /* each fault leaves its line in the log */
}

static inline void
each_fails_once(const struct thing *t, size_t n)
{
	quick_store();
	for (; n > 0; n--, t++) {
		unsigned calls = 0;

		CHECK(!under(t, F_GET, 0)); /* without a fault */
		for (enum fault kind = 0; kind < FAULT__MAX; kind++) {
			unsigned nth = 1;

			if (t->slow && kind == F_HASH)
				continue;
			while (under(t, kind, nth) && nth < 2000)
				nth += kind == F_HASH ? 2 : 1; /* an HMAC is two */
			calls += nth - 1;
		}
		if (calls < t->at_least)
			unit_fail(__FILE__, __LINE__, "%s: %u calls failed, at least %u should", t->name, calls, t->at_least);
	}
}

#endif
