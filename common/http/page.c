/* page.c - one pass over the template; sections recurse, so that every tag is checked even where nothing is shown. */
#include "http/page.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

#include "base/log.h"

#define TAG_MAX 96

struct tag {
	char op; /* '#', '^', '/', 'u' for url:, 0 for a plain name */
	char name[TAG_MAX];
	size_t len;
};

struct fill {
	struct buf *out;
	const struct page *page;
	struct json_object *root;
	const char *p, *end;
	const char *open[PAGE_DEPTH];
	int depth;
};

static bool
refuse(const struct fill *f, const char *why, const char *name)
{
	log_error("page_fault", "page %s: %s: %s", f->page->name, why, name);
	return false;
}

void
page_escape(struct buf *out, const char *s, size_t len)
{
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		const char *as;

		switch (s[i]) {
		case '&': as = "&amp;"; break;
		case '<': as = "&lt;"; break;
		case '>': as = "&gt;"; break;
		case '"': as = "&quot;"; break;
		case '\'': as = "&#39;"; break;
		default: continue;
		}
		buf_add(out, s + from, i - from);
		buf_str(out, as);
		from = i + 1;
	}
	buf_add(out, s + from, len - from);
}

void
page_percent(struct buf *out, const char *s, size_t len)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		/* No isalnum: it would follow a locale. */
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~') {
			buf_ch(out, (char)c);
			continue;
		}
		buf_add(out, (char[3]){ '%', hex[c >> 4], hex[c & 15] }, 3);
	}
}

/* `.`, or names of [a-z0-9_] joined by dots, with a dot before when they start at the current element. */
static bool
good_name(const struct tag *t)
{
	bool want = true;

	if (t->len == 1 && t->name[0] == '.')
		return true;
	for (size_t i = t->name[0] == '.' ? 1 : 0; i < t->len; i++) {
		char c = t->name[i];

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')
			want = false;
		else if (c == '.' && !want)
			want = true;
		else
			return false;
	}
	return !want;
}

/* Read the tag whose braces begin at f->p, and step over it. */
static bool
read_tag(struct fill *f, struct tag *t)
{
	const char *s = f->p + 2;
	const char *close = memmem(s, (size_t)(f->end - s), "}}", 2);

	if (close == NULL)
		return refuse(f, "tag without end", "");
	f->p = close + 2;
	t->op = 0;
	if (s < close && (*s == '#' || *s == '^' || *s == '/')) {
		t->op = *s++;
	} else if (close - s > 4 && memcmp(s, "url:", 4) == 0) {
		t->op = 'u';
		s += 4;
	}
	t->len = (size_t)(close - s);
	if (t->len >= sizeof(t->name))
		return refuse(f, "tag too long", "");
	memcpy(t->name, s, t->len);
	t->name[t->len] = '\0';
	return good_name(t) ? true : refuse(f, "malformed tag", t->name);
}

static bool
look_up(const struct fill *f, const struct tag *t, struct json_object *here, struct json_object **value)
{
	char part[TAG_MAX];
	const char *s = t->name;
	struct json_object *o = f->root;

	if (*s == '.') {
		o = here;
		s++;
	}
	while (*s != '\0') {
		size_t n = strcspn(s, ".");

		memcpy(part, s, n);
		part[n] = '\0';
		if (!json_object_is_type(o, json_type_object) || !json_object_object_get_ex(o, part, &o))
			return refuse(f, "unknown name", t->name);
		s += n + (s[n] == '.');
	}
	*value = o;
	return true;
}

static bool
put_value(const struct fill *f, const struct tag *t, struct json_object *here)
{
	struct json_object *v;
	void (*put)(struct buf *, const char *, size_t) = t->op == 'u' ? page_percent : page_escape;

	if (!look_up(f, t, here, &v))
		return false;
	if (json_object_is_type(v, json_type_string))
		put(f->out, json_object_get_string(v), (size_t)json_object_get_string_len(v));
	else if (json_object_is_type(v, json_type_int))
		buf_fmt(f->out, "%" PRId64, json_object_get_int64(v));
	else
		return refuse(f, "neither text nor whole number", t->name);
	return true;
}

static bool fill_text(struct fill *f, struct json_object *here, bool show, const char *until);

/* How often a section shows: a list as often as it has elements, all else once or never; -1 when its value has no such meaning. */
static int64_t
times_shown(struct json_object *v)
{
	switch (json_object_get_type(v)) {
	case json_type_array: return (int64_t)json_object_array_length(v);
	case json_type_boolean: return json_object_get_boolean(v) ? 1 : 0;
	case json_type_string: return json_object_get_string_len(v) > 0;
	case json_type_int: return json_object_get_int64(v) != 0;
	case json_type_object: return 1;
	case json_type_null:
	case json_type_double:
		break;
	}
	return -1;
}

static bool
fill_section(struct fill *f, const struct tag *t, struct json_object *here, bool show)
{
	struct json_object *v = NULL;
	int64_t n = 0;
	const char *start = f->p;

	for (int i = 0; i < f->depth; i++)
		if (strcmp(f->open[i], t->name) == 0)
			return refuse(f, "section inside its own", t->name);
	if (f->depth == PAGE_DEPTH)
		return refuse(f, "sections too deep", t->name);
	if (show) {
		if (!look_up(f, t, here, &v))
			return false;
		if ((n = times_shown(v)) < 0)
			return refuse(f, "not usable as a section", t->name);
	}
	f->open[f->depth++] = t->name;
	if (t->op == '^') {
		if (!fill_text(f, here, show && n == 0, t->name))
			return false;
	} else if (n == 0) {
		if (!fill_text(f, here, false, t->name))
			return false;
	} else {
		for (int64_t i = 0; i < n; i++) {
			struct json_object *inner = here;

			if (json_object_is_type(v, json_type_array))
				inner = json_object_array_get_idx(v, (size_t)i);
			else if (json_object_is_type(v, json_type_object))
				inner = v;
			f->p = start;
			if (!fill_text(f, inner, true, t->name))
				return false;
		}
	}
	f->depth--;
	return true;
}

/* Fill up to the end tag of the section `until`, or to the end of the template when that is NULL. */
static bool
fill_text(struct fill *f, struct json_object *here, bool show, const char *until)
{
	struct tag t;

	for (;;) {
		const char *brace = memmem(f->p, (size_t)(f->end - f->p), "{{", 2);
		const char *stop = brace != NULL ? brace : f->end;

		if (show)
			buf_add(f->out, f->p, (size_t)(stop - f->p));
		f->p = stop;
		if (brace == NULL)
			return until == NULL ? true : refuse(f, "section without end", until);
		if (!read_tag(f, &t))
			return false;
		if (t.op == '/') {
			if (until != NULL && strcmp(t.name, until) == 0)
				return true;
			return refuse(f, "end of another section", t.name);
		}
		if (t.op == '#' || t.op == '^') {
			if (!fill_section(f, &t, here, show))
				return false;
		} else if (show && !put_value(f, &t, here)) {
			return false;
		}
	}
}

bool
page_fill(struct buf *out, const struct page *page, struct json_object *model)
{
	struct fill f = { .out = out, .page = page, .root = model, .p = page->text, .end = page->text + page->len };

	if (!fill_text(&f, NULL, true, NULL))
		return false;
	if (out->failed)
		return refuse(&f, "larger than its limit", "");
	return true;
}
