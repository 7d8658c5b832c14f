/* param_multipart.c - multipart/form-data (RFC 7578): each part ends where its boundary stands, so the whole body is at hand before anything is read. */
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/utf8.h"
#include "http/param.h"

#define HEADERS_MAX 8 /* lines of a part */

struct part {
	const char *name, *file; /* file: NULL when the part is no file */
	size_t name_len;
};

static bool
refuse(const char *why)
{
	log_info("malformed", "multipart: %s", why);
	return false;
}

/* Take `s` from the front of what is left. */
static bool
skip(const char **in, const char *end, const char *s)
{
	size_t n = strlen(s);

	if ((size_t)(end - *in) < n || strncasecmp(*in, s, n) != 0)
		return false;
	*in += n;
	return true;
}

/* A quoted text; curl puts a backslash before quotes in the names of files. */
static bool
quoted(const char **in, const char *end, size_t *len)
{
	const char *s = *in;

	while (s < end && *s != '"') {
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
		s += *s == '\\' && end - s > 1 ? 2 : 1;
	}
	if (s >= end)
		return false;
	*len = (size_t)(s - *in);
	*in = s + 1;
	return true;
}

static bool
disposition(struct part *p, const char *in, const char *end)
{
	size_t len;

	if (p->name != NULL || !skip(&in, end, "form-data; name=\""))
		return refuse("disposition");
	p->name = in;
	if (!quoted(&in, end, &p->name_len) || p->name_len == 0 || memchr(p->name, '\\', p->name_len) != NULL)
		return refuse("name of a part");
	if (skip(&in, end, "; filename=\"")) {
		p->file = in;
		if (!quoted(&in, end, &len))
			return refuse("name of a file");
	}
	return in == end ? true : refuse("what follows a name");
}

/* The lines before the empty one; *in is then the content. */
static bool
headers(struct part *p, const char **in, const char *end)
{
	for (size_t n = 0; n < HEADERS_MAX; n++) {
		const char *line = *in, *stop = memmem(line, (size_t)(end - line), "\r\n", 2);

		if (stop == NULL)
			return refuse("part without an end of its headers");
		*in = stop + 2;
		if (stop == line)
			return p->name != NULL ? true : refuse("part without a name");
		if (skip(&line, stop, "Content-Disposition: ")) {
			if (!disposition(p, line, stop))
				return false;
		} else if (!skip(&line, stop, "Content-Type: ")) {
			return refuse("header of a part");
		}
	}
	return refuse("too many headers");
}

/* Copy the part's two texts, and hand them over. */
static bool
hand_over(struct buf *mem, const struct part *p, const char *value, size_t len, param_field_fn *field, void *ctx)
{
	size_t name = mem->len, at = name + p->name_len + 1;

	if (!utf8_valid(p->name, p->name_len))
		return refuse("name is not UTF-8");
	if (p->file == NULL && (memchr(value, '\0', len) != NULL || !utf8_valid(value, len)))
		return refuse("text is not UTF-8, or holds a NUL");
	buf_add(mem, p->name, p->name_len);
	buf_ch(mem, '\0');
	buf_add(mem, value, len);
	buf_ch(mem, '\0');
	if (mem->failed)
		return refuse("too large");
	return field(ctx, mem->p + name, mem->p + at, len, p->file != NULL ? 'f' : 't');
}

bool
param_parse_multipart(struct buf *mem, const char *boundary, const char *in, size_t len, param_field_fn *field, void *ctx)
{
	char between[REQUEST_BOUNDARY_MAX + 5];
	const char *end = in + len;

	snprintf(between, sizeof(between), "\r\n--%s", boundary);
	if ((size_t)(end - in) < strlen(between + 2) || memcmp(in, between + 2, strlen(between + 2)) != 0)
		return refuse("no boundary at the beginning");
	in += strlen(between + 2);
	while (end - in >= 2 && memcmp(in, "\r\n", 2) == 0) {
		struct part p = { 0 };
		const char *value, *stop;

		in += 2;
		if (!headers(&p, &in, end))
			return false;
		value = in;
		stop = memmem(value, (size_t)(end - value), between, strlen(between));
		if (stop == NULL)
			return refuse("part without its boundary");
		if (!hand_over(mem, &p, value, (size_t)(stop - value), field, ctx))
			return false;
		in = stop + strlen(between);
	}
	if (!skip(&in, end, "--"))
		return refuse("what follows a boundary");
	(void)skip(&in, end, "\r\n");
	return in == end ? true : refuse("something after the end");
}
