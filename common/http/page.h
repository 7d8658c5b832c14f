/* page.h - fills HTML templates from a json-c model (STYLE.md 9). Layer: http.
 *
 * {{a.b}} from the root; {{.x}} and {{.}} from the current list element; no climbing. {{#k}}..{{/k}} repeats for each element of a list, or shows once for
 * true, a non-empty text, a number other than 0, an object (its fields are then {{.x}}); {{^k}}..{{/k}} shows when it would not. A section may not nest one of
 * the same name. {{url:a.b}} percent-encodes (for query values). All else is escaped: & < > " '. There is no raw output.
 * Unknown names, also in sections, are failures.
 */
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "base/attr.h"
#include "base/buf.h"

struct json_object;

/* One template, made at build time from html/pages/NAME.html: page_NAME in pages.h. */
struct page_text {
	const char *text;
	size_t len;
};
struct page {
	const char *name;
	const char *text; /* English */
	size_t len;
	const struct page_text *other; /* in the other languages, in the order of enum lang from its second; NULL for none */
};

#define PAGE_MAX (4 * 1024 * 1024) /* bytes of a filled page */
#define PAGE_DEPTH 8               /* nested sections */

/* Append the page filled, in the language of now (base/lang.h). False with a log line that names the page and the key, when a name is unknown or the template is malformed;
 * what `out` then holds is not to be sent. */
NODISCARD bool page_fill(struct buf *out, const struct page *page, struct json_object *model);
/* Append `s` escaped for text and quoted attributes. */
void page_escape(struct buf *out, const char *s, size_t len);
/* Append `s` percent-encoded: all but letters, digits and - . _ ~ */
void page_percent(struct buf *out, const char *s, size_t len);

#endif
