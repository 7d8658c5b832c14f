#include "route/process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/count.h"
#include "http/reply.h"

#define MIB (1024ULL * 1024ULL)

#if defined(__SANITIZE_ADDRESS__)
#define BUILD_HAS_SHADOW_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BUILD_HAS_SHADOW_MEMORY 1
#endif
#endif

static const struct limit {
	int what;
	rlim_t max;
} limits[] = {
	{ RLIMIT_CORE, 0 },
	{ RLIMIT_CPU, 8 },
	{ RLIMIT_NOFILE, 64 },
	{ RLIMIT_FSIZE, 64 * 1024 * MIB },
#ifndef BUILD_HAS_SHADOW_MEMORY
	{ RLIMIT_AS, 256 * MIB },
#endif
};

static void
too_long(int sig)
{
	(void)sig;
	count_end_signal(503);
	reply_emergency(503, "try_later");
	_exit(1);
}

bool
process_confine(void)
{
	const struct sigaction late = { .sa_handler = too_long }, ignore = { .sa_handler = SIG_IGN };
	bool ok = true;

	umask(077);
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		struct rlimit now, r = { limits[i].max, limits[i].max };

		ok &= getrlimit((__rlimit_resource_t)limits[i].what, &now) == 0;
		if (now.rlim_max < r.rlim_max) /* the operator's own limit is narrower: it stays */
			r.rlim_cur = r.rlim_max = now.rlim_max;
		ok &= setrlimit((__rlimit_resource_t)limits[i].what, &r) == 0;
	}
	ok &= prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	ok &= sigaction(SIGALRM, &late, NULL) == 0 && sigaction(SIGXCPU, &late, NULL) == 0;
	/* a full or limited disk and a reader who left are results of write(2), not deaths */
	ok &= sigaction(SIGXFSZ, &ignore, NULL) == 0 && sigaction(SIGPIPE, &ignore, NULL) == 0;
	process_answer_within(PROCESS_ANSWER_S);
	return ok;
}

void
process_answer_within(unsigned seconds)
{
	(void)alarm(seconds);
}

#ifdef VS_COVERAGE
void __gcov_dump(void);
#endif

void
process_leave(int status)
{
#ifdef VS_COVERAGE
	__gcov_dump();
#endif
	_exit(status);
}
