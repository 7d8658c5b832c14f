#include "crypto/qr.h"

#include <qrencode.h>
#include <string.h>

#include "base/enc.h"
#include "base/secret.h"

#define SCALE 4 /* pixels a module */

static QRcode *
encode(const char *text)
{
	return QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
}

/* What it shows may be the secret of a second factor. */
static void
drop(QRcode *q)
{
	secret_wipe(q->data, (size_t)q->width * (size_t)q->width);
	QRcode_free(q);
}

static bool
dark(const QRcode *q, int x, int y)
{
	x -= QR_QUIET;
	y -= QR_QUIET;
	return x >= 0 && y >= 0 && x < q->width && y < q->width && (q->data[y * q->width + x] & 1);
}

/* One rectangle for each run of dark modules in a row. */
bool
qr_path(struct buf *path, int *size, const char *text)
{
	QRcode *q = encode(text);

	*size = 0;
	if (!q)
		return false;
	*size = q->width + 2 * QR_QUIET;
	for (int y = 0; y < *size; y++)
		for (int x = 0, run; x < *size; x += run) {
			for (run = 0; dark(q, x + run, y); run++)
				;
			if (run)
				buf_fmt(path, "M%d %dh%dv1h-%dz", x, y, run, run);
			else
				run = 1;
		}
	drop(q);
	return !path->failed;
}

bool
qr_svg(struct buf *svg, const char *text)
{
	struct buf path;
	int size;
	bool ok;

	buf_init(&path, 256 * 1024);
	ok = qr_path(&path, &size, text);
	if (ok) {
		buf_fmt(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
		    "aria-label=\"QR code for the authenticator app\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
		    "<path fill=\"#000\" d=\"", size, size, size * SCALE, size * SCALE, size, size);
		buf_add(svg, path.p, path.len);
		buf_str(svg, "\"/></svg>");
	}
	buf_wipe(&path);
	return ok && !svg->failed;
}

static void
u32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static uint32_t
crc32_of(const uint8_t *p, size_t len)
{
	uint32_t c = 0xffffffff;

	for (size_t i = 0; i < len; i++) {
		c ^= p[i];
		for (int k = 0; k < 8; k++)
			c = c >> 1 ^ (c & 1 ? 0xedb88320 : 0);
	}
	return ~c;
}

static void
chunk(struct buf *png, const char *type, const void *data, size_t len)
{
	uint8_t n[4];
	size_t start;

	u32(n, (uint32_t)len);
	buf_add(png, n, 4);
	start = png->len;
	buf_add(png, type, 4);
	buf_add(png, data, len);
	u32(n, crc32_of((const uint8_t *)png->p + start, png->len - start));
	buf_add(png, n, 4);
}

/* zlib's frame around stored blocks (RFC 1950, 1951 3.2.4): a picture of 30 KB is not worth a compressor. */
static void
store(struct buf *z, const uint8_t *p, size_t len)
{
	uint32_t a = 1, b = 0;
	uint8_t sum[4];

	buf_add(z, "\x78\x01", 2);
	for (size_t at = 0; at < len;) {
		size_t n = len - at < 65535 ? len - at : 65535;
		uint8_t head[5] = { at + n == len, (uint8_t)n, (uint8_t)(n >> 8), (uint8_t)~n, (uint8_t)(~n >> 8) };

		buf_add(z, head, sizeof(head));
		buf_add(z, p + at, n);
		at += n;
	}
	for (size_t i = 0; i < len; i++) {
		a = (a + p[i]) % 65521;
		b = (b + a) % 65521;
	}
	u32(sum, b << 16 | a);
	buf_add(z, sum, 4);
}

bool
qr_png_uri(struct buf *out, const char *text)
{
	QRcode *q = encode(text);
	struct buf rows, z, png;
	uint8_t head[13] = { [8] = 1 }; /* one bit, greyscale */
	int px;
	char *to;
	bool ok = false;

	if (!q)
		return false;
	buf_init(&rows, 1 << 20);
	buf_init(&z, 1 << 20);
	buf_init(&png, 1 << 20);
	px = (q->width + 2 * QR_QUIET) * SCALE;
	for (int y = 0; y < px; y++) {
		buf_ch(&rows, 0);
		for (int x = 0; x < px; x += 8) {
			unsigned bits = 0;

			for (int i = 0; i < 8; i++)
				bits = bits << 1 | !dark(q, (x + i) / SCALE, y / SCALE);
			buf_ch(&rows, (char)bits);
		}
	}
	store(&z, (const uint8_t *)rows.p, rows.len);
	u32(head, (uint32_t)px);
	u32(head + 4, (uint32_t)px);
	buf_add(&png, "\x89PNG\r\n\x1a\n", 8);
	chunk(&png, "IHDR", head, sizeof(head));
	chunk(&png, "IDAT", z.p, z.len);
	chunk(&png, "IEND", "", 0);
	if (rows.failed || z.failed || png.failed)
		goto out;
	buf_str(out, "data:image/png;base64,");
	to = buf_room(out, ENC_B64_LEN(png.len));
	if (to)
		enc_b64(to, png.p, png.len);
	ok = to != NULL;
out:
	buf_wipe(&rows);
	buf_wipe(&z);
	buf_wipe(&png);
	drop(q);
	return ok;
}
