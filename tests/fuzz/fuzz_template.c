/* fuzz_template: a template filled with hostile texts has the same brackets and quotes, in the same order, as with dummy ones. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "http/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static struct json_object *
model(const char *text, size_t len)
{
	struct json_object *root = json_object_new_object(), *list = json_object_new_array(), *frame = json_object_new_object();

	json_object_object_add(root, "a", json_object_new_string_len(text, (int)len));
	json_object_object_add(root, "n", json_object_new_int64(-7));
	json_object_object_add(root, "t", json_object_new_boolean(1));
	json_object_object_add(root, "f", json_object_new_boolean(0));
	json_object_object_add(root, "z", json_object_new_array());
	for (int i = 0; i < 3; i++) {
		struct json_object *row = json_object_new_object(), *tags = json_object_new_array();

		json_object_object_add(row, "x", json_object_new_string_len(text, (int)len));
		json_object_array_add(tags, json_object_new_string_len(text, (int)len));
		json_object_array_add(tags, json_object_new_string_len(text, (int)len));
		json_object_object_add(row, "l", tags);
		json_object_array_add(list, row);
	}
	json_object_object_add(root, "l", list);
	json_object_object_add(frame, "a", json_object_new_string_len(text, (int)len));
	json_object_object_add(root, "o", frame);
	return root;
}

static bool
fill(struct buf *out, const struct page *page, const char *text, size_t len)
{
	struct json_object *m = model(text, len);
	bool ok;

	buf_init(out, 1 << 20);
	ok = page_fill(out, page, m);
	json_object_put(m);
	return ok;
}

static size_t
next_structural(const struct buf *b, size_t i)
{
	while (i < b->len && strchr("<>\"'", b->p[i]) == NULL)
		i++;
	return i;
}

static size_t
skip_nul(const struct buf *b, size_t i)
{
	/* strchr finds the NUL that ends its list, too. */
	for (i = next_structural(b, i); i < b->len && b->p[i] == '\0'; i = next_structural(b, i + 1))
		;
	return i;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The first byte says how much of the input is the hostile text; the rest is the template. */
	size_t n = size > 0 && data[0] % 32 < size - 1 ? data[0] % 32 : 0;
	struct page page = { .name = "fuzz", .text = (const char *)data + n + (size > 0), .len = size - n - (size > 0) };
	char text[40] = "h";
	struct buf hostile, dummy;
	bool ok;

	memcpy(text + 1, data + (size > 0), n);
	ok = fill(&hostile, &page, text, n + 1);
	/* The size limit may tell the two apart; nothing else may. */
	if (fill(&dummy, &page, "dummy", 5) && ok) {
		size_t i = skip_nul(&hostile, 0), j = skip_nul(&dummy, 0);

		while (i < hostile.len && j < dummy.len) {
			MUST(hostile.p[i] == dummy.p[j]);
			i = skip_nul(&hostile, i + 1);
			j = skip_nul(&dummy, j + 1);
		}
		MUST(i == hostile.len && j == dummy.len);
	} else {
		MUST(hostile.failed || dummy.failed || !ok);
	}
	buf_wipe(&hostile);
	buf_wipe(&dummy);
	return 0;
}
