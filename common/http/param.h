/* param.h - parameters: declared in a table per route, parsed once, handed over by index. Layer: http.
 *
 * GET and DELETE take them from the query, POST and PUT from the body (form-urlencoded or one flat JSON object); a query on a POST or PUT is
 * malformed. Malformed (400, nothing else looked at): bad percent coding, NUL, invalid UTF-8, a name that is not declared for the verb, a
 * name that occurs twice, bad JSON, nesting (a list of texts is taken for PARAM_TAGS only), JSON null. Everything that is well-formed but out of its
 * declared bounds is a field error (422), collected for all fields.
 */
#ifndef HTTP_PARAM_H
#define HTTP_PARAM_H

#include "base/attr.h"
#include "base/buf.h"
#include "http/request.h"

enum param_type {
	PARAM_TEXT,   /* one line: no control characters; outer white space trimmed (not with PARAM_SECRET) */
	PARAM_LINES,  /* several lines: tab and newline allowed; CRLF becomes LF */
	PARAM_NUMBER, /* whole number, min..max */
	PARAM_FLAG,   /* on, 1, true, yes / off, 0, false, no, "" ; JSON true and false; absent is false */
	PARAM_ENUM,   /* one of choices; "" counts as absent */
	PARAM_ID,     /* base/id.h text */
	PARAM_CODE,   /* six digits; spaces and one hyphen between them are dropped */
	PARAM_TAGS,   /* comma-separated text or JSON list; stored as NUL-free text joined by '\n'; max = number of tags, each 1..50 characters */
	PARAM_TOTP,   /* an otpauth:// address or a bare key of one-time codes (crypto/otpauth.h), in the form in which it is stored */
	PARAM_FILE,   /* a file, or its text: UTF-8 without NUL, otherwise as it is; max in bytes. Always declare it PARAM_SECRET */
	PARAM_PATH    /* one of our own paths: begins with one '/', no second one, no '\\', no control characters; else counts as absent */
};

enum {
	PARAM_SECRET = 1,   /* never enters a model or a log; not trimmed */
	PARAM_REQUIRED = 2, /* absent or empty is the field error "missing" */
	PARAM_ON_GET = 4,   /* declared for GET and DELETE */
	PARAM_ON_POST = 8   /* declared for POST and PUT; neither means POST alone */
};

struct param {
	const char *name;
	enum param_type type;
	unsigned flags;
	int64_t min, max; /* characters (code points) of a text, value of a number, count of tags; max 0 of a text means 256 */
	const char *const *choices; /* PARAM_ENUM: NULL-terminated */
};

#define PARAM_MAX 24

struct arg {
	bool present;     /* came with the request (even if empty) */
	const char *text; /* never NULL; "" when absent or faulty. For PARAM_ENUM the choice itself */
	size_t len;
	int64_t num;      /* number, flag (0/1), index of the choice (-1 when absent) */
	enum field_error fault;
	size_t have;      /* characters or tags given: for the sentence */
};

struct args {
	const struct param *params;
	size_t n;
	struct arg arg[PARAM_MAX];
	struct buf mem; /* decoded texts; wiped by args_wipe */
};

/* Parse query or body by the table. ERR_NONE, ERR_MALFORMED, or ERR_INVALID when at least one arg has a fault. `rq->body` must have been read. Even on
 * ERR_INVALID the well-formed text of a faulty non-secret field stays in arg.text, so that the form can be given back. `csrf`, when not NULL, receives the
 * extra undeclared form field named "csrf" (cap csrf_cap), which every rendered form carries; *csrf = "" when absent. */
NODISCARD enum error args_parse(struct args *a, const struct param *params, size_t n, const struct request *rq, char *csrf, size_t csrf_cap);
void args_wipe(struct args *a);

/* The parsers below are public for tests and fuzzing. Each calls `field` for every pair, with decoded NUL-terminated texts; a false return stops.
 * kind: 't' text, 'n' number text, 'b' "true"/"false", 'l' list joined by '\n' (an element that holds one is malformed), 'f' a file as it came, which may hold
 * NULs. False when malformed or stopped. */
typedef bool param_field_fn(void *ctx, const char *name, const char *value, size_t len, char kind);
NODISCARD bool param_parse_form(struct buf *mem, const char *in, size_t len, param_field_fn *field, void *ctx);
NODISCARD bool param_parse_json(struct buf *mem, const char *in, size_t len, param_field_fn *field, void *ctx);
/* multipart/form-data (RFC 7578) as browsers and curl write it, and nothing else: no preamble, no nesting, no transfer encoding, no headers but
 * Content-Disposition and Content-Type, every part ended by its boundary. A part with a filename, also an empty one, is a file. */
NODISCARD bool param_parse_multipart(struct buf *mem, const char *boundary, const char *in, size_t len, param_field_fn *field, void *ctx);

#endif
