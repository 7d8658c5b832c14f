/* test_crypto_hash: SHA-256, HMAC, HKDF, PBKDF2 against the values of their standards; length-prefixed texts; random numbers. */
#include <stdlib.h>

#include "crypto/hash.h"
#include "crypto/lp.h"
#include "crypto/rng.h"
#include "unit.h"
#include "unit_hex.h"

#define TEN_A "aaaaaaaaaaaaaaaaaaaa"
#define AA131 TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A "aa"

TEST(SHA_256_of_FIPS_180_and_RFC_6234)
{
	static const struct {
		const char *text;
		unsigned times;
		const char *want;
	} cases[] = {
		{ "", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ "a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
		{ "0123456701234567012345670123456701234567012345670123456701234567", 10,
		    "594847328451bdfa85056225462cc1d867d877fb388df0ce35f25ab5562bfbb5" },
		{ "\x19", 1, "68aa2e2ee5dff96e3355e6c7ee373e3d6a4e17f75f9518d843709c0c9bc3e3d4" },
	};
	uint8_t out[HASH_LEN];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = strlen(cases[i].text);
		char *all = malloc(n * cases[i].times + 1);

		CHECK(all != NULL);
		for (size_t k = 0; k < cases[i].times; k++)
			memcpy(all + k * n, cases[i].text, n);
		CHECK(hash_sha256(out, all, n * cases[i].times));
		CHECK_EQ_HEX(out, HASH_LEN, cases[i].want);
		free(all);
	}
	CHECK(hash_sha256(out, NULL, 0));
	CHECK_EQ_HEX(out, HASH_LEN, cases[0].want);
}

struct mac_case {
	const char *key, *data, *want; /* hexadecimal */
};

static const struct mac_case rfc4231[] = {
	{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
	{ "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
	    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
	{ "0102030405060708090a0b0c0d0e0f10111213141516171819",
	    "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
	    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b" },
	{ AA131, "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
	    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
	{ AA131,
	    "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b2d73697a65206b657920616e642061206c617267657220746861"
	    "6e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565647320746f20626520686173686564206265666f7265206265696e672075736564206279"
	    "2074686520484d414320616c676f726974686d2e",
	    "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2" },
};

static const struct mac_case rfc2202[] = {
	{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265", "b617318655057264e28bc0b6fb378c8ef146be00" },
	{ "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
	    "125d7342b9ac11cd91a39af48aa17b4f63f175d3" },
	{ "0102030405060708090a0b0c0d0e0f10111213141516171819",
	    "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
	    "4c9007f4026250c6bc8414f9bf50c86c2d7235da" },
	{ "0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c", "546573742057697468205472756e636174696f6e", "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04" },
	{ TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A, "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
	    "aa4ae5e15272d00e95705637ce8a3b55ed402112" },
	{ TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A,
	    "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b657920616e64204c6172676572205468616e204f6e6520426c6f636b2d5369"
	    "7a652044617461",
	    "e8e99d0f45237d786d6bbaa7965c7808bbff1a91" },
};

/* of the cases of rfc4231, in their order */
static const char *const sha512_of_rfc4231[ARRAY_LEN(rfc4231)] = {
	"87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
	"164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
	"fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb",
	"b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd",
	"80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
	"e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
};

TEST(HMAC_of_RFC_4231_and_RFC_2202)
{
	uint8_t key[256], data[256], out[HASH_SHA512_LEN];

	for (size_t i = 0; i < ARRAY_LEN(rfc4231); i++) {
		size_t k = unhex(key, sizeof(key), rfc4231[i].key), n = unhex(data, sizeof(data), rfc4231[i].data);

		CHECK(hash_hmac(out, key, k, data, n));
		CHECK_EQ_HEX(out, HASH_LEN, rfc4231[i].want);
		CHECK(hash_hmac_sha512(out, key, k, data, n));
		CHECK_EQ_HEX(out, HASH_SHA512_LEN, sha512_of_rfc4231[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(rfc2202); i++) {
		size_t k = unhex(key, sizeof(key), rfc2202[i].key), n = unhex(data, sizeof(data), rfc2202[i].data);

		CHECK(hash_hmac_sha1(out, key, k, data, n));
		CHECK_EQ_HEX(out, HASH_SHA1_LEN, rfc2202[i].want);
	}
	CHECK(hash_hmac(out, NULL, 0, NULL, 0));
	CHECK_EQ_HEX(out, HASH_LEN, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(HKDF_of_RFC_5869)
{
	static const struct {
		const char *ikm, *salt, *info;
		size_t len;
		const char *prk, *okm;
	} cases[] = {
		{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", 42,
		    "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
		    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865" },
		{ "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
		  "404142434445464748494a4b4c4d4e4f",
		    "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
		    "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		    "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef"
		    "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
		    82, "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
		    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
		    "cc30c58179ec3e87c14c01d5c1f3434f1d87" },
		{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "", 42,
		    "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
		    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8" },
	};
	uint8_t ikm[128], salt[128], info[128], out[255 * HASH_LEN + 1];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t a = unhex(ikm, sizeof(ikm), cases[i].ikm), b = unhex(salt, sizeof(salt), cases[i].salt), c = unhex(info, sizeof(info), cases[i].info);
		uint8_t prk[HASH_LEN];

		CHECK(hash_hkdf_extract(prk, ikm, a, salt, b));
		CHECK_EQ_HEX(prk, HASH_LEN, cases[i].prk);
		CHECK(hash_hkdf_expand(out, cases[i].len, prk, info, c));
		CHECK_EQ_HEX(out, cases[i].len, cases[i].okm);
		CHECK(hash_hkdf(out, cases[i].len, ikm, a, b > 0 ? salt : NULL, b, c > 0 ? info : NULL, c));
		CHECK_EQ_HEX(out, cases[i].len, cases[i].okm);
	}
	CHECK(hash_hkdf(out, 255 * HASH_LEN, ikm, 1, NULL, 0, NULL, 0));
	memset(out, 1, sizeof(out));
	CHECK(!hash_hkdf(out, 255 * HASH_LEN + 1, ikm, 1, NULL, 0, NULL, 0));
	CHECK(all_zero(out, sizeof(out)));
	CHECK(hash_hkdf(out, 0, ikm, 1, NULL, 0, NULL, 0));
}

TEST(PBKDF2_of_RFC_7914_section_11)
{
	uint8_t out[64];

	CHECK(hash_pbkdf2(out, 64, "passwd", 6, "salt", 4, 1));
	CHECK_EQ_HEX(out, 64,
	    "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
	    "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
	CHECK(hash_pbkdf2(out, 64, "Password", 8, "NaCl", 4, 80000));
	CHECK_EQ_HEX(out, 64,
	    "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
	    "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d");
	CHECK(hash_pbkdf2(out, 20, "password", 8, NULL, 0, 2));
	memset(out, 1, sizeof(out));
	CHECK(!hash_pbkdf2(out, sizeof(out), "passwd", 6, "salt", 4, 0));
	CHECK(all_zero(out, sizeof(out)));
}

TEST(parts_have_one_encoding)
{
	static uint8_t big[UINT16_MAX + 1];
	struct lp lp;

	lp_start(&lp);
	CHECK_EQ_HEX(lp.b, lp.len, "0003767331");
	lp_text(&lp, "ab");
	lp_bytes(&lp, NULL, 0);
	lp_bytes(&lp, "\0\xff", 2);
	lp_u8(&lp, 0x12);
	lp_u32(&lp, 0x12345678);
	lp_u64(&lp, 0x123456789abcdef0);
	CHECK_EQ_HEX(lp.b, lp.len, "0003767331" "00026162" "0000" "000200ff" "12" "12345678" "123456789abcdef0");
	CHECK(!lp.failed);
	lp_start(&lp);
	lp_bytes(&lp, big, LP_MAX - 7);
	CHECK(!lp.failed && lp.len == LP_MAX);
	lp_u8(&lp, 1);
	CHECK(lp.failed && lp.len == LP_MAX);
	lp_start(&lp);
	CHECK(!lp.failed);
	lp_bytes(&lp, big, LP_MAX - 6);
	CHECK(lp.failed);
	lp_text(&lp, "");
	lp_u64(&lp, 1);
	CHECK(lp.failed && lp.len == 7); /* the length was written, nothing after the failure was */
	lp_start(&lp);
	lp_bytes(&lp, big, sizeof(big)); /* its length does not fit into 16 bits */
	CHECK(lp.failed);
}

TEST(random_numbers_stay_below_their_bound)
{
	static const uint32_t bounds[] = { 1, 2, 3, 10, 255, 256, 7776, 0x7fffffff, 0x80000000, 0x80000001, UINT32_MAX };
	unsigned seen[10] = { 0 };
	uint32_t v;
	uint8_t a[64] = { 0 }, b[64] = { 0 };
	struct id x, y;
	double chi = 0;

	for (size_t i = 0; i < ARRAY_LEN(bounds); i++)
		for (int k = 0; k < 200; k++)
			CHECK(rng_below(&v, bounds[i]) && v < bounds[i]);
	CHECK(!rng_below(&v, 0) && v == 0);
	for (int i = 0; i < 100000; i++)
		if (rng_below(&v, 10))
			seen[v]++;
	for (size_t i = 0; i < 10; i++)
		chi += (seen[i] - 10000.0) * (seen[i] - 10000.0) / 10000.0;
	CHECK(chi < 66); /* 9 degrees of freedom: p < 1e-10 */
	CHECK(rng_bytes(a, sizeof(a)) && rng_bytes(b, sizeof(b)) && memcmp(a, b, sizeof(a)) != 0 && !all_zero(a + 48, 16));
	CHECK(rng_bytes(a, 0));
	CHECK(rng_id(&x) && rng_id(&y) && !id_equal(&x, &y));
}

static const struct unit_test tests[] = {
	UNIT(SHA_256_of_FIPS_180_and_RFC_6234),
	UNIT(HMAC_of_RFC_4231_and_RFC_2202),
	UNIT(HKDF_of_RFC_5869),
	UNIT(PBKDF2_of_RFC_7914_section_11),
	UNIT(parts_have_one_encoding),
	UNIT(random_numbers_stay_below_their_bound),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
