#include "route/route.h"

#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/count.h"
#include "base/lang.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/version.h"
#include "domain/server.h"
#include "pages.h"
#include "route/process.h"

#define BODY_MAX_DEFAULT (16 * 1024)
#define TRY_LATER_S 2
#define UPLOAD_S 60 /* a file may take longer to arrive than everything else together; lighttpd.conf gives these routes 70 s */

static const char *const verb_names[VERB__MAX] = { "GET", "POST", "PUT", "DELETE" };

/* One process, one request: static, so that a page of model and parameters does not live on the stack. */
static struct call call;
static struct reply reply;

void
route_page(struct call *c, struct reply *rp)
{
	(void)c;
	(void)rp;
}

static bool
takes(const struct route *r, enum verb v, bool html)
{
	return r->on[v] && (v != VERB_GET || html || !r->get_is_page);
}

static void
allow(const struct route *r, struct reply *rp, bool html)
{
	size_t len = 0;

	for (enum verb v = VERB_GET; v < VERB__MAX; v++)
		if (takes(r, v, html))
			len += (size_t)snprintf(rp->allow + len, sizeof(rp->allow) - len, "%s%s", len ? ", " : "", verb_names[v]);
}

static bool
changes_state(const struct request *rq)
{
	return rq->verb != VERB_GET;
}

/* A browser's form carries the session's token as a second lock beside Origin and SameSite; programs are held by Origin alone. */
static bool
token_fits(const struct call *c)
{
	bool signed_in = c->session.username[0] != '\0';

	return !signed_in || !c->rq.html || !changes_state(&c->rq) || secret_equal_text(c->session.csrf, c->csrf);
}

/* The refusals, in the order that holds for every route. */
static enum error
refuse(const struct route *r, struct call *c, struct reply *rp)
{
	struct request *rq = &c->rq;
	enum error e;

	if (!rq->known_verb || !takes(r, rq->verb, rq->html)) {
		allow(r, rp, rq->html);
		return ERR_METHOD;
	}
	e = request_check_body(rq, r->body_max ? r->body_max : BODY_MAX_DEFAULT, r->files);
	if (e != ERR_NONE)
		return e;
	if (changes_state(rq) && !request_same_origin(rq, conf_text(CONF_PUBLIC_ORIGINS)))
		return ERR_ORIGIN;
	if (!call_cookies_fine(c))
		return ERR_MALFORMED;
	e = r->auth && !r->others ? r->auth(c) : ERR_NONE; /* with `others` it was asked in admit() */
	if (e != ERR_NONE && r->kept && rq->html && rq->verb == VERB_POST && request_read_body(rq) == ERR_NONE &&
	    args_parse(&c->args, r->params, r->nparams, rq, c->csrf, sizeof(c->csrf)) != ERR_MALFORMED) {
		if (e == ERR_NO_SESSION)
			r->kept->keep(c, rp);
		else
			r->kept->typed(c, rp);
	}
	if (e != ERR_NONE)
		return e;
	if (r->files)
		process_answer_within(UPLOAD_S);
	e = request_read_body(rq);
	if (r->files)
		process_answer_within(PROCESS_ANSWER_S);
	if (e == ERR_NONE)
		e = args_parse(&c->args, r->params, r->nparams, rq, c->csrf, sizeof(c->csrf));
	if (e != ERR_MALFORMED && !token_fits(c)) {
		/* who logged in anew in another window: what was typed comes back in a form of this session, and nothing is done before it is sent from there */
		if (r->kept)
			r->kept->typed(c, rp);
		return ERR_TOKEN;
	}
	return e;
}

static const char *
done_sentence(const struct call *c)
{
	const char *s = NULL;

	for (size_t i = 0; i < c->args.n; i++)
		if (strcmp(c->args.params[i].name, "done") == 0)
			s = words_done(c->args.arg[i].text);
	return s ? s : "";
}

static void
frame(const struct call *c, struct reply *rp)
{
	char left[24] = "";
	/* who could not be looked up has the form of before once more, and its token with it: it is asked for when the form comes again */
	struct reply_frame f = { c->session.username, rp->again && !*c->session.csrf ? c->csrf : c->session.csrf, version_text, done_sentence(c), left };

	if (c->session.idle_expires > 0)
		snprintf(left, sizeof(left), "%lld", (long long)(c->session.idle_expires - clock_now()));

	reply_frame(rp, &f);
}

/* The session behind a cookie is over: the browser forgets the cookie, and is sent where it can begin again. */
static void
send_away(const struct route *r, const struct call *c, struct reply *rp)
{
	if (r->back)
		reply_see(rp, "%s", r->back);
	else if (*call_cookie(c, COOKIE_SESSION))
		call_drop_cookie(rp, COOKIE_SESSION);
}

static void
serve(const struct route *r, struct call *c, struct reply *rp, enum error e)
{
	bool kept;

	c->args.params = r->params;
	c->args.n = r->nparams;
	for (size_t i = 0; i < r->nparams; i++)
		c->args.arg[i].text = ""; /* stays so when the request is refused before its parameters are read */
	if (e == ERR_NONE)
		e = refuse(r, c, rp);
	kept = e == ERR_NONE && r->kept && c->rq.verb == VERB_GET && r->kept->open(c);
	reply_forms(rp, &c->args);
	if (e == ERR_TRY_LATER)
		reply_retry(rp, e, TRY_LATER_S);
	else if (e != ERR_NONE && e != ERR_INVALID)
		reply_error(rp, e);
	/* a handler also sees well-formed requests with faulty fields: it fills what its page needs besides the form */
	if (kept)
		r->kept->show(c, rp);
	else if (e == ERR_NONE || (e == ERR_INVALID && r->on_invalid))
		(e == ERR_NONE ? r->on[c->rq.verb] : r->on_invalid)(c, rp);
	if (rp->error == ERR_NO_SESSION)
		send_away(r, c, rp);
	frame(c, rp);
}

/* The route that serves this request: the others' for whom it may not know of this one. Asked first, as even a 405 would tell that there is something. */
static const struct route *
admit(const struct route *r, struct call *c, enum error *e)
{
	if (*e != ERR_NONE || !r->others)
		return r;
	*e = call_cookies_fine(c) ? r->auth(c) : ERR_NOT_FOUND;
	if (*e != ERR_NOT_FOUND)
		return r;
	*e = ERR_NONE;
	return r->others;
}

/* What the person set goes before what the browser asks. */
static void
choose_language(const struct call *c)
{
	enum lang l;

	lang_use(lang_parse(&l, call_cookie(c, COOKIE_LANGUAGE)) ? l : lang_accepted(c->rq.languages));
}

void
route_main(const struct route *route)
{
	struct call *c = &call;
	struct reply *rp = &reply;
	enum error e;

	if (!process_confine() || !conf_load()) {
		reply_emergency(500, "internal");
		process_leave(1);
	}
	count_begin(route->name, conf_text(CONF_RUN_DIR));
	e = request_start(&c->rq);
	log_set(c->rq.id, route->name);
	choose_language(c);
	if (c->rq.path_info[0] && route->item)
		route = route->item;
	else if (c->rq.path_info[0] && e == ERR_NONE)
		e = ERR_NOT_FOUND;
	route = admit(route, c, &e);
	log_set(c->rq.id, route->name);
	reply_start(rp, &c->rq, route->page, &page_error);
	rp->sending = count_end;
	serve(route, c, rp, e);
	reply_send(rp);
	args_wipe(&c->args);
	request_wipe(&c->rq);
	secret_wipe(c, sizeof(*c));
	server_wipe();
	conf_wipe();
	process_leave(0);
}

const char *
arg_text(const struct call *c, size_t i)
{
	return c->args.arg[i].text;
}

int64_t
arg_num(const struct call *c, size_t i)
{
	return c->args.arg[i].num;
}

bool
arg_given(const struct call *c, size_t i)
{
	return c->args.arg[i].present;
}

void
call_field(struct call *c, struct reply *rp, size_t i, enum field_error f)
{
	reply_field(rp, &c->args, i, f);
}

struct client
call_client(const struct call *c)
{
	/* one at a time: the value of the device cookie must not be overwritten by the next cookie asked for */
	static char device[TICKET_TEXT_LEN + 1];

	snprintf(device, sizeof(device), "%s", call_cookie(c, COOKIE_DEVICE));
	return (struct client){ c->rq.address, c->rq.agent, device };
}
