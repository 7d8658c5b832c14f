/* store_dynamodb_cred: where credentials come from. What an endpoint gave is shared by all processes through one file of the run folder (tmpfs in the image), so
 * that a hundred requests fetch once: written aside and renamed, nobody else's to read, refreshed by one process well before it ends while the others go on. */
#include "store/store_dynamodb_cred.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/secret.h"

#define FILE_NAME "credentials"
#define EARLY_S 900        /* refreshed this long before the end */
#define PAUSE_S 10         /* between two tries of an endpoint that is away */
#define LATE_S 30          /* not used any more this long before the end */
#define ANSWER_MAX 16384
#define ENDPOINT_MS 1000
#define CONTAINER_HOST "http://169.254.170.2"

static bool
from_conf(struct ddb_cred *c)
{
	int n = snprintf(c->id, sizeof(c->id), "%s", conf_text(CONF_AWS_ACCESS_KEY_ID));
	int m = snprintf(c->secret, sizeof(c->secret), "%s", conf_text(CONF_AWS_SECRET_ACCESS_KEY));
	int k = snprintf(c->token, sizeof(c->token), "%s", conf_text(CONF_AWS_SESSION_TOKEN));

	c->expires = 0;
	return n > 0 && m > 0 && n < (int)sizeof(c->id) && m < (int)sizeof(c->secret) && k < (int)sizeof(c->token);
}

static size_t
take(char *data, size_t size, size_t n, void *ctx)
{
	struct buf *b = ctx;

	buf_add(b, data, size * n);
	return b->failed ? 0 : size * n;
}

/* One plain request to a link-local or loopback endpoint; `header` may be NULL. */
static bool
ask(struct buf *out, const char *method, const char *url, const char *header)
{
	CURL *h = curl_easy_init();
	struct curl_slist *headers = header != NULL ? curl_slist_append(NULL, header) : NULL;
	long status = 0;
	bool ok = h != NULL && (header == NULL || headers != NULL);

	buf_init(out, ANSWER_MAX);
	ok = ok && curl_easy_setopt(h, CURLOPT_URL, url) == CURLE_OK && curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http") == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK && curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take) == CURLE_OK && curl_easy_setopt(h, CURLOPT_WRITEDATA, out) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK && curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)ENDPOINT_MS) == CURLE_OK;
	ok = ok && curl_easy_perform(h) == CURLE_OK && curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status == 200;
	curl_slist_free_all(headers);
	curl_easy_cleanup(h);
	return ok;
}

static bool
copy(char *out, size_t size, struct json_object *o, const char *key)
{
	struct json_object *v;
	int n = json_object_object_get_ex(o, key, &v) ? snprintf(out, size, "%s", json_object_get_string(v)) : -1;

	return n > 0 && n < (int)size;
}

/* {"AccessKeyId", "SecretAccessKey", "Token", "Expiration": "2026-11-21T14:02:09Z"}: the same from every endpoint, and in our file. */
static bool
parse(struct ddb_cred *c, const char *text)
{
	struct json_object *o = json_tokener_parse(text);
	struct tm tm = { 0 };
	char until[40];
	bool ok = copy(c->id, sizeof(c->id), o, "AccessKeyId") && copy(c->secret, sizeof(c->secret), o, "SecretAccessKey") &&
	    copy(c->token, sizeof(c->token), o, "Token") && copy(until, sizeof(until), o, "Expiration") && strptime(until, "%Y-%m-%dT%H:%M:%SZ", &tm) != NULL;

	c->expires = ok ? (int64_t)timegm(&tm) : 0;
	json_object_put(o);
	return ok;
}

/* The rule of AWS's SDKs: credentials go to the hosts of ECS and EKS and to this machine, never to an address that a variable happens to hold. */
static bool
fair_uri(const char *uri)
{
	static const char *const hosts[] = { "http://169.254.170.2/", "http://169.254.170.23/", "http://127.0.0.1/", "http://127.0.0.1:", "http://localhost/", "http://localhost:" };

	for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
		if (strncmp(uri, hosts[i], strlen(hosts[i])) == 0)
			return true;
	return false;
}

static bool
from_container(struct buf *out)
{
	const char *relative = conf_text(CONF_AWS_CONTAINER_CREDENTIALS_RELATIVE_URI), *full = conf_text(CONF_AWS_CONTAINER_CREDENTIALS_FULL_URI);
	const char *file = conf_text(CONF_AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE);
	char url[1024], header[4096] = "", token[3072];
	ssize_t n = 0;
	int fd;

	buf_init(out, ANSWER_MAX);
	if (*relative)
		snprintf(url, sizeof(url), "%s%s", CONTAINER_HOST, relative);
	else
		snprintf(url, sizeof(url), "%s", full);
	if (!fair_uri(url)) {
		log_error("dynamodb_credentials", "the container's endpoint is no address of ECS, EKS or this machine");
		return false;
	}
	if (*file) {
		fd = open(file, O_RDONLY | O_CLOEXEC);
		n = fd >= 0 ? read(fd, token, sizeof(token) - 1) : -1;
		if (fd >= 0)
			close(fd);
		while (n > 0 && (token[n - 1] == '\n' || token[n - 1] == '\r'))
			n--;
		if (n <= 0)
			return false;
		snprintf(header, sizeof(header), "Authorization: %.*s", (int)n, token);
	}
	return ask(out, "GET", url, *header ? header : NULL);
}

/* https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html: version 2 alone, as version 1 answers whoever can make us ask. */
static bool
from_instance(struct buf *out)
{
	const char *base = conf_text(CONF_AWS_EC2_METADATA_SERVICE_ENDPOINT);
	char url[512], header[512];
	bool ok;

	snprintf(url, sizeof(url), "%s/latest/api/token", base);
	if (!ask(out, "PUT", url, "X-aws-ec2-metadata-token-ttl-seconds: 60"))
		return false;
	snprintf(header, sizeof(header), "X-aws-ec2-metadata-token: %.400s", out->p);
	buf_wipe(out);
	snprintf(url, sizeof(url), "%s/latest/meta-data/iam/security-credentials/", base);
	ok = ask(out, "GET", url, header);
	if (ok) {
		out->p[strcspn(out->p, "\r\n")] = '\0';
		snprintf(url, sizeof(url), "%s/latest/meta-data/iam/security-credentials/%.128s", base, out->p);
		buf_wipe(out);
		ok = ask(out, "GET", url, header);
	}
	return ok;
}

static bool
read_file(struct ddb_cred *c, const char *path)
{
	struct stat st;
	char text[ANSWER_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = -1;
	bool ok;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 077) == 0)
		n = read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	ok = parse(c, text);
	secret_wipe(text, sizeof(text));
	return ok;
}

bool
ddb_cred_path(char out[static DDB_CRED_PATH_MAX], const char *name)
{
	const char *dir = *conf_text(CONF_CREDENTIALS_DIR) ? conf_text(CONF_CREDENTIALS_DIR) : conf_text(CONF_RUN_DIR);

	return snprintf(out, DDB_CRED_PATH_MAX, "%s/%s", dir, name) < DDB_CRED_PATH_MAX;
}

void
ddb_cred_share(const char *name, const char *text, size_t len)
{
	char path[DDB_CRED_PATH_MAX], aside[DDB_CRED_PATH_MAX + 16];
	int fd;
	bool ok;

	if (!ddb_cred_path(path, name))
		return;
	snprintf(aside, sizeof(aside), "%s.%d", path, (int)getpid());
	fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	ok = write(fd, text, len) == (ssize_t)len;
	if (close(fd) != 0 || !ok || rename(aside, path) != 0)
		unlink(aside);
}

static bool
fetch(struct ddb_cred *c)
{
	bool container = *conf_text(CONF_AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) || *conf_text(CONF_AWS_CONTAINER_CREDENTIALS_FULL_URI);
	struct buf text;
	bool ok = (container ? from_container(&text) : from_instance(&text)) && parse(c, text.p);

	if (ok)
		ddb_cred_share(FILE_NAME, text.p, text.len);
	else
		log_error("dynamodb_credentials", "%s gave none", container ? "the container's endpoint" : "the instance's metadata");
	buf_wipe(&text);
	return ok;
}

/* refused: the secret of those that DynamoDB took for expired; the file may hold newer ones already. */
static bool
usable(const struct ddb_cred *c, int64_t spare, const char *refused)
{
	return c->expires > clock_now() + spare && strcmp(c->id, refused) != 0;
}

/* Whether somebody failed to renew a moment ago, by the lock file's time (its making counts as one): while what we have is good, not every request has to wait for one that is away. */
static bool
lately(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_mtime + PAUSE_S > clock_now();
}

static bool
from_endpoint(struct ddb_cred *c, const char *refused)
{
	char path[DDB_CRED_PATH_MAX], lock[DDB_CRED_PATH_MAX];
	bool have, ok;
	int fd;

	if (!ddb_cred_path(path, FILE_NAME) || !ddb_cred_path(lock, FILE_NAME ".lock"))
		return false;
	have = read_file(c, path);
	if (have && usable(c, EARLY_S, refused))
		return true;
	have = have && usable(c, LATE_S, refused);
	fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	/* while one refreshes, the others go on with what is still good */
	if (fd < 0 || flock(fd, have ? LOCK_EX | LOCK_NB : LOCK_EX) != 0) {
		if (fd >= 0)
			close(fd);
		return have;
	}
	ok = read_file(c, path) && usable(c, EARLY_S, refused);
	if (!ok && !(have && lately(fd))) {
		ok = fetch(c);
		if (!ok)
			(void)futimens(fd, NULL);
	}
	if (!ok)
		ok = have && read_file(c, path);
	close(fd);
	return ok;
}

bool
ddb_cred_get(struct ddb_cred *c, bool renew)
{
	char refused[DDB_CRED_KEY_MAX] = "";

	if (*conf_text(CONF_AWS_ACCESS_KEY_ID))
		return from_conf(c);
	if (renew)
		snprintf(refused, sizeof(refused), "%s", c->id);
	return from_endpoint(c, refused);
}
