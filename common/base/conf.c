#include "base/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/secret.h"

#define FILE_MAX (16 * 1024)

static const struct {
	const char *name, *fallback;
} keys[CONF__MAX] = {
	[CONF_STORE] = { "STORE", "sqlite" },
	[CONF_SQLITE_PATH] = { "SQLITE_PATH", "" },
	[CONF_SESSION_SECRET] = { "SESSION_SECRET", "" },
	[CONF_SESSION_SECRET_PREVIOUS] = { "SESSION_SECRET_PREVIOUS", "" },
	[CONF_SESSION_IDLE] = { "SESSION_IDLE", "600" },
	[CONF_SESSION_MAX] = { "SESSION_MAX", "28800" },
	[CONF_PUBLIC_ORIGINS] = { "PUBLIC_ORIGINS", "" },
	[CONF_SECURE] = { "SECURE", "1" },
	[CONF_REGISTRATION] = { "REGISTRATION", "closed" },
	[CONF_RUN_DIR] = { "RUN_DIR", "" },
	[CONF_AWS_REGION] = { "AWS_REGION", "us-east-1" },
	[CONF_DYNAMODB_ENDPOINT] = { "DYNAMODB_ENDPOINT", "" },
	[CONF_DYNAMODB_SOCKET] = { "DYNAMODB_SOCKET", "" },
	[CONF_DYNAMODB_CA] = { "DYNAMODB_CA", "" },
	[CONF_POOL_STATS] = { "POOL_STATS", "" },
	[CONF_DYNAMODB_USERS_TABLE] = { "DYNAMODB_USERS_TABLE", "PasswordManager-Users" },
	[CONF_DYNAMODB_ACCOUNTS_TABLE] = { "DYNAMODB_ACCOUNTS_TABLE", "PasswordManager-Accounts" },
	[CONF_DYNAMODB_PASSWORDS_TABLE] = { "DYNAMODB_PASSWORDS_TABLE", "PasswordManager-Passwords" },
	[CONF_CREDENTIALS_DIR] = { "CREDENTIALS_DIR", "" },
	[CONF_AWS_ACCESS_KEY_ID] = { "AWS_ACCESS_KEY_ID", "" },
	[CONF_AWS_SECRET_ACCESS_KEY] = { "AWS_SECRET_ACCESS_KEY", "" },
	[CONF_AWS_SESSION_TOKEN] = { "AWS_SESSION_TOKEN", "" },
	[CONF_AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] = { "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "" },
	[CONF_AWS_CONTAINER_CREDENTIALS_FULL_URI] = { "AWS_CONTAINER_CREDENTIALS_FULL_URI", "" },
	[CONF_AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE] = { "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "" },
	[CONF_AWS_EC2_METADATA_SERVICE_ENDPOINT] = { "AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254" },
};

static char file[FILE_MAX + 1];
static const char *values[CONF__MAX];

static bool
read_file(void)
{
	const char *path = getenv(CONF_ENV);
	int fd;
	size_t n = 0;
	ssize_t r = -1;

	path = path ? path : CONF_PATH_DEFAULT;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		log_error("conf_open", "the configuration file cannot be opened");
		return false;
	}
	while (n < sizeof(file)) {
		r = read(fd, file + n, sizeof(file) - n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			break;
		n += (size_t)r;
	}
	close(fd);
	if (r < 0 || n > FILE_MAX || memchr(file, '\0', n)) {
		log_error("conf_read", "the configuration file cannot be read, is larger than 16 KiB or holds a NUL");
		return false;
	}
	file[n] = '\0';
	return true;
}

static bool
take(char *line, size_t number)
{
	char *eq = strchr(line, '=');

	if (*line == '\0' || *line == '#')
		return true;
	if (eq) {
		*eq = '\0';
		for (size_t k = 0; k < CONF__MAX; k++)
			if (strcmp(keys[k].name, line) == 0 && !values[k]) {
				values[k] = eq + 1;
				return true;
			}
	}
	log_error("conf_line", "line %zu of the configuration is not KEY=VALUE with a known key that occurs once", number);
	return false;
}

bool
conf_load(void)
{
	size_t number = 0;

	conf_wipe();
	if (!read_file()) {
		conf_wipe();
		return false;
	}
	for (char *line = file, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!take(line, ++number)) {
			conf_wipe();
			return false;
		}
	}
	return true;
}

const char *
conf_text(enum conf_key key)
{
	return values[key] ? values[key] : keys[key].fallback;
}

int64_t
conf_number(enum conf_key key)
{
	const char *s = conf_text(key);
	int64_t n = 0;

	if (!*s)
		return -1;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' || n > INT32_MAX / 10)
			return -1;
		n = n * 10 + (*s - '0');
	}
	return n <= INT32_MAX ? n : -1;
}

void
conf_wipe(void)
{
	secret_wipe(file, sizeof(file));
	memset(values, 0, sizeof(values));
}
