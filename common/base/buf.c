#include "base/buf.h"

#include <stdarg.h>
#include <string.h>

#include "base/secret.h"

#define FMT_MAX 4096

static char empty[1];

void
buf_init(struct buf *b, size_t max)
{
	/* so that no sum or doubling below can wrap */
	*b = (struct buf){ .p = empty, .max = max < PTRDIFF_MAX / 2 ? max : PTRDIFF_MAX / 2 };
}

void *
buf_room(struct buf *b, size_t len)
{
	size_t cap = b->cap ? b->cap : 64;
	char *p;

	if (b->failed || len > b->max - b->len) {
		b->failed = true;
		return NULL;
	}
	while (cap < b->len + len + 1)
		cap *= 2;
	if (cap != b->cap) {
		/* not realloc: it would leave the old block behind as it was */
		p = malloc(cap);
		if (!p) {
			b->failed = true;
			return NULL;
		}
		if (b->len)
			memcpy(p, b->p, b->len);
		if (b->cap) {
			secret_wipe(b->p, b->len);
			free(b->p);
		}
		b->p = p;
		b->cap = cap;
	}
	p = b->p + b->len;
	b->len += len;
	b->p[b->len] = '\0';
	return p;
}

void
buf_add(struct buf *b, const void *data, size_t len)
{
	void *p = buf_room(b, len);

	if (p && len)
		memcpy(p, data, len);
}

void
buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_ch(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	char text[FMT_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(text))
		b->failed = true;
	else
		buf_add(b, text, (size_t)n);
	secret_wipe(text, n > 0 && (size_t)n < sizeof(text) ? (size_t)n : sizeof(text));
}

void
buf_cut(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	secret_wipe(b->p + len, b->len - len);
	b->len = len;
}

void
buf_wipe(struct buf *b)
{
	size_t max = b->max;

	if (b->cap) {
		secret_wipe(b->p, b->len);
		free(b->p);
	}
	buf_init(b, max);
}
