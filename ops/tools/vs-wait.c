/* vs-wait HOST PORT TEXT: prints TEXT once something accepts connections there; silent and false after 10 seconds. For the start script. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define WAIT_MS 10000
#define POLL_MS 5

static bool
answers(const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int64_t until = clock_mono_ms() + WAIT_MS;

	if (argc != 4)
		return 2;
	to.sin_port = htons((uint16_t)strtoul(argv[2], NULL, 10));
	if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 || to.sin_addr.s_addr == htonl(INADDR_ANY))
		to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	while (!answers(&to)) {
		if (clock_mono_ms() > until)
			return 1;
		clock_sleep_ms(POLL_MS);
	}
	puts(argv[3]);
	return 0;
}
