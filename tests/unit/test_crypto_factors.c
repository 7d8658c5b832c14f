/* test_crypto_factors: what guards an account: Argon2id, bcrypt, one-time codes, the server's keys. */
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "crypto/keyring.h"
#include "crypto/totp.h"
#include "unit.h"
#include "unit_hex.h"

/* bcrypt.c with a libcrypt that can refuse. */
#include <crypt.h>

static bool refuse_salt;
static const char *refuse_hash;

#define crypt_gensalt_rn(a, b, c, d, e, f) (refuse_salt ? NULL : crypt_gensalt_rn(a, b, c, d, e, f))
#define crypt_r(a, b, c) (refuse_hash != NULL ? (refuse_hash[0] != '\0' ? strcpy_of(refuse_hash) : NULL) : crypt_r(a, b, c))

static char *
strcpy_of(const char *s)
{
	static char text[80];

	snprintf(text, sizeof(text), "%s", s);
	return text;
}

#include "crypto/bcrypt.c"

static const uint8_t sixteen[16] = { 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02 };

TEST(Argon2id_of_RFC_9106)
{
	const struct kdf_cost cost = { .m = 32, .t = 3, .p = 4 };
	uint8_t out[KDF_LEN], pw[32], secret[8], ad[12];

	memset(pw, 1, sizeof(pw));
	memset(secret, 3, sizeof(secret));
	memset(ad, 4, sizeof(ad));
	CHECK(kdf_argon2id(out, &cost, pw, sizeof(pw), sixteen, sizeof(sixteen), secret, sizeof(secret), ad, sizeof(ad)));
	CHECK_EQ_HEX(out, KDF_LEN, "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
	CHECK(pw[0] == 1 && secret[0] == 3);
	CHECK(kdf_argon2id(out, &cost, pw, sizeof(pw), sixteen, sizeof(sixteen), NULL, 0, NULL, 0));
	CHECK_EQ_HEX(out, KDF_LEN, "03aab965c12001c9d7d0d2de33192c0494b684bb148196d73c1df1acaf6d0c2e");
	CHECK(kdf_argon2id(out, &cost, NULL, 0, sixteen, sizeof(sixteen), NULL, 0, NULL, 0));
	CHECK_EQ_HEX(out, KDF_LEN, "0a34f1abde67086c82e785eaf17c68382259a264f4e61b91cd2763cb75ac189a");
	CHECK(kdf_argon2id(out, &kdf_cost_new, "password", 8, sixteen, sizeof(sixteen), NULL, 0, NULL, 0));
	memset(out, 7, sizeof(out));
	CHECK(!kdf_argon2id(out, &cost, pw, sizeof(pw), sixteen, 7, NULL, 0, NULL, 0));
	CHECK(all_zero(out, sizeof(out)));
	memset(out, 7, sizeof(out));
	CHECK(!kdf_argon2id(out, &cost, pw, (size_t)1 << 32, sixteen, sizeof(sixteen), NULL, 0, NULL, 0));
	CHECK(all_zero(out, sizeof(out)));
}

/* A limit on memory as the runner sets it; sanitizers reserve more than any limit, so that there the library's own refusal must do. */
TEST(memory_that_cannot_be_had_is_a_clean_failure)
{
	uint8_t out[KDF_LEN];
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		struct rlimit few = { (rlim_t)24 << 20, (rlim_t)24 << 20 };
		bool ok;

		memset(out, 7, sizeof(out));
#if defined(__SANITIZE_ADDRESS__)
		ok = kdf_argon2id(out, &(struct kdf_cost){ .m = UINT32_MAX, .t = 1, .p = 0 }, "p", 1, sixteen, 16, NULL, 0, NULL, 0);
		(void)few;
#else
		setrlimit(RLIMIT_AS, &few);
		ok = kdf_argon2id(out, &kdf_cost_new, "p", 1, sixteen, 16, NULL, 0, NULL, 0);
#endif
		_exit(!ok && all_zero(out, sizeof(out)) ? 0 : 1);
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(a_cost_has_one_text_and_bounds)
{
	static const char *const good[] = {
		"argon2id$v=19$m=32768,t=3,p=1$7", "argon2id$v=19$m=19456,t=2,p=1$1", "argon2id$v=19$m=131072,t=10,p=1$255",
	};
	static const char *const bad[] = {
		"", "argon2id", "argon2id$v=19$m=19455,t=2,p=1$1", "argon2id$v=19$m=19456,t=1,p=1$1", "argon2id$v=19$m=131073,t=2,p=1$1",
		"argon2id$v=19$m=32768,t=11,p=1$1", "argon2id$v=19$m=32768,t=3,p=2$1", "argon2id$v=19$m=32768,t=3,p=0$1",
		"argon2id$v=19$m=32768,t=3,p=1$0", "argon2id$v=19$m=32768,t=3,p=1$256", "argon2id$v=19$m=32768,t=3,p=1$", "argon2id$v=19$m=32768,t=3,p=1",
		"argon2id$v=19$m=32768,t=3,p=1$1 ", " argon2id$v=19$m=32768,t=3,p=1$1", "argon2i$v=19$m=32768,t=3,p=1$1", "argon2id$v=16$m=32768,t=3,p=1$1",
		"argon2id$v=19$m=032768,t=3,p=1$1", "argon2id$v=19$m=32768,t=03,p=1$1", "argon2id$v=19$m=32768,t=3,p=1$01", "argon2id$v=19$m=-32768,t=3,p=1$1",
		"argon2id$v=19$m=4294967296032768,t=3,p=1$1", "argon2id$v=19$m=32768,t=4294967299,p=1$1", "argon2id$v=19$m=,t=3,p=1$1",
		"argon2id$v=19$m=32768,t=3,p=1$1$", "argon2id$v=19$t=3,m=32768,p=1$1", "argon2id$v=19$m=+32768,t=3,p=1$1",
	};
	struct kdf_cost c;
	char text[KDF_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		CHECK(kdf_cost_parse(&c, good[i]));
		kdf_cost_text(text, &c);
		CHECK_EQ_TEXT(text, good[i]);
		for (size_t n = 0; n <= (size_t)(strrchr(good[i], '$') - good[i]) + 1; n++) {
			snprintf(text, sizeof(text), "%.*s", (int)n, good[i]);
			CHECK(!kdf_cost_parse(&c, text));
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		memset(&c, 7, sizeof(c));
		CHECK(!kdf_cost_parse(&c, bad[i]));
		CHECK(c.m == 0 && c.t == 0 && c.p == 0 && c.kid == 0);
	}
	CHECK(kdf_cost_new.m == 32768 && kdf_cost_new.t == 3 && kdf_cost_new.p == 1);
	c = (struct kdf_cost){ UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT8_MAX };
	kdf_cost_text(text, &c);
	CHECK_EQ_TEXT(text, "argon2id$v=19$m=4294967295,t=4294967295,p=4294967295$255");
}

/* Published for crypt_blowfish and OpenBSD; through run(), as our own check takes cost 10 alone. */
TEST(bcrypt_of_the_public_vectors)
{
	static const struct {
		const char *input, *hash;
	} cases[] = {
		{ "Kk4DQuMMfZL9o", "$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm" },
		{ "9IeRXmnGxMYbs", "$2b$04$pQ7gRO7e6wx/936oXhNjrOUNOHL1D0h1N2IDbJZYs.1ppzSof6SPy" },
		{ "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW" },
		{ "U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a" },
		{ "\xff\xff\xa3", "$2y$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e" },
	};
	char out[BCRYPT_TEXT_LEN + 1];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CHECK(run(out, cases[i].input, cases[i].hash));
		CHECK_EQ_TEXT(out, cases[i].hash);
		CHECK(!bcrypt_check(cases[i].hash, cases[i].input));
	}
	CHECK(all_zero(&work, sizeof(work)));
}

TEST(bcrypt_round_trip_and_refusals)
{
	char hash[BCRYPT_TEXT_LEN + 1], twin[BCRYPT_TEXT_LEN + 1], input[BCRYPT_INPUT_MAX + 2];

	CHECK(bcrypt_hash(hash, "input") && bcrypt_hash(twin, "input"));
	CHECK(strlen(hash) == BCRYPT_TEXT_LEN && strncmp(hash, "$2b$10$", 7) == 0 && strcmp(hash, twin) != 0);
	CHECK(bcrypt_check(hash, "input") && bcrypt_check(twin, "input"));
	CHECK(!bcrypt_check(hash, "inpuT") && !bcrypt_check(hash, "") && !bcrypt_check("", "input") && !bcrypt_check("$2b$10$", "input"));
	hash[BCRYPT_TEXT_LEN - 1] ^= 1;
	CHECK(!bcrypt_check(hash, "input"));
	snprintf(hash, sizeof(hash), "%s", twin);
	hash[10] = '!';
	CHECK(!bcrypt_check(hash, "input"));
	hash[10] = twin[10];
	hash[5] = '1'; /* cost 11 */
	CHECK(!bcrypt_check(hash, "input"));
	CHECK(bcrypt_hash_salted(hash, "U*U", sixteen) && bcrypt_hash_salted(twin, "U*U", sixteen));
	CHECK_EQ_TEXT(hash, twin);
	memset(input, 'x', sizeof(input));
	input[BCRYPT_INPUT_MAX + 1] = '\0';
	CHECK(!bcrypt_hash(hash, input) && all_zero(hash, sizeof(hash)));
	input[BCRYPT_INPUT_MAX] = '\0';
	CHECK(bcrypt_hash_salted(hash, input, sixteen));
	CHECK(!bcrypt_hash(twin, "") && all_zero(twin, sizeof(twin)));
	refuse_salt = true;
	CHECK(!bcrypt_hash(hash, "input") && all_zero(hash, sizeof(hash)));
	refuse_salt = false;
	refuse_hash = "";
	CHECK(!bcrypt_hash(hash, "input") && all_zero(hash, sizeof(hash)));
	refuse_hash = "*0";
	CHECK(!bcrypt_hash(hash, "input") && all_zero(hash, sizeof(hash)));
	refuse_hash = "$2b$10$short";
	CHECK(!bcrypt_hash(hash, "input") && all_zero(hash, sizeof(hash)));
	refuse_hash = NULL;
	CHECK(all_zero(&work, sizeof(work)));
}

static const uint8_t rfc_secret[] = "12345678901234567890";

TEST(codes_of_RFC_4226_and_RFC_6238)
{
	static const char *const hotp[] = { "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489" };
	static const struct {
		int64_t now;
		const char *eight;
	} totp[] = {
		{ 59, "94287082" }, { 1111111109, "07081804" }, { 1111111111, "14050471" }, { 1234567890, "89005924" }, { 2000000000, "69279037" },
		{ 20000000000, "65353130" },
	};
	char code[TOTP_DIGITS + 1];
	uint64_t step;

	for (size_t i = 0; i < ARRAY_LEN(hotp); i++) {
		CHECK(totp_code(code, rfc_secret, i));
		CHECK_EQ_TEXT(code, hotp[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(totp); i++) {
		CHECK(totp_code(code, rfc_secret, (uint64_t)totp[i].now / TOTP_PERIOD));
		CHECK_EQ_TEXT(code, totp[i].eight + 2);
		CHECK(totp_match(&step, rfc_secret, code, totp[i].now, 0));
		CHECK_EQ_INT(step, totp[i].now / TOTP_PERIOD);
	}
}

TEST(a_code_is_right_for_three_steps_and_once)
{
	static const char *const malformed[] = { "", "1", "12345", "1234567", "12345a", " 23456", "12345 ", "\xd9\xa1zzzz", "-12345", "12345\n" };
	const int64_t now = 1700000015, at = now / TOTP_PERIOD;
	char code[TOTP_DIGITS + 1];
	uint64_t step;

	for (int64_t d = -3; d <= 3; d++) {
		CHECK(totp_code(code, rfc_secret, (uint64_t)(at + d)));
		CHECK_EQ_INT(totp_match(&step, rfc_secret, code, now, 0), d >= -1 && d <= 1);
		CHECK_EQ_INT(step, d >= -1 && d <= 1 ? at + d : 0);
		for (int64_t last = at - 3; last <= at + 3; last++)
			CHECK_EQ_INT(totp_match(&step, rfc_secret, code, now, last), d >= -1 && d <= 1 && at + d > last);
	}
	for (size_t i = 0; i < ARRAY_LEN(malformed); i++)
		CHECK(!totp_match(&step, rfc_secret, malformed[i], now, 0) && step == 0);
	CHECK(totp_code(code, rfc_secret, 0));
	CHECK(!totp_match(&step, rfc_secret, code, 0, -1) && !totp_match(&step, rfc_secret, code, -100, -1) && !totp_match(&step, rfc_secret, code, 29, -1));
	CHECK(totp_match(&step, rfc_secret, code, 30, -1) && step == 0);
}

TEST(an_authenticator_can_read_the_address)
{
	struct buf uri;

	buf_init(&uri, 1000);
	totp_uri(&uri, "a.b-c_d~e9 +&?%\xc3\xa9", rfc_secret);
	CHECK_EQ_TEXT(uri.p, "otpauth://totp/VaultSphere:a.b-c_d~e9%20%2B%26%3F%25%C3%A9?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
			     "&issuer=VaultSphere&algorithm=SHA1&digits=6&period=30");
	buf_wipe(&uri);
}

/* 32 bytes 00..1f, the same in the URL alphabet, 33 bytes, and so on. */
#define K32 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define K33 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"
#define KFF "//////////////////////////////////////////8="
#define KFF_URL "__________________________________________8"

TEST(the_ring_reads_secrets_of_either_alphabet)
{
	struct keyring ring, other;
	uint8_t root[32], want[HASH_LEN], label[HASH_LEN];
	char long_label[3000] = "";

	for (size_t i = 0; i < sizeof(root); i++)
		root[i] = (uint8_t)i;
	CHECK(keyring_load(&ring, K32, "") && ring.n == 1);
	CHECK_EQ_MEM(ring.key[0].root, root, 32);
	CHECK_EQ_INT(keyring_newest(&ring), ring.key[0].kid);
	CHECK(ring.key[0].kid != 0);
	CHECK(hash_hkdf(want, HASH_LEN, root, 32, NULL, 0, "\0\003vs1\0\003kid", 10));
	CHECK_EQ_INT(ring.key[0].kid, want[0]);
	CHECK(hash_hkdf(want, HASH_LEN, root, 32, NULL, 0, "\0\003vs1\0\006pepper", 13));
	CHECK(keyring_label(label, &ring, ring.key[0].kid, "pepper"));
	CHECK_EQ_MEM(label, want, HASH_LEN);
	CHECK(!keyring_label(label, &ring, (uint8_t)(ring.key[0].kid + 1), "pepper") && all_zero(label, HASH_LEN));
	CHECK(keyring_load(&ring, K33, K32 "," KFF) && ring.n == 3);
	CHECK(keyring_load(&other, KFF_URL, K32) && other.n == 2);
	CHECK_EQ_MEM(other.key[0].root, ring.key[2].root, 32);
	CHECK_EQ_INT(other.key[0].kid, ring.key[2].kid);
	CHECK_EQ_INT(other.key[1].kid, ring.key[1].kid);
	CHECK(keyring_label(label, &ring, ring.key[1].kid, "pepper"));
	CHECK_EQ_MEM(label, want, HASH_LEN);
	CHECK(hash_sha256(want, "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34\35\36\37 ", 33));
	CHECK_EQ_MEM(ring.key[0].root, want, 32);
	memset(long_label, 'x', sizeof(long_label) - 1);
	CHECK(!keyring_label(label, &ring, ring.key[0].kid, long_label) && all_zero(label, HASH_LEN));
	keyring_wipe(&ring);
	keyring_wipe(&other);
	CHECK(all_zero(&ring, sizeof(ring)));
}

TEST(bad_secrets_are_refused)
{
	static const struct {
		const char *secret, *previous;
	} bad[] = {
		{ "", "" }, { "AAAA", "" }, { "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", "" }, { K32 "!", "" }, { " " K32, "" }, { K32, K32 }, { K32, "x" },
		{ K32, "," }, { K32, K33 ",," KFF }, { K32, K33 "," K33 }, { "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9", "" }, { K32, " " K33 },
	};
	struct keyring ring;
	char many[1000] = "", huge[1200];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		memset(&ring, 7, sizeof(ring));
		CHECK(!keyring_load(&ring, bad[i].secret, bad[i].previous));
		CHECK(all_zero(&ring, sizeof(ring)));
	}
	memset(huge, 'A', sizeof(huge));
	huge[1100] = '\0';
	CHECK(!keyring_load(&ring, huge, ""));
	huge[700] = '\0';
	CHECK(!keyring_load(&ring, huge, ""));
	huge[682] = '\0';
	CHECK(keyring_load(&ring, huge, ""));
	for (size_t n = 0, at = 0; n < KEYRING_MAX; n++) {
		at += (size_t)snprintf(many + at, sizeof(many) - at, "%s%c%s", n > 0 ? "," : "", (char)('B' + n), &K32[1]);
		CHECK_EQ_INT(keyring_load(&ring, K33, many), n + 1 < KEYRING_MAX);
	}
	keyring_wipe(&ring);
}

static const struct unit_test tests[] = {
	UNIT(Argon2id_of_RFC_9106),
	UNIT(memory_that_cannot_be_had_is_a_clean_failure),
	UNIT(a_cost_has_one_text_and_bounds),
	UNIT(bcrypt_of_the_public_vectors),
	UNIT(bcrypt_round_trip_and_refusals),
	UNIT(codes_of_RFC_4226_and_RFC_6238),
	UNIT(a_code_is_right_for_three_steps_and_once),
	UNIT(an_authenticator_can_read_the_address),
	UNIT(the_ring_reads_secrets_of_either_alphabet),
	UNIT(bad_secrets_are_refused),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
