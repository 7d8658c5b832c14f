/* import.h - bringing a file's entries into a vault: kept sealed between the steps, compared, written, taken back. Layer: domain.
 *
 * Accounts table, part = the person's uid text; every box is SEAL1 under HKDF(VK, salt = uid, LP("vs1/import")||LP(id)), purpose "import", object = its sort key:
 *   "import#ID"             the plan and the counts; gone an hour after the upload, 24 hours once something was written
 *   "import.text#ID#00000"  the file in pieces; gone an hour after the upload, or when the import is done
 *   "import.done#ID#00000"  what one write made: lines "c ENTRY" (created) and "u ENTRY OLD NEW" (versions); gone after 24 hours
 * Each write of entries is one transaction with its line of the record and the new count of rows, so that what was cut short goes on where it stopped and nothing is
 * written twice. A call writes for IMPORT_ROUND_MS and says whether it is done; call it again to go on.
 */
#ifndef DOMAIN_IMPORT_H
#define DOMAIN_IMPORT_H

#include "base/attr.h"
#include "domain/import_read.h"

#define IMPORT_HOURS 24
#define IMPORT_ROUND_MS 4000

enum import_group { GROUP_NEW, GROUP_SAME, GROUP_CHANGED, GROUP_UNREADABLE, GROUP__MAX };
/* What is done with changed ones: left as they are, overwritten (the earlier version stays in the history), added beside. */
enum import_choice { CHANGED_LEAVE, CHANGED_OVERWRITE, CHANGED_ADD };

enum import_state { IMPORT_STAGED, IMPORT_RUNNING, IMPORT_DONE, IMPORT_UNDOING, IMPORT_UNDONE };

struct import {
	struct id id;
	char id_text[ID_TEXT_LEN + 1];
	int64_t rev, created, expires;
	struct import_plan plan;
	enum import_state state;
	bool mapped;                                   /* the columns' meaning is settled */
	bool add_new;                                  /* chosen at the start of the writing, like `choice` */
	enum import_choice choice;
	int64_t bytes, pieces, next;                   /* next: the first row that is not dealt with */
	int64_t made, overwritten, records;            /* records: rows of import.done */
	int64_t count[GROUP__MAX];                     /* set when the writing is done */
	int64_t taken_back, kept;                      /* by the undoing: entries; those that were changed since and stay */
	struct buf text;                               /* the file, once import_text was called */
};

/* Every import ends with import_wipe. All take the session for keys and guard, and answer OUT_ENDED, OUT_BUSY, OUT_FULL, OUT_BROKEN besides what is named. */
void import_wipe(struct import *im);
/* Seal a file and keep it; earlier files of the person that were not imported go. The plan must be what import_look found. */
NODISCARD enum outcome import_stage(const struct session *s, struct import *im, const struct import_plan *plan, const char *text, size_t len);
/* Read one by its id: OUT_MISSING when it is not there (any more). */
NODISCARD enum outcome import_open(const struct session *s, struct import *im, const char *id_text);
/* Read its file into im->text. OUT_MISSING when it is gone already. */
NODISCARD enum outcome import_text(const struct session *s, struct import *im);
/* Save the map of columns. OUT_STALE when the writing began meanwhile. */
NODISCARD enum outcome import_save_plan(const struct session *s, struct import *im);

/* What a row would do. */
struct import_finding {
	enum import_group group;
	const struct import_row *row;
	bool twice;                   /* GROUP_SAME with an earlier row of the file, not with the vault */
	unsigned differs;             /* GROUP_CHANGED: bits 1 << enum entry_field; 1 << ENTRY__FIELDS for the favourite */
};
/* Compare every row with the vault, in order of the file. *more: the file holds more than IMPORT_ROWS_MAX rows; those are left out. */
typedef bool import_finding_fn(void *ctx, const struct import_finding *f);
NODISCARD enum outcome import_compare(const struct session *s, struct import *im, import_finding_fn *fn, void *ctx, bool *more);
/* Write, or go on writing. The choices of the first call count. OUT_OK: see im->state, IMPORT_DONE or IMPORT_RUNNING. OUT_STALE: an entry was changed meanwhile,
 * or another window goes on with it; call again. */
NODISCARD enum outcome import_run(const struct session *s, struct import *im, bool add_new, enum import_choice choice);
/* Take back: created entries go, overwritten ones get their earlier version again; what was changed since stays. See im->state: IMPORT_UNDONE or IMPORT_UNDOING. */
NODISCARD enum outcome import_undo(const struct session *s, struct import *im);

#endif
