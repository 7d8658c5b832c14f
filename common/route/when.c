#include "route/when.h"

static struct tm
split(int64_t t)
{
	time_t at = (time_t)t;
	struct tm tm = { 0 };

	gmtime_r(&at, &tm);
	return tm;
}

void
when_day(char out[static WHEN_DAY_MAX], int64_t t)
{
	struct tm tm = split(t);
	char text[WHEN_DAY_MAX];

	strftime(text, sizeof(text), "%d %b %Y", &tm);
	snprintf(out, WHEN_DAY_MAX, "%s", text + (text[0] == '0'));
}

void
when_time(char out[static WHEN_TIME_MAX], int64_t t)
{
	struct tm tm = split(t);

	strftime(out, WHEN_TIME_MAX, "%H:%M", &tm);
}
