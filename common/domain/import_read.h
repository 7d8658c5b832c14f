/* import_read.h - entries out of other programs' files: CSV and JSON. Layer: domain.
 *
 * CSV with a row of names: Bitwarden, Vaultwarden, Chrome, Edge, Firefox, KeePassXC, 1Password, LastPass, our own; others by a map of their columns.
 * JSON: Bitwarden's unencrypted export, our own (export.h). A line that cannot be read is handed over with the reason; it never ends the file.
 */
#ifndef DOMAIN_IMPORT_READ_H
#define DOMAIN_IMPORT_READ_H

#include "base/attr.h"
#include "base/csv.h"
#include "domain/entry.h"

#define IMPORT_BYTES_MAX (5 * 1024 * 1024)
#define IMPORT_ROWS_MAX 10000

/* What a column holds: an entry's text, or one of these. Names as in forms; NULL at the end. */
enum import_target { IMPORT_FAVORITE = ENTRY__FIELDS, IMPORT_CREATED, IMPORT_UPDATED, IMPORT_PASSWORD_CHANGED, IMPORT_SKIP, IMPORT__TARGETS };
extern const char *const import_targets[IMPORT__TARGETS + 1];

enum import_format { IMPORT_CSV, IMPORT_JSON };

/* How a text is read. */
struct import_plan {
	enum import_format format;
	char between;                           /* CSV: what stands between cells */
	bool names;                             /* CSV: the first row holds the columns' names */
	bool known;                             /* nothing to ask: every column has a meaning, and a site and a password are among them */
	size_t columns;
	enum import_target map[CSV_COLUMNS];
};

enum import_fault {
	IMPORT_FINE, IMPORT_NO_SITE, IMPORT_TOO_LONG, IMPORT_CONTROL, IMPORT_TOO_MANY_TAGS, IMPORT_OPEN_QUOTE, IMPORT_TOO_MANY_CELLS, IMPORT_OTHER_KIND,
	IMPORT__FAULTS
};

struct import_row {
	size_t line;                            /* of the file, or number of the item in JSON; from 1 */
	const char *text[ENTRY__FIELDS];        /* as an entry has them; never NULL */
	const char *ignored[FINDING__MAX];
	bool favorite;
	int64_t created, updated, password_at;  /* 0 where the file does not say, or says what cannot be */
	enum import_fault fault;
	enum entry_field field;                 /* of IMPORT_TOO_LONG, IMPORT_CONTROL */
	size_t have;                            /* characters, with IMPORT_TOO_LONG */
};

enum import_verdict { IMPORT_READABLE, IMPORT_EMPTY, IMPORT_ENCRYPTED, IMPORT_UNKNOWN };

/* Look at a text and say how it will be read. IMPORT_EMPTY: no row in it. IMPORT_ENCRYPTED: another program's encrypted export. IMPORT_UNKNOWN: JSON of no known
 * shape. */
enum import_verdict import_look(struct import_plan *p, const char *text, size_t len);
/* Hand over every row, the first IMPORT_ROWS_MAX at most; valid within the call alone. *more says whether there were more. Return false to stop. False when memory ran
 * out: a row that there is no room for is no unreadable row. */
typedef bool import_fn(void *ctx, const struct import_row *row);
NODISCARD bool import_each(const struct import_plan *p, const char *text, size_t len, import_fn *fn, void *ctx, bool *more);
/* The first rows of a CSV as they stand, for the page that asks what its columns hold; false at the end. */
typedef bool import_cells_fn(void *ctx, const struct csv_row *row);
void import_cells(const struct import_plan *p, const char *text, size_t len, import_cells_fn *fn, void *ctx);

#endif
