#include "domain/pool.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/log.h"

#define ASK "show stat dynamodb 4 -1\n"
#define ANSWER_MAX 16384
#define COLUMNS_MAX 160

const char *const pool_names[POOL__MAX] = { "opened", "reused", "idle", "in_use", "idle_limit", "limit", "waiting", "connect_errors", "answer_errors", "retries", "mean_ms" };

/* By name: the order of the columns is HAProxy's to change. */
static const char *const columns[POOL__MAX] = { "connect", "reuse", "srv_icur", "used_conn_cur", "src_ilim", "slim", "qcur", "econ", "eresp", "wretr", "rtime" };

static bool
ask(char *out, size_t size)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const struct timeval second = { .tv_sec = 1 };
	size_t n = 0;
	ssize_t r = -1;
	int fd;

	if ((size_t)snprintf(a.sun_path, sizeof(a.sun_path), "%s", conf_text(CONF_POOL_STATS)) >= sizeof(a.sun_path))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second)) == 0 && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second)) == 0 &&
	    connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0 && write(fd, ASK, strlen(ASK)) == (ssize_t)strlen(ASK))
		while (n < size - 1 && (r = read(fd, out + n, size - 1 - n)) > 0)
			n += (size_t)r;
	if (fd >= 0)
		close(fd);
	out[n] = '\0';
	return r == 0 && n > 0;
}

/* Cut a line of CSV at its commas, in place; how many cells there are. HAProxy quotes none of the cells that are read here. */
static size_t
cells(char *cell[COLUMNS_MAX], char *line)
{
	size_t n = 0;
	char *p;

	while (n < COLUMNS_MAX && (p = strsep(&line, ",")) != NULL)
		cell[n++] = p;
	return n;
}

static const char *
cell_of(char *const head[], size_t nhead, char *const row[], size_t nrow, const char *name)
{
	for (size_t i = 0; i < nhead && i < nrow; i++)
		if (strcmp(head[i], name) == 0)
			return row[i];
	return "";
}

void
pool_read(struct pool *p)
{
	static char text[ANSWER_MAX];
	char *head[COLUMNS_MAX], *row[COLUMNS_MAX], *line, *rest = text;
	size_t nhead = 0, nrow;

	*p = (struct pool){ .state = POOL_NONE };
	if (*conf_text(CONF_POOL_STATS) == '\0')
		return;
	p->state = POOL_AWAY;
	if (!ask(text, sizeof(text))) {
		log_warn("pool_stats", "the pool's statistics socket does not answer");
		return;
	}
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (strncmp(line, "# ", 2) == 0) {
			nhead = cells(head, line + 2);
			continue;
		}
		nrow = cells(row, line);
		if (nhead == 0 || nrow < 2)
			continue;
		/* the template makes one server; were there more, their figures add up */
		for (enum pool_figure f = 0; f < POOL__MAX; f++)
			p->at[f] += strtoll(cell_of(head, nhead, row, nrow, columns[f]), NULL, 10);
		if (p->state != POOL_UP)
			p->state = strncmp(cell_of(head, nhead, row, nrow, "status"), "MAINT", 5) == 0 || strncmp(cell_of(head, nhead, row, nrow, "status"), "DOWN", 4) == 0 ? POOL_DOWN : POOL_UP;
	}
}

int64_t
pool_reuse_rate(const struct pool *p)
{
	int64_t all = p->at[POOL_CONNECT] + p->at[POOL_REUSE];

	return all > 0 ? p->at[POOL_REUSE] * 1000 / all : -1;
}
