/* plot_model.h - lines over time as a page draws them: paths of SVG and the numbers beside them. Layer: route. */
#ifndef ROUTE_PLOT_MODEL_H
#define ROUTE_PLOT_MODEL_H

#include "base/attr.h"

struct json_object;

#define PLOT_POINTS_MAX 288
#define PLOT_LINES_MAX 2
#define PLOT_WIDTH 288  /* of the viewBox; the page stretches it, so that no text stands inside */
#define PLOT_HEIGHT 120
#define PLOT_GAP ((int64_t)-1)   /* no value here: the line is broken */

/* One picture. Values are whole numbers >= 0 in `1 / unit_of` of what is shown: 1000 for thousandths. */
struct plot {
	const char *id, *title, *unit;         /* id: [a-z]; the others as people read them */
	int64_t unit_of;
	bool sum;                              /* the table adds up each hour; otherwise it has the highest value of each */
	size_t lines, n;                       /* n <= PLOT_POINTS_MAX */
	const char *name[PLOT_LINES_MAX];
	int64_t value[PLOT_LINES_MAX][PLOT_POINTS_MAX];
	int64_t from, step;                    /* time of the first value, and between two; seconds */
};

/* Append it to the list `plots`: id, title, unit, most (top of the scale, text), begin and end (times, UTC), now (the last values, text), sum, lines [{name, kind, d, last}],
 * rows [{hour, cells}], newest hour first; an hour without any value says "–". */
void plot_model(struct json_object *plots, const struct plot *p);
/* The top of the scale for values up to `most`: 1, 2 or 5 and zeros, 1 at least. */
int64_t plot_top(int64_t most);
/* "12.3", "12": one digit behind the point below ten, none from there on. */
void plot_number(char out[static 24], int64_t value, int64_t unit_of);

#endif
