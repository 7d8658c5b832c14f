#include "base/fetch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define REQUEST_MAX 2048
#define PORT_DEFAULT 80

struct target {
	struct sockaddr_storage to;
	socklen_t len;
	char host[64]; /* as in the Host header: with brackets and port */
};

static bool
parse_port(uint16_t *port, const char *s)
{
	unsigned n = 0;

	*port = PORT_DEFAULT;
	if (*s == '\0')
		return true;
	if (*s++ != ':' || *s == '\0')
		return false;
	for (; *s >= '0' && *s <= '9' && n <= UINT16_MAX; s++)
		n = n * 10 + (unsigned)(*s - '0');
	*port = (uint16_t)n;
	return *s == '\0' && n > 0 && n <= UINT16_MAX;
}

/* No names are looked up: who can change what a name means could have the credentials of the instance sent to himself. */
static bool
parse_base(struct target *t, const char *base)
{
	struct sockaddr_in *four = (struct sockaddr_in *)&t->to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&t->to;
	char host[64], *end;
	size_t len;
	uint16_t port;

	memset(t, 0, sizeof(*t));
	if (strncmp(base, "http://", 7) != 0)
		return false;
	base += 7;
	len = strlen(base);
	while (len > 0 && base[len - 1] == '/')
		len--;
	if (len == 0 || len >= sizeof(host))
		return false;
	memcpy(host, base, len);
	host[len] = '\0';
	memcpy(t->host, host, len + 1);
	end = host[0] == '[' ? strchr(host, ']') : strchr(host, ':');
	if (!parse_port(&port, end == NULL ? "" : host[0] == '[' ? end + 1 : end))
		return false;
	if (end != NULL)
		*end = '\0';
	if (host[0] == '[') {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port);
		t->len = sizeof(*six);
		return end != NULL && inet_pton(AF_INET6, host + 1, &six->sin6_addr) == 1;
	}
	four->sin_family = AF_INET;
	four->sin_port = htons(port);
	t->len = sizeof(*four);
	return inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &four->sin_addr) == 1;
}

static bool
visible(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s <= 0x20 || (unsigned char)*s >= 0x7f)
			return false;
	return true;
}

/* Wait for the socket: false when the time is up. */
static bool
ready(int fd, short events, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = until - clock_mono_ms();
		int n = left > 0 ? poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left) : 0;

		if (n >= 0 || errno != EINTR)
			return n > 0;
	}
}

static bool
reach(int fd, const struct target *t, int64_t until)
{
	int e = 0;
	socklen_t len = sizeof(e);

	if (connect(fd, (const struct sockaddr *)&t->to, t->len) == 0)
		return true;
	return errno == EINPROGRESS && ready(fd, POLLOUT, until) && getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &len) == 0 && e == 0;
}

static bool
send_all(int fd, const char *p, size_t len, int64_t until)
{
	while (len > 0) {
		ssize_t n = ready(fd, POLLOUT, until) ? send(fd, p, len, MSG_NOSIGNAL) : -1;

		if (n < 0 && errno == EAGAIN)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static enum fetch
read_answer(struct fetch_answer *a, int fd, int64_t until)
{
	char text[FETCH_MAX];
	size_t len = 0;

	for (;;) {
		ssize_t n = ready(fd, POLLIN, until) ? recv(fd, text + len, sizeof(text) - len, 0) : -1;

		if (n < 0 && (errno == EAGAIN || errno == EINTR) && clock_mono_ms() < until)
			continue;
		if (n < 0)
			return FETCH_AWAY;
		len += (size_t)n;
		switch (fetch_parse(a, text, len, n == 0)) {
		case FETCH_WHOLE:
			return FETCH_OK;
		case FETCH_WRONG:
			return FETCH_BAD;
		case FETCH_MORE:
			break;
		}
		if (len == sizeof(text))
			return FETCH_BAD;
	}
}

enum fetch
fetch_ask(struct fetch_answer *a, const char *method, const char *base, const char *path, const char *header, int64_t until)
{
	struct target t;
	char request[REQUEST_MAX];
	enum fetch result = FETCH_AWAY;
	int n, fd;

	memset(a, 0, sizeof(*a));
	if (!parse_base(&t, base) || path[0] != '/' || !visible(path) || (header != NULL && strpbrk(header, "\r\n") != NULL))
		return FETCH_BAD;
	n = snprintf(request, sizeof(request), "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: VaultSphere\r\nAccept: */*\r\n%s%sContent-Length: 0\r\nConnection: close\r\n\r\n",
	    method, path, t.host, header != NULL ? header : "", header != NULL ? "\r\n" : "");
	if (n <= 0 || n >= (int)sizeof(request))
		return FETCH_BAD;
	fd = socket(t.to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && reach(fd, &t, until) && send_all(fd, request, (size_t)n, until))
		result = read_answer(a, fd, until);
	if (fd >= 0)
		close(fd);
	if (result != FETCH_OK)
		memset(a, 0, sizeof(*a));
	return result;
}

/* --- what came back --- */

/* The end of the head, behind its empty line; NULL when it is not there yet. */
static const char *
head_end(const char *text, size_t len)
{
	const char *p = memmem(text, len, "\r\n\r\n", 4);

	return p != NULL ? p + 4 : NULL;
}

static bool
parse_status(int *status, const char *line, size_t len)
{
	if (len < 12 || memcmp(line, "HTTP/1.", 7) != 0 || (line[7] != '0' && line[7] != '1') || line[8] != ' ' || (len > 12 && line[12] != ' '))
		return false;
	*status = 0;
	for (size_t i = 9; i < 12; i++) {
		if (line[i] < '0' || line[i] > '9')
			return false;
		*status = *status * 10 + (line[i] - '0');
	}
	return *status >= 200 && *status <= 599;
}

static bool
parse_length(size_t *out, const char *s, size_t len)
{
	size_t n = 0;

	while (len > 0 && (*s == ' ' || *s == '\t')) {
		s++;
		len--;
	}
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	if (len == 0 || len > 5)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		n = n * 10 + (size_t)(s[i] - '0');
	}
	*out = n;
	return true;
}

static bool
named(const char *line, size_t name, const char *want)
{
	return strlen(want) == name && strncasecmp(line, want, name) == 0;
}

/* One header line; *length is SIZE_MAX until there was one. */
static bool
parse_header(size_t *length, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	size_t name = colon != NULL ? (size_t)(colon - line) : 0;

	if (name == 0)
		return false;
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)line[i] < 0x20 && line[i] != '\t') || line[i] == 0x7f || (i < name && line[i] == ' '))
			return false;
	if (named(line, name, "Transfer-Encoding"))
		return false;
	if (named(line, name, "Content-Length"))
		return *length == SIZE_MAX && parse_length(length, colon + 1, len - name - 1);
	return true;
}

enum fetch_parse
fetch_parse(struct fetch_answer *a, const char *text, size_t len, bool closed)
{
	const char *end = head_end(text, len), *line = text, *next;
	size_t length = SIZE_MAX, have;

	memset(a, 0, sizeof(*a));
	if (end == NULL)
		return closed ? FETCH_WRONG : FETCH_MORE;
	next = memmem(line, (size_t)(end - line), "\r\n", 2);
	if (!parse_status(&a->status, line, (size_t)(next - line)))
		return FETCH_WRONG;
	for (line = next + 2; line < end - 2; line = next + 2) {
		next = memmem(line, (size_t)(end - line), "\r\n", 2);
		if (!parse_header(&length, line, (size_t)(next - line)))
			return FETCH_WRONG;
	}
	have = len - (size_t)(end - text);
	if (length == SIZE_MAX ? have > FETCH_BODY_MAX : length > FETCH_BODY_MAX || have > length)
		return FETCH_WRONG;
	if (length == SIZE_MAX ? !closed : have < length)
		return closed ? FETCH_WRONG : FETCH_MORE;
	if (memchr(end, '\0', have) != NULL)
		return FETCH_WRONG;
	memcpy(a->body, end, have);
	a->len = have;
	return FETCH_WHOLE;
}
