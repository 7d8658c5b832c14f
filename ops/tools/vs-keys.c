/* vs-keys: what hangs on each of the server's secrets, so that an old one is dropped no sooner than it may be (ops/rotate-secret.sh). One program for each store:
 *
 *   vs-keys ring   whether the secrets can stand beside each other; reads no store
 *   vs-keys        a line for each secret, newest first: NUMBER people P passwords P phrases P records P; at last the same for secrets that are not there any more
 *
 * A password moves to the newest secret when its owner logs in, a phrase when it is made anew, a record with every write. Configuration: VAULTSPHERE_CONF.
 * 0 counted, 1 failed (the reason on standard error), 2 wrong use, 3 a secret is missing that somebody needs.
 */
#include <string.h>

#include "base/conf.h"
#include "crypto/kdf.h"
#include "crypto/keyring.h"
#include "store/store_scan.h"

enum { EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_MISSING };
enum { PEOPLE, PASSWORDS, PHRASES, RECORDS, KINDS };

static const char *const kinds[KINDS] = { "people", "passwords", "phrases", "records" };

struct counting {
	struct keyring ring;
	int64_t n[KEYRING_MAX + 1][KINDS]; /* behind the ring's last: what no secret of it opens */
};

static size_t
place(const struct keyring *ring, unsigned long kid)
{
	size_t i = 0;

	while (i < ring->n && ring->key[i].kid != kid)
		i++;
	return i;
}

static unsigned long
kid_of_cost(const char *text)
{
	struct kdf_cost c;

	return kdf_cost_parse(&c, text) ? c.kid : 0;
}

static bool
count_one(void *ctx, const struct store_item *it)
{
	struct counting *c = ctx;
	bool seen[KEYRING_MAX + 1] = { false };
	const size_t at[KINDS] = {
		[PASSWORDS] = place(&c->ring, kid_of_cost(store_text(it, ST_KDF_PW))),
		[PHRASES] = place(&c->ring, kid_of_cost(store_text(it, ST_KDF_RC))),
		[RECORDS] = place(&c->ring, strtoul(store_text(it, ST_REC_MAC), NULL, 10)),
	};

	for (size_t k = PASSWORDS; k < KINDS; k++) {
		c->n[at[k]][k]++;
		c->n[at[k]][PEOPLE] += !seen[at[k]];
		seen[at[k]] = true;
	}
	return true;
}

static void
print(const char *name, const int64_t n[static KINDS])
{
	fputs(name, stdout);
	for (size_t k = 0; k < KINDS; k++)
		printf(" %s %lld", kinds[k], (long long)n[k]);
	putchar('\n');
}

static int
count(bool ring_alone)
{
	static struct counting c;
	char name[24];
	int status = EXIT_FAILED;

	if (!keyring_load(&c.ring, conf_text(CONF_SESSION_SECRET), conf_text(CONF_SESSION_SECRET_PREVIOUS)))
		return EXIT_FAILED;
	if (ring_alone) {
		status = EXIT_OK;
		goto out;
	}
	if (store_moment() != STORE_OK || store_scan(STORE_USERS, NULL, count_one, &c) != STORE_OK) {
		fprintf(stderr, "vs-keys: the store failed while it was read (see above).\n");
		goto out;
	}
	for (size_t i = 0; i < c.ring.n; i++) {
		snprintf(name, sizeof(name), "%zu", i + 1);
		print(name, c.n[i]);
	}
	print("missing", c.n[c.ring.n]);
	status = c.n[c.ring.n][PEOPLE] == 0 ? EXIT_OK : EXIT_MISSING;
out:
	keyring_wipe(&c.ring);
	return status;
}

int
main(int argc, char **argv)
{
	int status = EXIT_FAILED;

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "ring") != 0)) {
		fprintf(stderr, "usage: vs-keys [ring]\n");
		return EXIT_USAGE;
	}
	if (conf_load())
		status = count(argc == 2);
	conf_wipe();
	return fflush(stdout) == 0 ? status : EXIT_FAILED;
}
