/* entry_trash.h - the trash of a vault: where deleted entries wait to be wanted back (SECURITY.md 2). Layer: domain.
 *
 * A row moves from "e#ID" to "t#ID" with its token as it is: the key of a token depends on id and version alone, so that nothing is opened or sealed. In the trash it
 * holds when it was deleted and when it ends; the earlier versions stay where they are and get the same end, or none when the entry comes back.
 *
 * All are one write under the session's guard, the whole entry or nothing of it, and answer OUT_ENDED when the session ended meanwhile, OUT_BUSY, OUT_FULL and OUT_BROKEN
 * besides what is named. `s`: an open session, whose own entries alone are reached; id_text: NUL-terminated, any text (one that is no id is OUT_MISSING). Nothing of
 * the arguments is kept or wiped.
 */
#ifndef DOMAIN_ENTRY_TRASH_H
#define DOMAIN_ENTRY_TRASH_H

#include "domain/entry.h"

#define ENTRY_TRASH_DAYS 30 /* then the store removes it (ST_EXPIRES) */

/* Both moves may be asked for twice: what is where it was to go is OUT_OK. */
/* Move an entry of the vault into the trash. version: the one that the person saw, 0 for whatever is there. OUT_MISSING; OUT_STALE when it is another by now. */
NODISCARD enum outcome entry_trash_put(const struct session *s, const char *id_text, int64_t version);
/* Move it back, with its version, times and history. OUT_MISSING when it is neither there nor in the vault; OUT_STALE when it changed places meanwhile. */
NODISCARD enum outcome entry_trash_restore(const struct session *s, const char *id_text);
/* Remove one entry of the trash for ever, with its history; id_text NULL: all of them, one write each, so that a failure leaves the rest there.
 * *n gets the number of entries that are gone, on failure too. OUT_MISSING when that one is not in the trash (never with NULL). */
NODISCARD enum outcome entry_trash_purge(const struct session *s, const char *id_text, size_t *n);

#endif
