/* test_domain_history: points of five minutes from counters, over restarts, gaps, clocks that are set back and files that are not ours. */
#include <stdlib.h>
#include <sys/stat.h>

#include "unit.h"

#include "domain/history.c"

static char dir[] = "/tmp/vs-history-XXXXXX", file[64];
static struct history h;
static struct count_sum s;
static uint32_t kib[HISTORY_PROCESSES] = { 3000, 1000, 0 };

#define T0 ((int64_t)1795262400) /* a whole step */

static void
requests(uint64_t fine, uint64_t failed)
{
	s.route[0].answers[COUNT_2XX] += fine;
	s.route[1].answers[COUNT_5XX] += failed;
	s.route[0].bucket[0] += fine;
	s.route[1].bucket[6] += failed;
}

static void
start(void)
{
	unlink(file);
	memset(&s, 0, sizeof(s));
	history_begin(&h, dir, T0);
}

TEST(a_point_holds_what_was_counted_in_its_five_minutes)
{
	const struct history_point *p;

	start();
	requests(1000, 7); /* before we looked: not ours */
	history_look(&h, &s, kib, T0 + 10);
	requests(90, 0);
	kib[HISTORY_WEB] = 5000;
	history_look(&h, &s, kib, T0 + 100);
	kib[HISTORY_WEB] = 3000;
	requests(0, 10);
	history_look(&h, &s, kib, T0 + 299);
	CHECK(history_at(&h, HISTORY_POINTS - 1, T0 + 299) == NULL);
	history_look(&h, &s, kib, T0 + 301);
	p = history_at(&h, HISTORY_POINTS - 1, T0 + 301);
	CHECK(p != NULL);
	if (p == NULL)
		return;
	CHECK_EQ_INT(p->at, T0);
	CHECK_EQ_INT(p->requests, 100);
	CHECK_EQ_INT(p->failed, 10);
	CHECK_EQ_INT(p->refused, 0);
	CHECK_EQ_INT(p->kib, 6000);
	CHECK(p->p50_us > 0 && p->p50_us < 1000);
	CHECK(p->p95_us > 50000 && p->p95_us <= 100000);
	CHECK_EQ_INT(h.looked, T0 + 301);
}

TEST(after_a_day_the_oldest_give_way_and_a_pause_is_a_gap)
{
	int made = 0;

	start();
	for (int i = 0; i < 400; i++) {
		if (i >= 300 && i < 320)
			continue; /* the server was not there */
		requests((uint64_t)i, 0);
		history_look(&h, &s, kib, T0 + i * HISTORY_STEP + 5);
	}
	for (size_t i = 0; i < HISTORY_POINTS; i++) {
		int64_t now = T0 + 399 * HISTORY_STEP + 5, step = (history_time(i, now) - T0) / HISTORY_STEP;
		const struct history_point *p = history_at(&h, i, now);

		CHECK_EQ_INT(step, 399 - HISTORY_POINTS + (int)i);
		CHECK((p == NULL) == (step >= 300 && step < 320));
		made += p != NULL;
		if (p != NULL && step != 299)
			CHECK_EQ_INT(p->requests, step + 1);
	}
	CHECK_EQ_INT(made, HISTORY_POINTS - 20);
	CHECK(history_at(&h, HISTORY_POINTS - 1, T0 + 700 * HISTORY_STEP) == NULL);
}

TEST(a_fresh_file_of_counters_and_a_clock_set_back_make_no_wrong_point)
{
	start();
	requests(500, 0);
	history_look(&h, &s, kib, T0 + 5);
	memset(&s, 0, sizeof(s));
	requests(20, 0);
	history_look(&h, &s, kib, T0 + 305);
	CHECK_EQ_INT(history_at(&h, HISTORY_POINTS - 1, T0 + 305)->requests, 20);
	history_look(&h, &s, kib, T0 - 3890);
	history_look(&h, &s, kib, T0 - 3880);
	CHECK_EQ_INT(history_at(&h, HISTORY_POINTS - 1, T0 + 305)->requests, 20);
	requests(3, 0);
	history_look(&h, &s, kib, T0 - 3600);
	CHECK_EQ_INT(history_at(&h, HISTORY_POINTS - 1, T0 - 3600)->requests, 3);
}

TEST(it_outlives_a_restart_and_starts_its_counts_anew)
{
	static struct history again;

	start();
	history_look(&h, &s, kib, T0 + 5);
	requests(9, 0);
	h.restarts = 4;
	history_look(&h, &s, kib, T0 + 305);
	CHECK(history_write(&h, dir));
	history_begin(&again, dir, T0 + 900);
	CHECK_EQ_INT(again.restarts, 0);
	CHECK_EQ_INT(again.started, T0 + 900);
	CHECK_EQ_INT(history_at(&again, HISTORY_POINTS - 1, T0 + 305)->requests, 9);
	requests(100, 0); /* while nobody looked: of no point */
	history_look(&again, &s, kib, T0 + 901);
	history_look(&again, &s, kib, T0 + 1201);
	CHECK_EQ_INT(history_at(&again, HISTORY_POINTS - 1, T0 + 1201)->requests, 0);
}

TEST(files_that_are_not_ours_are_not_read_and_a_folder_that_is_not_there_is_no_end)
{
	struct stat st;
	int fd;

	start();
	history_look(&h, &s, kib, T0 + 5);
	CHECK(history_write(&h, dir));
	CHECK(stat(file, &st) == 0 && (st.st_mode & 0777) == 0600 && st.st_size == (off_t)sizeof(h));
	CHECK(history_read(&h, dir));
	CHECK(truncate(file, (off_t)sizeof(h) - 1) == 0);
	CHECK(!history_read(&h, dir));
	CHECK_EQ_INT(h.size, 0);
	history_begin(&h, dir, T0);
	CHECK(history_write(&h, dir) && history_read(&h, dir));
	fd = open(file, O_WRONLY);
	CHECK(fd >= 0 && pwrite(fd, "x", 1, 3) == 1);
	close(fd);
	CHECK(!history_read(&h, dir));
	history_begin(&h, dir, T0);
	CHECK(!history_write(&h, "/nonexistent/folder"));
	CHECK(!history_read(&h, "/nonexistent/folder"));
}

TEST(memory_of_a_process)
{
	CHECK(history_kib((int)getpid()) > 100);
	CHECK_EQ_INT(history_kib(0), 0);
}

static const struct unit_test tests[] = {
	UNIT(a_point_holds_what_was_counted_in_its_five_minutes),
	UNIT(after_a_day_the_oldest_give_way_and_a_pause_is_a_gap),
	UNIT(a_fresh_file_of_counters_and_a_clock_set_back_make_no_wrong_point),
	UNIT(it_outlives_a_restart_and_starts_its_counts_anew),
	UNIT(files_that_are_not_ours_are_not_read_and_a_folder_that_is_not_there_is_no_end),
	UNIT(memory_of_a_process),
};

int
main(void)
{
	int r;

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(file, sizeof(file), "%s/history", dir);
	r = unit_run(tests, ARRAY_LEN(tests));
	unlink(file);
	rmdir(dir);
	return r;
}
