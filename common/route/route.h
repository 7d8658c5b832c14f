/* route.h - the runner: the only place where http and domain meet. Layer: route.
 *
 * A route file holds tables and handlers, and main() is route_main(&route). The runner refuses in this order, the same everywhere:
 * malformed environment -> (where `others` is set: who may know of the route at all) -> method (405 + Allow) -> size and type (413, 415) -> origin (403; POST, PUT, DELETE) -> session (401) -> form token (403; a browser's
 * POST with a session) -> parameters (400, 422) -> handler -> send once -> wipe.
 */
#ifndef ROUTE_ROUTE_H
#define ROUTE_ROUTE_H

#include "base/attr.h"
#include "domain/outcome.h"
#include "domain/session.h"
#include "domain/ticket.h"
#include "http/param.h"
#include "http/reply.h"
#include "http/request.h"

struct call {
	struct request rq;
	struct args args;
	struct session session; /* filled by auth_session */
	struct ticket ticket;   /* filled by auth_login, auth_register, auth_back: the step before */
	char csrf[64];
};

typedef void route_handler(struct call *c, struct reply *rp);
/* ERR_NONE, ERR_NO_SESSION, ERR_NOT_FOUND, ERR_LOCAL, ERR_TRY_LATER, ERR_FULL, ERR_MALFORMED. A function pointer, so that public routes do not link the store. */
typedef enum error route_auth(struct call *c);

enum error auth_session(struct call *c);  /* a live session */
enum error auth_login(struct call *c);    /* the password step of a login was passed */
enum error auth_back(struct call *c);     /* the owner of a closed account has logged in */
enum error auth_register(struct call *c); /* the first step of a registration was passed */
enum error auth_local(struct call *c);    /* asked on this machine, and passed on by no proxy: ERR_LOCAL otherwise */
/* For routes with `.others = &route_missing`: everybody else gets what an address gives that is not there. ERR_NOT_FOUND for those; ERR_TRY_LATER when the store does not
 * answer about somebody whose cookie is ours. */
enum error auth_admin(struct call *c);          /* a live session of somebody who is an admin now */
enum error auth_local_or_admin(struct call *c); /* asked on this machine, as auth_local, then without a session; or an admin */
enum error auth_cookie(struct call *c);   /* for public pages: the frame of a person whose cookie is ours, whether the session still lives or not; never fails */

/* A form that a browser sent after its session had ended is kept (domain/draft.h); after the login the same address with draft=1, a flag that the route declares, shows
 * it again through `show`. Pointers, so that other routes link nothing of it. */
void kept_keep(struct call *c, struct reply *rp); /* sets cookie and way on; what cannot be kept is sent away as without it */
NODISCARD bool kept_open(struct call *c);         /* args are then those of the kept form */
struct route_kept {
	void (*keep)(struct call *c, struct reply *rp);
	bool (*open)(struct call *c);
	route_handler *show;
	route_handler *typed; /* fills the page from what was sent alone, for a POST that came while the store was away */
};

struct route {
	const char *name;              /* for the log: "entry-edit" */
	const struct page *page;
	route_auth *auth;              /* NULL: public */
	size_t body_max;               /* bytes; 0 means 16 KiB */
	bool files;                    /* takes multipart/form-data too */
	const struct param *params;
	size_t nparams;
	bool get_is_page;              /* GET answers browsers only: a program gets 405 */
	const struct route *others;    /* asks auth before all else: whoever it refuses with ERR_NOT_FOUND is served by this route, methods and all; NULL: nobody is */
	const char *back;              /* where a browser without the step or session before is sent; NULL: /login?next= */
	const struct route *item;      /* used instead when there is a PATH_INFO "/ID" (api-entries) */
	const struct route_kept *kept; /* what was typed outlives the session; NULL: it does not */
	route_handler *on_invalid;     /* also called, after 422 was stated, to fill what the page needs besides the form; NULL: nothing */
	route_handler *on[VERB__MAX];
};

/* An address that is not there: 404 to whatever is well-formed. */
extern const struct route route_missing;

/* Serve one request and leave the process. Never returns. */
NORETURN void route_main(const struct route *route);

/* What GET does where the page needs nothing beside its frame and form. */
void route_page(struct call *c, struct reply *rp);

/* Parsed parameters by the route's own index. */
const char *arg_text(const struct call *c, size_t i);
int64_t arg_num(const struct call *c, size_t i);
bool arg_given(const struct call *c, size_t i);
/* From where the request comes; its texts live as long as the call. */
struct client call_client(const struct call *c);
/* State a faulty field by its index. */
void call_field(struct call *c, struct reply *rp, size_t i, enum field_error f);
/* State how a rule ended: true for OUT_OK, else the error is set (429 and 503 with Retry-After; `retry` seconds for OUT_LIMITED). */
NODISCARD bool call_done(struct call *c, struct reply *rp, enum outcome o, int64_t retry);
/* Cookies of ours: the name carries the __Host- prefix when people reach us by https. */
enum call_cookie { COOKIE_SESSION, COOKIE_STEP, COOKIE_DRAFT, COOKIE_DEVICE, COOKIE_LANGUAGE };
void call_set_cookie(struct reply *rp, enum call_cookie which, const char *value);
void call_drop_cookie(struct reply *rp, enum call_cookie which);
/* The value of the cookie, "" when absent; points to static memory of one cookie at a time. */
const char *call_cookie(const struct call *c, enum call_cookie which);
/* Whether no cookie of ours occurs twice. */
NODISCARD bool call_cookies_fine(const struct call *c);

#endif
