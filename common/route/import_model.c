#include "route/import_model.h"

#include <json-c/json.h>
#include <string.h>

#include "base/lang.h"
#include "base/utf8.h"
#include "route/when.h"

#define SAMPLES 3
#define SAMPLE_MAX 40    /* characters of a cell */
#define ROWS_SHOWN 100   /* of each group */

static const char dots[] = "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2";

static const char *const labels[IMPORT__TARGETS] = {
	TR("Site"), TR("Web address"), TR("User name"), TR("Password"), TR("Notes"), TR("Tags"),
	TR("Key for one-time codes"), TR("Favourite"), TR("Created"), TR("Changed"), TR("Password changed"), TR("Leave out")
};

static const char *const groups[GROUP__MAX] = { "fresh", "same", "changed", "unreadable" };

struct columns {
	const struct import_plan *plan;
	struct json_object *column[CSV_COLUMNS], *sample[CSV_COLUMNS];
	size_t rows;
};

/* A cell that may be a secret: all but what is surely none. A column that nobody has named yet can hold passwords. */
static bool
is_open(enum import_target t)
{
	return t == (enum import_target)ENTRY_SITE || t == (enum import_target)ENTRY_URL || t == (enum import_target)ENTRY_USERNAME ||
	    t == (enum import_target)ENTRY_TAGS || (t >= IMPORT_FAVORITE && t < IMPORT_SKIP);
}

static void
add_sample(struct json_object *list, const char *cell, bool open)
{
	struct buf b;
	size_t n = 0, len;

	buf_init(&b, SAMPLE_MAX * 4 + 8);
	len = strlen(cell);
	while (n < len && utf8_count(cell, n) < SAMPLE_MAX)
		for (n++; n < len && ((unsigned char)cell[n] & 0xc0) == 0x80; n++)
			continue;
	for (size_t i = 0; i < n; i++)
		buf_ch(&b, (unsigned char)cell[i] < 0x20 ? ' ' : cell[i]);
	if (n < len)
		buf_str(&b, "\xe2\x80\xa6");
	model_text(model_add(list), "text", len == 0 ? "" : open ? b.p : dots);
	buf_wipe(&b);
}

static bool
take_cells(void *ctx, const struct csv_row *row)
{
	struct columns *c = ctx;
	bool names = c->plan->names && c->rows == 0;
	char number[24];

	for (size_t i = 0; i < c->plan->columns; i++) {
		const char *cell = i < row->n ? row->cell[i] : "";

		if (names) {
			model_text(c->column[i], "name", cell);
		} else {
			if (c->rows == 0) {
				snprintf(number, sizeof(number), "%zu", i + 1);
				model_text(c->column[i], "name", number);
			}
			add_sample(c->sample[i], cell, is_open(c->plan->map[i]));
		}
	}
	c->rows++;
	return c->rows < SAMPLES + (c->plan->names ? 1 : 0);
}

void
import_columns_model(struct reply *rp, const struct import *im)
{
	struct columns c = { .plan = &im->plan };
	struct json_object *list = reply_list(rp, "columns");

	for (size_t i = 0; i < im->plan.columns; i++) {
		struct json_object *options;

		c.column[i] = model_add(list);
		model_num(c.column[i], "number", (int64_t)i + 1);
		c.sample[i] = model_list(c.column[i], "samples");
		options = model_list(c.column[i], "options");
		for (size_t t = 0; t < IMPORT__TARGETS; t++) {
			struct json_object *o = model_add(options);

			model_text(o, "key", import_targets[t]);
			model_text(o, "label", tr(labels[t]));
			model_flag(o, "chosen", im->plan.map[i] == (enum import_target)t);
		}
	}
	import_cells(&im->plan, im->text.p, im->text.len, take_cells, &c);
	reply_flag(rp, "names", im->plan.names);
}

struct preview {
	struct json_object *group[GROUP__MAX], *rows[GROUP__MAX];
	int64_t count[GROUP__MAX];
};

/* %L the field, %z its limit, %h what was given. */
static void
fill(struct buf *b, const char *sentence, const struct import_row *row, int64_t limit)
{
	for (const char *s = sentence; *s; s++) {
		if (*s != '%') {
			buf_ch(b, *s);
			continue;
		}
		switch (*++s) {
		case 'L': buf_str(b, tr(labels[row->field])); break;
		case 'z': buf_fmt(b, "%lld", (long long)limit); break;
		case 'h': buf_fmt(b, "%zu", row->have); break;
		}
	}
}

static void
why_not(struct buf *b, const struct import_row *row)
{
	static const int64_t limits[ENTRY__FIELDS] = {
		[ENTRY_SITE] = ENTRY_SITE_MAX, [ENTRY_URL] = ENTRY_URL_MAX, [ENTRY_USERNAME] = ENTRY_USERNAME_MAX, [ENTRY_PASSWORD] = ENTRY_PASSWORD_MAX,
		[ENTRY_NOTES] = ENTRY_NOTES_MAX, [ENTRY_TAGS] = 50, [ENTRY_TOTP] = ENTRY_TOTP_MAX,
	};

	switch (row->fault) {
	case IMPORT_FINE: break;
	case IMPORT_NO_SITE: buf_str(b, tr(TR("It has neither a site nor a web address."))); break;
	case IMPORT_TOO_LONG: fill(b, tr(TR("%L can hold %z characters; this has %h.")), row, limits[row->field]); break;
	case IMPORT_CONTROL: fill(b, tr(TR("%L holds a character that cannot be kept, such as a line break.")), row, 0); break;
	case IMPORT_TOO_MANY_TAGS: fill(b, tr(TR("It has more than %z tags.")), row, ENTRY_TAGS_MAX); break;
	case IMPORT_OPEN_QUOTE: buf_str(b, tr(TR("A quotation mark is opened and never closed."))); break;
	case IMPORT_TOO_MANY_CELLS: buf_str(b, tr(TR("It has more cells than the first line."))); break;
	case IMPORT_OTHER_KIND: buf_str(b, tr(TR("It is a card or an identity; only logins and notes can be kept."))); break;
	case IMPORT__FAULTS: break;
	}
}

static void
what_differs(struct buf *b, unsigned differs)
{
	for (size_t f = 0; f <= ENTRY__FIELDS; f++)
		if (differs & 1U << f)
			buf_fmt(b, "%s%s", b->len > 0 ? ", " : "", tr(labels[f]));
}

static bool
take_finding(void *ctx, const struct import_finding *f)
{
	struct preview *p = ctx;
	struct json_object *o;
	struct buf why;

	if (p->count[f->group]++ >= ROWS_SHOWN)
		return true;
	buf_init(&why, 512);
	if (f->group == GROUP_UNREADABLE)
		why_not(&why, f->row);
	else if (f->group == GROUP_CHANGED)
		what_differs(&why, f->differs);
	else if (f->twice)
		buf_str(&why, tr(TR("It stands in the file twice.")));
	o = model_add(p->rows[f->group]);
	model_num(o, "line", (int64_t)f->row->line);
	/* of what cannot be read nothing is shown but where and why: it may be a password in the wrong place */
	model_text(o, "site", f->group == GROUP_UNREADABLE ? "" : f->row->text[ENTRY_SITE]);
	model_text(o, "username", f->group == GROUP_UNREADABLE ? "" : f->row->text[ENTRY_USERNAME]);
	model_text(o, "why", why.p);
	buf_wipe(&why);
	return true;
}

enum outcome
import_preview_model(struct reply *rp, const struct session *s, struct import *im)
{
	struct preview p = { 0 };
	bool more = false;
	enum outcome o;

	for (size_t g = 0; g < GROUP__MAX; g++) {
		p.group[g] = reply_object(rp, groups[g]);
		p.rows[g] = model_list(p.group[g], "rows");
	}
	o = import_compare(s, im, take_finding, &p, &more);
	for (size_t g = 0; g < GROUP__MAX; g++) {
		model_num(p.group[g], "count", p.count[g]);
		model_num(p.group[g], "more", p.count[g] > ROWS_SHOWN ? p.count[g] - ROWS_SHOWN : 0);
	}
	reply_num(rp, "more_rows", more ? IMPORT_ROWS_MAX : 0);
	reply_flag(rp, "is_csv", im->plan.format == IMPORT_CSV);
	reply_flag(rp, "nothing", p.count[GROUP_NEW] + p.count[GROUP_CHANGED] == 0);
	return o;
}

void
import_result_model(struct reply *rp, const struct import *im)
{
	static const char *const states[] = { "staged", "running", "done", "undoing", "undone" };
	char day[WHEN_DAY_MAX], at[WHEN_TIME_MAX];
	bool over = im->state == IMPORT_DONE;

	reply_text(rp, "id", im->id_text);
	reply_text(rp, "state", states[im->state]);
	reply_num(rp, "created", im->made);
	reply_num(rp, "overwritten", im->overwritten);
	reply_num(rp, "same", over ? im->count[GROUP_SAME] : 0);
	reply_num(rp, "left", over ? im->count[GROUP_CHANGED] - (im->choice == CHANGED_LEAVE ? 0 : im->count[GROUP_CHANGED]) : 0);
	reply_num(rp, "unreadable", over ? im->count[GROUP_UNREADABLE] : 0);
	reply_num(rp, "taken_back", im->taken_back);
	reply_num(rp, "kept", im->kept);
	reply_time(rp, "until", im->expires);
	when_day(day, im->expires);
	when_time(at, im->expires);
	reply_view_text(rp, "until_day", day);
	reply_view_text(rp, "until_time", at);
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		reply_view_flag(rp, states[i], (size_t)im->state == i);
}
