/* test_crypto_qr: the drawing and the PNG show the same code, and the PNG is one that any reader takes. (zbarimg reads it in the bats files.) */
#include <qrencode.h>
#include <stdlib.h>

#include "base/enc.h"
#include "crypto/qr.h"
#include "unit.h"

#define URI "otpauth://totp/VaultSphere:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=VaultSphere&algorithm=SHA1&digits=6&period=30"
#define SIDE_MAX 200

static unsigned char wanted[SIDE_MAX][SIDE_MAX], drawn[SIDE_MAX][SIDE_MAX];

/* The modules as libqrencode gives them, quiet zone around. */
static int
reference(const char *text)
{
	QRcode *q = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	int side;

	CHECK(q != NULL);
	if (q == NULL)
		return 0;
	side = q->width + 2 * QR_QUIET;
	memset(wanted, 0, sizeof(wanted));
	for (int y = 0; y < q->width; y++)
		for (int x = 0; x < q->width; x++)
			wanted[y + QR_QUIET][x + QR_QUIET] = q->data[y * q->width + x] & 1;
	QRcode_free(q);
	return side;
}

static int
number(const char **p, const char *before)
{
	size_t n = strlen(before);
	char *end;
	long v;

	if (strncmp(*p, before, n) != 0)
		return -1;
	v = strtol(*p + n, &end, 10);
	*p = end;
	return v >= 0 && v < SIDE_MAX ? (int)v : -1;
}

TEST(the_path_draws_the_code)
{
	struct buf path;
	int size = 0, side = reference(URI);
	const char *p;

	buf_init(&path, 100000);
	CHECK(qr_path(&path, &size, URI));
	CHECK_EQ_INT(size, side);
	memset(drawn, 0, sizeof(drawn));
	for (p = path.p; *p != '\0';) {
		int x = number(&p, "M"), y = number(&p, " "), w = number(&p, "h"), back;

		CHECK(strncmp(p, "v1", 2) == 0);
		p += 2;
		back = number(&p, "h-");
		CHECK(x >= 0 && y >= 0 && w > 0 && w == back && *p == 'z');
		if (x < 0 || y < 0 || w < 0 || *p != 'z')
			break;
		p++;
		for (int i = 0; i < w && x + i < SIDE_MAX; i++)
			drawn[y][x + i] = 1;
	}
	CHECK_EQ_MEM(drawn, wanted, sizeof(wanted));
	buf_wipe(&path);
}

TEST(the_SVG_needs_no_style)
{
	struct buf svg, path;
	int size;

	buf_init(&svg, 100000);
	buf_init(&path, 100000);
	CHECK(qr_svg(&svg, URI) && qr_path(&path, &size, URI));
	CHECK(strncmp(svg.p, "<svg ", 5) == 0 && strcmp(svg.p + svg.len - 6, "</svg>") == 0);
	CHECK(strstr(svg.p, path.p) != NULL && strstr(svg.p, "role=\"img\"") != NULL && strstr(svg.p, "aria-label=\"") != NULL);
	CHECK(strstr(svg.p, "style") == NULL && strstr(svg.p, "secret") == NULL);
	buf_wipe(&svg);
	buf_wipe(&path);
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The polynomial division of the PNG specification, written another way round than in qr.c. */
static uint32_t
crc(const uint8_t *p, size_t n)
{
	uint32_t r = 0xffffffff;

	for (size_t i = 0; i < n * 8; i++) {
		uint32_t bit = (r ^ (uint32_t)(p[i / 8] >> i % 8)) & 1;

		r >>= 1;
		if (bit)
			r ^= 0xedb88320;
	}
	return ~r;
}

/* The rows out of stored blocks; SIZE_MAX when the frame is wrong. */
static size_t
unstore(uint8_t *out, const uint8_t *z, size_t n)
{
	size_t at = 2, len = 0;
	uint32_t a = 1, b = 0;

	if (n < 6 || (z[0] << 8 | z[1]) % 31 != 0 || (z[0] & 15) != 8)
		return SIZE_MAX;
	for (bool last = false; !last;) {
		size_t block;

		if (at + 5 > n || z[at] > 1)
			return SIZE_MAX;
		last = z[at] == 1;
		block = (size_t)(z[at + 1] | z[at + 2] << 8);
		if ((z[at + 1] ^ z[at + 3]) != 0xff || (z[at + 2] ^ z[at + 4]) != 0xff || at + 5 + block > n)
			return SIZE_MAX;
		memcpy(out + len, z + at + 5, block);
		len += block;
		at += 5 + block;
	}
	for (size_t i = 0; i < len; i++) {
		a = (a + out[i]) % 65521;
		b = (b + a) % 65521;
	}
	return at + 4 == n && be32(z + at) == (b << 16 | a) ? len : SIZE_MAX;
}

static void
png_shows(const char *text)
{
	static const char head[] = "data:image/png;base64,";
	static uint8_t png[200000], rows[200000];
	static const char *const types[] = { "IHDR", "IDAT", "IEND" };
	size_t n = 0, at = 8, row;
	struct buf uri;
	int side = reference(text), px = side * 4;

	row = (size_t)(px + 7) / 8 + 1;
	buf_init(&uri, 300000);
	CHECK(qr_png_uri(&uri, text));
	CHECK(strncmp(uri.p, head, strlen(head)) == 0);
	CHECK(dec_b64(png, sizeof(png), &n, uri.p + strlen(head), uri.len - strlen(head)));
	buf_wipe(&uri);
	CHECK(n > 57 && memcmp(png, "\x89PNG\r\n\x1a\n", 8) == 0);
	for (size_t k = 0; k < ARRAY_LEN(types); k++) {
		size_t len = be32(png + at);

		CHECK(at + len + 12 <= n);
		if (at + len + 12 > n)
			return;
		CHECK_EQ_MEM(png + at + 4, types[k], 4);
		CHECK_EQ_INT(be32(png + at + 8 + len), crc(png + at + 4, len + 4));
		if (k == 0) {
			CHECK_EQ_INT(len, 13);
			CHECK_EQ_INT(be32(png + at + 8), px);
			CHECK_EQ_INT(be32(png + at + 12), px);
			CHECK_EQ_MEM(png + at + 16, "\1\0\0\0\0", 5);
		} else if (k == 1) {
			CHECK_EQ_INT(unstore(rows, png + at + 8, len), row * (size_t)px);
		} else {
			CHECK_EQ_INT(len, 0);
		}
		at += len + 12;
	}
	CHECK_EQ_INT(at, n);
	for (int y = 0; y < px; y++) {
		CHECK_EQ_INT(rows[(size_t)y * row], 0);
		for (int x = 0; x < px; x++) {
			bool white = rows[(size_t)y * row + 1 + (size_t)x / 8] >> (7 - x % 8) & 1;

			CHECK(white == !wanted[y / 4][x / 4]);
		}
	}
}

TEST(the_PNG_shows_the_code)
{
	char big[2001];

	png_shows(URI);
	png_shows("x");
	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = '\0'; /* more than 64 KiB of rows: two stored blocks */
	png_shows(big);
}

TEST(too_much_text_or_too_little_room_is_refused)
{
	static char huge[8000];
	struct buf out;
	int size = 5;

	memset(huge, 'x', sizeof(huge) - 1);
	buf_init(&out, 1 << 20);
	CHECK(!qr_path(&out, &size, huge) && size == 0 && out.len == 0);
	CHECK(!qr_svg(&out, huge) && !qr_png_uri(&out, huge) && !qr_path(&out, &size, "") && out.len == 0);
	buf_wipe(&out);
	for (size_t max = 0; max < 1500; max += 41) {
		buf_init(&out, max);
		CHECK(!qr_path(&out, &size, URI) && out.failed);
		buf_wipe(&out);
		CHECK(!qr_svg(&out, URI) && out.failed);
		buf_wipe(&out);
		CHECK(!qr_png_uri(&out, URI) && out.failed);
		buf_wipe(&out);
	}
}

static const struct unit_test tests[] = {
	UNIT(the_path_draws_the_code),
	UNIT(the_SVG_needs_no_style),
	UNIT(the_PNG_shows_the_code),
	UNIT(too_much_text_or_too_little_room_is_refused),
};

int
main(void)
{
	return unit_run(tests, ARRAY_LEN(tests));
}
