/* page.c - one pass over the template; sections recurse, so that every tag is checked even where nothing is shown. */
#include "http/page.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

#include "base/lang.h"
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
	static const char *const as[256] = { ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;" };
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		const char *e = as[(unsigned char)s[i]];

		if (e == NULL)
			continue;
		buf_add(out, s + from, i - from);
		buf_str(out, e);
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

/* `.`, or names of [a-z0-9_] joined by dots, with a dot before when they start at the current element. Returns where the name ends, NULL when it is none. */
static const char *
read_name(struct tag *t, const char *s, const char *end)
{
	bool part = false; /* a character of the current part was seen */

	for (t->len = 0; s < end && t->len < TAG_MAX - 1; s++) {
		if ((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '_')
			part = true;
		else if (*s == '.' && (part || t->len == 0))
			part = false;
		else
			break;
		t->name[t->len++] = *s;
	}
	t->name[t->len] = '\0';
	return part || (t->len == 1 && t->name[0] == '.') ? s : NULL;
}

/* Read the tag whose braces begin at f->p, and step over it. */
static bool
read_tag(struct fill *f, struct tag *t)
{
	const char *s = f->p + 2;

	t->op = 0;
	t->name[0] = '\0';
	if (s < f->end && (*s == '#' || *s == '^' || *s == '/')) {
		t->op = *s++;
	} else if (f->end - s > 4 && memcmp(s, "url:", 4) == 0) {
		t->op = 'u';
		s += 4;
	}
	s = read_name(t, s, f->end);
	if (s == NULL || f->end - s < 2 || s[0] != '}' || s[1] != '}')
		return refuse(f, "malformed tag", t->name);
	f->p = s + 2;
	return true;
}

static const char *
find_tag(const char *p, const char *end)
{
	/* Not memmem: it is slower on texts as short as those between two tags. */
	while ((p = memchr(p, '{', (size_t)(end - p))) != NULL) {
		if (end - p > 1 && p[1] == '{')
			return p;
		p++;
	}
	return NULL;
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
		const char *dot = strchr(s, '.'), *key = s;

		if (dot != NULL) {
			memcpy(part, s, (size_t)(dot - s));
			part[dot - s] = '\0';
			key = part;
		}
		if (!json_object_is_type(o, json_type_object) || !json_object_object_get_ex(o, key, &o))
			return refuse(f, "unknown name", t->name);
		s = dot != NULL ? dot + 1 : s + strlen(s);
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

/* The text of a section `n` times over the value `v` (or once, where it stands for "not"); passed over unseen when it does not show. */
static bool
fill_times(struct fill *f, const struct tag *t, struct json_object *here, bool show, struct json_object *v, int64_t n)
{
	const char *start = f->p;

	if (t->op == '^')
		return fill_text(f, here, show && n == 0, t->name);
	if (n == 0)
		return fill_text(f, here, false, t->name);
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
	return true;
}

static bool
fill_section(struct fill *f, const struct tag *t, struct json_object *here, bool show)
{
	struct json_object *v = NULL;
	int64_t n = 0;
	bool ok;

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
	ok = fill_times(f, t, here, show, v, n);
	f->open[--f->depth] = NULL;
	return ok;
}

/* Fill up to the end tag of the section `until`, or to the end of the template when that is NULL. */
static bool
fill_text(struct fill *f, struct json_object *here, bool show, const char *until)
{
	struct tag t;

	for (;;) {
		const char *brace = find_tag(f->p, f->end);
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
	struct page_text t = { page->text, page->len };
	struct fill f = { .out = out, .page = page, .root = model };

	if (page->other && lang_now() != LANG_EN)
		t = page->other[lang_now() - 1];
	f.p = t.text;
	f.end = t.text + t.len;
	if (!fill_text(&f, NULL, true, NULL))
		return false;
	if (out->failed)
		return refuse(&f, "larger than its limit", "");
	return true;
}
