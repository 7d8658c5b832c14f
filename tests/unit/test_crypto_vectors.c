/* test_crypto_vectors: the files of the folder that VS_VECTORS names: Wycheproof, RFC 4648, Fernet, Argon2id, HKDF, one-time codes, bcrypt.
 * Without the folder every test is skipped; with it a missing file fails. */
#include <json-c/json.h>
#include <stdlib.h>

#include "crypto/aead.h"
#include "crypto/fernet.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "crypto/totp.h"
#include "unit.h"
#include "unit_hex.h"

#include "crypto/bcrypt.c"

#define BIG 20000

static const char *
folder(void)
{
	const char *f = getenv("VS_VECTORS");

	f = f != NULL ? f : "../shared/vectors";
	return access(f, R_OK) == 0 ? f : NULL;
}

#define NEED_FOLDER()                              \
	do {                                       \
		if (folder() == NULL)              \
			SKIP("no vectors folder"); \
	} while (0)

static struct json_object *
load(const char *name)
{
	char path[512];
	struct json_object *o;

	snprintf(path, sizeof(path), "%s/%s", folder(), name);
	o = json_object_from_file(path);
	CHECK(o != NULL);
	return o;
}

static const char *
text_of(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	CHECK(json_object_object_get_ex(o, key, &v));
	return v != NULL ? json_object_get_string(v) : "";
}

static int
int_of(struct json_object *o, const char *key)
{
	return json_object_get_int(json_object_object_get(o, key));
}

static size_t
bytes_of(uint8_t *out, struct json_object *o, const char *key)
{
	return unhex(out, BIG, text_of(o, key));
}

/* Call `each` for every test of a Wycheproof file; it returns false for tests that are no matter of ours. */
static void
wycheproof(const char *name, unsigned at_least, bool (*each)(struct json_object *group, struct json_object *test, bool valid))
{
	struct json_object *all = load(name), *groups = json_object_object_get(all, "testGroups");
	unsigned used = 0;

	for (size_t g = 0; all != NULL && g < json_object_array_length(groups); g++) {
		struct json_object *group = json_object_array_get_idx(groups, g), *tests = json_object_object_get(group, "tests");

		for (size_t i = 0; i < json_object_array_length(tests); i++) {
			struct json_object *t = json_object_array_get_idx(tests, i);
			unsigned long bad = unit.bad;

			used += each(group, t, strcmp(text_of(t, "result"), "valid") == 0);
			if (unit.bad > bad)
				printf("# %s, tcId %d\n", name, int_of(t, "tcId"));
		}
	}
	json_object_put(all);
	printf("# %u tests of %s\n", used, name);
	CHECK(used >= at_least);
}

static uint8_t a[BIG], b[BIG], c[BIG], d[BIG], out[BIG];

static bool
gcm(struct json_object *group, struct json_object *t, bool valid)
{
	uint8_t key[64], nonce[300];
	size_t n, m, tag;

	if (int_of(group, "keySize") != 256 || int_of(group, "ivSize") != 96 || int_of(group, "tagSize") != 128)
		return false;
	unhex(key, sizeof(key), text_of(t, "key"));
	unhex(nonce, sizeof(nonce), text_of(t, "iv"));
	n = bytes_of(a, t, "msg");
	m = bytes_of(b, t, "aad");
	CHECK_EQ_INT(bytes_of(c, t, "ct"), n);
	tag = unhex(c + n, BIG - n, text_of(t, "tag"));
	CHECK_EQ_INT(aead_open(out, key, nonce, b, m, c, n + tag), valid);
	if (valid) {
		CHECK_EQ_MEM(out, a, n);
		CHECK(aead_seal(out, key, nonce, b, m, a, n));
		CHECK_EQ_MEM(out, c, n + tag);
	}
	return true;
}

static bool
hmac_of(struct json_object *t, bool valid, bool (*mac)(uint8_t *, const void *, size_t, const void *, size_t))
{
	size_t k = bytes_of(a, t, "key"), n = bytes_of(b, t, "msg"), tag = bytes_of(c, t, "tag");

	CHECK(mac(out, a, k, b, n));
	CHECK_EQ_INT(secret_equal(out, c, tag), valid);
	return true;
}

static bool
hmac256(struct json_object *group, struct json_object *t, bool valid)
{
	(void)group;
	return hmac_of(t, valid, hash_hmac);
}

static bool
hmac1(struct json_object *group, struct json_object *t, bool valid)
{
	(void)group;
	return hmac_of(t, valid, hash_hmac_sha1);
}

static bool
hmac512(struct json_object *group, struct json_object *t, bool valid)
{
	(void)group;
	return hmac_of(t, valid, hash_hmac_sha512);
}

static bool
hkdf(struct json_object *group, struct json_object *t, bool valid)
{
	size_t k = bytes_of(a, t, "ikm"), s = bytes_of(b, t, "salt"), n = bytes_of(c, t, "info"), size = (size_t)int_of(t, "size");

	(void)group;
	CHECK_EQ_INT(hash_hkdf(out, size, a, k, b, s, c, n), valid);
	if (valid) {
		CHECK_EQ_INT(bytes_of(d, t, "okm"), size);
		CHECK_EQ_MEM(out, d, size);
	}
	return true;
}

static bool
pbkdf2(struct json_object *group, struct json_object *t, bool valid)
{
	size_t p = bytes_of(a, t, "password"), s = bytes_of(b, t, "salt"), n = (size_t)int_of(t, "dkLen");
	int iterations = int_of(t, "iterationCount");

	(void)group;
	if (iterations > 5000) /* the RFC's 80,000 are in test_crypto_hash */
		return false;
	CHECK_EQ_INT(hash_pbkdf2(out, n, a, p, b, s, (uint32_t)iterations), valid);
	CHECK_EQ_INT(bytes_of(d, t, "dk"), n);
	CHECK_EQ_MEM(out, d, n);
	return true;
}

/* A token around the ciphertext with a right mac: what is left to refuse is the padding. */
static bool
cbc(struct json_object *group, struct json_object *t, bool valid)
{
	uint8_t key[FERNET_KEY_LEN] = { 5 }, iv[16];
	size_t n, m;
	char *text = malloc(2 * BIG);
	struct buf plain;

	if (int_of(group, "keySize") != 128) {
		free(text);
		return false;
	}
	unhex(key + 16, 16, text_of(t, "key"));
	unhex(iv, sizeof(iv), text_of(t, "iv"));
	n = bytes_of(a, t, "msg");
	m = bytes_of(c, t, "ct");
	memset(out, 0, 25);
	out[0] = 0x80;
	memcpy(out + 9, iv, 16);
	memcpy(out + 25, c, m);
	CHECK(hash_hmac(out + 25 + m, key, 16, out, 25 + m));
	enc_b64url_padded(text, out, 25 + m + 32);
	buf_init(&plain, BIG);
	CHECK_EQ_INT(fernet_open(&plain, NULL, key, text, strlen(text)), valid);
	if (valid) {
		CHECK_EQ_INT(plain.len, n);
		CHECK_EQ_MEM(plain.p, a, n);
		buf_wipe(&plain);
		CHECK(fernet_seal_iv(&plain, key, 0, iv, a, n));
		CHECK_EQ_TEXT(plain.p, text);
	}
	buf_wipe(&plain);
	free(text);
	return true;
}

TEST(wycheproof_AES_256_GCM) { NEED_FOLDER(); wycheproof("wycheproof/aes_gcm_test.json", 60, gcm); }
TEST(wycheproof_HMAC_SHA_256) { NEED_FOLDER(); wycheproof("wycheproof/hmac_sha256_test.json", 174, hmac256); }
TEST(wycheproof_HMAC_SHA_512) { NEED_FOLDER(); wycheproof("wycheproof/hmac_sha512_test.json", 170, hmac512); }
TEST(wycheproof_HMAC_SHA_1) { NEED_FOLDER(); wycheproof("wycheproof/hmac_sha1_test.json", 170, hmac1); }
TEST(wycheproof_HKDF) { NEED_FOLDER(); wycheproof("wycheproof/hkdf_sha256_test.json", 86, hkdf); }
TEST(wycheproof_PBKDF2) { NEED_FOLDER(); wycheproof("wycheproof/pbkdf2_hmacsha256_test.json", 55, pbkdf2); }
TEST(wycheproof_CBC_inside_Fernet) { NEED_FOLDER(); wycheproof("wycheproof/aes_cbc_pkcs5_test.json", 70, cbc); }

TEST(RFC_4648)
{
	struct json_object *all, *v;

	NEED_FOLDER();
	all = load("rfc4648/rfc4648.json");
	v = json_object_object_get(all, "vectors");
	CHECK_EQ_INT(json_object_array_length(v), 7);
	for (size_t i = 0; i < json_object_array_length(v); i++) {
		struct json_object *t = json_object_array_get_idx(v, i);
		const char *in = text_of(t, "in"), *b32 = text_of(t, "base32"), *b64 = text_of(t, "base64");
		char text[64];
		size_t n;

		enc_b64(text, in, strlen(in));
		CHECK_EQ_TEXT(text, b64);
		enc_hex(text, in, strlen(in));
		CHECK(strcasecmp(text, text_of(t, "base16")) == 0);
		CHECK(dec_b32(out, BIG, &n, b32, strlen(b32)) && n == strlen(in) && memcmp(out, in, n) == 0);
	}
	json_object_put(all);
}

TEST(Fernet_of_the_specification)
{
	static const char *const files[] = { "fernet/verify.json", "fernet/generate.json", "fernet/invalid.json" };

	NEED_FOLDER();
	for (size_t f = 0; f < ARRAY_LEN(files); f++) {
		struct json_object *all = load(files[f]);

		for (size_t i = 0; i < json_object_array_length(all); i++) {
			struct json_object *t = json_object_array_get_idx(all, i), *desc = json_object_object_get(t, "desc");
			const char *secret = text_of(t, "secret"), *token = text_of(t, "token"), *why = desc != NULL ? json_object_get_string(desc) : "";
			/* the age of a token is no matter of ours */
			bool want = f < 2 || strncmp(why, "far-future", 10) == 0 || strncmp(why, "expired", 7) == 0;
			uint8_t key[FERNET_KEY_LEN], iv[16];
			struct buf plain;
			int64_t at;
			size_t n;

			buf_init(&plain, 1000);
			CHECK(dec_b64url_padded(key, sizeof(key), &n, secret, strlen(secret)) && n == sizeof(key));
			CHECK_EQ_INT(fernet_open(&plain, &at, key, token, strlen(token)), want);
			if (f < 2)
				CHECK_EQ_TEXT(plain.p, text_of(t, "src"));
			buf_wipe(&plain);
			if (f == 1) {
				for (size_t k = 0; k < 16; k++)
					iv[k] = (uint8_t)json_object_get_int(json_object_array_get_idx(json_object_object_get(t, "iv"), k));
				CHECK(fernet_seal_iv(&plain, key, at, iv, text_of(t, "src"), strlen(text_of(t, "src"))));
				CHECK_EQ_TEXT(plain.p, token);
				buf_wipe(&plain);
			}
		}
		json_object_put(all);
	}
}

/* "KEY = value" lines; a COUNT line begins a record, the call gets each complete one. */
#define FIELDS 10
struct record {
	char name[FIELDS][16], value[FIELDS][512];
	size_t n;
};

static const char *
field(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->name[i], name) == 0)
			return r->value[i];
	return "";
}

static void
records(const char *name, unsigned want, bool (*each)(const struct record *))
{
	static struct record r;
	char path[512], line[1024];
	unsigned used = 0;
	FILE *f;
	bool more = true;

	snprintf(path, sizeof(path), "%s/%s", folder(), name);
	f = fopen(path, "r");
	CHECK(f != NULL);
	if (f == NULL)
		return;
	memset(&r, 0, sizeof(r));
	while (more) {
		char *eq, *end;

		more = fgets(line, sizeof(line), f) != NULL;
		if ((!more || strncmp(line, "COUNT", 5) == 0) && r.n > 0) {
			used += each(&r);
			r.n = 0;
		}
		eq = more ? strchr(line, '=') : NULL;
		if (eq == NULL || line[0] == '#' || r.n == FIELDS)
			continue;
		for (end = eq; end > line && end[-1] == ' '; end--)
			;
		snprintf(r.name[r.n], sizeof(r.name[0]), "%.*s", (int)(end - line), line);
		eq += 1 + strspn(eq + 1, " ");
		snprintf(r.value[r.n++], sizeof(r.value[0]), "%.*s", (int)strcspn(eq, "\r\n"), eq);
	}
	fclose(f);
	printf("# %u records of %s\n", used, name);
	CHECK_EQ_INT(used, want);
}

static uint32_t
number(const struct record *r, const char *name)
{
	return (uint32_t)strtoul(field(r, name), NULL, 10);
}

static bool
argon2id(const struct record *r)
{
	struct kdf_cost cost = { .m = number(r, "memcost"), .t = number(r, "iter"), .p = number(r, "lanes") };
	uint8_t pw[64], salt[64], secret[64], ad[64];
	size_t p = unhex(pw, 64, field(r, "pass")), s = unhex(salt, 64, field(r, "salt")), k = unhex(secret, 64, field(r, "secret")),
	       n = unhex(ad, 64, field(r, "ad"));

	if (number(r, "length") != KDF_LEN)
		return false;
	CHECK(kdf_argon2id(out, &cost, pw, p, salt, s, secret, k, ad, n));
	CHECK_EQ_HEX(out, KDF_LEN, field(r, "output"));
	return true;
}

static bool
hkdf_record(const struct record *r)
{
	size_t k = unhex(a, BIG, field(r, "IKM")), s = unhex(b, BIG, field(r, "salt")), n = unhex(c, BIG, field(r, "info")), len = number(r, "L");

	CHECK(hash_hkdf_extract(d, a, k, b, s));
	CHECK_EQ_HEX(d, HASH_LEN, field(r, "PRK"));
	CHECK(hash_hkdf_expand(out, len, d, c, n));
	CHECK_EQ_HEX(out, len, field(r, "OKM"));
	return true;
}

static bool
totp_record(const struct record *r)
{
	char code[TOTP_DIGITS + 1];

	static const char *const modes[TOTP_HASH__MAX] = { "SHA1", "SHA256", "SHA512" };
	const char *secret = field(r, "SECRET");
	struct totp t = { .digits = TOTP_DIGITS_MAX, .period = TOTP_PERIOD, .len = strlen(secret) };
	int64_t now = strtoll(field(r, "TIME"), NULL, 10);
	char eight[TOTP_DIGITS_MAX + 1];
	int left;

	while (t.hash < TOTP_HASH__MAX - 1 && strcmp(field(r, "MODE"), modes[t.hash]) != 0)
		t.hash++;
	memcpy(t.key, secret, t.len);
	CHECK(totp_now(eight, &left, &t, now));
	CHECK_EQ_TEXT(eight, field(r, "TOTP"));
	if (t.hash == TOTP_SHA1) {
		CHECK(totp_code(code, (const uint8_t *)secret, (uint64_t)now / TOTP_PERIOD));
		CHECK_EQ_TEXT(code, field(r, "TOTP") + 2);
	}
	return true;
}

static bool
hotp_record(const struct record *r)
{
	char code[TOTP_DIGITS + 1];

	CHECK(totp_code(code, (const uint8_t *)"12345678901234567890", number(r, "COUNT")));
	CHECK_EQ_TEXT(code, field(r, "HOTP"));
	return true;
}

TEST(Argon2id) { NEED_FOLDER(); records("kdf/argon2id.txt", 3, argon2id); }
TEST(HKDF_of_RFC_5869) { NEED_FOLDER(); records("kdf/rfc-5869-HKDF-SHA256.txt", 3, hkdf_record); }
TEST(TOTP_of_RFC_6238) { NEED_FOLDER(); records("otp/rfc-6238.txt", 18, totp_record); }
TEST(HOTP_of_RFC_4226) { NEED_FOLDER(); records("otp/rfc-4226.txt", 10, hotp_record); }

/* The file shows bytes as Latin-1 characters. */
static bool
latin1(char *to, size_t cap, struct json_object *s)
{
	const char *p = json_object_get_string(s);
	size_t n = 0, len = (size_t)json_object_get_string_len(s);

	for (size_t i = 0; i < len && n + 1 < cap; i++) {
		unsigned char ch = (unsigned char)p[i];

		if (ch == 0)
			return false;
		if (ch >= 0x80)
			ch = (unsigned char)(ch << 6 | (p[++i] & 0x3f));
		to[n++] = (char)ch;
	}
	to[n] = '\0';
	return n > 0 && n <= BCRYPT_INPUT_MAX;
}

TEST(bcrypt)
{
	static const struct {
		const char *list;
		size_t setting, want;
	} lists[] = { { "hash_vectors_pw_salt_hash", 1, 2 }, { "check_vectors_2y_pw_hash_expected", 1, 2 } };
	struct json_object *all;
	unsigned used = 0;

	NEED_FOLDER();
	all = load("bcrypt/bcrypt.json");
	for (size_t l = 0; l < ARRAY_LEN(lists); l++) {
		struct json_object *v = json_object_object_get(all, lists[l].list);

		for (size_t i = 0; i < json_object_array_length(v); i++) {
			struct json_object *t = json_object_array_get_idx(v, i);
			const char *want = json_object_get_string(json_object_array_get_idx(t, lists[l].want));
			char pw[200], got[BCRYPT_TEXT_LEN + 1];

			if (!latin1(pw, sizeof(pw), json_object_array_get_idx(t, 0)))
				continue;
			CHECK(run(got, pw, json_object_get_string(json_object_array_get_idx(t, lists[l].setting))));
			CHECK_EQ_TEXT(got, want);
			used++;
		}
	}
	json_object_put(all);
	printf("# %u tests of bcrypt.json\n", used);
	CHECK(used >= 24);
}

static const struct unit_test tests[] = {
	UNIT(wycheproof_AES_256_GCM),
	UNIT(wycheproof_HMAC_SHA_256),
	UNIT(wycheproof_HMAC_SHA_512),
	UNIT(wycheproof_HMAC_SHA_1),
	UNIT(wycheproof_HKDF),
	UNIT(wycheproof_PBKDF2),
	UNIT(wycheproof_CBC_inside_Fernet),
	UNIT(RFC_4648),
	UNIT(Fernet_of_the_specification),
	UNIT(Argon2id),
	UNIT(HKDF_of_RFC_5869),
	UNIT(TOTP_of_RFC_6238),
	UNIT(HOTP_of_RFC_4226),
	UNIT(bcrypt),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
