/* request.h - one CGI request as the web server hands it over (RFC 3875): environment, body, cookies, origin. Layer: http.
 *
 * Nothing outside http/ calls getenv or reads standard input. Refused as malformed: a name that occurs twice in the environment, a
 * Content-Length that is not a plain number, a body shorter than it says, a path that is not valid UTF-8, a header of ours longer than its bound. A cookie that
 * occurs twice is for the caller of request_cookie to refuse: names that are not ours belong to other programs on the same host.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "base/attr.h"
#include "base/buf.h"
#include "http/words.h"

enum verb { VERB_GET, VERB_POST, VERB_PUT, VERB_DELETE, VERB__MAX };

enum body_type { BODY_NONE, BODY_FORM, BODY_JSON, BODY_MULTIPART };

#define REQUEST_ADDRESS_MAX 46
#define REQUEST_AGENT_MAX 200
#define REQUEST_PATH_MAX 1024
#define REQUEST_BOUNDARY_MAX 70 /* RFC 2046 5.1.1 */

struct request {
	char id[17];                        /* [a-z0-9]{16}, random; also in the log lines and X-Request-Id */
	bool known_verb;                    /* false: a method that we never take (405) */
	enum verb verb;                     /* HEAD counts as GET: the web server drops the body */
	bool html;                          /* Accept lists text/html */
	const char *path;                   /* path of REQUEST_URI without the query; SCRIPT_NAME when there is none */
	const char *path_info;              /* what follows the route, "/ID" or "" */
	const char *query;                  /* "" when absent */
	const char *languages;              /* the Accept-Language header, "" when absent */
	const char *cookies;                /* the Cookie header, "" when absent */
	const char *origin;                 /* NULL when absent */
	const char *fetch_site;             /* Sec-Fetch-Site, NULL when absent */
	const char *address;                /* the client's address, text; "unknown" when it is not an address */
	bool forwarded;                     /* a proxy passed it on: Forwarded or X-Forwarded-For is there, whatever it says */
	char agent[REQUEST_AGENT_MAX + 1];  /* User-Agent, cut, control characters and invalid UTF-8 replaced by '?' */
	enum body_type body_type;
	char boundary[REQUEST_BOUNDARY_MAX + 1]; /* of BODY_MULTIPART */
	size_t content_length;
	struct buf body;                    /* empty until request_read_body; wiped by request_wipe */
	char path_mem[REQUEST_PATH_MAX + 1];
};

/* Fill from the environment, which is not changed. ERR_NONE, or ERR_MALFORMED (logged with the rule that failed); even then id and html are
 * set, so that an answer can be made. Draws the request id. */
NODISCARD enum error request_start(struct request *rq);
/* Whether the content type is one of ours and the length within body_max, for a verb that has a body: ERR_NONE, ERR_TOO_LARGE, ERR_TYPE.
 * `files`: multipart/form-data is one of ours here. A POST without any body counts as an empty form. A GET or DELETE with a body is ERR_MALFORMED. */
NODISCARD enum error request_check_body(struct request *rq, size_t body_max, bool files);
/* Read exactly content_length bytes from standard input. ERR_NONE or ERR_MALFORMED (short). */
NODISCARD enum error request_read_body(struct request *rq);
/* Whether a state-changing request comes from our own pages: Origin equal to one of `origins` (comma-separated), or, only when there is no
 * Origin at all, Sec-Fetch-Site: same-origin. `Origin: null` and everything else is foreign. */
NODISCARD bool request_same_origin(const struct request *rq, const char *origins);
/* Copy the value of the cookie `name` into out (cap bytes, NUL included). False when it is absent or longer; *twice says that the name occurs
 * more than once (then malformed). */
NODISCARD bool request_cookie(const struct request *rq, const char *name, char *out, size_t cap, bool *twice);
void request_wipe(struct request *rq);

#endif
