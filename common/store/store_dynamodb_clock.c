/* store_dynamodb_clock: libcurl 7.88 signs with time(2) and takes no date of ours; the linker puts our own in its place (see the Makefile), so that a wrong clock can
 * be made good.
 * The offset stands in a file beside the credentials: a process lives for one request, and each would pay a refused call for finding it again. */
#include "store/store_dynamodb_clock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/store_dynamodb_cred.h"

#define FILE_NAME "clock"
#define OFF_LEAST_S 60
#define OFF_MOST_S (24 * 3600)
#define KEEP_S 3600 /* a clock may be set right meanwhile: found again once an hour */

static int64_t skew; /* seconds that our clock is behind the service's */
static bool corrected;

time_t __wrap_time(time_t *out);
time_t
__wrap_time(time_t *out)
{
	time_t t = (time_t)(clock_now() + skew);

	if (out != NULL)
		*out = t;
	return t;
}

static bool
fair(int64_t off)
{
	return off > -OFF_MOST_S && off < OFF_MOST_S;
}

void
ddb_clock_load(void)
{
	char path[DDB_CRED_PATH_MAX], text[24] = "";
	struct stat st;
	ssize_t n = -1;
	int fd;

	if (!ddb_cred_path(path, FILE_NAME))
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && st.st_mtime + KEEP_S > clock_now())
		n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n > 0 && fair(strtoll(text, NULL, 10)))
		skew = strtoll(text, NULL, 10);
}

bool
ddb_clock_correct(int64_t date)
{
	int64_t off = date - clock_now(), wrong = off - skew;
	char text[24];

	if (corrected || date == 0 || !fair(off) || (wrong < OFF_LEAST_S && wrong > -OFF_LEAST_S))
		return false;
	log_warn("clock_skew", "this machine's clock is %lld s off; requests are signed with DynamoDB's time", (long long)off);
	corrected = true;
	skew = off;
	snprintf(text, sizeof(text), "%lld\n", (long long)off);
	ddb_cred_share(FILE_NAME, text, strlen(text));
	return true;
}
