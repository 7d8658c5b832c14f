#include "base/conf.h"
#include "route/route.h"

#define DEVICE_AGE_S (400 * 86400LL) /* what browsers keep a cookie for at most */

/* The prefix makes browsers refuse the name over plain http or from a sibling host (RFC 6265bis 4.1.3.2). */
static const struct {
	const char *secure, *plain;
	int64_t max_age;
} cookies[] = {
	[COOKIE_SESSION] = { "__Host-vs", "vs", -1 },
	[COOKIE_STEP] = { "__Host-vsp", "vsp", -1 },
	[COOKIE_DRAFT] = { "__Host-vsf", "vsf", -1 },
	[COOKIE_LANGUAGE] = { "__Host-vsl", "vsl", DEVICE_AGE_S }, /* lighttpd.conf knows these names too */
	[COOKIE_DEVICE] = { "__Host-vsd", "vsd", DEVICE_AGE_S },
};

static bool
secure(void)
{
	return conf_number(CONF_SECURE) == 1;
}

static const char *
name(enum call_cookie which)
{
	return secure() ? cookies[which].secure : cookies[which].plain;
}

void
call_set_cookie(struct reply *rp, enum call_cookie which, const char *value)
{
	reply_cookie(rp, name(which), value, cookies[which].max_age, secure());
}

void
call_drop_cookie(struct reply *rp, enum call_cookie which)
{
	reply_cookie(rp, name(which), "", 0, secure());
}

const char *
call_cookie(const struct call *c, enum call_cookie which)
{
	static char value[TICKET_TEXT_LEN + 1];
	bool twice;

	if (!request_cookie(&c->rq, name(which), value, sizeof(value), &twice) || twice)
		value[0] = '\0';
	return value;
}

bool
call_cookies_fine(const struct call *c)
{
	char value[TICKET_TEXT_LEN + 1];
	bool twice = false;

	for (size_t i = 0; i < ARRAY_LEN(cookies) && !twice; i++)
		(void)!request_cookie(&c->rq, name((enum call_cookie)i), value, sizeof(value), &twice);
	return !twice;
}
