/* fuzz_import: files of entries; whatever comes, every row that is handed over without a fault is one that an entry can hold, and rows come in order. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "domain/import_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static bool
check(void *ctx, const struct import_row *row)
{
	size_t *line = ctx;

	MUST(row->line > *line);
	*line = row->line;
	if (row->fault != IMPORT_FINE)
		return true;
	MUST(*row->text[ENTRY_SITE]);
	MUST(utf8_count(row->text[ENTRY_SITE], strlen(row->text[ENTRY_SITE])) <= ENTRY_SITE_MAX);
	MUST(utf8_count(row->text[ENTRY_NOTES], strlen(row->text[ENTRY_NOTES])) <= ENTRY_NOTES_MAX);
	for (size_t f = 0; f < ENTRY__FIELDS; f++)
		if (f != ENTRY_NOTES && f != ENTRY_TAGS)
			MUST(!utf8_has_control(row->text[f], strlen(row->text[f]), true));
	MUST(row->created <= row->updated || row->updated == 0);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import_plan p;
	char *text = malloc(size + 1);
	size_t line = 0;
	bool more;

	MUST(text);
	memcpy(text, data, size);
	text[size] = '\0';
	/* what PARAM_FILE lets through */
	if (!memchr(text, '\0', size) && utf8_valid(text, size) && import_look(&p, text, size) == IMPORT_READABLE)
		MUST(import_each(&p, text, size, check, &line, &more));
	free(text);
	return 0;
}
