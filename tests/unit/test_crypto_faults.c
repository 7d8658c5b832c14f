/* test_crypto_faults: every call of libcrypto, malloc and getrandom fails once, at each place: the function says so, its results are zero or
 * absent, and the next call works again. */
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/wait.h>

#include "unit.h"
#include "unit_hex.h"

enum fault { FETCH_MD, FETCH_CIPHER, NEW_MD, NEW_CIPHER, MD_INIT, MD_UPDATE, MD_FINAL, C_INIT, C_UPDATE, C_FINAL, C_CTRL, MALLOC, RANDOM, FAULT__MAX };

#include "unit_fault.h"

static int random_errno;
static size_t random_short; /* this many bytes at most, once */
static const uint32_t *random_feed; /* these numbers instead of the kernel's */

static ssize_t
test_getrandom(void *p, size_t n, unsigned flags)
{
	if (fault(RANDOM)) {
		errno = random_errno;
		return -1;
	}
	if (random_feed != NULL && n == sizeof(*random_feed)) {
		memcpy(p, random_feed++, n);
		return (ssize_t)n;
	}
	if (random_short > 0 && n > random_short) {
		n = random_short;
		random_short = 0;
	}
	return getrandom(p, n, flags);
}

#define EVP_MD_fetch(a, b, c) (fault(FETCH_MD) ? NULL : EVP_MD_fetch(a, b, c))
#define EVP_CIPHER_fetch(a, b, c) (fault(FETCH_CIPHER) ? NULL : EVP_CIPHER_fetch(a, b, c))
#define EVP_MD_CTX_new() (fault(NEW_MD) ? NULL : EVP_MD_CTX_new())
#define EVP_CIPHER_CTX_new() (fault(NEW_CIPHER) ? NULL : EVP_CIPHER_CTX_new())
#define EVP_DigestInit_ex2(a, b, c) (fault(MD_INIT) ? 0 : EVP_DigestInit_ex2(a, b, c))
#define EVP_DigestUpdate(a, b, c) (fault(MD_UPDATE) ? 0 : EVP_DigestUpdate(a, b, c))
#define EVP_DigestFinal_ex(a, b, c) (fault(MD_FINAL) ? 0 : EVP_DigestFinal_ex(a, b, c))
#define EVP_CipherInit_ex2(a, b, c, d, e, f) (fault(C_INIT) ? 0 : EVP_CipherInit_ex2(a, b, c, d, e, f))
#define EVP_CipherUpdate(a, b, c, d, e) (fault(C_UPDATE) ? 0 : EVP_CipherUpdate(a, b, c, d, e))
#define EVP_CipherFinal_ex(a, b, c) (fault(C_FINAL) ? 0 : EVP_CipherFinal_ex(a, b, c))
#define EVP_CIPHER_CTX_ctrl(a, b, c, d) (fault(C_CTRL) ? 0 : EVP_CIPHER_CTX_ctrl(a, b, c, d))
#define malloc(n) (fault(MALLOC) ? NULL : malloc(n))
#define getrandom(p, n, flags) test_getrandom(p, n, flags)

/* All in one, so that the calls between them are these too; their private names are kept apart. */
#include "base/buf.c"
#include "crypto/rng.c"

#define start lean_start
#include "crypto/lean.c"
#undef start
#define context hash_context
#include "crypto/hash.c"
#undef context
#undef BLOCK
#define context aead_context
#include "crypto/aead.c"
#undef context
#define number lp_number
#define raw lp_raw
#include "crypto/lp.c"
#undef number
#undef raw
#include "crypto/seal.c"
#undef HEAD
#undef VERSION
#undef PREFIX
#undef PREFIX_LEN
#define context fernet_context
#include "crypto/fernet.c"
#undef context
#include "crypto/keyring.c"
#include "crypto/totp.c"
#include "crypto/phrase.c"
#undef SECRET_MAX
#include "crypto/generate.c"
#undef PREFIX
#include "crypto/bcrypt.c"

static const uint8_t key[32] = { 1, 2, 3 }, nonce[12] = { 4 };
static const struct id uid = { { 5 } };
static const struct seal_bind bound = { .purpose = "test", .uid = &uid, .ver = 1 };
/* made outside, with another library */
static const uint8_t box[5 + AEAD_TAG_LEN] = {
	0x07, 0x4d, 0xdb, 0xa4, 0x1c, 0xb9, 0x61, 0x0c, 0x8f, 0x5e, 0x36,
	0x86, 0xf3, 0xf1, 0xdd, 0x17, 0x28, 0xe0, 0x0b, 0xad, 0x6d,
};
static const char sealed[] = "vs1.AQAAAQIDBAUGBwgJCgv1o7D5gOS04Zhil_PVDpB9ivVqI9c";
static const char token[] = "gAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAMlETyqs1hYHNrQXA6H-icvsIZKjomDdJkPB4Jo10k74mCol6Uwq9uTGBIcRb7cHsQ==";

/* Each does one thing, and after a failure looks at its results. */
static bool
checked(bool ok, const void *results, size_t len)
{
	CHECK(ok || all_zero(results, len));
	return ok;
}

static bool
no_text(bool ok, struct buf *b)
{
	CHECK(ok || b->len == 0 || b->failed);
	buf_wipe(b);
	return ok;
}

static bool
t_sha256(void)
{
	uint8_t out[HASH_LEN] = { 7 };

	return checked(hash_sha256(out, "x", 1), out, sizeof(out));
}

static bool
t_hmac_long_key(void)
{
	uint8_t out[HASH_LEN] = { 7 };
	char k[100] = "k";

	return checked(hash_hmac(out, k, sizeof(k), "x", 1), out, sizeof(out));
}

static bool
t_hmac_sha1(void)
{
	uint8_t out[HASH_SHA1_LEN] = { 7 };

	return checked(hash_hmac_sha1(out, key, sizeof(key), "x", 1), out, sizeof(out));
}

static bool
t_hmac_sha512(void)
{
	uint8_t out[HASH_SHA512_LEN] = { 7 };

	return checked(hash_hmac_sha512(out, key, sizeof(key), "x", 1), out, sizeof(out));
}

static bool
t_hkdf(void)
{
	uint8_t out[100] = { 7 };

	return checked(hash_hkdf(out, sizeof(out), key, sizeof(key), "salt", 4, "info", 4), out, sizeof(out));
}

static bool
t_pbkdf2(void)
{
	uint8_t out[70] = { 7 };

	return checked(hash_pbkdf2(out, sizeof(out), "pw", 2, "salt", 4, 3), out, sizeof(out));
}

static bool
t_aead_seal(void)
{
	uint8_t out[5 + AEAD_TAG_LEN] = { 7 };

	return checked(aead_seal(out, key, nonce, "aad", 3, "plain", 5), out, sizeof(out));
}

static bool
t_aead_open(void)
{
	uint8_t out[5] = { 7 };

	return checked(aead_open(out, key, nonce, "aad", 3, box, sizeof(box)), out, sizeof(out));
}

static bool
t_seal(void)
{
	struct buf b;

	buf_init(&b, 1000);
	return no_text(seal_text(&b, key, &bound, "plain", 5), &b);
}

static bool
t_seal_open(void)
{
	struct buf b;

	buf_init(&b, 1000);
	return no_text(seal_open(&b, key, &bound, sealed, strlen(sealed)), &b);
}

static bool
t_seal_kid(void)
{
	return seal_kid(sealed, strlen(sealed)) == 0;
}

static bool
t_fernet(void)
{
	struct buf b;

	buf_init(&b, 1000);
	return no_text(fernet_seal(&b, key, 1, "plain", 5), &b);
}

static bool
t_fernet_open(void)
{
	struct buf b;
	int64_t at = 5;
	bool ok;

	buf_init(&b, 1000);
	ok = fernet_open(&b, &at, key, token, strlen(token));
	CHECK_EQ_INT(at, ok ? 1 : 0);
	return no_text(ok, &b);
}

static bool
t_keyring(void)
{
	struct keyring ring;

	memset(&ring, 7, sizeof(ring));
	return checked(keyring_load(&ring, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ""), &ring, sizeof(ring));
}

static bool
t_label(void)
{
	const struct keyring ring = { .n = 1, .key = { { .kid = 3 } } };
	uint8_t out[HASH_LEN] = { 7 };

	return checked(keyring_label(out, &ring, 3, "pepper"), out, sizeof(out));
}

static bool
t_totp(void)
{
	char out[TOTP_DIGITS + 1] = "7";

	return checked(totp_code(out, key, 1), out, sizeof(out));
}

static bool
t_totp_now(void)
{
	const struct totp t = { .hash = TOTP_SHA512, .digits = 8, .period = 30, .len = 20 };
	char out[TOTP_DIGITS_MAX + 1] = "7";
	int left = 5;
	bool ok = totp_now(out, &left, &t, 1);

	CHECK(ok || left == 0);
	return checked(ok, out, sizeof(out));
}

static bool
t_totp_match(void)
{
	char code[TOTP_DIGITS + 1];
	uint64_t step = 5;
	unsigned nth = armed.nth;
	bool ok;

	armed.nth = 0;
	CHECK(totp_code(code, key, 1));
	armed.nth = nth;
	ok = totp_match(&step, key, code, 30, 0);
	/* a fault at a step before or after the right one hides nothing */
	CHECK(ok ? step == 1 : step == 0);
	return ok && !armed.fired;
}

static bool
t_random(void)
{
	uint8_t out[40] = { 7 };

	random_short = 16;
	return checked(rng_bytes(out, sizeof(out)), out, sizeof(out));
}

static bool
t_below(void)
{
	uint32_t n = 7;

	return checked(rng_below(&n, 1000), &n, sizeof(n));
}

static bool
t_id(void)
{
	struct id id = { { 7 } };

	return checked(rng_id(&id), &id, sizeof(id));
}

static bool
t_phrase(void)
{
	char out[PHRASE_MAX] = "7";

	return checked(phrase_new(out), out, sizeof(out));
}

static bool
t_password(void)
{
	struct buf b;
	int bits = 7;
	bool ok;

	buf_init(&b, 1000);
	ok = generate_password(&b, &bits, GENERATE_LOWER, 8, false);
	CHECK(ok || bits == 0);
	return no_text(ok, &b);
}

static bool
t_passphrase(void)
{
	struct buf b;
	int bits = 7;
	bool ok;

	buf_init(&b, 1000);
	ok = generate_passphrase(&b, &bits, 5, "-", true);
	CHECK(ok || bits == 0);
	return no_text(ok, &b);
}

static bool
t_bcrypt(void)
{
	char out[BCRYPT_TEXT_LEN + 1] = "7";

	return checked(bcrypt_hash(out, "input"), out, sizeof(out));
}

static const struct {
	const char *name;
	bool (*run)(void);
	unsigned least; /* places where it can fail, all kinds taken together */
} functions[] = {
	{ "sha256", t_sha256, 5 },
	{ "hmac with a long key", t_hmac_long_key, 12 },
	{ "hmac_sha1", t_hmac_sha1, 9 },
	{ "hmac_sha512", t_hmac_sha512, 9 },
	{ "hkdf", t_hkdf, 32 },
	{ "pbkdf2", t_pbkdf2, 40 },
	{ "aead_seal", t_aead_seal, 7 },
	{ "seal_text", t_seal, 8 },
	{ "fernet_seal", t_fernet, 10 },
	{ "aead_open", t_aead_open, 5 },
	{ "seal_open", t_seal_open, 7 },
	{ "seal_kid", t_seal_kid, 1 },
	{ "fernet_open", t_fernet_open, 10 },
	{ "keyring_load", t_keyring, 20 },
	{ "keyring_label", t_label, 16 },
	{ "totp_code", t_totp, 8 },
	{ "totp_now", t_totp_now, 8 },
	{ "totp_match", t_totp_match, 8 },
	{ "rng_bytes", t_random, 2 },
	{ "rng_below", t_below, 1 },
	{ "rng_id", t_id, 1 },
	{ "phrase_new", t_phrase, 5 },
	{ "generate_password", t_password, 8 },
	{ "generate_passphrase", t_passphrase, 6 },
	{ "bcrypt_hash", t_bcrypt, 1 },
};

enum { UNREACHED, REPORTED, WRONG };

/* A process of its own for each, as much is made at the first use and kept. */
static int
fails(size_t f, enum fault kind, unsigned nth)
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		bool ok, fired;

		unit.bad = 0;
		armed.kind = kind;
		armed.nth = nth;
		ok = functions[f].run();
		fired = armed.fired;
		armed.nth = 0;
		armed.fired = false;
		CHECK_EQ_INT(ok, !fired);
		CHECK(functions[f].run());
		exit(unit.bad > 0 ? WRONG : fired ? REPORTED : UNREACHED);
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : WRONG;
}

TEST(every_call_fails_once_and_is_reported)
{
	unsigned all = 0;

	random_errno = ENOSYS;
	for (size_t f = 0; f < ARRAY_LEN(functions); f++) {
		unsigned places = 0;

		for (unsigned kind = 0; kind < FAULT__MAX; kind++) {
			unsigned nth = 1;
			int got;

			while ((got = fails(f, (enum fault)kind, nth)) == REPORTED)
				nth++;
			places += nth - 1;
			CHECK(got == UNREACHED);
			if (got != UNREACHED)
				printf("# %s, kind %u, call %u\n", functions[f].name, kind, nth);
		}
		if (places < functions[f].least)
			printf("# %s: %u places\n", functions[f].name, places);
		CHECK(places >= functions[f].least);
		all += places;
	}
	printf("# %u places\n", all);
}

TEST(an_interrupted_call_is_repeated)
{
	uint8_t out[8] = { 0 };

	random_errno = EINTR;
	armed.kind = RANDOM;
	armed.nth = 1;
	armed.fired = false;
	CHECK(rng_bytes(out, sizeof(out)) && armed.fired && !all_zero(out, sizeof(out)));
	armed.nth = 0;
}

TEST(draws_that_would_favour_small_numbers_are_repeated)
{
	static const struct {
		uint32_t bound, draws[3], want;
		size_t used;
	} cases[] = {
		{ 3, { 0xffffffff, 5 }, 2, 2 },
		{ 3, { 0xfffffffe }, 2, 1 },
		{ 7776, { 0xffffffff, 0xfffff600, 7777 }, 1, 3 },
		{ 0x80000001, { 0x80000001, 0x80000000 }, 0x80000000, 2 },
		{ 1, { 0xffffffff }, 0, 1 },
		{ 0x80000000, { 0xffffffff }, 0x7fffffff, 1 },
		{ UINT32_MAX, { 0xffffffff, 0xfffffffe }, 0xfffffffe, 2 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint32_t n;

		random_feed = cases[i].draws;
		CHECK(rng_below(&n, cases[i].bound));
		CHECK_EQ_INT(n, cases[i].want);
		CHECK_EQ_INT(random_feed - cases[i].draws, cases[i].used);
	}
	random_feed = NULL;
}

#undef EVP_DigestFinal_ex

TEST(no_key_stays_in_a_context)
{
	uint8_t out[HASH_LEN];

	CHECK(t_hkdf());
	CHECK(EVP_DigestFinal_ex(hash_context(), out, NULL) == 1); /* as if nothing had been hashed */
	CHECK_EQ_HEX(out, HASH_LEN, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	CHECK(t_aead_seal() && EVP_CIPHER_CTX_get0_cipher(aead_context()) == NULL);
	CHECK(t_aead_open() && EVP_CIPHER_CTX_get0_cipher(aead_context()) == NULL);
	CHECK(t_fernet() && EVP_CIPHER_CTX_get0_cipher(fernet_context()) == NULL);
	CHECK(t_fernet_open() && EVP_CIPHER_CTX_get0_cipher(fernet_context()) == NULL);
}

static const struct unit_test tests[] = {
	UNIT(every_call_fails_once_and_is_reported),
	UNIT(an_interrupted_call_is_repeated),
	UNIT(draws_that_would_favour_small_numbers_are_repeated),
	UNIT(no_key_stays_in_a_context),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
