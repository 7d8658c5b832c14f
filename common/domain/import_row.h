/* import_row.h - one row in the making: what a file says, brought into the form of an entry, or the reason why not. Layer: domain; private to import_*.c. */
#ifndef DOMAIN_IMPORT_ROW_H
#define DOMAIN_IMPORT_ROW_H

#include "domain/import_read.h"

struct import_raw {
	struct import_row row;
	struct buf part[IMPORT__TARGETS]; /* what was said of each */
	struct buf tags;
	bool no_memory; /* sticky: rows are then not what the file says */
};

/* Start, and begin the next row. End with import_raw_wipe. */
void import_raw_start(struct import_raw *r);
void import_raw_next(struct import_raw *r, size_t line);
void import_raw_wipe(struct import_raw *r);
/* Say something of a target: notes and tags are added up, of others the first that is not empty counts. */
void import_say(struct import_raw *r, enum import_target t, const char *text, size_t len);
/* A field that entries do not have: a line of the notes. */
void import_note(struct import_raw *r, const char *name, const char *text);
/* Bring it all into r->row. */
void import_finish(struct import_raw *r);
/* Read JSON of either shape. */
enum import_verdict import_json_look(const char *text, size_t len);
NODISCARD bool import_json_each(const char *text, size_t len, import_fn *fn, void *ctx, bool *more);

#endif
