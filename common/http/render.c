/* render.c - one outcome, two kinds of client (STYLE.md 8); the only place where an answer's header is written. */
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/log.h"
#include "base/secret.h"
#include "http/reply.h"

#define HEADERS_MAX (16 * 1024)
#define SENTENCE_MAX 512
#define RETRY_DEFAULT ((int64_t)5) /* seconds; 429 and 503 always name a time */

/* Referrer-Policy is not "no-referrer": with that, browsers send "Origin: null" with our own forms (Fetch, "append a request Origin header"), and every POST
 * would look foreign. clipboard-write stays ours, or no copy button works. Strict-Transport-Security is the web server's, which knows whether it speaks TLS. */
#define SECURITY_HEADERS \
	"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " \
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types vs-sw\r\n" \
	"X-Content-Type-Options: nosniff\r\n" \
	"Referrer-Policy: same-origin\r\n" \
	"Cross-Origin-Opener-Policy: same-origin\r\n" \
	"Cross-Origin-Embedder-Policy: require-corp\r\n" \
	"Cross-Origin-Resource-Policy: same-origin\r\n" \
	"Permissions-Policy: accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), " \
	"magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=(), clipboard-read=(), clipboard-write=(self)\r\n" \
	"Cache-Control: no-store\r\n" \
	"Vary: Accept, Accept-Language, Cookie\r\n"

static const char type_html[] = "text/html; charset=utf-8";
static const char type_json[] = "application/json; charset=utf-8";
static const char type_plain[] = "text/plain; charset=utf-8";

static const struct {
	int status;
	const char *phrase;
} phrases[] = {
	{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" }, { 204, "No Content" }, { 303, "See Other" }, { 400, "Bad Request" },
	{ 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" }, { 405, "Method Not Allowed" }, { 409, "Conflict" },
	{ 413, "Content Too Large" }, { 415, "Unsupported Media Type" }, { 422, "Unprocessable Content" }, { 429, "Too Many Requests" },
	{ 500, "Internal Server Error" }, { 503, "Service Unavailable" }, { 507, "Insufficient Storage" },
};

struct answer {
	int status;
	const char *type;     /* NULL: no body */
	const char *location; /* "" for none */
	char path[REPLY_LOCATION_MAX];
	struct buf body;
};

/* Whether an answer was begun: there is never a second one. */
static volatile sig_atomic_t answered;

static const char *
phrase_of(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Other";
}

/* Put another reference to `value` into `to`. */
static bool
share(struct json_object *to, const char *key, struct json_object *value)
{
	if (json_object_object_add(to, key, json_object_get(value)) == 0)
		return true;
	json_object_put(value);
	return false;
}

static bool
merge(struct json_object *to, struct json_object *from)
{
	json_object_object_foreach(from, key, value)
		if (!share(to, key, value))
			return false;
	return true;
}

static bool
fill_page(const struct reply *rp, struct answer *an, const struct page *page)
{
	struct json_object *model = json_object_new_object();
	bool has_errors = rp->error != ERR_NONE, ok = false;
	struct buf sentence;

	buf_init(&sentence, SENTENCE_MAX);
	words_retry_sentence(&sentence, rp->error, rp->retry_after);
	if (model == NULL || !merge(model, rp->data) || !merge(model, rp->view) || !share(model, "errors", rp->errors))
		goto out;
	model_flag(model, "has_errors", has_errors);
	model_text(model, "title_error", has_errors ? tr(TR("Error: ")) : "");
	model_text(model, "message", sentence.p);
	if (page == rp->error_page) {
		model_text(model, "title", words_error_title(rp->error));
		model_text(model, "code", words_error_code(rp->error));
		model_num(model, "status", an->status);
	}
	an->type = type_html;
	ok = !model_failed() && page_fill(&an->body, page, model);
out:
	json_object_put(model);
	buf_wipe(&sentence);
	return ok;
}

static bool
put_json(struct answer *an, struct json_object *o)
{
	size_t len = 0;
	const char *text = json_object_to_json_string_length(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);

	if (text == NULL)
		return false;
	an->type = type_json;
	buf_add(&an->body, text, len);
	/* json-c keeps this copy until the object goes, and does not wipe it. */
	secret_wipe((char *)(uintptr_t)text, len);
	return !an->body.failed;
}

static bool
error_json(const struct reply *rp, struct answer *an)
{
	struct json_object *o = json_object_new_object();
	struct buf sentence;
	bool ok = false;

	buf_init(&sentence, SENTENCE_MAX);
	words_retry_sentence(&sentence, rp->error, rp->retry_after);
	model_text(o, "error", words_error_code(rp->error));
	model_text(o, "message", sentence.p);
	if (json_object_object_length(rp->fields) > 0 && (o == NULL || !share(o, "fields", rp->fields)))
		goto out;
	model_text(o, "request_id", rp->rq->id);
	ok = !model_failed() && put_json(an, o);
out:
	json_object_put(o);
	buf_wipe(&sentence);
	return ok;
}

static bool
see_other(struct answer *an, const char *path)
{
	an->status = 303;
	an->location = path;
	an->type = type_plain;
	buf_str(&an->body, "See other.\n");
	return !an->body.failed;
}

/* Where a browser without a session goes: back here after the login, when that can be named. */
static bool
to_login(const struct reply *rp, struct answer *an)
{
	const struct request *rq = rp->rq;
	struct buf b;

	buf_init(&b, sizeof(an->path) - 1);
	buf_str(&b, "/login?next=");
	page_percent(&b, rq->path, strlen(rq->path));
	if (rq->query[0] != '\0') {
		buf_str(&b, "%3F");
		page_percent(&b, rq->query, strlen(rq->query));
	}
	if (b.failed || rq->verb != VERB_GET || rq->path[0] != '/' || rq->path[1] == '/')
		(void)snprintf(an->path, sizeof(an->path), "/login");
	else
		memcpy(an->path, b.p, b.len + 1);
	buf_wipe(&b);
	return see_other(an, rp->see[0] != '\0' ? rp->see : an->path);
}

/* Errors that a person mends in the form. */
static bool
form_again(const struct reply *rp)
{
	static const bool mendable[ERR__MAX] = {
		[ERR_CREDENTIALS] = true, [ERR_CODE] = true, [ERR_PHRASE] = true, [ERR_STALE] = true,
		[ERR_TAKEN] = true, [ERR_INVALID] = true, [ERR_TOO_MANY] = true,
	};

	return rp->page != NULL && (mendable[rp->error] || rp->again);
}

static bool
compose_error(const struct reply *rp, struct answer *an)
{
	an->status = words_error_status(rp->error);
	if (!rp->rq->html)
		return error_json(rp, an);
	if (rp->error == ERR_NO_SESSION)
		return to_login(rp, an);
	if (form_again(rp)) {
		if (fill_page(rp, an, rp->page))
			return true;
		/* What a page lacks after a POST is a fault of the route. A GET may have been refused before its handler could fill the model. */
		if (rp->rq->verb != VERB_GET)
			return false;
		buf_wipe(&an->body);
	}
	return rp->error_page != NULL ? fill_page(rp, an, rp->error_page) : error_json(rp, an);
}

static bool
compose(const struct reply *rp, struct answer *an)
{
	bool whole = rp->data != NULL && rp->view != NULL && rp->fields != NULL && rp->errors != NULL;

	if (!whole || model_failed() || rp->broken || rp->cookies.failed) {
		log_error("reply_fault", "the answer could not be built");
		return false;
	}
	if (rp->error != ERR_NONE)
		return compose_error(rp, an);
	if (rp->file_name != NULL) {
		an->status = 200;
		an->type = rp->file_type;
		buf_add(&an->body, rp->file.p, rp->file.len);
		return !an->body.failed;
	}
	if (rp->rq->html && rp->see[0] != '\0' && !rp->page_on_post)
		return see_other(an, rp->see);
	if (rp->empty) {
		an->status = 204;
		return true;
	}
	an->status = rp->status != 0 ? rp->status : 200;
	if (rp->rq->html && rp->page != NULL)
		return fill_page(rp, an, rp->page);
	an->location = rp->location;
	if (rp->location[0] != '\0' && rp->status == 0)
		an->status = 201;
	return put_json(an, rp->data);
}

/* A line break in a value would begin a header, or a body, of somebody else's making. */
static bool
header(struct buf *out, const char *name, const char *value)
{
	for (const char *s = value; *s != '\0'; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f) {
			log_error("reply_fault", "control character in the header %s", name);
			return false;
		}
	}
	if (value[0] != '\0')
		buf_fmt(out, "%s: %s\r\n", name, value);
	return true;
}

static bool
put_head(struct buf *out, const struct reply *rp, const struct answer *an)
{
	char retry[24] = "";

	buf_fmt(out, "Status: %d %s\r\n", an->status, phrase_of(an->status));
	if (rp->retry_after > 0 || rp->error == ERR_TOO_MANY || rp->error == ERR_TRY_LATER)
		(void)snprintf(retry, sizeof(retry), "%" PRId64, rp->retry_after > 0 ? rp->retry_after : RETRY_DEFAULT);
	if (!header(out, "Location", an->location) || !header(out, "Allow", rp->allow) || !header(out, "Retry-After", retry) ||
	    !header(out, "X-Request-Id", rp->rq->id))
		return false;
	buf_str(out, SECURITY_HEADERS);
	if (rp->file_name != NULL && rp->file_name[0] != '\0' && rp->error == ERR_NONE)
		buf_fmt(out, "Content-Disposition: attachment; filename=\"%s\"\r\n", rp->file_name);
	buf_add(out, rp->cookies.p, rp->cookies.len);
	if (an->type != NULL)
		buf_fmt(out, "Content-Type: %s\r\nContent-Language: %s\r\nContent-Length: %zu\r\n", an->type, lang_names[lang_now()], an->body.len);
	buf_str(out, "\r\n");
	return !out->failed;
}

static bool
try_render(const struct reply *rp, struct buf *out)
{
	struct answer an = { .location = "" };
	bool ok = false;

	buf_init(&an.body, PAGE_MAX + rp->file.len);
	if (compose(rp, &an) && put_head(out, rp, &an)) {
		buf_add(out, an.body.p, an.body.len);
		ok = !out->failed;
	}
	buf_wipe(&an.body);
	return ok;
}

/* Cookies and whatever else was stated are left out: the answer is not the one that they belong to. */
static void
render_broken(const struct reply *rp, struct buf *out)
{
	static const char text[] = "Something broke on our side. What was saved before is safe.\n";
	struct json_object *frame;
	struct reply bland;

	buf_cut(out, 0);
	reply_start(&bland, rp->rq, NULL, rp->error_page);
	reply_error(&bland, ERR_INTERNAL);
	if (json_object_object_get_ex(rp->view, "frame", &frame))
		(void)(bland.view != NULL && share(bland.view, "frame", frame));
	if (!try_render(&bland, out)) {
		buf_cut(out, 0);
		buf_fmt(out, "Status: 500 Internal Server Error\r\nX-Request-Id: %s\r\n", rp->rq->id);
		buf_str(out, SECURITY_HEADERS);
		buf_fmt(out, "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%s", type_plain, sizeof(text) - 1, text);
	}
	reply_wipe(&bland);
}

void
reply_render(struct reply *rp, struct buf *out)
{
	if (!try_render(rp, out))
		render_broken(rp, out);
}

/* Async-signal-safe. */
static void
write_all(const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, p, len);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
}

/* Every answer begins with "Status: NNN". */
static int
status_of(const struct buf *out)
{
	const char *s = out->p + strlen("Status: ");

	return out->failed ? 500 : (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
}

void
reply_send(struct reply *rp)
{
	struct buf out;

	buf_init(&out, PAGE_MAX + HEADERS_MAX + rp->file.len);
	reply_render(rp, &out);
	if (rp->sending != NULL && !answered)
		rp->sending(status_of(&out));
	if (out.failed) {
		reply_emergency(500, words_error_code(ERR_INTERNAL));
	} else if (!answered) {
		answered = 1;
		write_all(out.p, out.len);
	}
	buf_wipe(&out);
	reply_wipe(rp);
}

static size_t
put(char *to, size_t at, size_t cap, const char *s)
{
	for (; *s != '\0' && at < cap; s++)
		to[at++] = *s;
	return at;
}

void
reply_emergency(int status, const char *code)
{
	static char answer[4096], body[512];
	char digits[4] = { (char)('0' + status / 100 % 10), (char)('0' + status / 10 % 10), (char)('0' + status % 10), '\0' };
	const char *message = words_error_sentence(ERR_INTERNAL), *id = log_request_id();
	size_t n = 0, len = 0;

	if (answered)
		return;
	answered = 1;
	for (enum error e = ERR_MALFORMED; e < ERR__MAX; e++)
		if (strcmp(words_error_code(e), code) == 0)
			message = words_error_sentence(e);
	len = put(body, len, sizeof(body), "{\"error\":\"");
	len = put(body, len, sizeof(body), code);
	len = put(body, len, sizeof(body), "\",\"message\":\"");
	len = put(body, len, sizeof(body), message);
	len = put(body, len, sizeof(body), "\",\"request_id\":\"");
	len = put(body, len, sizeof(body), id);
	len = put(body, len, sizeof(body), "\"}");
	n = put(answer, n, sizeof(answer), "Status: ");
	n = put(answer, n, sizeof(answer), digits);
	n = put(answer, n, sizeof(answer), " ");
	n = put(answer, n, sizeof(answer), phrase_of(status));
	n = put(answer, n, sizeof(answer), "\r\nContent-Type: application/json; charset=utf-8\r\nX-Request-Id: ");
	n = put(answer, n, sizeof(answer), id);
	n = put(answer, n, sizeof(answer), "\r\n" SECURITY_HEADERS "Content-Length: ");
	digits[0] = (char)('0' + len / 100 % 10);
	digits[1] = (char)('0' + len / 10 % 10);
	digits[2] = (char)('0' + len % 10);
	n = put(answer, n, sizeof(answer), digits);
	n = put(answer, n, sizeof(answer), "\r\n\r\n");
	for (size_t i = 0; i < len && n < sizeof(answer); i++)
		answer[n++] = body[i];
	write_all(answer, n);
}
