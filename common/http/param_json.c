/* param_json.c - one flat JSON object (RFC 8259), nothing deeper: what a form can say. */
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "http/param.h"

/* A cursor over the text; values are appended to mem. */
struct json {
	const char *p, *end;
	struct buf *mem;
};

static bool
refuse(const char *why)
{
	log_info("malformed", "json: %s", why);
	return false;
}

static char
peek(const struct json *j)
{
	return j->p < j->end ? *j->p : '\0';
}

static void
skip_blanks(struct json *j)
{
	while (j->p < j->end && (*j->p == ' ' || *j->p == '\t' || *j->p == '\n' || *j->p == '\r'))
		j->p++;
}

/* Step over `c`, with blanks around it. */
static bool
take(struct json *j, char c)
{
	skip_blanks(j);
	if (peek(j) != c)
		return false;
	j->p++;
	skip_blanks(j);
	return true;
}

static bool
hex4(struct json *j, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++, j->p++) {
		char c = peek(j);

		if (c >= '0' && c <= '9')
			*out = *out * 16 + (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*out = *out * 16 + (uint32_t)(c - 'a') + 10;
		else if (c >= 'A' && c <= 'F')
			*out = *out * 16 + (uint32_t)(c - 'A') + 10;
		else
			return refuse("bad \\u escape");
	}
	return true;
}

static void
put_utf8(struct buf *mem, uint32_t c)
{
	if (c < 0x80) {
		buf_ch(mem, (char)c);
	} else if (c < 0x800) {
		buf_ch(mem, (char)(0xc0 | c >> 6));
		buf_ch(mem, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_ch(mem, (char)(0xe0 | c >> 12));
		buf_ch(mem, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_ch(mem, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_ch(mem, (char)(0xf0 | c >> 18));
		buf_ch(mem, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_ch(mem, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_ch(mem, (char)(0x80 | (c & 0x3f)));
	}
}

static bool
unicode_escape(struct json *j)
{
	uint32_t c, low;

	if (!hex4(j, &c))
		return false;
	if (c >= 0xd800 && c <= 0xdbff) {
		if (j->end - j->p < 2 || j->p[0] != '\\' || j->p[1] != 'u')
			return refuse("lone surrogate");
		j->p += 2;
		if (!hex4(j, &low))
			return false;
		if (low < 0xdc00 || low > 0xdfff)
			return refuse("lone surrogate");
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	} else if (c >= 0xdc00 && c <= 0xdfff) {
		return refuse("lone surrogate");
	} else if (c == 0) {
		return refuse("NUL");
	}
	put_utf8(j->mem, c);
	return true;
}

static bool
escape(struct json *j)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char c = peek(j);
	const char *at = c != '\0' ? strchr(from, c) : NULL;

	if (at == NULL && c != 'u')
		return refuse("bad escape");
	j->p++;
	if (at == NULL)
		return unicode_escape(j);
	buf_ch(j->mem, to[at - from]);
	return true;
}

/* Append a string's decoded text, without a NUL. */
static bool
string(struct json *j)
{
	size_t start = j->mem->len;

	if (peek(j) != '"')
		return refuse("string expected");
	j->p++;
	for (;;) {
		const char *run = j->p;

		while (j->p < j->end && *j->p != '"' && *j->p != '\\' && (unsigned char)*j->p >= 0x20)
			j->p++;
		buf_add(j->mem, run, (size_t)(j->p - run));
		if (peek(j) == '"')
			break;
		if (peek(j) != '\\')
			return refuse("string without end, or a control character in it");
		j->p++;
		if (!escape(j))
			return false;
	}
	j->p++;
	if (j->mem->failed)
		return refuse("too large");
	return utf8_valid(j->mem->p + start, j->mem->len - start) ? true : refuse("not UTF-8");
}

static bool
number(struct json *j)
{
	const char *start = j->p;

	if (peek(j) == '-')
		j->p++;
	if (peek(j) < '0' || peek(j) > '9')
		return refuse("bad number");
	if (peek(j) == '0')
		j->p++;
	else
		while (peek(j) >= '0' && peek(j) <= '9')
			j->p++;
	buf_add(j->mem, start, (size_t)(j->p - start));
	return true;
}

static bool
word(struct json *j, const char *w)
{
	size_t len = strlen(w);

	if ((size_t)(j->end - j->p) < len || memcmp(j->p, w, len) != 0)
		return refuse("unknown word, null, or nesting");
	j->p += len;
	buf_add(j->mem, w, len);
	return true;
}

static bool
list(struct json *j)
{
	(void)take(j, '[');
	if (take(j, ']'))
		return true;
	for (;;) {
		size_t start = j->mem->len;

		if (!string(j))
			return false;
		/* Elements are joined by newlines: one inside would make two of one. */
		if (memchr(j->mem->p + start, '\n', j->mem->len - start) != NULL)
			return refuse("line break in a list");
		if (take(j, ']'))
			return true;
		if (!take(j, ','))
			return refuse("list without end");
		buf_ch(j->mem, '\n');
	}
}

static bool
value(struct json *j, char *kind)
{
	switch (peek(j)) {
	case '"': *kind = 't'; return string(j);
	case '[': *kind = 'l'; return list(j);
	case 't': *kind = 'b'; return word(j, "true");
	case 'f': *kind = 'b'; return word(j, "false");
	case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
		*kind = 'n';
		return number(j);
	}
	return refuse("unknown word, null, or nesting");
}

bool
param_parse_json(struct buf *mem, const char *in, size_t len, param_field_fn *field, void *ctx)
{
	struct json j = { .p = in, .end = in + len, .mem = mem };
	bool more;

	if (!take(&j, '{'))
		return refuse("not an object");
	more = !take(&j, '}');
	while (more) {
		size_t name = mem->len, at;
		char kind;

		if (!string(&j))
			return false;
		buf_ch(mem, '\0');
		if (!take(&j, ':'))
			return refuse("colon expected");
		at = mem->len;
		if (!value(&j, &kind))
			return false;
		buf_ch(mem, '\0');
		if (mem->failed)
			return refuse("too large");
		if (!field(ctx, mem->p + name, mem->p + at, mem->len - at - 1, kind))
			return false;
		if (take(&j, '}'))
			more = false;
		else if (!take(&j, ','))
			return refuse("comma expected");
	}
	return j.p == j.end ? true : refuse("text after the object");
}
