#include "base/csv.h"

#include <string.h>

static char
find_between(const char *s, const char *end)
{
	static const char choices[] = { ',', ';', '\t' };
	size_t count[ARRAY_LEN(choices)] = { 0 }, best = 0;
	bool in = false;

	for (; s < end && (in || (*s != '\n' && *s != '\r')); s++) {
		in ^= *s == '"';
		for (size_t i = 0; !in && i < ARRAY_LEN(choices); i++)
			count[i] += *s == choices[i];
	}
	for (size_t i = 1; i < ARRAY_LEN(choices); i++)
		if (count[i] > count[best])
			best = i;
	return choices[best];
}

void
csv_start(struct csv *c, struct csv_row *row, const char *text, size_t len, char between)
{
	static const char mark[] = "\xef\xbb\xbf";

	*c = (struct csv){ .at = text, .end = text + len };
	if (len >= 3 && memcmp(text, mark, 3) == 0)
		c->at += 3;
	c->between = between ? between : find_between(c->at, c->end);
	memset(row, 0, sizeof(*row));
	buf_init(&row->mem, CSV_ROW_MAX);
}

/* One cell into mem, a NUL after it. False when a quote is not closed before the end. */
static bool
read_cell(struct csv *c, struct csv_row *row)
{
	bool in = c->at < c->end && *c->at == '"' && c->open < CSV_OPEN_MAX;

	c->at += in;
	for (; c->at < c->end; c->at++) {
		if (in && *c->at == '"') {
			if (c->end - c->at > 1 && c->at[1] == '"')
				c->at++;
			else {
				in = false;
				continue;
			}
		} else if (!in && (*c->at == c->between || *c->at == '\n' || *c->at == '\r')) {
			break;
		}
		c->line += *c->at == '\n';
		buf_ch(&row->mem, *c->at);
	}
	buf_ch(&row->mem, '\0');
	return !in;
}

static void
pass_line(struct csv *c)
{
	while (c->at < c->end && *c->at != '\n' && *c->at != '\r')
		c->at++;
}

static void
pass_end(struct csv *c)
{
	if (c->at < c->end && *c->at == '\r')
		c->at++;
	if (c->at < c->end && *c->at == '\n')
		c->at++;
	c->line++;
}

static void
read_row(struct csv *c, struct csv_row *row)
{
	const char *start = c->at;
	size_t offset[CSV_COLUMNS] = { 0 }, line = c->line;

	buf_wipe(&row->mem);
	row->line = line + 1;
	row->n = 0;
	row->fault = CSV_FINE;
	for (;;) {
		if (row->n == CSV_COLUMNS)
			row->fault = CSV_TOO_MANY;
		else
			offset[row->n++] = row->mem.len;
		if (!read_cell(c, row)) {
			row->fault = CSV_OPEN_QUOTE;
			c->open++;
			c->at = start;
			c->line = line;
			pass_line(c);
			break;
		}
		if (c->at == c->end || *c->at != c->between)
			break;
		c->at++;
	}
	pass_end(c);
	if (row->fault == CSV_FINE && row->mem.failed)
		row->fault = row->mem.len == row->mem.max ? CSV_TOO_LONG : CSV_NO_MEMORY;
	if (row->fault != CSV_FINE)
		row->n = 0;
	for (size_t i = 0; i < row->n; i++)
		row->cell[i] = row->mem.p + offset[i];
}

bool
csv_next(struct csv *c, struct csv_row *row)
{
	while (c->at < c->end) {
		read_row(c, row);
		if (row->fault != CSV_FINE || row->n > 1 || (row->n == 1 && *row->cell[0]))
			return true;
	}
	return false;
}

void
csv_row_wipe(struct csv_row *row)
{
	buf_wipe(&row->mem);
	memset(row, 0, sizeof(*row));
}
