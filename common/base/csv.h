/* csv.h - reads comma-separated values (RFC 4180) as programs really write them: comma, semicolon or tab, any line end, quotes that are not closed. Layer: base.
 *
 * Lenient where nothing is lost: a quote inside an unquoted cell is a character, and so is what follows a closing quote. A quote that no other closes spoils its own
 * line alone: reading goes on at the next line. After CSV_OPEN_MAX of those, quotes are characters, so that a hostile text is read once and not once a line.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/attr.h"
#include "base/buf.h"

#define CSV_COLUMNS 64
#define CSV_ROW_MAX (256 * 1024) /* bytes of one row */
#define CSV_OPEN_MAX 100

struct csv {
	const char *at, *end;
	char between;
	size_t line, open; /* lines before `at`; quotes that were not closed */
};

enum csv_fault { CSV_FINE, CSV_OPEN_QUOTE, CSV_TOO_MANY, CSV_TOO_LONG, CSV_NO_MEMORY };

struct csv_row {
	size_t line, n;                  /* number of its first line, from 1; cells */
	const char *cell[CSV_COLUMNS];   /* NUL-terminated, into mem; until the next row */
	enum csv_fault fault;            /* n is then 0 */
	struct buf mem;
};

/* Begin at `text` (not copied); a byte order mark is passed over. `between` 0: whichever of , ; and tab occurs most in the first line, outside quotes. */
void csv_start(struct csv *c, struct csv_row *row, const char *text, size_t len, char between);
/* The next row that holds anything; false at the end. */
NODISCARD bool csv_next(struct csv *c, struct csv_row *row);
void csv_row_wipe(struct csv_row *row);

#endif
