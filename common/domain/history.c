#include "domain/history.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAGIC "vshist01"

static bool
path_of(char out[static COUNT_PATH_MAX], const char *dir, const char *suffix)
{
	return snprintf(out, COUNT_PATH_MAX, "%s/" HISTORY_FILE "%s", dir, suffix) < COUNT_PATH_MAX;
}

bool
history_read(struct history *h, const char *dir)
{
	char path[COUNT_PATH_MAX];
	ssize_t n = -1;
	int fd = path_of(path, dir, "") ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;

	memset(h, 0, sizeof(*h));
	if (fd >= 0) {
		n = read(fd, h, sizeof(*h));
		close(fd);
	}
	if (n == (ssize_t)sizeof(*h) && memcmp(h->magic, MAGIC, sizeof(h->magic)) == 0 && h->size == sizeof(*h))
		return true;
	memset(h, 0, sizeof(*h));
	return false;
}

bool
history_write(const struct history *h, const char *dir)
{
	char path[COUNT_PATH_MAX], aside[COUNT_PATH_MAX];
	int fd = path_of(path, dir, "") && path_of(aside, dir, ".new") ? open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, h, sizeof(*h)) == (ssize_t)sizeof(*h);
	ok = close(fd) == 0 && ok && rename(aside, path) == 0;
	if (!ok)
		unlink(aside);
	return ok;
}

void
history_begin(struct history *h, const char *dir, int64_t now)
{
	if (!history_read(h, dir)) {
		memcpy(h->magic, MAGIC, sizeof(h->magic));
		h->size = sizeof(*h);
	}
	h->started = now;
	h->restarts = h->renewals = 0;
	h->step = 0;
	h->most_kib = 0;
}

/* What was counted since; after a new file of counters, all that it holds. */
static void
since(struct count_route *out, const struct count_route *now, const struct count_route *before)
{
	*out = *now;
	for (size_t k = 0; k <= COUNT_BUCKETS; k++)
		if (now->bucket[k] < before->bucket[k])
			return;
	for (size_t k = 0; k <= COUNT_BUCKETS; k++)
		out->bucket[k] -= before->bucket[k];
	for (size_t k = 0; k < COUNT_CLASSES; k++)
		out->answers[k] -= before->answers[k] <= now->answers[k] ? before->answers[k] : 0;
}

static uint32_t
small(uint64_t n)
{
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static void
make_point(struct history *h, const struct count_route *now)
{
	struct history_point *p = &h->point[(h->step / HISTORY_STEP) % HISTORY_POINTS];
	struct count_route d;
	uint64_t all = 0;

	since(&d, now, &h->before);
	for (size_t k = 0; k < COUNT_CLASSES; k++)
		all += d.answers[k];
	*p = (struct history_point){
		.at = h->step, .requests = small(all), .refused = small(d.answers[COUNT_4XX]), .failed = small(d.answers[COUNT_5XX]), .kib = h->most_kib,
		.p50_us = small((uint64_t)count_quantile_us(d.bucket, 500)), .p95_us = small((uint64_t)count_quantile_us(d.bucket, 950)),
	};
}

void
history_look(struct history *h, const struct count_sum *s, const uint32_t kib[static HISTORY_PROCESSES], int64_t now)
{
	int64_t step = now - now % HISTORY_STEP;
	struct count_route all;
	uint32_t sum = 0;

	count_total(&all, s);
	if (h->step != step) {
		/* a clock that was set back makes no point twice */
		if (h->step != 0 && step > h->step)
			make_point(h, &all);
		h->step = step;
		h->before = all;
		h->most_kib = 0;
	}
	for (size_t i = 0; i < HISTORY_PROCESSES; i++)
		sum += h->kib[i] = kib[i];
	h->most_kib = sum > h->most_kib ? sum : h->most_kib;
	h->looked = now;
}

int64_t
history_time(size_t i, int64_t now)
{
	return (now / HISTORY_STEP - HISTORY_POINTS + (int64_t)i) * HISTORY_STEP;
}

const struct history_point *
history_at(const struct history *h, size_t i, int64_t now)
{
	int64_t at = history_time(i, now);
	const struct history_point *p = at > 0 ? &h->point[(at / HISTORY_STEP) % HISTORY_POINTS] : NULL;

	return p != NULL && p->at == at ? p : NULL;
}

uint32_t
history_kib(int pid)
{
	char path[40], text[128], *second;
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/statm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	if (n <= 0)
		return 0;
	text[n] = '\0';
	second = strchr(text, ' ');
	return second != NULL ? small(strtoul(second, NULL, 10) * (unsigned long)(sysconf(_SC_PAGESIZE) / 1024)) : 0;
}
