/* test_base_conf: what the configuration file may hold, and each way in which it is refused. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static unsigned reads, fail_read;
static int read_errno;

static ssize_t
test_read(int fd, void *p, size_t n)
{
	if (++reads == fail_read) {
		errno = read_errno;
		return -1;
	}
	return read(fd, p, n < 7 ? n : 7); /* short reads are normal */
}

#define read(fd, p, n) test_read(fd, p, n)
#include "base/conf.c"
#undef read

static char folder[] = "/tmp/vs-conf-XXXXXX", path[64];

static bool
load(const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd >= 0 && write(fd, text, len) == (ssize_t)len);
	close(fd);
	setenv(CONF_ENV, path, 1);
	return conf_load();
}

static bool
load_text(const char *text)
{
	return load(text, strlen(text));
}

TEST(defaults_hold_where_the_file_is_silent)
{
	CHECK(load_text(""));
	CHECK_EQ_TEXT(conf_text(CONF_STORE), "sqlite");
	CHECK_EQ_TEXT(conf_text(CONF_SESSION_SECRET), "");
	CHECK_EQ_TEXT(conf_text(CONF_REGISTRATION), "closed");
	CHECK_EQ_INT(conf_number(CONF_SESSION_IDLE), 600);
	CHECK_EQ_INT(conf_number(CONF_SESSION_MAX), 28800);
	CHECK_EQ_INT(conf_number(CONF_SECURE), 1);
	CHECK_EQ_INT(conf_number(CONF_SQLITE_PATH), -1);
	for (size_t k = 0; k < CONF__MAX; k++)
		CHECK(conf_text((enum conf_key)k) != NULL);
}

TEST(values_are_taken_as_they_stand)
{
	CHECK(load_text("# a comment\n\nSTORE=dynamodb\nSQLITE_PATH=/var/lib/a b=c\nSESSION_IDLE=60\nSESSION_SECRET=\nSESSION_SECRET_PREVIOUS=a,b\n"
			"PUBLIC_ORIGINS=http://localhost:5001\nSECURE=0\nREGISTRATION=open\nRUN_DIR=/run\nSESSION_MAX=2147483647"));
	CHECK_EQ_TEXT(conf_text(CONF_STORE), "dynamodb");
	CHECK_EQ_TEXT(conf_text(CONF_SQLITE_PATH), "/var/lib/a b=c");
	CHECK_EQ_TEXT(conf_text(CONF_SESSION_SECRET), "");
	CHECK_EQ_TEXT(conf_text(CONF_PUBLIC_ORIGINS), "http://localhost:5001");
	CHECK_EQ_INT(conf_number(CONF_SESSION_IDLE), 60);
	CHECK_EQ_INT(conf_number(CONF_SESSION_MAX), 2147483647);
	CHECK_EQ_INT(conf_number(CONF_SECURE), 0);
	conf_wipe();
	CHECK_EQ_TEXT(conf_text(CONF_STORE), "sqlite");
	for (size_t i = 0; i < sizeof(file); i++)
		CHECK(file[i] == '\0');
}

TEST(numbers_are_whole_and_bounded)
{
	static const struct {
		const char *text;
		int64_t n;
	} cases[] = {
		{ "0", 0 }, { "007", 7 }, { "2147483647", INT32_MAX }, { "2147483648", -1 }, { "2147483650", -1 }, { "99999999999999999999", -1 },
		{ "", -1 }, { "-1", -1 }, { "1.5", -1 }, { " 1", -1 }, { "1 ", -1 }, { "0x1", -1 }, { "1s", -1 }, { "one", -1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[64];

		snprintf(text, sizeof(text), "SESSION_IDLE=%s\n", cases[i].text);
		CHECK(load_text(text));
		CHECK_EQ_INT(conf_number(CONF_SESSION_IDLE), cases[i].n);
	}
}

TEST(bad_lines_are_refused_and_nothing_is_kept)
{
	static const char *const bad[] = {
		"UNKNOWN=1\n", "STORE\n", "STORE=a\nSTORE=b\n", "STORE=\nSTORE=\n", "=x\n", " STORE=sqlite\n", "store=sqlite\n", "STORE =sqlite\n",
		"STOR=x\n", "STOREX=x\n", "SESSION_SECRET=abc\nnonsense\n", "STORE=sqlite\n\r\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CHECK(!load_text(bad[i]));
		CHECK_EQ_TEXT(conf_text(CONF_SESSION_SECRET), "");
		CHECK(file[0] == '\0');
	}
	CHECK(!load("STORE=sq\0lite\n", 14));
	CHECK(!load("\0", 1));
}

TEST(the_size_is_bounded)
{
	static char text[16 * 1024 + 2];

	memset(text, '#', sizeof(text));
	CHECK(load(text, sizeof(text) - 2));
	CHECK(!load(text, sizeof(text) - 1));
	CHECK(!load(text, sizeof(text)));
}

TEST(a_file_that_cannot_be_read_is_refused)
{
	char name[80];

	CHECK(load_text("STORE=sqlite\n"));
	snprintf(name, sizeof(name), "%s.link", path);
	CHECK(symlink(path, name) == 0);
	setenv(CONF_ENV, name, 1);
	CHECK(!conf_load());
	unlink(name);
	CHECK(!conf_load());
	setenv(CONF_ENV, folder, 1);
	CHECK(!conf_load());
	setenv(CONF_ENV, "", 1);
	CHECK(!conf_load());
	setenv(CONF_ENV, path, 1);
	reads = 0;
	fail_read = 2;
	read_errno = EIO;
	CHECK(!conf_load());
	CHECK(file[0] == '\0');
	reads = 0;
	read_errno = EINTR;
	CHECK(conf_load());
	CHECK(reads > fail_read);
	fail_read = 0;
	unsetenv(CONF_ENV);
	CHECK_EQ_INT(conf_load(), access(CONF_PATH_DEFAULT, R_OK) == 0);
}

static const struct unit_test tests[] = {
	UNIT(defaults_hold_where_the_file_is_silent),
	UNIT(values_are_taken_as_they_stand),
	UNIT(numbers_are_whole_and_bounded),
	UNIT(bad_lines_are_refused_and_nothing_is_kept),
	UNIT(the_size_is_bounded),
	UNIT(a_file_that_cannot_be_read_is_refused),
};

int
main(void)
{
	int r;

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/conf", folder);
	r = unit_run(tests, ARRAY_LEN(tests));
	unlink(path);
	rmdir(folder);
	return r;
}
