#include "domain/slot.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/count.h"
#include "base/log.h"

#define POLL_MS 12

static int held = -1;

static int
open_file(const char *name)
{
	char path[512];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", conf_text(CONF_RUN_DIR), name) >= sizeof(path))
		return -1;
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* One byte of kdf.wait is one place in the queue: a lock on it counts the waiter and goes with its process. */
static bool
queue_up(int fd)
{
	for (int i = 0; i < SLOT_WAITERS; i++) {
		struct flock place = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = i, .l_len = 1 };

		if (fcntl(fd, F_SETLK, &place) == 0)
			return true;
	}
	return false;
}

static bool
try_slots(const int fd[static SLOT_COUNT])
{
	for (int i = 0; i < SLOT_COUNT; i++)
		if (flock(fd[i], LOCK_EX | LOCK_NB) == 0) {
			held = fd[i];
			return true;
		}
	return false;
}

bool
slot_take(void)
{
	static const char *const names[SLOT_COUNT] = { "kdf.0", "kdf.1" };
	int fd[SLOT_COUNT], queue = -1;
	int64_t start = clock_mono_ms();

	for (int i = 0; i < SLOT_COUNT; i++)
		fd[i] = open_file(names[i]);
	if (fd[0] < 0 || fd[1] < 0) {
		log_error("slot_files", "the lock files under RUN_DIR cannot be opened");
		goto out;
	}
	if (try_slots(fd))
		goto out;
	count_add(COUNT_KDF_WAITED);
	queue = open_file("kdf.wait");
	if (queue < 0 || !queue_up(queue)) {
		log_warn("slot_queue_full", "%d processes wait for a slot already", SLOT_WAITERS);
		goto out;
	}
	while (!try_slots(fd)) {
		if (clock_mono_ms() - start >= SLOT_WAIT_MS) {
			log_warn("slot_wait", "no slot within %d ms", SLOT_WAIT_MS);
			goto out;
		}
		clock_sleep_ms(POLL_MS);
	}
out:
	for (int i = 0; i < SLOT_COUNT; i++)
		if (fd[i] >= 0 && fd[i] != held)
			close(fd[i]);
	if (queue >= 0)
		close(queue);
	count_add(held >= 0 ? COUNT_KDF_RAN : COUNT_KDF_REFUSED);
	return held >= 0;
}

void
slot_look(int *busy, int *waiting)
{
	static const char *const names[SLOT_COUNT] = { "kdf.0", "kdf.1" };
	int fd;

	*busy = *waiting = 0;
	for (int i = 0; i < SLOT_COUNT; i++) {
		fd = open_file(names[i]);
		/* a shared lock, for the moment until it is closed: whoever comes for the slot just then tries again 12 ms later */
		*busy += fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
		if (fd >= 0)
			close(fd);
	}
	fd = open_file("kdf.wait");
	for (int i = 0; fd >= 0 && i < SLOT_WAITERS; i++) {
		struct flock place = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = i, .l_len = 1 };

		*waiting += fcntl(fd, F_GETLK, &place) == 0 && place.l_type != F_UNLCK;
	}
	if (fd >= 0)
		close(fd);
}

void
slot_give(void)
{
	if (held >= 0)
		close(held);
	held = -1;
}
