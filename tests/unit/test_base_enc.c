/* test_base_enc: RFC 4648 section 10, every byte in every place, every fault. */
#include "base/enc.h"
#include "unit.h"

typedef void encoder(char *out, const void *in, size_t len);
typedef bool decoder(uint8_t *out, size_t cap, size_t *out_len, const char *in, size_t len);

static const struct {
	const char *plain, *b64, *b32, *hex;
} rfc[] = {
	{ "", "", "", "" },
	{ "f", "Zg==", "MY======", "66" },
	{ "fo", "Zm8=", "MZXQ====", "666f" },
	{ "foo", "Zm9v", "MZXW6===", "666f6f" },
	{ "foob", "Zm9vYg==", "MZXW6YQ=", "666f6f62" },
	{ "fooba", "Zm9vYmE=", "MZXW6YTB", "666f6f6261" },
	{ "foobar", "Zm9vYmFy", "MZXW6YTBOI======", "666f6f626172" },
};

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const struct {
	encoder *enc;
	decoder *dec;
	const char *alphabet; /* that the decoder takes */
	unsigned bits;
	bool padded;
} kinds[] = {
	{ enc_b64, dec_b64, ALNUM "+/", 6, true },
	{ enc_b64url_padded, dec_b64url_padded, ALNUM "-_", 6, true },
	{ enc_b64url, dec_b64url, ALNUM "-_", 6, false },
	{ enc_b32, dec_b32, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz234567", 5, false },
	{ enc_b32lower, dec_b32, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz234567", 5, false },
	{ enc_hex, dec_hex, "0123456789abcdefABCDEF", 4, false },
};

static bool
gives(decoder *dec, const char *text, const char *want)
{
	uint8_t out[64];
	size_t n = 99;

	return dec(out, sizeof(out), &n, text, strlen(text)) && n == strlen(want) && memcmp(out, want, n) == 0;
}

static bool
refused(decoder *dec, const char *text, size_t len, size_t cap)
{
	uint8_t out[64];
	size_t n = 99;

	return !dec(out, cap, &n, text, len) && n == 0;
}

TEST(RFC_4648_section_10)
{
	char text[64];

	for (size_t i = 0; i < ARRAY_LEN(rfc); i++) {
		size_t n = strlen(rfc[i].plain);
		char bare[32];

		enc_b64(text, rfc[i].plain, n);
		CHECK_EQ_TEXT(text, rfc[i].b64);
		CHECK_EQ_INT(strlen(text), ENC_B64_LEN(n));
		CHECK(gives(dec_b64, text, rfc[i].plain));
		enc_b64url_padded(text, rfc[i].plain, n);
		CHECK_EQ_TEXT(text, rfc[i].b64);
		CHECK(gives(dec_b64url_padded, text, rfc[i].plain));
		snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(rfc[i].b64, "="), rfc[i].b64);
		enc_b64url(text, rfc[i].plain, n);
		CHECK_EQ_TEXT(text, bare);
		CHECK_EQ_INT(strlen(text), ENC_B64URL_LEN(n));
		CHECK(gives(dec_b64url, text, rfc[i].plain));
		snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(rfc[i].b32, "="), rfc[i].b32);
		enc_b32(text, rfc[i].plain, n);
		CHECK_EQ_TEXT(text, bare);
		CHECK_EQ_INT(strlen(text), ENC_B32_LEN(n));
		CHECK(gives(dec_b32, text, rfc[i].plain));
		CHECK(gives(dec_b32, rfc[i].b32, rfc[i].plain));
		enc_b32lower(text, rfc[i].plain, n);
		CHECK(strcasecmp(text, bare) == 0 && (n == 0 || strcmp(text, bare) != 0));
		CHECK(gives(dec_b32, text, rfc[i].plain));
		enc_hex(text, rfc[i].plain, n);
		CHECK_EQ_TEXT(text, rfc[i].hex);
		CHECK_EQ_INT(strlen(text), ENC_HEX_LEN(n));
		CHECK(gives(dec_hex, text, rfc[i].plain));
	}
	CHECK(gives(dec_hex, "4A4b", "JK"));
}

TEST(every_byte_in_every_place_comes_back)
{
	uint8_t in[9], out[9];
	char text[32];
	size_t n;

	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		for (size_t len = 0; len <= sizeof(in); len++)
			for (size_t at = 0; at < len; at++)
				for (unsigned v = 0; v < 256; v++) {
					for (size_t i = 0; i < len; i++)
						in[i] = (uint8_t)(i * 29 + v);
					in[at] = (uint8_t)v;
					kinds[k].enc(text, in, len);
					CHECK(kinds[k].dec(out, len, &n, text, strlen(text)) && n == len && memcmp(in, out, n) == 0);
					CHECK(refused(kinds[k].dec, text, strlen(text), len - 1));
				}
}

/* Change one character of a good text to each of the 256: taken exactly when it is one of the alphabet and leaves no last bits; and what is
 * taken has one text only. */
TEST(characters_outside_the_alphabet_are_refused_everywhere)
{
	static const uint8_t in[7] = { 0x00, 0x10, 0x83, 0x10, 0x51, 0x87, 0x20 };

	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		for (size_t len = 1; len <= sizeof(in); len++) {
			char text[32], changed[32], again[32];
			size_t chars;

			kinds[k].enc(text, in, len);
			chars = strcspn(text, "=");
			for (size_t at = 0; at < chars; at++)
				for (unsigned c = 0; c < 256; c++) {
					bool known = c != 0 && strchr(kinds[k].alphabet, (int)c) != NULL;
					unsigned spare = (unsigned)(chars * kinds[k].bits - len * 8);
					uint8_t out[16];
					size_t n;
					bool ok;

					memcpy(changed, text, sizeof(text));
					changed[at] = (char)c;
					ok = kinds[k].dec(out, sizeof(out), &n, changed, strlen(text));
					CHECK(!ok || known);
					CHECK(ok || !known || (at == chars - 1 && spare > 0));
					if (ok) {
						kinds[k].enc(again, out, n);
						CHECK(strcasecmp(again, changed) == 0);
						CHECK(kinds[k].bits != 6 || strcmp(again, changed) == 0);
					}
				}
		}
}

TEST(wrong_lengths_and_padding_are_refused)
{
	static const struct {
		decoder *dec;
		const char *text;
	} bad[] = {
		{ dec_b64, "A" }, { dec_b64, "AA" }, { dec_b64, "AAA" }, { dec_b64, "AAAAA" }, { dec_b64, "====" }, { dec_b64, "A===" },
		{ dec_b64, "AA=A" }, { dec_b64, "=AAA" }, { dec_b64, "AAAA====" }, { dec_b64, "AA==AAAA" }, { dec_b64, "AAA=AAAA" },
		{ dec_b64, "AB==" }, { dec_b64, "AAB=" }, { dec_b64, "AA==\n" }, { dec_b64, "AA\n=" }, { dec_b64, " AAA" }, { dec_b64, "=" },
		{ dec_b64, "==" }, { dec_b64, "-_-_" }, { dec_b64url_padded, "+/+/" }, { dec_b64url_padded, "AA" }, { dec_b64url, "AA==" },
		{ dec_b64url, "A" }, { dec_b64url, "AB" }, { dec_b64url, "AAB" }, { dec_b64url, "AAAAA" }, { dec_b64url, "+/+/" },
		{ dec_b32, "A" }, { dec_b32, "AAA" }, { dec_b32, "AAAAAA" }, { dec_b32, "AB" }, { dec_b32, "AAAB" }, { dec_b32, "AAAAB" },
		{ dec_b32, "AAAAAAB" }, { dec_b32, "AA=" }, { dec_b32, "AA=====" }, { dec_b32, "AA=======" }, { dec_b32, "AAAA=" },
		{ dec_b32, "========" }, { dec_b32, "=" }, { dec_b32, "AAAAAAAA=" }, { dec_b32, "AAAAAAAA========" }, { dec_b32, "AA====AA" },
		{ dec_b32, "AAAAAAA==" }, { dec_b32, "A0" }, { dec_b32, "A1" }, { dec_b32, "A8" }, { dec_b32, "AA======AA======" },
		{ dec_hex, "a" }, { dec_hex, "abc" }, { dec_hex, "ag" }, { dec_hex, "0x" }, { dec_hex, " 0" }, { dec_hex, "0:" }, { dec_hex, "@0" },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CHECK(refused(bad[i].dec, bad[i].text, strlen(bad[i].text), 64));
		if (unit.noted > 0)
			printf("# above: \"%s\"\n", bad[i].text);
	}
}

/* What dec_b32 refuses for its length or last bits alone: the bytes before stay the same. */
TEST(loose_base32_takes_what_sites_hand_out)
{
	static const struct {
		const char *text, *hex;
	} good[] = {
		{ "MZXW6YTBOI======", "666f6f626172" }, { "MZXW6YTBOI", "666f6f626172" }, { "mzxw6ytboi=", "666f6f626172" }, { "MZXW6YTBOJ", "666f6f626172" },
		{ "MZXW6YTBO", "666f6f6261" }, { "MZXW6YTBOIA", "666f6f626172" }, { "MZXW6Y", "666f6f" }, { "77", "ff" }, { "7", "" }, { "=", "" }, { "", "" },
	};
	static const char *const bad[] = { "MZXW6YTB0I", "MZXW6YTB1I", "MZXW 6YTB", "MZXW6Y=TB", "A========", "\xc3\xa4" };
	uint8_t out[64];
	char hex[129];
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		CHECK(dec_b32_loose(out, sizeof(out), &n, good[i].text, strlen(good[i].text)));
		enc_hex(hex, out, n);
		CHECK_EQ_TEXT(hex, good[i].hex);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK(refused(dec_b32_loose, bad[i], strlen(bad[i]), 64));
	CHECK(refused(dec_b32_loose, "MZXW6YTBOI", 10, 5));
}

static const struct unit_test tests[] = {
	UNIT(RFC_4648_section_10),
	UNIT(every_byte_in_every_place_comes_back),
	UNIT(characters_outside_the_alphabet_are_refused_everywhere),
	UNIT(wrong_lengths_and_padding_are_refused),
	UNIT(loose_base32_takes_what_sites_hand_out),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
