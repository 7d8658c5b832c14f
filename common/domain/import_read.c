#include "domain/import_read.h"

#include <string.h>

#include "domain/import_row.h"

#define NAME_MAX_KEPT 40

const char *const import_targets[IMPORT__TARGETS + 1] = {
	"site", "url", "username", "password", "notes", "tags", "totp", "favorite", "created", "updated", "password-changed", "skip", NULL
};

/* Names of columns in lower case, letters and digits alone. */
static const struct {
	const char *name;
	int target;
} columns[] = {
	{ "site", ENTRY_SITE }, { "name", ENTRY_SITE }, { "title", ENTRY_SITE }, { "account", ENTRY_SITE },
	{ "url", ENTRY_URL }, { "loginuri", ENTRY_URL }, { "website", ENTRY_URL }, { "webaddress", ENTRY_URL }, { "urls", ENTRY_URL }, { "uri", ENTRY_URL },
	{ "username", ENTRY_USERNAME }, { "loginusername", ENTRY_USERNAME }, { "user", ENTRY_USERNAME }, { "login", ENTRY_USERNAME },
	{ "loginname", ENTRY_USERNAME }, { "email", ENTRY_USERNAME },
	{ "password", ENTRY_PASSWORD }, { "loginpassword", ENTRY_PASSWORD },
	{ "notes", ENTRY_NOTES }, { "note", ENTRY_NOTES }, { "extra", ENTRY_NOTES }, { "comment", ENTRY_NOTES }, { "comments", ENTRY_NOTES },
	{ "fields", ENTRY_NOTES },
	{ "titel", ENTRY_SITE }, { "webadresse", ENTRY_URL }, { "benutzername", ENTRY_USERNAME }, { "benutzer", ENTRY_USERNAME }, { "passwort", ENTRY_PASSWORD },
	{ "kennwort", ENTRY_PASSWORD }, { "notizen", ENTRY_NOTES }, { "ordner", ENTRY_TAGS }, { "gruppe", ENTRY_TAGS },
	{ "tags", ENTRY_TAGS }, { "folder", ENTRY_TAGS }, { "group", ENTRY_TAGS }, { "grouping", ENTRY_TAGS }, { "collections", ENTRY_TAGS },
	{ "totp", ENTRY_TOTP }, { "logintotp", ENTRY_TOTP }, { "otpauth", ENTRY_TOTP }, { "onetimepassword", ENTRY_TOTP },
	{ "favorite", IMPORT_FAVORITE }, { "favourite", IMPORT_FAVORITE }, { "fav", IMPORT_FAVORITE },
	{ "created", IMPORT_CREATED }, { "timecreated", IMPORT_CREATED },
	{ "updated", IMPORT_UPDATED }, { "lastmodified", IMPORT_UPDATED },
	{ "passwordchanged", IMPORT_PASSWORD_CHANGED }, { "timepasswordchanged", IMPORT_PASSWORD_CHANGED },
	{ "type", IMPORT_SKIP }, { "reprompt", IMPORT_SKIP }, { "archived", IMPORT_SKIP }, { "archiveddate", IMPORT_SKIP }, { "icon", IMPORT_SKIP },
	{ "guid", IMPORT_SKIP }, { "httprealm", IMPORT_SKIP }, { "formactionorigin", IMPORT_SKIP }, { "timelastused", IMPORT_SKIP },
};

static bool
target_of(enum import_target *t, const char *name)
{
	char key[NAME_MAX_KEPT] = "";
	size_t n = 0;

	for (; *name && n < sizeof(key) - 1; name++) {
		if ((*name >= 'a' && *name <= 'z') || (*name >= '0' && *name <= '9'))
			key[n++] = *name;
		else if (*name >= 'A' && *name <= 'Z')
			key[n++] = (char)(*name - 'A' + 'a');
	}
	*t = IMPORT_SKIP;
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		if (strcmp(columns[i].name, key) == 0) {
			*t = (enum import_target)columns[i].target;
			return true;
		}
	}
	return false;
}

/* Whether the first row, none of whose cells is a name that we know, may be one of names all the same: words without digits and what addresses are made of. */
static bool
looks_like_names(const struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (!*row->cell[i] || strpbrk(row->cell[i], "0123456789./@:"))
			return false;
	return true;
}

static enum import_verdict
look_csv(struct import_plan *p, const char *text, size_t len)
{
	bool has[IMPORT__TARGETS] = { false };
	struct csv_row row;
	struct csv c;
	size_t found = 0;

	csv_start(&c, &row, text, len, 0);
	p->between = c.between;
	if (!csv_next(&c, &row) || row.n == 0) {
		csv_row_wipe(&row);
		return IMPORT_EMPTY;
	}
	p->columns = row.n;
	for (size_t i = 0; i < row.n; i++) {
		found += target_of(&p->map[i], row.cell[i]);
		has[p->map[i]] = true;
	}
	p->names = found > 0 || looks_like_names(&row);
	p->known = found == row.n && (has[ENTRY_SITE] || has[ENTRY_URL]) && has[ENTRY_PASSWORD];
	csv_row_wipe(&row);
	return IMPORT_READABLE;
}

static size_t
lead(const char *text, size_t len)
{
	size_t n = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (n < len && strchr(" \t\r\n", text[n]))
		n++;
	return n;
}

enum import_verdict
import_look(struct import_plan *p, const char *text, size_t len)
{
	size_t n = lead(text, len);

	memset(p, 0, sizeof(*p));
	if (n == len)
		return IMPORT_EMPTY;
	if (text[n] != '{' && text[n] != '[')
		return look_csv(p, text, len);
	p->format = IMPORT_JSON;
	p->known = true;
	return import_json_look(text + n, len - n);
}

/* "Root/Internet" is how KeePassXC names the group Internet. */
static const char *
group_of(const char *cell)
{
	return strcmp(cell, "Root") == 0 ? "" : strncmp(cell, "Root/", 5) == 0 ? cell + 5 : cell;
}

static void
take_row(struct import_raw *raw, const struct import_plan *p, const struct csv_row *row)
{
	static const enum import_fault faults[] = {
		[CSV_FINE] = IMPORT_FINE, [CSV_OPEN_QUOTE] = IMPORT_OPEN_QUOTE, [CSV_TOO_MANY] = IMPORT_TOO_MANY_CELLS, [CSV_TOO_LONG] = IMPORT_TOO_LONG,
		[CSV_NO_MEMORY] = IMPORT_TOO_LONG
	};

	import_raw_next(raw, row->line);
	raw->row.fault = faults[row->fault];
	raw->no_memory |= row->fault == CSV_NO_MEMORY;
	raw->row.field = ENTRY_NOTES;
	if (row->n > p->columns)
		raw->row.fault = IMPORT_TOO_MANY_CELLS;
	for (size_t i = 0; i < row->n && i < p->columns; i++) {
		const char *cell = p->map[i] == (enum import_target)ENTRY_TAGS ? group_of(row->cell[i]) : row->cell[i];

		import_say(raw, p->map[i], cell, strlen(cell));
	}
	import_finish(raw);
}

bool
import_each(const struct import_plan *p, const char *text, size_t len, import_fn *fn, void *ctx, bool *more)
{
	size_t n = lead(text, len), rows = 0;
	struct import_raw raw;
	struct csv_row row;
	struct csv c;

	*more = false;
	if (p->format == IMPORT_JSON)
		return import_json_each(text + n, len - n, fn, ctx, more);
	import_raw_start(&raw);
	csv_start(&c, &row, text, len, p->between);
	if (p->names)
		(void)!csv_next(&c, &row);
	while (!*more && csv_next(&c, &row)) {
		*more = rows == IMPORT_ROWS_MAX;
		if (*more)
			break;
		rows++;
		take_row(&raw, p, &row);
		if (raw.no_memory || !fn(ctx, &raw.row))
			break;
	}
	csv_row_wipe(&row);
	import_raw_wipe(&raw);
	return !raw.no_memory;
}

void
import_cells(const struct import_plan *p, const char *text, size_t len, import_cells_fn *fn, void *ctx)
{
	struct csv_row row;
	struct csv c;

	csv_start(&c, &row, text, len, p->between);
	while (csv_next(&c, &row) && fn(ctx, &row))
		continue;
	csv_row_wipe(&row);
}
