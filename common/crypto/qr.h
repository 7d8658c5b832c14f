/* qr.h - QR codes by libqrencode: as one SVG path and as a PNG. Layer: crypto. */
#ifndef CRYPTO_QR_H
#define CRYPTO_QR_H

#include "base/attr.h"
#include "base/buf.h"

#define QR_QUIET 4 /* modules of white border on each side */

/* Encode `text` (level M). *size gets the number of modules of a side, quiet zone included; `path` gets the data of one SVG path (absolute
 * moves, relative lines; one unit a module). False when the text is too long for a QR code. */
NODISCARD bool qr_path(struct buf *path, int *size, const char *text);
/* A complete <svg> element of that path: white ground, black modules, no style attribute, role="img" and an aria-label. */
NODISCARD bool qr_svg(struct buf *svg, const char *text);
/* "data:image/png;base64,..." of a one-bit PNG with 4 pixels a module. */
NODISCARD bool qr_png_uri(struct buf *out, const char *text);

#endif
