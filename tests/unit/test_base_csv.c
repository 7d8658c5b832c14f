/* test_base_csv: rows as RFC 4180 has them, and as programs write them; what one bad line costs. */
#include <string.h>
#include <time.h>

#include "base/csv.h"
#include "unit.h"

static const struct {
	const char *in, *want; /* LINE:cell|cell; per row, "!" for a faulty one */
} cases[] = {
	{ "", "" },
	{ "\n\r\n\n", "" },
	{ "a,b\n1,2", "1:a|b;2:1|2;" },
	{ "a,b\r\n1,2\r\n", "1:a|b;2:1|2;" },
	{ "\xef\xbb\xbf" "a;b\n1,5;2", "1:a|b;2:1,5|2;" },
	{ "a\tb,c\td\n", "1:a|b,c|d;" },
	{ "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", "1:a|b;2:x,y|say \"hi\";" },
	{ "a,b\n\"x\ny\",z\nlast,row\n", "1:a|b;2:x\ny|z;4:last|row;" },
	{ "a,b\n,\n", "1:a|b;2:|;" },
	{ "a,b\nin\"ner,5\" wide\n", "1:a|b;2:in\"ner|5\" wide;" },
	{ "a,b\n\"x\"y,z\n", "1:a|b;2:xy|z;" },
	{ "a,b\n\"open,1\nnext,2\n", "1:a|b;2:!;3:next|2;" },
	{ "a,b\n1,2\n\"", "1:a|b;2:1|2;3:!;" },
	{ "\"a,;;;\",b;c,d\n", "1:a,;;;|b;c|d;" },
};

static void
rows(void)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct csv_row row;
		struct csv c;
		struct buf got;

		buf_init(&got, 4096);
		csv_start(&c, &row, cases[i].in, strlen(cases[i].in), 0);
		while (csv_next(&c, &row)) {
			buf_fmt(&got, "%zu:", row.line);
			for (size_t k = 0; k < row.n; k++)
				buf_fmt(&got, "%s%s", k > 0 ? "|" : "", row.cell[k]);
			buf_str(&got, row.fault != CSV_FINE ? "!;" : ";");
		}
		CHECK_STR(got.p, cases[i].want);
		csv_row_wipe(&row);
		buf_wipe(&got);
	}
}

static void
limits(void)
{
	struct csv_row row;
	struct csv c;
	struct buf in;

	buf_init(&in, 1 << 20);
	for (size_t i = 0; i < CSV_COLUMNS; i++)
		buf_str(&in, "a,");
	buf_str(&in, "a\nb,c\n");
	for (size_t i = 0; i <= CSV_ROW_MAX; i++)
		buf_ch(&in, 'x');
	buf_str(&in, ",y\nd,e\n");
	csv_start(&c, &row, in.p, in.len, ',');
	CHECK(csv_next(&c, &row) && row.fault == CSV_TOO_MANY && row.n == 0);
	CHECK(csv_next(&c, &row) && row.fault == CSV_FINE && row.n == 2);
	CHECK(csv_next(&c, &row) && row.fault == CSV_TOO_LONG && row.n == 0);
	CHECK(csv_next(&c, &row) && row.fault == CSV_FINE && strcmp(row.cell[1], "e") == 0);
	CHECK(!csv_next(&c, &row));
	csv_row_wipe(&row);
	buf_wipe(&in);
}

/* Every line opens a quote that only the last line's lack leaves open: read once each it would cost the square of 200,000 lines. */
static void
hostile(void)
{
	struct csv_row row;
	struct csv c;
	struct buf in;
	clock_t start = clock();
	size_t n = 0;

	buf_init(&in, 1 << 22);
	for (size_t i = 0; i < 200000; i++)
		buf_str(&in, "\"\"\"x\n");
	csv_start(&c, &row, in.p, in.len, ',');
	while (csv_next(&c, &row))
		n++;
	CHECK(n > 100);
	CHECK(c.open <= CSV_OPEN_MAX);
	CHECK((double)(clock() - start) / CLOCKS_PER_SEC < 3);
	csv_row_wipe(&row);
	buf_wipe(&in);
}

int
main(void)
{
	rows();
	limits();
	hostile();
	return unit_end();
}
