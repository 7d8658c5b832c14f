#include "route/health_model.h"

#include <string.h>

#include "route/entry_model.h"
#include "route/when.h"

#define FEW 10
#define PAGE_ROWS 100
#define BAR_MAX 300 /* of the chart's 480 units */
#define BAR_STEP 32

/* One list: which rows of it are shown. */
struct slice {
	size_t first, end, count;
	bool shown;
};

static struct slice
slice_of(size_t count, size_t kind, int64_t wanted, int64_t page)
{
	struct slice s = { .count = count, .shown = count > 0 && (wanted < 0 || (size_t)wanted == kind) };
	size_t rows = wanted < 0 ? FEW : PAGE_ROWS;

	s.first = s.shown && wanted >= 0 ? (size_t)(page - 1) * rows : 0;
	s.first = s.first < count ? s.first : 0;
	s.end = !s.shown ? 0 : s.first + rows < count ? s.first + rows : count;
	return s;
}

static void
bounds(struct json_object *o, const struct slice *s, bool page, int64_t wanted)
{
	int64_t number = (int64_t)(s->first / PAGE_ROWS) + 1;

	model_num(o, "count", (int64_t)s->count);
	model_num(o, "next_page", s->shown && s->end < s->count ? (wanted < 0 ? 1 : number + 1) : 0);
	if (page) {
		model_flag(o, "shown", s->shown);
		model_flag(o, "more", wanted < 0 && s->end < s->count);
		model_num(o, "older_page", wanted >= 0 && s->end < s->count ? number + 1 : 0);
		model_num(o, "newer_page", wanted >= 0 && s->shown ? number - 1 : 0);
	}
}

static struct json_object *
add_row(struct json_object *list, const struct health_row *r, bool page)
{
	struct json_object *o = model_add(list);
	struct entry_row row = { .version = r->version, .site = r->site, .url = r->url, .username = r->username, .tags = "", .strength = r->strength };
	char day[WHEN_DAY_MAX];

	if (page) {
		memcpy(row.id, r->id, sizeof(row.id));
		entry_row_page(o, &row);
		when_day(day, r->password_at);
		model_text(o, "password_day", day);
		return o;
	}
	model_text(o, "id", r->id);
	model_num(o, "version", r->version);
	model_text(o, "site", r->site);
	model_text(o, "username", r->username);
	model_text(o, "url", r->url);
	model_num(o, "strength", r->strength);
	model_time(o, "password_changed", r->password_at);
	return o;
}

static void
found(struct json_object *o, const struct health *h, enum entry_finding f, const struct slice *s, bool page)
{
	struct json_object *list = model_list(o, "entries"), *groups = page && f == FINDING_REUSED ? model_list(o, "groups") : NULL;
	size_t at = 0, group = SIZE_MAX;
	const struct health_row *r;

	for (size_t i = 0; i < s->end && (r = health_next(h, f, &at)) != NULL; i++) {
		struct json_object *row;

		if (i < s->first)
			continue;
		if (groups && r->group != group) {
			struct json_object *g = model_add(groups);

			model_num(g, "shared", (int64_t)h->shared[r->group]);
			list = model_list(g, "entries");
			group = r->group;
		}
		row = add_row(list, r, page);
		if (f == FINDING_REUSED) {
			model_num(row, "group", (int64_t)r->group);
			model_num(row, "shared", (int64_t)h->shared[r->group]);
		}
	}
}

static void
ignored(struct json_object *o, const struct health *h, const struct slice *s, bool page)
{
	struct json_object *list = model_list(o, "entries");
	size_t n = 0;

	for (size_t i = 0; i < h->n && n < s->end; i++)
		for (size_t f = 0; f < FINDING__MAX && n < s->end; f++) {
			struct json_object *row;

			if (!*h->row[i].reason[f] || n++ < s->first)
				continue;
			row = add_row(list, &h->row[i], page);
			model_text(row, "finding", entry_findings[f]);
			model_text(row, "reason", h->row[i].reason[f]);
			for (size_t k = 0; page && k < FINDING__MAX; k++) {
				char is[16];

				snprintf(is, sizeof(is), "is_%s", entry_findings[k]);
				model_flag(row, is, k == f);
			}
		}
}

/* Bars as long as their share of the longest; the template draws them. */
static void
levels(struct reply *rp, const struct health *h, bool page)
{
	struct json_object *list = reply_list(rp, "levels");
	size_t most = 1;

	for (size_t i = 0; i < HEALTH_LEVELS; i++)
		most = h->level[i] > most ? h->level[i] : most;
	for (size_t i = 0; i < HEALTH_LEVELS; i++) {
		struct json_object *o = model_add(list);

		model_num(o, "level", (int64_t)i);
		model_num(o, "count", (int64_t)h->level[i]);
		if (page) {
			int64_t width = (int64_t)(h->level[i] * BAR_MAX / most);

			model_text(o, "word", entry_strength_word((int)i));
			model_num(o, "share", (int64_t)(h->level[i] * 100 / most));
			model_num(o, "width", width);
			model_num(o, "y", (int64_t)i * BAR_STEP + 6);
			model_num(o, "text_y", (int64_t)i * BAR_STEP + 22);
			model_num(o, "count_x", 128 + width);
		}
	}
}

void
health_model(struct reply *rp, const struct health *h, int64_t kind, int64_t page)
{
	bool html = rp->rq->html;
	size_t in_order = h->n - h->attention;

	reply_num(rp, "total", (int64_t)h->n);
	reply_num(rp, "attention", (int64_t)h->attention);
	reply_num(rp, "in_order", (int64_t)in_order);
	reply_num(rp, "percent", h->n ? (int64_t)(in_order * 100 / h->n) : 100);
	reply_num(rp, "rated", (int64_t)h->rated);
	reply_num(rp, "unrated", (int64_t)(h->n - h->rated));
	reply_num(rp, "damaged", (int64_t)h->damaged);
	levels(rp, h, html);
	for (size_t f = 0; f <= HEALTH_IGNORED; f++) {
		struct json_object *o = reply_object(rp, f == HEALTH_IGNORED ? "ignored" : entry_findings[f]);
		struct slice s = slice_of(f == HEALTH_IGNORED ? h->ignored : h->count[f], f, kind, page);

		if (f == HEALTH_IGNORED)
			ignored(o, h, &s, html);
		else
			found(o, h, (enum entry_finding)f, &s, html);
		bounds(o, &s, html, kind);
	}
	reply_view_flag(rp, "empty", h->n == 0);
	reply_view_flag(rp, "one", h->attention == 1);
	reply_view_flag(rp, "all_well", h->n > 0 && h->attention == 0);
	reply_view_flag(rp, "one_kind", kind >= 0);
}
