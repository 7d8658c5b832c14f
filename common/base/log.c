#include "base/log.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/clock.h"

#define LINE_MAX_LEN 1024

static const char *request = "", *route_name = "";

void
log_set(const char *request_id, const char *route)
{
	request = request_id;
	route_name = route;
}

const char *
log_request_id(void)
{
	return request;
}

static size_t
escape(char *out, size_t cap, const char *s)
{
	size_t n = 0;

	for (; *s && n + 7 < cap; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\') {
			out[n++] = '\\';
			out[n++] = (char)c;
		} else if (c < 0x20 || c >= 0x7f) {
			n += (size_t)snprintf(out + n, cap - n, "\\u%04x", c);
		} else {
			out[n++] = (char)c;
		}
	}
	out[n] = '\0';
	return n;
}

PRINTF_LIKE(3, 0) static void
line(const char *level, const char *event, const char *fmt, va_list ap)
{
	char text[512], safe[700], out[LINE_MAX_LEN], now[CLOCK_TEXT_LEN + 1];
	int n;

	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = '\0';
	escape(safe, sizeof(safe), text);
	clock_text(now, clock_now());
	n = snprintf(out, sizeof(out),
	    "{\"time\":\"%s\",\"level\":\"%s\",\"id\":\"%.32s\",\"route\":\"%.40s\",\"event\":\"%.40s\",\"message\":\"%s\"}\n", now,
	    level, request, route_name, event, safe);
	/* one write, so that lines of processes at the same time do not mix; there is nobody to tell when it fails */
	if (n > 0 && write(STDERR_FILENO, out, (size_t)n) < 0)
		return;
}

#define DEFINE(name, level)                     \
	void name(const char *event, const char *fmt, ...) \
	{                                       \
		va_list ap;                     \
                                                \
		va_start(ap, fmt);              \
		line(level, event, fmt, ap);    \
		va_end(ap);                     \
	}

DEFINE(log_info, "info")
DEFINE(log_warn, "warn")
DEFINE(log_error, "error")
