/* import_store.h - the rows of an import. Layer: domain; private to import*.c. */
#ifndef DOMAIN_IMPORT_STORE_H
#define DOMAIN_IMPORT_STORE_H

#include "domain/batch.h"
#include "domain/import.h"

#define IMPORT_KEY_MAX 64
#define IMPORT_HEAD_MAX 2048

/* The head as a batch carries it: its memory must live until the commit. */
struct import_head {
	char sort[IMPORT_KEY_MAX];
	struct buf box;
};

void import_piece_key(char out[static IMPORT_KEY_MAX], const char *prefix, const struct import *im, int64_t n);
NODISCARD bool import_seal(struct buf *box, const struct session *s, const struct import *im, const char *sort, const void *plain, size_t len);
NODISCARD bool import_unseal(struct buf *plain, const struct session *s, const struct import *im, const char *sort, const char *box, size_t len);
/* Add the head to a write that happens only if it is still the one that was read; im->rev goes up. */
NODISCARD bool import_put_head(struct batch *b, struct import_head *h, const struct session *s, struct import *im);
/* Remove every piece of the file. */
NODISCARD enum outcome import_drop_text(const struct session *s, const char *prefix);

#define IMPORT_TEXT "import.text#"
#define IMPORT_RECORD "import.done#"

#endif
