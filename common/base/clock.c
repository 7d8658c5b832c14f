#include "base/clock.h"

#include <errno.h>

static int64_t
read_ms(clockid_t which)
{
	struct timespec ts = { 0 };

	clock_gettime(which, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_now(void)
{
	return clock_now_ms() / 1000;
}

int64_t
clock_now_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

int64_t
clock_mono_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

void
clock_text(char out[static CLOCK_TEXT_LEN + 1], int64_t t)
{
	time_t at = (time_t)t;
	struct tm tm;

	out[0] = '\0';
	if (t < 0 || t >= 253402300800 || !gmtime_r(&at, &tm))
		return;
	if (strftime(out, CLOCK_TEXT_LEN + 1, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		out[0] = '\0';
}

void
clock_sleep_ms(int64_t ms)
{
	struct timespec ts = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };

	while (nanosleep(&ts, &ts) != 0 && errno == EINTR)
		;
}
