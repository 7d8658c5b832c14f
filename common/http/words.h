/* words.h - the closed lists of error codes, with their status and the sentence that people read. Layer: http.
 *
 * JSON carries code and sentence; pages show the sentence. Sentences say what happened, what was kept, what to do (UX.md 5.5).
 */
#ifndef HTTP_WORDS_H
#define HTTP_WORDS_H

#include "base/attr.h"
#include "base/buf.h"

/* What ended a request. Code (JSON "error"), status and sentence stand in one table in words.c. */
enum error {
	ERR_NONE,
	ERR_MALFORMED,   /* malformed 400 */
	ERR_NO_SESSION,  /* no_session 401 */
	ERR_CREDENTIALS, /* credentials 401: user name or password is not right */
	ERR_CODE,        /* code 401: the authenticator's code did not match */
	ERR_PHRASE,      /* phrase 401: user name or recovery phrase is not right */
	ERR_ORIGIN,      /* foreign_origin 403 */
	ERR_TOKEN,       /* old_form 403: a form whose token is not this session's */
	ERR_CLOSED,      /* registration_closed 403 */
	ERR_UNINVITED,   /* invitation 403: none, or one that does not hold */
	ERR_DISABLED,    /* account_disabled 403: told to who has proven the password */
	ERR_LOCAL,       /* local_only 403 */
	ERR_NOT_FOUND,   /* not_found 404 */
	ERR_METHOD,      /* method 405 */
	ERR_STALE,       /* stale 409: changed meanwhile */
	ERR_TAKEN,       /* taken 409: user name or email is in use */
	ERR_LAST_ADMIN,  /* last_admin 409 */
	ERR_TOO_LARGE,   /* too_large 413 */
	ERR_TYPE,        /* media_type 415 */
	ERR_INVALID,     /* invalid 422: see fields */
	ERR_TOO_MANY,    /* too_many 429 + Retry-After */
	ERR_INTERNAL,    /* internal 500 */
	ERR_TRY_LATER,   /* try_later 503 + Retry-After */
	ERR_DAMAGED,     /* damaged 500 */
	ERR_FULL,        /* storage_full 507 */
	ERR__MAX
};

/* What is wrong with one field (JSON "fields"). */
enum field_error {
	FIELD_OK,
	FIELD_MISSING,    /* missing */
	FIELD_TOO_SHORT,  /* too_short */
	FIELD_TOO_LONG,   /* too_long */
	FIELD_TOO_MANY,   /* too_many: tags */
	FIELD_INVALID,    /* invalid: not of the form asked for */
	FIELD_WEAK,       /* weak: too easy to guess */
	FIELD_COMMON,     /* common: on the list of common passwords, or made of the person's own words */
	FIELD_WRONG,      /* wrong: does not match what we hold (password asked again, code, phrase word) */
	FIELD_DIFFERENT,  /* different: the repeated entry differs */
	FIELD__MAX
};

const char *words_error_code(enum error e);
int words_error_status(enum error e);
const char *words_error_sentence(enum error e);
/* A few words for the top of the error page ("Not found"). */
const char *words_error_title(enum error e);
/* Append the sentence of an error that passes by itself, with the time to wait when seconds > 0: "Too many tries. You can try again in 2 minutes." */
void words_retry_sentence(struct buf *out, enum error e, int64_t seconds);
const char *words_field_code(enum field_error f);
/* Append the sentence for a field: the label of `name` ("Password"), the fault, and the bound `max`/`min` where the fault has one, e.g.
 * "Notes can hold 10,000 characters; yours has 10,214." `have` is the number of characters given. FIELD_INVALID with a `max` is a number out of its
 * range; without one, a text of the wrong form. */
void words_field_sentence(struct buf *out, const char *name, enum field_error f, size_t min, size_t max, size_t have);

/* The sentence for a done-code that a redirect carries (?done=entry-created), NULL for an unknown one. Never free text. */
const char *words_done(const char *code);

#endif
