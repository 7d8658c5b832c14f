/* reply.h - the answer: built in memory, sent once; JSON or page from one model. Layer: http.
 *
 * A handler fills the model (reply_text, ...) and states one outcome; only reply.c knows that there are two kinds of client:
 *   outcome                         program                          browser
 *   nothing stated                  200, model                       200, the page
 *   reply_see(path)                 200 (or reply_status), model     303 to path
 *   reply_created(location, see)    201, Location, model             303 to see
 *   reply_file(...)                  200, the file                    200, the file, to be saved
 *   reply_empty(see)                204                              303 to see
 *   reply_error(...)                status, error object             the route's page again for 401 credentials/code/phrase, 409, 422, 429 when it has
 *                                                                    one (on a GET only if its model is complete, else the error page); for no_session
 *                                                                    303 to `see` or /login?next=; else the error page
 * Without a page everybody gets JSON, but browsers still get redirects and the error page.
 * The model for pages holds the answer's keys and the view's, and always: form, error, chosen (objects by parameter), errors (list of {field, message}),
 * has_errors, title_error ("Error: " or ""), message (sentence of the stated error or ""), frame {username, csrf (both "" for a stranger), version, request_id, done, left}.
 * chosen.NAME.CHOICE is true for the choice of a PARAM_ENUM that form.NAME holds ('-' in a choice reads '_'); form.NAME of a PARAM_FLAG is "on" or "".
 * The error page also has title, code, status.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "base/attr.h"
#include "base/buf.h"
#include "http/page.h"
#include "http/param.h"
#include "http/request.h"
#include "http/words.h"

struct json_object;

#define REPLY_COOKIES 4
#define REPLY_LOCATION_MAX 512

struct reply {
	const struct request *rq;
	const struct page *page;      /* what a browser sees; NULL: JSON for everybody */
	const struct page *error_page;
	int status;                   /* 0: by outcome */
	enum error error;
	bool fault[PARAM_MAX];        /* set by reply_field */
	bool again;                   /* the page holds the form as it was sent: a browser gets it for every error but no_session, so that nothing typed is lost */
	bool page_on_post;            /* a browser gets the page, not a redirect, although it was a POST (revealed secrets) */
	bool empty;
	bool broken;                  /* a stated path or cookie cannot be sent: 500 */
	int ncookies;
	int64_t retry_after;          /* seconds */
	char location[REPLY_LOCATION_MAX], see[REPLY_LOCATION_MAX], allow[64];
	struct buf cookies;           /* complete Set-Cookie lines */
	struct buf file;              /* sent instead of page and JSON when file_name is set */
	const char *file_name, *file_type;
	void (*sending)(int status);  /* called once, before the first byte leaves: the web server ends a program whose answer is complete; NULL: nobody */
	struct json_object *data;     /* the answer for programs, and part of the page's model */
	struct json_object *view;     /* what only pages see */
	struct json_object *fields;   /* name -> code */
	struct json_object *errors;   /* list of {field, message} */
};

void reply_start(struct reply *rp, const struct request *rq, const struct page *page, const struct page *error_page);

/* Model: set a key of the answer (both kinds of client). `at` variants set a key of an object or append an object to a list that these returned. */
void reply_text(struct reply *rp, const char *key, const char *text);
void reply_num(struct reply *rp, const char *key, int64_t n);
void reply_flag(struct reply *rp, const char *key, bool on);
void reply_time(struct reply *rp, const char *key, int64_t t); /* RFC 3339; "" for 0 */
struct json_object *reply_object(struct reply *rp, const char *key);
struct json_object *reply_list(struct reply *rp, const char *key);
/* The same for what only pages see. */
void reply_view_text(struct reply *rp, const char *key, const char *text);
void reply_view_num(struct reply *rp, const char *key, int64_t n);
void reply_view_flag(struct reply *rp, const char *key, bool on);
struct json_object *reply_view_object(struct reply *rp, const char *key);
struct json_object *reply_view_list(struct reply *rp, const char *key);
/* Values of objects and lists. */
void model_text(struct json_object *o, const char *key, const char *text);
void model_num(struct json_object *o, const char *key, int64_t n);
void model_flag(struct json_object *o, const char *key, bool on);
void model_time(struct json_object *o, const char *key, int64_t t);
struct json_object *model_add(struct json_object *list); /* a new object at the end */
void model_add_text(struct json_object *list, const char *text);
struct json_object *model_list(struct json_object *o, const char *key);
struct json_object *model_object(struct json_object *o, const char *key);
/* Whether any of the above failed since reply_start: no memory, no text, text that is not UTF-8. The answer is then a 500. */
NODISCARD bool model_failed(void);
void model_restart(void);
/* Overwrite every text of a model and release it. */
void model_wipe(struct json_object *o);

/* Outcomes. */
void reply_status(struct reply *rp, int status);
void reply_see(struct reply *rp, const char *fmt, ...) PRINTF_LIKE(2, 3);
void reply_created(struct reply *rp, const char *location, const char *see);
void reply_empty(struct reply *rp, const char *see);
/* Answer with a file of at most REPLY_FILE_MAX bytes, to be saved under `name` (letters, digits, . and -). The content is taken over. */
#define REPLY_FILE_MAX ((size_t)24 * 1024 * 1024)
void reply_file(struct reply *rp, const char *name, const char *type, struct buf *content);
/* The same for what is read at once and not saved, for every client. */
void reply_plain(struct reply *rp, const char *type, struct buf *content);
void reply_error(struct reply *rp, enum error e);
void reply_retry(struct reply *rp, enum error e, int64_t seconds);
/* State one faulty field (ERR_INVALID, unless another error is stated already). The sentence is made from the parameter's bounds. */
void reply_field(struct reply *rp, const struct args *a, size_t index, enum field_error f);
/* form.NAME and error.NAME for every declared parameter (typed text of non-secret ones; "" otherwise), error list from the faults in `a`. Call once
 * the parameters are parsed, also when they were not (a->n is then enough). reply_form sets form.NAME again, e.g. from what is stored. */
void reply_forms(struct reply *rp, const struct args *a);
void reply_form(struct reply *rp, const char *name, const char *text);
/* Set a cookie for the session (max_age < 0) or for max_age seconds (0 removes it): Path=/; HttpOnly; SameSite=Strict; Secure when `secure`. */
void reply_cookie(struct reply *rp, const char *name, const char *value, int64_t max_age, bool secure);

/* Make the whole answer in `out` (headers and body); a page that cannot be filled becomes a logged 500. */
void reply_render(struct reply *rp, struct buf *out);
/* Write it to standard output in full, and wipe. Nothing when an answer was begun before. */
void reply_send(struct reply *rp);
/* Answer at once with a fixed text made without memory or locks: for signal handlers and for where nothing else works any more. `code` is one of
 * words_error_code. Does nothing when an answer was begun. */
void reply_emergency(int status, const char *code);
/* The frame of a page: keys of view.frame. title is the template's own. */
struct reply_frame {
	const char *username; /* "" when nobody is signed in */
	const char *csrf;
	const char *version;
	const char *done; /* the ?done= code's sentence or "" */
	const char *left; /* seconds until the session ends when nothing more is asked for, or "" where nobody looked */
};
void reply_frame(struct reply *rp, const struct reply_frame *f);
void reply_wipe(struct reply *rp);

#endif
