/* vs-serve HOST PORT TEXT [--watch FOLDER] [--fresh FILE] [--tend SECONDS CARE... --] [--ready SOCKET] [--beside COMPANION... --] COMMAND...: keeps a web server
 * running behind a listening socket of its own, and prints TEXT once that answers. COMPANION (the pool of connections to DynamoDB) is started first, kept running
 * and ended last; the server begins once COMPANION's SOCKET takes connections: until then requests wait and are not told that the store is away.
 * When FILE (the certificate) is another than the running server began with, a fresh server takes over; CARE, which may renew it, runs every so many seconds.
 *
 * The socket goes to COMMAND as descriptor 3 (LISTEN_FDS, sd_listen_fds(3)). lighttpd 1.4.60 to 1.4.69 loses track of CGI processes that end out of
 * order, 40 bytes each, and slows down; so once it has grown by GROWN_KIB a fresh one takes over the socket and the old one finishes what it began: no
 * request is lost. One that dies is replaced. TERM and INT end both after what is under way; HUP is handed on, and looks at FILE; USR1 renews at once.
 * With --watch it keeps the history of the last 24 hours in FOLDER (domain/history.h) from the counters there; where that cannot be written, it serves without.
 * Ends with 1 when the companion or the first server does not come up, or no further one can be made. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "domain/history.h"

#define BACKLOG 256
#define UP_MS 10000      /* the companion, then the first server must answer within */
#define ASK_MS 5
#define PAUSE_MS 1000    /* before another try, where one lived no longer */
#define PAUSE_BESIDE_MS 200 /* requests wait for it */
#define OVERLAP_MS 500   /* old and new side by side, while the new one starts */
#define LOOK_S 30        /* how often its size is read */
#define GROWN_KIB 1024
#define DRAIN_MS 9000    /* a container is killed after 10 s */
#define SOCKET_FD 3
#define SETTLE_MS 300

struct serve {
	int listener;
	char **command, **beside, **care; /* beside, care: NULL for none */
	const char *fresh, *ready; /* NULL for none */
	pid_t now, old, companion, carer; /* 0: none */
	int64_t born, size;  /* of `now`: ms, KiB when it had settled (0: not read yet) */
	struct stat seen;    /* `fresh` as `now` began with it */
	int64_t tend_s, tended; /* how often `care` runs; when it did, ms */
	const char *watch;   /* folder of counters and history; NULL for none */
	struct history history;
};

static int
fail(const char *what, const char *why)
{
	fprintf(stderr, "VaultSphere does not start: %s: %s\n", what, why);
	return EXIT_FAILURE;
}

static int
listener_open(const char *host, const char *port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	uint16_t n = htons((uint16_t)strtoul(port, NULL, 10));
	bool is_six = inet_pton(AF_INET6, host, &six.sin6_addr) == 1;
	int fd, one = 1;

	if (!is_six && inet_pton(AF_INET, host, &four.sin_addr) != 1) {
		errno = EINVAL;
		return -1;
	}
	six.sin6_port = four.sin_port = n;
	fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(fd, is_six ? (const struct sockaddr *)&six : (const struct sockaddr *)&four, is_six ? sizeof(six) : sizeof(four)) < 0 ||
	    listen(fd, BACKLOG) < 0)) {
		close(fd);
		fd = -1;
	}
	/* away from SOCKET_FD: dup2 onto itself would leave it close-on-exec */
	return fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, SOCKET_FD + 1) : -1;
}

/* The server's own process: it dies with this one, and nothing but the socket is handed to it. */
static void
become(const struct serve *s, const sigset_t *before, pid_t parent)
{
	char pid[24];

	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	if (prctl(PR_SET_PDEATHSIG, SIGINT) == 0 && getppid() == parent && dup2(s->listener, SOCKET_FD) >= 0 && setenv("LISTEN_FDS", "1", 1) == 0 &&
	    setenv("LISTEN_PID", pid, 1) == 0 && sigprocmask(SIG_SETMASK, before, NULL) == 0)
		execvp(s->command[0], s->command);
	_exit(127);
}

static struct stat
state_of(const char *path)
{
	struct stat st = { 0 };

	if (path != NULL && stat(path, &st) < 0)
		st = (struct stat){ 0 };
	return st;
}

static bool
spawn(struct serve *s, const sigset_t *before)
{
	pid_t self = getpid();

	s->seen = state_of(s->fresh);
	s->now = fork();
	if (s->now == 0)
		become(s, before, self);
	s->born = clock_mono_ms();
	s->size = 0;
	return s->now > 0;
}

static bool
spawn_beside(struct serve *s, const sigset_t *before)
{
	pid_t self = getpid();

	if (s->beside == NULL)
		return true;
	s->companion = fork();
	if (s->companion == 0) {
		if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == self && sigprocmask(SIG_SETMASK, before, NULL) == 0)
			execvp(s->beside[0], s->beside);
		_exit(127);
	}
	return s->companion > 0;
}

static bool
companion_ready(struct serve *s)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int64_t until = clock_mono_ms() + UP_MS;

	if (s->ready == NULL)
		return true;
	if (strlen(s->ready) >= sizeof(to.sun_path))
		return false;
	memcpy(to.sun_path, s->ready, strlen(s->ready));
	while (clock_mono_ms() < until) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		bool up = fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0;

		if (fd >= 0)
			close(fd);
		if (up)
			return true;
		if (s->companion > 0 && waitpid(s->companion, NULL, WNOHANG) != 0) {
			s->companion = 0;
			return false;
		}
		clock_sleep_ms(ASK_MS);
	}
	return false;
}

/* A connection that is accepted and ended by the server: nothing is said, so nothing is logged, with TLS or without. */
static bool
answers(int listener)
{
	struct sockaddr_storage to = { 0 };
	socklen_t len = sizeof(to);
	struct pollfd p = { .events = POLLIN };
	bool ok;

	if (getsockname(listener, (struct sockaddr *)&to, &len) < 0 || (p.fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return false;
	ok = connect(p.fd, (const struct sockaddr *)&to, len) == 0 && shutdown(p.fd, SHUT_WR) == 0 && poll(&p, 1, UP_MS) == 1;
	close(p.fd);
	return ok;
}

/* One at a time: while an old one still finishes, the next renewal waits. */
static void
renew(struct serve *s, const sigset_t *before)
{
	pid_t old = s->now;
	struct stat seen = s->seen;

	if (s->old != 0 || !spawn(s, before)) {
		s->now = old;
		s->seen = seen;
		return;
	}
	clock_sleep_ms(OVERLAP_MS);
	if (waitpid(s->now, NULL, WNOHANG) != 0) {
		fprintf(stderr, "VaultSphere: a fresh web server did not start, the one before stays\n");
		s->now = old;
		s->seen = seen;
		return;
	}
	s->old = old;
	s->history.renewals++;
	kill(old, SIGINT);
}

/* A certificate and its key are two files: a moment is left for the second one to be written. */
static bool
look_at_file(struct serve *s, const sigset_t *before)
{
	struct stat st = state_of(s->fresh);

	if (st.st_ino == 0 || (st.st_ino == s->seen.st_ino && st.st_size == s->seen.st_size && st.st_mtim.tv_sec == s->seen.st_mtim.tv_sec &&
	    st.st_mtim.tv_nsec == s->seen.st_mtim.tv_nsec))
		return false;
	clock_sleep_ms(SETTLE_MS);
	fprintf(stderr, "VaultSphere: %s changed, a fresh web server takes over\n", s->fresh);
	renew(s, before);
	return true;
}

static void
tend(struct serve *s, const sigset_t *before)
{
	int64_t now = clock_mono_ms();

	if (s->care == NULL || s->carer != 0 || now - s->tended < s->tend_s * 1000)
		return;
	s->tended = now;
	s->carer = fork();
	if (s->carer == 0) {
		if (sigprocmask(SIG_SETMASK, before, NULL) == 0)
			execvp(s->care[0], s->care);
		_exit(127);
	}
}

static void
watch(struct serve *s)
{
	static struct count_sum sum; /* too large for the stack of a process that is to stay small */
	uint32_t kib[HISTORY_PROCESSES] = { [HISTORY_KEEPER] = history_kib(getpid()) };

	if (s->watch == NULL)
		return;
	for (const pid_t *p = (const pid_t[]){ s->now, s->old, 0 }; *p > 0; p++)
		kib[HISTORY_WEB] += history_kib(*p);
	kib[HISTORY_POOL] = s->companion > 0 ? history_kib(s->companion) : 0;
	(void)!count_read(&sum, s->watch); /* before the first request there is none */
	history_look(&s->history, &sum, kib, clock_now());
	(void)!history_write(&s->history, s->watch);
}

static void
look(struct serve *s, const sigset_t *before)
{
	int64_t kib = s->now > 0 ? history_kib(s->now) : 0;


	tend(s, before);
	if (look_at_file(s, before))
		return;
	if (s->size == 0)
		s->size = kib;
	else if (kib > s->size + GROWN_KIB)
		renew(s, before);
}

/* Processes that ended. A server that ended by itself is replaced, one that lived shortly after a pause. False when no process can be made. */
static bool
reap(struct serve *s, const sigset_t *before)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
		if (pid == s->old)
			s->old = 0;
		if (pid == s->carer) {
			s->carer = 0;
			look_at_file(s, before);
		}
		if (pid == s->companion) {
			fprintf(stderr, "VaultSphere: %s ended by itself and is started again\n", s->beside[0]);
			clock_sleep_ms(PAUSE_BESIDE_MS);
			if (!spawn_beside(s, before))
				return false;
		}
		if (pid != s->now)
			continue;
		s->now = 0;
		if (clock_mono_ms() - s->born < PAUSE_MS)
			clock_sleep_ms(PAUSE_MS);
		fprintf(stderr, "VaultSphere: the web server ended by itself and is started again\n");
		s->history.restarts++;
		if (!spawn(s, before))
			return false;
	}
	return true;
}

static void
finish(struct serve *s, const sigset_t *set)
{
	int64_t until = clock_mono_ms() + DRAIN_MS;
	struct timespec tick = { .tv_nsec = 50000000 };
	pid_t pids[] = { s->now, s->old };
	int sig = SIGINT;

	/* the server closes its own: who comes now is refused at once, instead of waiting in the queue for nobody */
	close(s->listener);
	for (bool alive = true; alive; sig = 0) {
		alive = false;
		for (size_t i = 0; i < 2; i++)
			if (pids[i] > 0 && waitpid(pids[i], NULL, WNOHANG) == 0 && kill(pids[i], sig) == 0)
				alive = true;
		if (alive && (sigtimedwait(set, NULL, &tick) == SIGTERM || clock_mono_ms() > until)) {
			for (size_t i = 0; i < 2; i++)
				if (pids[i] > 0)
					kill(pids[i], SIGTERM);
		}
	}
	if (s->companion > 0 && kill(s->companion, SIGTERM) == 0)
		waitpid(s->companion, NULL, 0);
}

static int
run(struct serve *s, const sigset_t *set, const sigset_t *before)
{
	struct timespec wait = { .tv_sec = s->care != NULL && s->tend_s < LOOK_S ? s->tend_s : LOOK_S };

	for (;;) {
		switch (sigtimedwait(set, NULL, &wait)) {
		case SIGTERM:
		case SIGINT:
			finish(s, set);
			return EXIT_SUCCESS;
		case SIGHUP:
			if (s->now > 0)
				kill(s->now, SIGHUP);
			look_at_file(s, before);
			break;
		case SIGUSR1:
			renew(s, before);
			break;
		case SIGCHLD:
			if (!reap(s, before)) {
				finish(s, set);
				return fail("the web server", strerror(errno));
			}
			break;
		default:
			look(s, before);
			break;
		}
		watch(s);
	}
}

/* The words between the option that `command` points at and "--"; `command` then points behind that. */
static char **
take_program(struct serve *s)
{
	char **program = ++s->command;

	while (*s->command != NULL && strcmp(*s->command, "--") != 0)
		s->command++;
	if (*s->command != NULL)
		*s->command++ = NULL;
	return program;
}

static bool
options(struct serve *s, int argc, char **argv)
{
	if (argc < 5)
		return false;
	for (s->command = argv + 4; *s->command != NULL && strncmp(*s->command, "--", 2) == 0;) {
		const char *name = *s->command;

		if (strcmp(name, "--beside") == 0) {
			s->beside = take_program(s);
			continue;
		}
		if (*++s->command == NULL)
			return false;
		if (strcmp(name, "--tend") == 0) {
			s->tend_s = strtol(*s->command, NULL, 10);
			s->care = take_program(s);
			continue;
		}
		if (strcmp(name, "--watch") == 0)
			s->watch = *s->command++;
		else if (strcmp(name, "--fresh") == 0)
			s->fresh = *s->command++;
		else if (strcmp(name, "--ready") == 0)
			s->ready = *s->command++;
		else
			return false;
	}
	return *s->command != NULL && (s->beside == NULL || *s->beside != NULL) && (s->care == NULL || (*s->care != NULL && s->tend_s >= 1));
}

int
main(int argc, char **argv)
{
	static struct serve s;
	sigset_t set, before;

	if (!options(&s, argc, argv))
		return fail("vs-serve", "HOST PORT TEXT [--watch FOLDER] [--fresh FILE] [--tend SECONDS CARE... --] [--ready SOCKET] [--beside COMPANION... --] COMMAND... are needed");
	s.tended = clock_mono_ms();
	if (s.watch != NULL)
		history_begin(&s.history, s.watch, clock_now());
	sigemptyset(&set);
	for (const int *p = (const int[]){ SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD, 0 }; *p != 0; p++)
		sigaddset(&set, *p);
	sigprocmask(SIG_BLOCK, &set, &before);
	s.listener = listener_open(argv[1], argv[2]);
	if (s.listener < 0)
		return fail(argv[2], strerror(errno));
	if (!spawn_beside(&s, &before))
		return fail(s.beside[0], strerror(errno));
	if (!companion_ready(&s)) {
		finish(&s, &set);
		return fail(s.ready, "the pool takes no connections");
	}
	if (!spawn(&s, &before))
		return fail(s.command[0], strerror(errno));
	if (!answers(s.listener) || waitpid(s.now, NULL, WNOHANG) != 0) {
		finish(&s, &set);
		return fail("the web server", "it does not answer; its log says why");
	}
	puts(argv[3]);
	fflush(stdout);
	watch(&s);
	return run(&s, &set, &before);
}
