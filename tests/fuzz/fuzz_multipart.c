/* fuzz_multipart: multipart bodies; what is accepted, written again, reads as the same parts.. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "http/param.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)
#define BOUNDARY "b"

struct parts {
	struct buf plain; /* kind name NUL value NUL ... */
	struct buf again;
};

static bool
collect(void *ctx, const char *name, const char *value, size_t len, char kind)
{
	struct parts *p = ctx;

	MUST(name[0] != '\0' && utf8_valid(name, strlen(name)) && value[len] == '\0');
	MUST(kind == 'f' || (kind == 't' && strlen(value) == len && utf8_valid(value, len)));
	buf_ch(&p->plain, kind);
	buf_add(&p->plain, name, strlen(name) + 1);
	buf_add(&p->plain, value, len + 1);
	buf_fmt(&p->again, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"");
	buf_str(&p->again, name);
	buf_str(&p->again, kind == 'f' ? "\"; filename=\"x\"\r\n\r\n" : "\"\r\n\r\n");
	buf_add(&p->again, value, len);
	buf_str(&p->again, "\r\n");
	return true;
}

static bool
parse(struct parts *p, const char *in, size_t len)
{
	struct buf mem;
	bool ok;

	buf_init(&mem, len + 16);
	buf_init(&p->plain, 1 << 20);
	buf_init(&p->again, 1 << 22);
	ok = param_parse_multipart(&mem, BOUNDARY, in, len, collect, p);
	MUST(!mem.failed);
	buf_wipe(&mem);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parts one, two;

	if (parse(&one, (const char *)data, size)) {
		buf_str(&one.again, "--" BOUNDARY "--");
		MUST(parse(&two, one.again.p, one.again.len));
		MUST(one.plain.len == two.plain.len && memcmp(one.plain.p, two.plain.p, one.plain.len) == 0);
		buf_wipe(&two.plain);
		buf_wipe(&two.again);
	}
	buf_wipe(&one.plain);
	buf_wipe(&one.again);
	return 0;
}
