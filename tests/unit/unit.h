/* unit.h - the harness of the C unit tests: checks that count, and TAP on standard output. No layer: tests only.
 *
 * A program is either a table of tests, one TAP line each,
 *     TEST(short_tokens_are_refused) { CHECK(!fernet_open(...)); }
 *     static const struct unit_test tests[] = { UNIT(short_tokens_are_refused) };
 *     int main(void) { return unit_run(tests, ARRAY_LEN(tests)); }
 * or plain calls that end with `return unit_end();`, one TAP line for all of it. Exit status 1 when any check failed.
 * A forked child that ends with exit(unit_end()) prints its failed checks and no line of its own: its parent checks the status.
 */
#ifndef UNIT_H
#define UNIT_H

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"

struct unit_test {
	const char *name;
	void (*run)(void);
};

#define TEST(name) static void name(void)
#define UNIT(name) { #name, name }

static struct {
	unsigned long checks, bad, noted;
	unsigned tests;
	pid_t main_pid;
	char skip[80];
} unit;

/* A test that fails in a loop of a million says so a few times, not a million. */
#define UNIT_NOTES 20

PRINTF_LIKE(3, 4) static inline void
unit_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	unit.bad++;
	if (unit.noted++ >= UNIT_NOTES)
		return;
	printf("# %s:%d: ", file, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

static inline void
unit_mem(const char *file, int line, const char *what, const void *got, const void *want, size_t len)
{
	const unsigned char *g = got, *w = want;

	unit.checks++;
	for (size_t i = 0; i < len; i++)
		if (g[i] != w[i]) {
			unit_fail(file, line, "%s: byte %zu of %zu is %02x, not %02x", what, i, len, g[i], w[i]);
			return;
		}
}

static inline void
unit_text(const char *file, int line, const char *what, const char *got, const char *want)
{
	unit.checks++;
	if (got == NULL || want == NULL ? got != want : strcmp(got, want) != 0)
		unit_fail(file, line, "%s: got \"%s\", want \"%s\"", what, got != NULL ? got : "(null)", want != NULL ? want : "(null)");
}

static inline void
unit_int(const char *file, int line, const char *what, intmax_t got, intmax_t want)
{
	unit.checks++;
	if (got != want)
		unit_fail(file, line, "%s: got %" PRIdMAX ", want %" PRIdMAX, what, got, want);
}

#define CHECK(cond)                                                      \
	do {                                                             \
		unit.checks++;                                           \
		if (!(cond))                                             \
			unit_fail(__FILE__, __LINE__, "%s", #cond);      \
	} while (0)
#define CHECK_EQ_INT(got, want) unit_int(__FILE__, __LINE__, #got, (intmax_t)(got), (intmax_t)(want))
#define CHECK_EQ_TEXT(got, want) unit_text(__FILE__, __LINE__, #got, got, want)
#define CHECK_EQ_MEM(got, want, len) unit_mem(__FILE__, __LINE__, #got, got, want, len)
#define CHECK_INT(got, want) CHECK_EQ_INT(got, want)
#define CHECK_STR(got, want) CHECK_EQ_TEXT(got, want)

/* Mark the running test as skipped, with the reason; it returns then. */
#define SKIP(why)                                                        \
	do {                                                             \
		snprintf(unit.skip, sizeof(unit.skip), "%s", why);       \
		return;                                                  \
	} while (0)

__attribute__((constructor)) static void
unit_begin(void)
{
	unit.main_pid = getpid();
}

static inline void
unit_line(const char *name, bool ok)
{
	printf("%s %u - ", ok ? "ok" : "not ok", ++unit.tests);
	for (; *name != '\0'; name++)
		putchar(*name == '_' ? ' ' : *name);
	printf("%s%s\n", unit.skip[0] != '\0' ? " # SKIP " : "", unit.skip);
	fflush(stdout);
}

/* End a program (or a forked child) of plain calls: the exit status. A program without a single check has failed. */
static inline int
unit_end(void)
{
	bool ok = unit.bad == 0 && unit.checks > 0;

	if (getpid() == unit.main_pid && unit.tests == 0) {
		printf("# %lu checks\n", unit.checks);
		unit_line(program_invocation_short_name, ok);
		printf("1..1\n");
		fflush(stdout);
	}
	return ok ? 0 : 1;
}

static inline int
unit_run(const struct unit_test *tests, size_t n)
{
	unsigned long tests_failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("1..%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		unsigned long bad = unit.bad, checks = unit.checks;
		bool ok;

		unit.noted = 0;
		unit.skip[0] = '\0';
		tests[i].run();
		ok = unit.bad == bad && (unit.checks > checks || unit.skip[0] != '\0');
		tests_failed += !ok;
		unit_line(tests[i].name, ok);
	}
	return tests_failed > 0;
}

#endif
