/* request.c - the environment is walked once; nothing here trusts that the web server has checked it. */
#include "http/request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/log.h"
#include "base/utf8.h"
#include "crypto/rng.h"

#define NAMES_MAX 256 /* variables in the environment: telling whether one is there twice compares all with all */
#define ID_BYTES 10

enum {
	ENV_METHOD, ENV_URI, ENV_SCRIPT, ENV_PATH_INFO, ENV_QUERY, ENV_LENGTH, ENV_TYPE, ENV_ADDRESS,
	ENV_ACCEPT, ENV_LANGUAGES, ENV_COOKIE, ENV_ORIGIN, ENV_FETCH_SITE, ENV_AGENT,
	ENV_FORWARDED, ENV_FORWARDED_FOR, ENV__MAX
};

static const struct {
	const char *name;
	size_t max; /* bytes of the value */
} names[ENV__MAX] = {
	[ENV_METHOD]     = { "REQUEST_METHOD", 32 },
	[ENV_URI]        = { "REQUEST_URI", 8192 },
	[ENV_SCRIPT]     = { "SCRIPT_NAME", REQUEST_PATH_MAX },
	[ENV_PATH_INFO]  = { "PATH_INFO", REQUEST_PATH_MAX },
	[ENV_QUERY]      = { "QUERY_STRING", 8192 },
	[ENV_LENGTH]     = { "CONTENT_LENGTH", 18 },
	[ENV_TYPE]       = { "CONTENT_TYPE", 256 },
	[ENV_ADDRESS]    = { "REMOTE_ADDR", 128 },
	[ENV_ACCEPT]     = { "HTTP_ACCEPT", 2048 },
	[ENV_COOKIE]     = { "HTTP_COOKIE", 4096 },
	[ENV_ORIGIN]     = { "HTTP_ORIGIN", 256 },
	[ENV_FETCH_SITE] = { "HTTP_SEC_FETCH_SITE", 32 },
	[ENV_LANGUAGES]  = { "HTTP_ACCEPT_LANGUAGE", 2048 },
	[ENV_AGENT]      = { "HTTP_USER_AGENT", 8192 },
	[ENV_FORWARDED]  = { "HTTP_FORWARDED", 8192 },
	[ENV_FORWARDED_FOR] = { "HTTP_X_FORWARDED_FOR", 8192 },
};

static const struct {
	const char *name;
	enum verb verb;
} verbs[] = {
	{ "GET", VERB_GET },
	{ "HEAD", VERB_GET },
	{ "POST", VERB_POST },
	{ "PUT", VERB_PUT },
	{ "DELETE", VERB_DELETE },
};

static const struct {
	const char *name;
	enum body_type type;
} types[] = {
	{ "application/x-www-form-urlencoded", BODY_FORM },
	{ "application/json", BODY_JSON },
	{ "multipart/form-data", BODY_MULTIPART },
};

static enum error
malformed(const char *why)
{
	log_info("malformed", "request: %s", why);
	return ERR_MALFORMED;
}

/* The part of `s` before the first of `stops`, without outer blanks. */
static const char *
token(const char *s, const char *stops, size_t *len)
{
	size_t n = strcspn(s, stops);

	while (n > 0 && (*s == ' ' || *s == '\t'))
		s++, n--;
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	*len = n;
	return s;
}

/* Media types compare without regard to case (RFC 9110 8.3.1). */
static bool
token_is(const char *s, size_t len, const char *name)
{
	return len == strlen(name) && strncasecmp(s, name, len) == 0;
}

static bool
lists_html(const char *accept)
{
	for (;;) {
		size_t len;
		const char *t = token(accept, ",;", &len);

		if (token_is(t, len, "text/html"))
			return true;
		accept += strcspn(accept, ",");
		if (*accept++ == '\0')
			return false;
	}
}

static enum body_type
body_type_of(const char *content_type)
{
	size_t len;
	const char *t = token(content_type, ";", &len);

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (token_is(t, len, types[i].name))
			return types[i].type;
	return BODY_NONE;
}

/* The boundary of multipart/form-data, a token or a quoted text of what RFC 2046 allows but for the space; without a good one the type is none of ours. */
static bool
take_boundary(char out[static REQUEST_BOUNDARY_MAX + 1], const char *content_type)
{
	static const char allowed[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?";
	const char *s = strcasestr(content_type, "boundary=");
	bool quoted;
	size_t n;

	if (s == NULL)
		return false;
	s += strlen("boundary=");
	quoted = *s == '"';
	s += quoted;
	n = strspn(s, allowed);
	if (n == 0 || n > REQUEST_BOUNDARY_MAX || (quoted ? s[n] != '"' : s[n] != '\0' && s[n] != ';'))
		return false;
	memcpy(out, s, n);
	out[n] = '\0';
	return true;
}

static bool
is_address(const char *s)
{
	uint8_t b[16];

	return strlen(s) < REQUEST_ADDRESS_MAX && (inet_pton(AF_INET, s, b) == 1 || inet_pton(AF_INET6, s, b) == 1);
}

/* The User-Agent is shown in the list of sessions: whatever is not plain text in it becomes '?'. */
static void
copy_agent(char out[static REQUEST_AGENT_MAX + 1], const char *s)
{
	size_t n = 0;

	while (*s != '\0' && n < REQUEST_AGENT_MAX) {
		size_t len = 1;

		/* The longest form is four bytes; a shorter prefix of a valid text is never valid by itself. */
		while (len < 4 && s[len - 1] != '\0' && !utf8_valid(s, len))
			len++;
		if (!utf8_valid(s, len) || utf8_has_control(s, len, true)) {
			out[n++] = '?';
			s++;
			while (((unsigned char)*s & 0xc0) == 0x80)
				s++;
			continue;
		}
		if (n + len > REQUEST_AGENT_MAX)
			break;
		memcpy(out + n, s, len);
		n += len;
		s += len;
	}
	out[n] = '\0';
}

static void
draw_id(char out[static 17])
{
	uint8_t b[ID_BYTES];

	/* A request without an id of its own can be answered; whatever needs randomness will fail by itself. */
	if (!rng_bytes(b, sizeof(b)))
		log_error("rng", "no randomness for the request id");
	enc_b32lower(out, b, sizeof(b));
}

/* Collect the values that we use. Returns why the environment is refused, NULL when it is not. */
static const char *
walk(const char *value[static ENV__MAX])
{
	extern char **environ;
	const char *seen[NAMES_MAX], *why = NULL;
	size_t len[NAMES_MAX], n = 0;

	for (char **e = environ; e != NULL && *e != NULL; e++) {
		const char *eq = strchr(*e, '=');

		if (eq == NULL)
			continue;
		if (n == NAMES_MAX)
			return "too many names";
		seen[n] = *e;
		len[n] = (size_t)(eq - *e);
		for (size_t i = 0; i < n; i++)
			if (len[i] == len[n] && memcmp(seen[i], seen[n], len[n]) == 0)
				why = "a name occurs twice";
		for (size_t i = 0; i < ENV__MAX; i++) {
			if (strlen(names[i].name) != len[n] || memcmp(names[i].name, *e, len[n]) != 0)
				continue;
			if (strlen(eq + 1) > names[i].max)
				why = "a value is too long";
			else if (value[i] == NULL)
				value[i] = eq + 1;
		}
		n++;
	}
	return why;
}

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static enum error
take_verb(struct request *rq, const char *method)
{
	if (method == NULL)
		return malformed("no method");
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (strcmp(verbs[i].name, method) == 0) {
			rq->known_verb = true;
			rq->verb = verbs[i].verb;
		}
	}
	return ERR_NONE;
}

static enum error
take_length(struct request *rq, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return malformed("content length");
		rq->content_length = rq->content_length * 10 + (size_t)(*s - '0');
	}
	return ERR_NONE;
}

static enum error
take_path(struct request *rq, const char *uri, const char *script)
{
	const char *s = uri != NULL ? uri : or_empty(script);
	size_t len = strcspn(s, "?");

	if (len > REQUEST_PATH_MAX)
		return malformed("path too long");
	if (*s != '/')
		return malformed("path without a slash");
	if (!utf8_valid(s, len) || !utf8_valid(rq->path_info, strlen(rq->path_info)))
		return malformed("path is not UTF-8");
	memcpy(rq->path_mem, s, len);
	rq->path_mem[len] = '\0';
	return ERR_NONE;
}

enum error
request_start(struct request *rq)
{
	const char *value[ENV__MAX] = { NULL };
	const char *why;
	enum error e;

	memset(rq, 0, sizeof(*rq));
	buf_init(&rq->body, 0);
	draw_id(rq->id);
	why = walk(value);
	rq->html = lists_html(or_empty(value[ENV_ACCEPT]));
	rq->path = rq->path_mem;
	rq->path_info = or_empty(value[ENV_PATH_INFO]);
	rq->query = or_empty(value[ENV_QUERY]);
	rq->languages = or_empty(value[ENV_LANGUAGES]);
	rq->cookies = or_empty(value[ENV_COOKIE]);
	rq->origin = value[ENV_ORIGIN];
	rq->fetch_site = value[ENV_FETCH_SITE];
	rq->address = is_address(or_empty(value[ENV_ADDRESS])) ? value[ENV_ADDRESS] : "unknown";
	rq->forwarded = value[ENV_FORWARDED] != NULL || value[ENV_FORWARDED_FOR] != NULL;
	copy_agent(rq->agent, or_empty(value[ENV_AGENT]));
	rq->body_type = body_type_of(or_empty(value[ENV_TYPE]));
	if (rq->body_type == BODY_MULTIPART && !take_boundary(rq->boundary, or_empty(value[ENV_TYPE])))
		rq->body_type = BODY_NONE;
	if (why != NULL)
		return malformed(why);
	if ((e = take_verb(rq, value[ENV_METHOD])) == ERR_NONE && (e = take_length(rq, or_empty(value[ENV_LENGTH]))) == ERR_NONE)
		e = take_path(rq, value[ENV_URI], value[ENV_SCRIPT]);
	return e;
}

enum error
request_check_body(struct request *rq, size_t body_max, bool files)
{
	bool takes_body = rq->verb == VERB_POST || rq->verb == VERB_PUT;

	if (!takes_body)
		return rq->content_length > 0 ? malformed("body without a verb for it") : ERR_NONE;
	if (rq->content_length > body_max)
		return ERR_TOO_LARGE;
	if (rq->content_length == 0)
		rq->body_type = BODY_FORM;
	return rq->body_type == BODY_NONE || (rq->body_type == BODY_MULTIPART && !files) ? ERR_TYPE : ERR_NONE;
}

enum error
request_read_body(struct request *rq)
{
	size_t have = 0;
	char *p;

	buf_wipe(&rq->body);
	buf_init(&rq->body, rq->content_length);
	if (rq->content_length == 0)
		return ERR_NONE;
	if ((p = buf_room(&rq->body, rq->content_length)) == NULL)
		return malformed("no memory for the body");
	while (have < rq->content_length) {
		ssize_t n = read(STDIN_FILENO, p + have, rq->content_length - have);

		if (n > 0) {
			have += (size_t)n;
		} else if (n == 0 || errno != EINTR) {
			buf_cut(&rq->body, have);
			return malformed("body is shorter than its length");
		}
	}
	return ERR_NONE;
}

bool
request_same_origin(const struct request *rq, const char *origins)
{
	size_t own;

	if (rq->origin == NULL)
		return rq->fetch_site != NULL && strcmp(rq->fetch_site, "same-origin") == 0;
	for (;;) {
		const char *o = token(origins, ",", &own);

		/* An empty item of the list must not meet an empty header. */
		if (own > 0 && own == strlen(rq->origin) && memcmp(o, rq->origin, own) == 0)
			return true;
		origins += strcspn(origins, ",");
		if (*origins++ == '\0')
			return false;
	}
}

bool
request_cookie(const struct request *rq, const char *name, char *out, size_t cap, bool *twice)
{
	const char *s = rq->cookies, *value = NULL;
	size_t name_len = strlen(name), value_len = 0;

	*twice = false;
	out[0] = '\0';
	for (;;) {
		size_t len;
		const char *pair = token(s, ";", &len);

		if (len > name_len && pair[name_len] == '=' && memcmp(pair, name, name_len) == 0) {
			*twice = *twice || value != NULL;
			value = pair + name_len + 1;
			value_len = len - name_len - 1;
		}
		s += strcspn(s, ";");
		if (*s++ == '\0')
			break;
	}
	if (value == NULL || *twice || value_len >= cap)
		return false;
	memcpy(out, value, value_len);
	out[value_len] = '\0';
	return true;
}

void
request_wipe(struct request *rq)
{
	buf_wipe(&rq->body);
}
