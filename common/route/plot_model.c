#include "route/plot_model.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "http/reply.h"
#include "route/when.h"

#define PATH_MAX_LEN 16384
#define TENTHS 10
#define MARGIN 2 /* the stroke at top and bottom stays inside */
#define HOUR 3600

int64_t
plot_top(int64_t most)
{
	int64_t top = 1;

	for (int i = 0; top < most; i++)
		top = i % 3 == 1 ? top / 2 * 5 : top * 2;
	return top;
}

void
plot_number(char out[static 24], int64_t value, int64_t unit_of)
{
	int64_t tenths = (value * TENTHS + unit_of / 2) / unit_of;

	if (unit_of == 1 || tenths >= TENTHS * TENTHS)
		snprintf(out, 24, "%" PRId64, (value + unit_of / 2) / unit_of);
	else
		snprintf(out, 24, "%" PRId64 ".%" PRId64, tenths / TENTHS, tenths % TENTHS);
}

/* One run of values after the other; a value between two gaps is a dash of its own. */
static void
draw(struct buf *d, const struct plot *p, size_t line, int64_t top)
{
	const int64_t *v = p->value[line];
	int64_t room = (PLOT_HEIGHT - 2 * MARGIN) * TENTHS;
	bool pen = false;

	for (size_t i = 0; i < p->n; i++) {
		int64_t y = v[i] == PLOT_GAP ? 0 : MARGIN * TENTHS + room - v[i] * room / top;

		if (v[i] == PLOT_GAP) {
			pen = false;
			continue;
		}
		buf_fmt(d, "%c%zu %" PRId64 ".%" PRId64, pen ? 'L' : 'M', i, y / TENTHS, y % TENTHS);
		if (!pen)
			buf_str(d, "h1");
		pen = true;
	}
}

static int64_t
most_of(const struct plot *p)
{
	int64_t most = 0;

	for (size_t l = 0; l < p->lines; l++)
		for (size_t i = 0; i < p->n; i++)
			most = p->value[l][i] > most ? p->value[l][i] : most;
	return most;
}

static int64_t
last_of(const struct plot *p, size_t line)
{
	for (size_t i = p->n; i > 0; i--)
		if (p->value[line][i - 1] != PLOT_GAP)
			return p->value[line][i - 1];
	return PLOT_GAP;
}

static void
text_of(char out[static 24], const struct plot *p, int64_t value)
{
	if (value == PLOT_GAP)
		snprintf(out, 24, "–");
	else
		plot_number(out, value, p->unit_of);
}

/* What the hour that begins at `hour` had. */
static int64_t
hour_of(const struct plot *p, size_t line, int64_t hour)
{
	int64_t all = PLOT_GAP;

	for (size_t i = 0; i < p->n; i++) {
		int64_t t = p->from + (int64_t)i * p->step, v = p->value[line][i];

		if (t < hour || t >= hour + HOUR || v == PLOT_GAP)
			continue;
		if (all == PLOT_GAP || (!p->sum && v > all))
			all = v;
		else if (p->sum)
			all += v;
	}
	return all;
}

static void
rows(struct json_object *list, const struct plot *p)
{
	int64_t first = p->from - p->from % HOUR, end = p->from + (int64_t)p->n * p->step;
	char when[WHEN_TIME_MAX], cell[24];

	for (int64_t hour = end - 1 - (end - 1) % HOUR; hour >= first; hour -= HOUR) {
		struct json_object *row = model_add(list), *cells;

		when_time(when, hour);
		model_text(row, "hour", when);
		cells = model_list(row, "cells");
		for (size_t l = 0; l < p->lines; l++) {
			text_of(cell, p, hour_of(p, l, hour));
			model_add_text(cells, cell);
		}
	}
}

void
plot_model(struct json_object *plots, const struct plot *p)
{
	struct json_object *o = model_add(plots), *list;
	int64_t top = plot_top((most_of(p) + p->unit_of - 1) / p->unit_of) * p->unit_of;
	char text[24], when[WHEN_TIME_MAX];
	struct buf d;

	model_text(o, "id", p->id);
	model_text(o, "title", p->title);
	model_text(o, "unit", p->unit);
	model_flag(o, "sum", p->sum);
	model_flag(o, "two", p->lines > 1);
	text_of(text, p, top);
	model_text(o, "most", text);
	when_time(when, p->from);
	model_text(o, "begin", when);
	when_time(when, p->from + (int64_t)p->n * p->step);
	model_text(o, "end", when);
	list = model_list(o, "lines");
	for (size_t l = 0; l < p->lines; l++) {
		struct json_object *line = model_add(list);

		buf_init(&d, PATH_MAX_LEN);
		draw(&d, p, l, top);
		model_text(line, "name", p->name[l]);
		model_num(line, "kind", (int64_t)l);
		model_text(line, "d", d.failed ? "" : d.p);
		text_of(text, p, last_of(p, l));
		model_text(line, "last", text);
		buf_wipe(&d);
	}
	rows(model_list(o, "rows"), p);
}
