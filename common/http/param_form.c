/* param_form.c - application/x-www-form-urlencoded, for queries and bodies. */
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "http/param.h"

static bool
refuse(const char *why)
{
	log_info("malformed", "form: %s", why);
	return false;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Append the decoded text of in[0..len) and a NUL. */
static bool
decode(struct buf *mem, const char *in, size_t len)
{
	size_t start = mem->len;

	for (size_t i = 0; i < len; i++) {
		char c = in[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int hi = len - i > 2 ? hex_digit(in[i + 1]) : -1;
			int lo = len - i > 2 ? hex_digit(in[i + 2]) : -1;

			if (hi < 0 || lo < 0)
				return refuse("bad percent coding");
			c = (char)(hi * 16 + lo);
			i += 2;
		}
		if (c == '\0')
			return refuse("NUL");
		buf_ch(mem, c);
	}
	buf_ch(mem, '\0');
	if (mem->failed)
		return refuse("too large");
	return utf8_valid(mem->p + start, mem->len - start - 1) ? true : refuse("not UTF-8");
}

bool
param_parse_form(struct buf *mem, const char *in, size_t len, param_field_fn *field, void *ctx)
{
	const char *end = in + len;

	while (in < end) {
		const char *amp = memchr(in, '&', (size_t)(end - in));
		const char *stop = amp != NULL ? amp : end;
		const char *eq = memchr(in, '=', (size_t)(stop - in));
		size_t name = mem->len, value;

		if (eq == NULL || eq == in)
			return refuse("pair without name or value");
		if (!decode(mem, in, (size_t)(eq - in)))
			return false;
		value = mem->len;
		if (!decode(mem, eq + 1, (size_t)(stop - eq - 1)))
			return false;
		if (!field(ctx, mem->p + name, mem->p + value, mem->len - value - 1, 't'))
			return false;
		in = stop;
		if (amp != NULL && ++in == end)
			return refuse("empty pair at the end");
	}
	return true;
}
