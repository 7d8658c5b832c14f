/* preview.c - one page without the server: preview PAGE.html MODEL.json..., later models laid over earlier ones; writes HTML to standard output.
 *
 * PAGE.html has its partials put in already (ops/build/expand.sh). tests/web/preview.sh builds this and fills every page with every model. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "http/page.h"

#define TEMPLATE_MAX (1024 * 1024)

static bool
read_file(struct buf *out, const char *path)
{
	FILE *f = fopen(path, "rb");
	char part[4096];
	size_t n;

	if (f == NULL)
		return false;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(out, part, n);
	n = (size_t)ferror(f);
	return fclose(f) == 0 && n == 0 && !out->failed;
}

/* Objects are merged key by key, everything else is replaced. */
static bool
lay_over(struct json_object *to, struct json_object *from)
{
	json_object_object_foreach(from, key, value)
	{
		struct json_object *there;

		if (json_object_is_type(value, json_type_object) && json_object_object_get_ex(to, key, &there) &&
		    json_object_is_type(there, json_type_object)) {
			if (!lay_over(there, value))
				return false;
		} else if (json_object_object_add(to, key, json_object_get(value)) != 0) {
			return false;
		}
	}
	return true;
}

static bool
add_model(struct json_object *model, const char *path)
{
	struct json_object *o = json_object_from_file(path);
	bool ok = json_object_is_type(o, json_type_object) && lay_over(model, o);

	if (!ok)
		fprintf(stderr, "%s: %s\n", path, o ? "not an object" : json_util_get_last_err());
	json_object_put(o);
	return ok;
}

int
main(int argc, char **argv)
{
	struct json_object *model = json_object_new_object();
	struct buf text, out;
	bool ok = argc > 2 && model != NULL;

	buf_init(&text, TEMPLATE_MAX);
	buf_init(&out, PAGE_MAX);
	for (int i = 2; ok && i < argc; i++)
		ok = add_model(model, argv[i]);
	if (ok && !read_file(&text, argv[1])) {
		fprintf(stderr, "%s cannot be read\n", argv[1]);
		ok = false;
	}
	if (ok) {
		struct page page = { argv[1], text.p, text.len, NULL };

		ok = page_fill(&out, &page, model) && fwrite(out.p, 1, out.len, stdout) == out.len && fflush(stdout) == 0;
	} else if (argc <= 2) {
		fputs("preview PAGE.html MODEL.json...\n", stderr);
	}
	json_object_put(model);
	buf_wipe(&text);
	buf_wipe(&out);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
