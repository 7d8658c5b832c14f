/* fuzz_request: any environment (lines of the input) ends in a refusal or in values within their bounds. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "http/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)
#define LINES_MAX 300

static bool
same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return a[n] == '=' && b[strcspn(b, "=")] == '=' && n == strcspn(b, "=") && memcmp(a, b, n) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *env[LINES_MAX + 1];
	extern char **environ;
	char **before = environ;
	char *text = strndup((const char *)data, size);
	struct request rq;
	size_t n = 0;
	bool repeated = false, twice;
	char value[256];
	enum error e;

	for (char *s = text; *s != '\0' && n < LINES_MAX;) {
		size_t len = strcspn(s, "\n");
		bool last = s[len] == '\0';

		s[len] = '\0';
		for (size_t i = 0; i < n; i++)
			repeated = repeated || same_name(env[i], s);
		env[n++] = s;
		s += len + !last;
	}
	env[n] = NULL;
	environ = env;
	e = request_start(&rq);
	environ = before;
	MUST(e == ERR_NONE || e == ERR_MALFORMED);
	MUST(!repeated || e == ERR_MALFORMED);
	MUST(strlen(rq.id) == 16 && strspn(rq.id, "abcdefghijklmnopqrstuvwxyz0123456789") == 16);
	MUST(strlen(rq.agent) <= REQUEST_AGENT_MAX && utf8_valid(rq.agent, strlen(rq.agent)) && !utf8_has_control(rq.agent, strlen(rq.agent), true));
	MUST(strlen(rq.address) < REQUEST_ADDRESS_MAX && strlen(rq.cookies) <= 4096 && rq.query != NULL && rq.path_info != NULL);
	if (e == ERR_NONE) {
		MUST(rq.path[0] == '/' && strchr(rq.path, '?') == NULL && utf8_valid(rq.path, strlen(rq.path)));
		e = request_check_body(&rq, 4096, true);
		MUST(e != ERR_NONE || rq.content_length <= 4096);
	}
	if (request_same_origin(&rq, "http://localhost:5001, https://vault.example"))
		MUST(rq.origin != NULL ? rq.origin[0] == 'h' : rq.fetch_site != NULL);
	(void)!request_cookie(&rq, "vs", value, sizeof(value), &twice);
	request_wipe(&rq);
	free(text);
	return 0;
}
