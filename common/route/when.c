#include "route/when.h"

#include <string.h>

#include "base/lang.h"

static const char *const months[] = {
	TR("Jan"), TR("Feb"), TR("Mar"), TR("Apr"), TR("May"), TR("Jun"), TR("Jul"), TR("Aug"), TR("Sep"), TR("Oct"), TR("Nov"), TR("Dec"),
};

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
	size_t n = 0;

	for (const char *s = tr(TR("%D %M %Y")); *s && n + 1 < WHEN_DAY_MAX; s++)
		if (*s == '%' && s[1] == 'D')
			n += (size_t)snprintf(out + n, WHEN_DAY_MAX - n, "%d", tm.tm_mday), s++;
		else if (*s == '%' && s[1] == 'M')
			n += (size_t)snprintf(out + n, WHEN_DAY_MAX - n, "%s", tr(months[tm.tm_mon])), s++;
		else if (*s == '%' && s[1] == 'Y')
			n += (size_t)snprintf(out + n, WHEN_DAY_MAX - n, "%d", tm.tm_year + 1900), s++;
		else
			out[n++] = *s;
	out[n < WHEN_DAY_MAX ? n : WHEN_DAY_MAX - 1] = '\0';
}

void
when_time(char out[static WHEN_TIME_MAX], int64_t t)
{
	struct tm tm = split(t);

	strftime(out, WHEN_TIME_MAX, "%H:%M", &tm);
}
