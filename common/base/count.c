#include "base/count.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

#define MAGIC "vscount1"
#define TRIES 10 /* a millisecond apart after the second: who replaces a wrong file may have to wait for its turn of the processor */
#define NO_ROUTE SIZE_MAX

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && sizeof(_Atomic uint64_t) == sizeof(uint64_t), "counters are lock-free words");
_Static_assert(sizeof(MAGIC) - 1 == sizeof(((struct count_sum *)NULL)->magic), "magic fills its place");

const uint32_t count_bounds_ms[COUNT_BUCKETS] = { 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000 };

static uint32_t pending[COUNT__MAX];
static char path[COUNT_PATH_MAX];
static size_t route = NO_ROUTE;
static int64_t began_us;
static volatile sig_atomic_t ended;
static sigjmp_buf lost; /* the file became shorter under our hands */

void
count_add(enum count c)
{
	pending[c]++;
}

static int64_t
mono_us(void)
{
	struct timespec t;

	return clock_gettime(CLOCK_MONOTONIC, &t) == 0 ? (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000 : 0;
}

void
count_begin(const char *name, const char *dir)
{
	began_us = mono_us();
	if (*dir == '\0' || snprintf(path, sizeof(path), "%s/" COUNT_FILE, dir) >= (int)sizeof(path))
		path[0] = '\0';
	route = NO_ROUTE;
	for (size_t i = 0; i < count_nroutes && route == NO_ROUTE; i++)
		if (strcmp(count_routes[i], name) == 0)
			route = i;
}

static bool
ours(const struct count_sum *s)
{
	return memcmp(s->magic, MAGIC, sizeof(s->magic)) == 0 && s->layout == count_layout && s->size == sizeof(*s);
}

/* Written and not only made longer: on a full disk a hole would be a fault of the memory at the first count. `old`: the file to be replaced, held by its lock
 * and looked at again, so that nobody's fresh file is taken away; -1 when there was none, and of several who make one the first wins. */
static bool
make(int old)
{
	static struct count_sum fresh;
	char aside[COUNT_PATH_MAX + 16];
	struct stat named, held;
	int fd;
	bool ok;

	memcpy(fresh.magic, MAGIC, sizeof(fresh.magic));
	fresh.layout = count_layout;
	fresh.size = sizeof(fresh);
	fresh.since = clock_now();
	snprintf(aside, sizeof(aside), "%s.%d", path, (int)getpid());
	unlink(aside);
	fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	ok = write(fd, &fresh, sizeof(fresh)) == (ssize_t)sizeof(fresh);
	ok = close(fd) == 0 && ok;
	if (ok && old < 0)
		ok = link(aside, path) == 0 || errno == EEXIST;
	else if (ok && flock(old, LOCK_EX | LOCK_NB) == 0)
		ok = lstat(path, &named) != 0 || fstat(old, &held) != 0 || named.st_ino != held.st_ino || rename(aside, path) == 0;
	unlink(aside);
	return ok;
}

static struct count_sum *
map(int fd)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) != 0 || st.st_size != (off_t)sizeof(struct count_sum))
		return NULL;
	p = mmap(NULL, sizeof(struct count_sum), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return NULL;
	if (ours(p))
		return p;
	munmap(p, sizeof(struct count_sum));
	return NULL;
}

/* A folder, a pipe or a link in its place is not ours to remove. */
static bool
replaceable(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid();
}

static struct count_sum *
attach(bool may_make)
{
	struct count_sum *s = NULL;

	for (int i = 0; i < TRIES && s == NULL; i++) {
		int fd;
		bool again;

		if (i > 1)
			clock_sleep_ms(1);
		fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0) {
			if (errno != ENOENT || !may_make || !make(-1))
				return NULL;
			continue;
		}
		s = map(fd);
		again = s != NULL || (may_make && replaceable(fd) && make(fd));
		close(fd);
		if (!again)
			return NULL;
	}
	return s;
}

static void
bump(uint64_t *at, uint64_t n)
{
	if (n > 0)
		atomic_fetch_add_explicit((_Atomic uint64_t *)at, n, memory_order_relaxed);
}

static void
add_request(struct count_route *r, int status, uint64_t us)
{
	size_t b = 0;

	while (b < COUNT_BUCKETS && us > (uint64_t)count_bounds_ms[b] * 1000)
		b++;
	bump(&r->answers[status >= 500 ? COUNT_5XX : status >= 400 ? COUNT_4XX : status >= 300 ? COUNT_3XX : COUNT_2XX], 1);
	bump(&r->bucket[b], 1);
	bump(&r->us, us);
}

static void
on_bus(int sig)
{
	(void)sig;
	siglongjmp(lost, 1);
}

/* Whoever cuts the file while we hold it costs us the counts, not the request. */
static void
end(int status, bool may_make)
{
	const struct sigaction guard = { .sa_handler = on_bus };
	struct sigaction before;
	struct count_sum *s;
	int64_t us = mono_us() - began_us;

	if (ended || path[0] == '\0' || sigaction(SIGBUS, &guard, &before) != 0)
		return;
	ended = 1;
	if (sigsetjmp(lost, 1) == 0 && (s = attach(may_make)) != NULL) {
		pending[COUNT_THROTTLED] += status == 429;
		for (size_t i = 0; i < COUNT__MAX; i++)
			bump(&s->at[i], pending[i]);
		if (route != NO_ROUTE)
			add_request(&s->route[route], status, us > 0 ? (uint64_t)us : 0);
	}
	(void)sigaction(SIGBUS, &before, NULL);
}

void
count_end(int status)
{
	end(status, true);
}

void
count_end_signal(int status)
{
	end(status, false);
}

/* Read, not mapped: who only looks, the keeper of the web server among them, must not die of a file that becomes shorter. */
bool
count_read(struct count_sum *out, const char *dir)
{
	char name[COUNT_PATH_MAX];
	ssize_t n = -1;
	int fd = -1;

	memset(out, 0, sizeof(*out));
	if (snprintf(name, sizeof(name), "%s/" COUNT_FILE, dir) < (int)sizeof(name))
		fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0) {
		n = read(fd, out, sizeof(*out));
		close(fd);
	}
	if (n == (ssize_t)sizeof(*out) && ours(out))
		return true;
	memset(out, 0, sizeof(*out));
	return false;
}

void
count_total(struct count_route *out, const struct count_sum *s)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < count_nroutes; i++) {
		for (size_t k = 0; k < COUNT_CLASSES; k++)
			out->answers[k] += s->route[i].answers[k];
		for (size_t k = 0; k <= COUNT_BUCKETS; k++)
			out->bucket[k] += s->route[i].bucket[k];
		out->us += s->route[i].us;
	}
}

int64_t
count_quantile_us(const uint64_t bucket[static COUNT_BUCKETS + 1], unsigned permille)
{
	uint64_t all = 0, rank, before = 0;

	for (size_t i = 0; i <= COUNT_BUCKETS; i++)
		all += bucket[i];
	if (all == 0)
		return 0;
	rank = (all * permille + 999) / 1000;
	for (size_t i = 0; i < COUNT_BUCKETS; i++) {
		uint64_t low = i > 0 ? (uint64_t)count_bounds_ms[i - 1] * 1000 : 0, high = (uint64_t)count_bounds_ms[i] * 1000;

		if (bucket[i] > 0 && before + bucket[i] >= rank)
			return (int64_t)(low + (high - low) * (rank - before) / bucket[i]);
		before += bucket[i];
	}
	return (int64_t)count_bounds_ms[COUNT_BUCKETS - 1] * 1000;
}
