/* usage COMMAND... - runs it with output thrown away and prints: wall ms, CPU ms, greatest resident KiB. Small itself, as a child's peak counts from the fork. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

static double
ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

int
main(int argc, char **argv)
{
	struct timespec a, b;
	struct rusage u;
	int status, null = open("/dev/null", O_WRONLY);
	pid_t pid;

	if (argc < 2 || null < 0)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &a);
	if ((pid = vfork()) == 0) {
		dup2(null, 1);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &u) != pid)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("%.2f %.2f %ld\n", (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6, ms(u.ru_utime) + ms(u.ru_stime), u.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
