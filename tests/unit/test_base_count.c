/* test_base_count: the file of counters: many writers at once, writers that are killed, files that are not ours, no file at all. */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "unit.h"

static bool cut_after_map;

static void *test_mmap(void *at, size_t len, int prot, int flags, int fd, long off);
#define mmap test_mmap
#include "base/count.c"
#undef mmap

static char dir[] = "/tmp/vs-count-XXXXXX", file[64];

/* Somebody cuts the file between the look at its size and the first count. */
static void *
test_mmap(void *at, size_t len, int prot, int flags, int fd, long off)
{
	void *p = mmap(at, len, prot, flags, fd, off);

	if (cut_after_map)
		CHECK(ftruncate(fd, 0) == 0);
	return p;
}

static void
fresh(void)
{
	unlink(file);
	ended = 0;
	memset(pending, 0, sizeof(pending));
}

static void
request(const char *name, int status)
{
	ended = 0;
	memset(pending, 0, sizeof(pending));
	count_begin(name, dir);
	count_add(COUNT_LOGIN_OK);
	count_end(status);
}

static uint64_t
answers_of(size_t r, enum count_class c)
{
	static struct count_sum s;

	return count_read(&s, dir) ? s.route[r].answers[c] : UINT64_MAX;
}

static bool
left_aside(void)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	bool found = false;

	while (d != NULL && (e = readdir(d)) != NULL)
		found |= strncmp(e->d_name, COUNT_FILE ".", strlen(COUNT_FILE) + 1) == 0;
	CHECK(d != NULL && closedir(d) == 0);
	return found;
}

TEST(a_request_stands_in_the_file_with_all_that_it_counted)
{
	static struct count_sum s;
	struct count_route all;

	fresh();
	CHECK(!count_read(&s, dir));
	count_begin("login", dir);
	count_add(COUNT_LOGIN_OK);
	clock_sleep_ms(2);
	count_end(200);
	request("login", 401);
	request("health", 303);
	request("health", 503);
	request("nobody-knows-it", 200);
	request("login", 429);
	CHECK(count_read(&s, dir));
	CHECK_EQ_INT(s.at[COUNT_LOGIN_OK], 6);
	CHECK_EQ_INT(s.at[COUNT_LOGIN_FAILED], 0);
	CHECK_EQ_INT(s.at[COUNT_THROTTLED], 1);
	CHECK(s.since > 1700000000);
	count_total(&all, &s);
	CHECK_EQ_INT(all.answers[COUNT_2XX], 1);
	CHECK_EQ_INT(all.answers[COUNT_3XX], 1);
	CHECK_EQ_INT(all.answers[COUNT_4XX], 2);
	CHECK_EQ_INT(all.answers[COUNT_5XX], 1);
	for (size_t i = 1; i <= COUNT_BUCKETS; i++)
		all.bucket[0] += all.bucket[i];
	CHECK_EQ_INT(all.bucket[0], 5);
	CHECK(all.us >= 2000);
	CHECK(!left_aside());
}

TEST(a_request_is_counted_once)
{
	fresh();
	count_begin("health", dir);
	count_end(200);
	count_end_signal(503);
	count_end(200);
	for (size_t r = 0; r < count_nroutes; r++)
		CHECK(answers_of(r, COUNT_2XX) == (strcmp(count_routes[r], "health") == 0) && answers_of(r, COUNT_5XX) == 0);
}

/* The first of them makes the file, all at the same moment. */
TEST(many_writers_at_once_lose_no_count)
{
	enum { WRITERS = 40, EACH = 250 };
	static struct count_sum s;
	int gate[2], status;
	struct count_route all;

	fresh();
	CHECK(pipe(gate) == 0);
	for (int w = 0; w < WRITERS; w++)
		if (fork() == 0) {
			char c;

			close(gate[1]);
			(void)!read(gate[0], &c, 1);
			for (int i = 0; i < EACH; i++)
				request(i % 2 ? "login" : "vault", i % 5 ? 200 : 500);
			_exit(0);
		}
	close(gate[0]);
	close(gate[1]);
	while (wait(&status) > 0)
		CHECK_EQ_INT(status, 0);
	CHECK(count_read(&s, dir));
	count_total(&all, &s);
	CHECK_EQ_INT(all.answers[COUNT_2XX], WRITERS * EACH * 4 / 5);
	CHECK_EQ_INT(all.answers[COUNT_5XX], WRITERS * EACH / 5);
	CHECK_EQ_INT(s.at[COUNT_LOGIN_OK], WRITERS * EACH);
	CHECK(!left_aside());
}

/* Where there is none yet, all make one at the same moment and one stays; the counts of the others are in it. */
TEST(many_makers_at_once_lose_no_count)
{
	enum { WRITERS = 24, ROUNDS = 40 };
	static struct count_sum s;
	int gate[2], status;

	for (int round = 0; round < ROUNDS; round++) {
		fresh();
		CHECK(pipe(gate) == 0);
		for (int w = 0; w < WRITERS; w++)
			if (fork() == 0) {
				char c;

				close(gate[1]);
				(void)!read(gate[0], &c, 1);
				request("login", 200);
				_exit(0);
			}
		close(gate[0]);
		close(gate[1]);
		while (wait(&status) > 0)
			CHECK_EQ_INT(status, 0);
		CHECK(count_read(&s, dir));
		CHECK_EQ_INT(s.at[COUNT_LOGIN_OK], WRITERS);
	}
}

/* They count in a loop and are killed in the middle of it: what is there stays whole, and grows on. */
TEST(writers_that_are_killed_leave_a_file_that_goes_on)
{
	static struct count_sum s;
	struct count_route all, again;
	pid_t writers[8];

	fresh();
	for (size_t w = 0; w < ARRAY_LEN(writers); w++)
		if ((writers[w] = fork()) == 0)
			for (;;)
				request("login", 200);
	usleep(100000);
	for (size_t w = 0; w < ARRAY_LEN(writers); w++) {
		CHECK(kill(writers[w], SIGKILL) == 0);
		waitpid(writers[w], NULL, 0);
	}
	CHECK(count_read(&s, dir));
	count_total(&all, &s);
	CHECK(all.answers[COUNT_2XX] > 100);
	/* a killed one may have counted its event and not its answer, or its answer and not its time */
	CHECK(s.at[COUNT_LOGIN_OK] >= all.answers[COUNT_2XX] && s.at[COUNT_LOGIN_OK] <= all.answers[COUNT_2XX] + ARRAY_LEN(writers));
	request("login", 200);
	CHECK(count_read(&s, dir));
	count_total(&again, &s);
	CHECK_EQ_INT(again.answers[COUNT_2XX], all.answers[COUNT_2XX] + 1);
}

static void
put_file(const void *data, size_t len)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	close(fd);
}

TEST(a_file_of_another_size_version_or_layout_is_replaced)
{
	static struct count_sum s, wrong[5];

	fresh();
	request("health", 200);
	CHECK(count_read(&s, dir));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		wrong[i] = s;
	wrong[0].magic[7] = '0';
	wrong[1].layout++;
	wrong[2].size--;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		/* the last two are whole and too short */
		put_file(&wrong[i], i == 3 ? sizeof(s) - 1 : i == 4 ? 0 : sizeof(s));
		CHECK(!count_read(&s, dir));
		CHECK_EQ_INT(s.size, 0);
		request("health", 200);
		CHECK(count_read(&s, dir));
		CHECK_EQ_INT(s.at[COUNT_LOGIN_OK], 1);
	}
	CHECK(!left_aside());
}

/* Each finds the wrong file; one replaces it, and nobody takes the fresh one away from those that count in it already. */
TEST(a_wrong_file_found_by_many_is_replaced_once)
{
	enum { WRITERS = 30 };
	static struct count_sum s;
	int status;

	for (int round = 0; round < 10; round++) {
		fresh();
		put_file("old", 3);
		for (int w = 0; w < WRITERS; w++)
			if (fork() == 0) {
				request("health", 200);
				_exit(0);
			}
		while (wait(&status) > 0)
			CHECK_EQ_INT(status, 0);
		CHECK(count_read(&s, dir));
		/* one that found it held by another all the time counts nothing: rare, and never a wrong number */
		CHECK(s.at[COUNT_LOGIN_OK] <= WRITERS && s.at[COUNT_LOGIN_OK] >= WRITERS / 2);
	}
}

TEST(what_is_no_file_of_ours_stays_and_nothing_is_counted)
{
	static struct count_sum s;
	char other[80];
	struct stat st;

	fresh();
	CHECK(mkdir(file, 0700) == 0);
	request("health", 200);
	CHECK(!count_read(&s, dir));
	CHECK(rmdir(file) == 0);
	snprintf(other, sizeof(other), "%s/elsewhere", dir);
	put_file("keep", 4);
	CHECK(rename(file, other) == 0 && symlink(other, file) == 0);
	request("health", 200);
	CHECK(lstat(file, &st) == 0 && S_ISLNK(st.st_mode));
	CHECK(stat(other, &st) == 0 && st.st_size == 4);
	CHECK(!count_read(&s, dir));
	unlink(file);
	unlink(other);
	/* not even to one that would be right */
	request("health", 200);
	CHECK(rename(file, other) == 0 && symlink(other, file) == 0);
	request("health", 200);
	CHECK(unlink(file) == 0 && rename(other, file) == 0 && count_read(&s, dir));
	CHECK_EQ_INT(s.at[COUNT_LOGIN_OK], 1);
	unlink(file);
	CHECK(mkfifo(file, 0600) == 0);
	request("health", 200);
	CHECK(!count_read(&s, dir));
	unlink(file);
}

TEST(without_a_folder_or_room_a_request_goes_on)
{
	static struct count_sum s;
	struct rlimit none = { 100, RLIM_INFINITY }, before;
	char deep[600];

	fresh();
	count_begin("health", "");
	count_end(200);
	count_begin("health", "/nonexistent/folder");
	count_end(200);
	ended = 0;
	memset(deep, 'a', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	count_begin("health", deep);
	count_end(200);
	CHECK(!count_read(&s, deep) && !count_read(&s, "/nonexistent/folder"));
	/* a limit on the size of files ends as a full disk does */
	signal(SIGXFSZ, SIG_IGN);
	CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0 && setrlimit(RLIMIT_FSIZE, &none) == 0);
	request("health", 200);
	CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
	CHECK(access(file, F_OK) != 0);
	CHECK(!left_aside());
	request("health", 200);
	CHECK(count_read(&s, dir));
}

TEST(a_file_that_is_cut_while_we_count_costs_the_count_and_not_the_request)
{
	static struct count_sum s;

	fresh();
	request("health", 200);
	cut_after_map = true;
	request("health", 200);
	cut_after_map = false;
	CHECK(!count_read(&s, dir));
	request("health", 200);
	CHECK(count_read(&s, dir));
	CHECK_EQ_INT(s.at[COUNT_LOGIN_OK], 1);
}

TEST(a_signal_handler_makes_no_file)
{
	static struct count_sum s;

	fresh();
	count_begin("health", dir);
	count_end_signal(503);
	CHECK(access(file, F_OK) != 0);
	request("health", 200);
	ended = 0;
	count_end_signal(503);
	CHECK(count_read(&s, dir));
	CHECK_EQ_INT(s.at[COUNT_LOGIN_OK], 2);
}

TEST(quantiles_lie_within_their_bucket)
{
	uint64_t b[COUNT_BUCKETS + 1] = { 0 };

	CHECK_EQ_INT(count_quantile_us(b, 500), 0);
	b[0] = 100;
	CHECK_EQ_INT(count_quantile_us(b, 500), 500);
	CHECK_EQ_INT(count_quantile_us(b, 1000), 1000);
	b[3] = 100; /* 5 to 10 ms */
	CHECK_EQ_INT(count_quantile_us(b, 500), 1000);
	CHECK_EQ_INT(count_quantile_us(b, 750), 7500);
	CHECK_EQ_INT(count_quantile_us(b, 950), 9500);
	b[COUNT_BUCKETS] = 10000;
	CHECK_EQ_INT(count_quantile_us(b, 950), 10000000);
}

static const struct unit_test tests[] = {
	UNIT(a_request_stands_in_the_file_with_all_that_it_counted),
	UNIT(a_request_is_counted_once),
	UNIT(many_writers_at_once_lose_no_count),
	UNIT(many_makers_at_once_lose_no_count),
	UNIT(writers_that_are_killed_leave_a_file_that_goes_on),
	UNIT(a_file_of_another_size_version_or_layout_is_replaced),
	UNIT(a_wrong_file_found_by_many_is_replaced_once),
	UNIT(what_is_no_file_of_ours_stays_and_nothing_is_counted),
	UNIT(without_a_folder_or_room_a_request_goes_on),
	UNIT(a_file_that_is_cut_while_we_count_costs_the_count_and_not_the_request),
	UNIT(a_signal_handler_makes_no_file),
	UNIT(quantiles_lie_within_their_bucket),
};

int
main(void)
{
	int r;

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(file, sizeof(file), "%s/counters", dir);
	r = unit_run(tests, ARRAY_LEN(tests));
	unlink(file);
	rmdir(dir);
	return r;
}
