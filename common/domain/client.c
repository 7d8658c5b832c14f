#include "domain/client.h"

#include <string.h>

#include "base/lang.h"
#include "base/secret.h"
#include "crypto/seal.h"
#include "domain/server.h"

/* Order matters: Edge and Opera also say Chrome, Chrome also says Safari, Android also says Linux. */
static const struct word {
	const char *mark, *name;
} browsers[] = {
	{ "Edg/", "Edge" }, { "OPR/", "Opera" }, { "Firefox/", "Firefox" }, { "Chromium/", "Chromium" }, { "Chrome/", "Chrome" },
	{ "Safari/", "Safari" }, { "curl/", "curl" },
}, systems[] = {
	{ "Android", "Android" }, { "iPhone", "iPhone" }, { "iPad", "iPad" }, { "Windows", "Windows" }, { "Mac OS X", "macOS" },
	{ "CrOS", "ChromeOS" }, { "Linux", "Linux" },
};

static const char *
find(const struct word *w, size_t n, const char *agent)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(agent, w[i].mark))
			return w[i].name;
	return NULL;
}

bool
client_seal(struct buf *out, const struct id *uid, const char *row, const struct client *c)
{
	uint8_t key[HASH_LEN];
	struct buf plain;
	struct seal_bind bind = { "activity", uid, row, strlen(row), 0, server_kid() };
	bool ok;

	buf_init(&plain, CLIENT_DETAIL_MAX);
	buf_str(&plain, c->address);
	buf_ch(&plain, '\n');
	buf_str(&plain, c->agent);
	ok = !plain.failed && server_key(key, bind.kid, "activity") && seal_text(out, key, &bind, plain.p, plain.len) && !out->failed;
	buf_wipe(&plain);
	secret_wipe(key, sizeof(key));
	return ok;
}

void
client_open(char address[static 48], char browser[static 64], const struct id *uid, const char *row, const char *detail)
{
	uint8_t key[HASH_LEN];
	struct buf plain;
	struct seal_bind bind = { "activity", uid, row, strlen(row), 0, 0 };
	int kid = seal_kid(detail, strlen(detail));
	char *agent;

	address[0] = browser[0] = '\0';
	buf_init(&plain, CLIENT_DETAIL_MAX);
	if (kid > 0 && server_key(key, (uint8_t)kid, "activity") && seal_open(&plain, key, &bind, detail, strlen(detail)) &&
	    (agent = strchr(plain.p, '\n'))) {
		const char *b, *s;

		*agent++ = '\0';
		snprintf(address, 48, "%s", plain.p);
		b = find(browsers, ARRAY_LEN(browsers), agent);
		s = find(systems, ARRAY_LEN(systems), agent);
		snprintf(browser, 64, "%s%s%s", b ? b : tr(TR("Unknown browser")), s ? tr(TR(" on ")) : "", s ? s : "");
	}
	buf_wipe(&plain);
	secret_wipe(key, sizeof(key));
}
