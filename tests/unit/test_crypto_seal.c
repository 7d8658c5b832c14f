/* test_crypto_seal: AES-256-GCM, SEAL1 boxes and Fernet tokens: standard values, and every change is refused. */
#include <stdlib.h>
#include <time.h>

#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/fernet.h"
#include "crypto/hash.h"
#include "crypto/lp.h"
#include "crypto/rng.h"
#include "crypto/seal.h"
#include "unit.h"
#include "unit_hex.h"

#define ZERO32 "0000000000000000000000000000000000000000000000000000000000000000"
#define FEFF "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
#define P60 "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"

/* Test cases 13 to 16 of the GCM specification (256-bit keys, 96-bit nonces). */
static const struct {
	const char *key, *nonce, *aad, *plain, *box;
} gcm[] = {
	{ ZERO32, "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
	{ ZERO32, "000000000000000000000000", "", "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919" },
	{ FEFF, "cafebabefacedbaddecaf888", "", P60 "1aafd255",
	    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
	    "b094dac5d93471bdec1a502270e3cc6c" },
	{ FEFF, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2", P60,
	    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
	    "76fc6ece0f4e1768cddf8853bb2d551b" },
};

TEST(GCM_test_cases_13_to_16)
{
	uint8_t key[32], nonce[12], aad[64], plain[64], box[96], want[96], back[64];

	for (size_t i = 0; i < ARRAY_LEN(gcm); i++) {
		size_t n = unhex(plain, sizeof(plain), gcm[i].plain), a = unhex(aad, sizeof(aad), gcm[i].aad), b = unhex(want, sizeof(want), gcm[i].box);

		unhex(key, sizeof(key), gcm[i].key);
		unhex(nonce, sizeof(nonce), gcm[i].nonce);
		CHECK_EQ_INT(b, n + AEAD_TAG_LEN);
		CHECK(aead_seal(box, key, nonce, aad, a, plain, n));
		CHECK_EQ_MEM(box, want, b);
		CHECK(aead_open(back, key, nonce, aad, a, box, b));
		CHECK_EQ_MEM(back, plain, n);
		for (size_t cut = 0; cut < b; cut++) {
			memset(back, 7, sizeof(back));
			CHECK(!aead_open(back, key, nonce, aad, a, box, cut));
			CHECK(cut < AEAD_TAG_LEN || all_zero(back, cut - AEAD_TAG_LEN));
		}
		for (size_t at = 0; at < b * 8; at++) {
			box[at / 8] = (uint8_t)(box[at / 8] ^ 1u << at % 8);
			memset(back, 7, sizeof(back));
			CHECK(!aead_open(back, key, nonce, aad, a, box, b) && all_zero(back, n));
			box[at / 8] = (uint8_t)(box[at / 8] ^ 1u << at % 8);
		}
		for (size_t at = 0; at < a; at++) {
			aad[at] ^= 1;
			CHECK(!aead_open(back, key, nonce, aad, a, box, b));
			aad[at] ^= 1;
		}
		for (size_t at = 0; at < 32; at++) {
			key[at] ^= 1;
			nonce[at % 12] ^= at < 12;
			CHECK(!aead_open(back, key, nonce, aad, a, box, b));
			key[at] ^= 1;
			nonce[at % 12] ^= at < 12;
		}
	}
	memset(box, 7, sizeof(box));
	CHECK(!aead_seal(box, key, nonce, aad, (size_t)1 << 32, plain, 4));
	CHECK(all_zero(box, 4 + AEAD_TAG_LEN));
}

static const uint8_t seal_key[SEAL_KEY_LEN] = { 1, 2, 3 };
static const struct id seal_uid = { { 9, 8, 7 } };
static const struct seal_bind base_bind = { .purpose = "wrap/pw", .uid = &seal_uid, .obj = "obj", .obj_len = 3, .ver = 7, .kid = 42 };

static bool
opens(const struct seal_bind *bind, const uint8_t *key, const char *text, size_t len, const char *want)
{
	struct buf plain;
	bool ok;

	buf_init(&plain, 100);
	buf_str(&plain, "before:");
	ok = seal_open(&plain, key, bind, text, len);
	CHECK(strncmp(plain.p, "before:", 7) == 0);
	CHECK_EQ_TEXT(plain.p + 7, ok ? want : "");
	buf_wipe(&plain);
	return ok;
}

TEST(a_box_opens_with_its_own_binding_alone)
{
	const struct id other_uid = { { 9, 8, 6 } };
	const uint8_t other_key[SEAL_KEY_LEN] = { 1, 2, 4 };
	struct seal_bind b[] = { base_bind, base_bind, base_bind, base_bind, base_bind, base_bind, base_bind };
	struct buf text, twin;

	buf_init(&text, 1000);
	buf_init(&twin, 1000);
	CHECK(seal_text(&text, seal_key, &base_bind, "secret", 6) && seal_text(&twin, seal_key, &base_bind, "secret", 6));
	CHECK(strcmp(text.p, twin.p) != 0);
	CHECK_EQ_INT(text.len, 4 + ENC_B64URL_LEN(6 + SEAL_OVERHEAD));
	CHECK(strncmp(text.p, "vs1.", 4) == 0);
	CHECK_EQ_INT(seal_kid(text.p, text.len), 42);
	CHECK(opens(&base_bind, seal_key, text.p, text.len, "secret"));
	b[0].purpose = "wrap/rc";
	b[1].uid = &other_uid;
	b[2].obj = "obk";
	b[3].obj_len = 2;
	b[4].ver = 8;
	b[5].purpose = "wrap/p";
	b[6].ver = 7 + ((uint64_t)1 << 56);
	for (size_t i = 0; i < ARRAY_LEN(b); i++)
		CHECK(!opens(&b[i], seal_key, text.p, text.len, ""));
	CHECK(!opens(&base_bind, other_key, text.p, text.len, ""));
	b[0] = base_bind;
	b[0].kid = 1;
	CHECK(opens(&b[0], seal_key, text.p, text.len, "secret"));
	buf_wipe(&text);
	b[0].obj = NULL;
	b[0].obj_len = 0;
	b[0].kid = 0;
	CHECK(seal_text(&text, seal_key, &b[0], "", 0));
	CHECK(opens(&b[0], seal_key, text.p, text.len, ""));
	CHECK_EQ_INT(seal_kid(text.p, text.len), 0);
	buf_wipe(&text);
	buf_wipe(&twin);
}

TEST(SEAL1_is_laid_out_as_the_specification_says)
{
	uint8_t box[64], plain[16];
	size_t n = 0;
	struct buf text;
	struct lp aad;

	buf_init(&text, 1000);
	CHECK(seal_text(&text, seal_key, &base_bind, "secret", 6));
	CHECK(dec_b64url(box, sizeof(box), &n, text.p + 4, text.len - 4) && n == 36 && box[0] == 1 && box[1] == 42);
	lp_start(&aad);
	lp_text(&aad, "wrap/pw");
	lp_bytes(&aad, seal_uid.b, 16);
	lp_text(&aad, "obj");
	lp_u64(&aad, 7);
	lp_u8(&aad, 1);
	CHECK(aead_open(plain, seal_key, box + 2, aad.b, aad.len, box + 14, n - 14));
	CHECK_EQ_MEM(plain, "secret", 6);
	buf_wipe(&text);
}

/* Each byte of the box changed in each bit, each prefix, each character of the text. */
TEST(a_changed_or_cut_box_does_not_open)
{
	uint8_t box[64];
	size_t n = 0;
	char changed[128];
	struct buf text;

	buf_init(&text, 1000);
	CHECK(seal_text(&text, seal_key, &base_bind, "secret", 6));
	CHECK(dec_b64url(box, sizeof(box), &n, text.p + 4, text.len - 4));
	for (size_t at = 0; at < n * 8; at++) {
		box[at / 8] = (uint8_t)(box[at / 8] ^ 1u << at % 8);
		snprintf(changed, sizeof(changed), "vs1.");
		enc_b64url(changed + 4, box, n);
		/* the kid only names the key: the key itself is what must be right */
		CHECK_EQ_INT(opens(&base_bind, seal_key, changed, strlen(changed), "secret"), at / 8 == 1);
		CHECK_EQ_INT(seal_kid(changed, strlen(changed)), at / 8 == 0 ? -1 : box[1]);
		box[at / 8] = (uint8_t)(box[at / 8] ^ 1u << at % 8);
	}
	for (size_t len = 0; len < text.len; len++) {
		CHECK(!opens(&base_bind, seal_key, text.p, len, ""));
		CHECK(len >= 4 + ENC_B64URL_LEN(SEAL_OVERHEAD) || seal_kid(text.p, len) == -1);
	}
	for (size_t at = 0; at < text.len; at++)
		for (unsigned c = 0; c < 256; c++) {
			memcpy(changed, text.p, text.len);
			changed[at] = (char)c;
			if (changed[at] != text.p[at] && at != 5 && at != 6) /* these two carry the kid */
				CHECK(!opens(&base_bind, seal_key, changed, text.len, ""));
		}
	memcpy(changed, text.p, text.len);
	changed[text.len] = 'A';
	CHECK(!opens(&base_bind, seal_key, changed, text.len + 1, ""));
	changed[text.len] = '=';
	CHECK(!opens(&base_bind, seal_key, changed, text.len + 1, ""));
	buf_wipe(&text);
}

TEST(boxes_are_bounded)
{
	static char big[SEAL_PLAIN_MAX + 1], longer[2 * SEAL_PLAIN_MAX + 8];
	struct seal_bind b = base_bind;
	struct buf text, plain;

	buf_init(&text, 1 << 20);
	buf_init(&plain, SEAL_PLAIN_MAX);
	CHECK(!seal_text(&text, seal_key, &b, big, SEAL_PLAIN_MAX + 1) && text.len == 0);
	CHECK(seal_text(&text, seal_key, &b, big, SEAL_PLAIN_MAX));
	CHECK(seal_open(&plain, seal_key, &b, text.p, text.len) && plain.len == SEAL_PLAIN_MAX);
	buf_wipe(&plain);
	buf_init(&plain, SEAL_PLAIN_MAX - 1);
	CHECK(!seal_open(&plain, seal_key, &b, text.p, text.len) && plain.failed);
	buf_wipe(&plain);
	b.obj = big;
	b.obj_len = LP_MAX;
	CHECK(!seal_text(&text, seal_key, &b, "x", 1));
	CHECK(!seal_open(&plain, seal_key, &b, text.p, text.len));
	buf_wipe(&text);
	memset(longer, 'A', sizeof(longer));
	memcpy(longer, "vs1.AQ", 6);
	CHECK_EQ_INT(seal_kid(longer, sizeof(longer)), -1);
	CHECK_EQ_INT(seal_kid(longer, 4 + ENC_B64URL_LEN(SEAL_OVERHEAD)), 0);
	CHECK_EQ_INT(seal_kid(longer, 4 + ENC_B64URL_LEN(SEAL_OVERHEAD) - 4), -1);
	buf_init(&text, 3);
	CHECK(!seal_text(&text, seal_key, &base_bind, "x", 1) && text.failed);
	buf_wipe(&text);
	buf_init(&text, 20);
	CHECK(!seal_text(&text, seal_key, &base_bind, "x", 1) && text.failed);
	buf_wipe(&text);
}

#define SPEC_KEY "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
#define SPEC_TOKEN "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=="

static void
spec_key(uint8_t key[static FERNET_KEY_LEN])
{
	size_t n;

	CHECK(dec_b64url_padded(key, FERNET_KEY_LEN, &n, SPEC_KEY, strlen(SPEC_KEY)) && n == FERNET_KEY_LEN);
}

TEST(Fernet_vectors_of_the_specification)
{
	/* invalid.json but for those of age, which is no matter of ours */
	static const char *const invalid[] = {
		"gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==",
		"gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==",
		"%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
		"gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm",
		"gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==",
		"gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==",
	};
	static const uint8_t iv[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t key[FERNET_KEY_LEN];
	struct buf b;
	int64_t at = -1;

	spec_key(key);
	buf_init(&b, 1000);
	CHECK(fernet_seal_iv(&b, key, 499162800, iv, "hello", 5));
	CHECK_EQ_TEXT(b.p, SPEC_TOKEN);
	buf_wipe(&b);
	buf_init(&b, 5);
	CHECK(fernet_open(&b, &at, key, SPEC_TOKEN, strlen(SPEC_TOKEN)));
	CHECK_EQ_TEXT(b.p, "hello");
	CHECK_EQ_INT(at, 499162800);
	buf_cut(&b, 0);
	CHECK(fernet_open(&b, NULL, key, SPEC_TOKEN, strlen(SPEC_TOKEN)) && b.len == 5);
	CHECK(!fernet_open(&b, &at, key, SPEC_TOKEN, strlen(SPEC_TOKEN)) && b.failed && at == 0);
	buf_wipe(&b);
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++) {
		CHECK(!fernet_open(&b, &at, key, invalid[i], strlen(invalid[i])));
		CHECK(b.len == 0 && !b.failed);
	}
	buf_wipe(&b);
}

TEST(a_changed_or_cut_token_does_not_open)
{
	uint8_t key[FERNET_KEY_LEN], raw[128], plain[40];
	size_t n = 0;
	char text[200];
	struct buf out, token;
	int64_t at;

	spec_key(key);
	buf_init(&out, 1000);
	buf_init(&token, 1000);
	memset(plain, 'p', sizeof(plain));
	CHECK(fernet_seal(&token, key, 1234567890123, plain, sizeof(plain)));
	CHECK(fernet_open(&out, &at, key, token.p, token.len) && out.len == sizeof(plain) && at == 1234567890123);
	buf_cut(&out, 0);
	CHECK(dec_b64url_padded(raw, sizeof(raw), &n, token.p, token.len));
	for (size_t bit = 0; bit < n * 8; bit++) {
		raw[bit / 8] = (uint8_t)(raw[bit / 8] ^ 1u << bit % 8);
		enc_b64url_padded(text, raw, n);
		at = 5;
		CHECK(!fernet_open(&out, &at, key, text, strlen(text)) && out.len == 0 && at == 0);
		raw[bit / 8] = (uint8_t)(raw[bit / 8] ^ 1u << bit % 8);
	}
	for (size_t len = 0; len < token.len; len++)
		CHECK(!fernet_open(&out, NULL, key, token.p, len));
	for (size_t len = 0; len < n; len++) {
		enc_b64url_padded(text, raw, len);
		CHECK(!fernet_open(&out, NULL, key, text, strlen(text)));
	}
	for (size_t i = 0; i < FERNET_KEY_LEN; i++) {
		key[i] ^= 0x10;
		if (i < 16)
			CHECK(!fernet_open(&out, NULL, key, token.p, token.len));
		key[i] ^= 0x10;
	}
	CHECK(out.len == 0 && !out.failed);
	buf_wipe(&out);
	buf_wipe(&token);
}

/* A right mac over what is no token: version, block length and padding are looked at too. */
TEST(a_signed_but_malformed_token_does_not_open)
{
	uint8_t key[FERNET_KEY_LEN] = { 3 }, raw[128] = { 0x80 };
	char text[200];
	struct buf out;
	unsigned opened = 0;

	buf_init(&out, 1000);
	for (size_t body = 0; body <= 48; body++) {
		CHECK(hash_hmac(raw + 25 + body, key, 16, raw, 25 + body));
		enc_b64url_padded(text, raw, 25 + body + 32);
		CHECK(!fernet_open(&out, NULL, key, text, strlen(text)));
	}
	for (unsigned v = 0; v < 256; v++) { /* the iv turns the last byte of the one block, so that some paddings are right */
		raw[0] = 0x80;
		raw[24] = (uint8_t)v;
		CHECK(hash_hmac(raw + 41, key, 16, raw, 41));
		enc_b64url_padded(text, raw, 41 + 32);
		opened += fernet_open(&out, NULL, key, text, strlen(text));
		raw[0] = 0x81;
		CHECK(hash_hmac(raw + 41, key, 16, raw, 41));
		enc_b64url_padded(text, raw, 41 + 32);
		CHECK(!fernet_open(&out, NULL, key, text, strlen(text)));
	}
	CHECK(opened >= 1 && opened <= 2);
	buf_wipe(&out);
}

TEST(tokens_of_every_length_come_back)
{
	static uint8_t plain[4096];
	uint8_t key[FERNET_KEY_LEN];
	struct buf token, out;

	CHECK(rng_bytes(key, sizeof(key)) && rng_bytes(plain, sizeof(plain)));
	buf_init(&token, 10000);
	for (size_t n = 0; n <= sizeof(plain); n += n < 70 ? 1 : 671) {
		buf_init(&out, n);
		buf_cut(&token, 0);
		CHECK(fernet_seal(&token, key, 1, plain, n));
		CHECK_EQ_INT(token.len, ENC_B64_LEN(25 + n / 16 * 16 + 16 + 32));
		CHECK(fernet_open(&out, NULL, key, token.p, token.len) && out.len == n);
		CHECK_EQ_MEM(out.p, plain, n);
		buf_wipe(&out);
	}
	CHECK(!fernet_seal(&token, key, 1, plain, SIZE_MAX));
	CHECK(!fernet_seal(&token, key, 1, plain, (size_t)1 << 31));
	buf_wipe(&token);
	buf_init(&token, 99);
	CHECK(!fernet_seal(&token, key, 1, "x", 1) && token.failed);
	buf_wipe(&token);
}

static double
micros(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* A search opens every entry of a vault: 10,000 of them must not be felt. The bound is for loaded machines and sanitizers. */
TEST(an_entry_opens_fast_enough)
{
	uint8_t prk[HASH_LEN], key[FERNET_KEY_LEN], vk[64] = { 1 };
	struct buf token, out;
	struct lp info;
	double best = 1e9;

	buf_init(&token, 2000);
	buf_init(&out, 2000);
	lp_start(&info);
	lp_text(&info, "vs1/entry");
	lp_bytes(&info, seal_uid.b, 16);
	lp_u64(&info, 1);
	CHECK(hash_hkdf_extract(prk, vk, sizeof(vk), seal_uid.b, 16) && hash_hkdf_expand(key, sizeof(key), prk, info.b, info.len));
	CHECK(fernet_seal(&token, key, 1, vk, sizeof(vk)));
	buf_cut(&token, 0);
	CHECK(fernet_seal(&token, key, 1, (char[512]){ 0 }, 303));
	for (int r = 0; r < 20; r++) {
		double start = micros();

		for (int i = 0; i < 200; i++) {
			if (!hash_hkdf_expand(key, sizeof(key), prk, info.b, info.len) || !fernet_open(&out, NULL, key, token.p, token.len))
				CHECK(false);
			buf_cut(&out, 0);
		}
		if ((micros() - start) / 200 < best)
			best = (micros() - start) / 200;
	}
	printf("# key and token of %zu characters: %.2f us\n", token.len, best);
	CHECK(best < 200);
	buf_wipe(&token);
	buf_wipe(&out);
}

static const struct unit_test tests[] = {
	UNIT(GCM_test_cases_13_to_16),
	UNIT(a_box_opens_with_its_own_binding_alone),
	UNIT(SEAL1_is_laid_out_as_the_specification_says),
	UNIT(a_changed_or_cut_box_does_not_open),
	UNIT(boxes_are_bounded),
	UNIT(Fernet_vectors_of_the_specification),
	UNIT(a_changed_or_cut_token_does_not_open),
	UNIT(a_signed_but_malformed_token_does_not_open),
	UNIT(tokens_of_every_length_come_back),
	UNIT(an_entry_opens_fast_enough),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
