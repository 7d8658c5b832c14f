#include "domain/instance.h"

#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/fetch.h"
#include "base/log.h"
#include "base/secret.h"

#define TOKEN_MAX 256
#define TOKEN_ASK "X-aws-ec2-metadata-token-ttl-seconds: 60"
#define TOKEN_SHOW "X-aws-ec2-metadata-token: "
#define DATA "/latest/meta-data/"

const char *const instance_names[INSTANCE__MAX] = {
	"instance_id", "instance_type", "region", "availability_zone", "vpc_id", "public_address", "private_address", "key_name", "image",
};

static const char *const paths[INSTANCE__MAX] = {
	[INSTANCE_ID] = DATA "instance-id", [INSTANCE_TYPE] = DATA "instance-type", [INSTANCE_REGION] = DATA "placement/region",
	[INSTANCE_ZONE] = DATA "placement/availability-zone", [INSTANCE_PUBLIC] = DATA "public-ipv4", [INSTANCE_PRIVATE] = DATA "local-ipv4",
	[INSTANCE_KEY] = DATA "public-keys/", [INSTANCE_IMAGE] = DATA "ami-id", /* the VPC is asked for by the card's address */
};

struct talk {
	const char *base;
	int64_t until;
	char token[sizeof(TOKEN_SHOW) + TOKEN_MAX];
	bool away; /* it stopped answering: nothing more is asked */
};

/* What a page shows and a program reads is made of these alone, whatever stands at the other end. */
static bool
plain(const char *s, size_t len, size_t max)
{
	return len > 0 && len <= max && strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:_/@=+") == len;
}

static enum fetch
ask(struct fetch_answer *a, const struct talk *t, const char *method, const char *path, const char *header)
{
	int64_t call = clock_mono_ms() + INSTANCE_CALL_MS;

	return fetch_ask(a, method, t->base, path, header, call < t->until ? call : t->until);
}

/* One value; false leaves `out` "". 404 is an answer: there is no such thing here. */
static bool
value(char out[static INSTANCE_VALUE_MAX + 1], struct talk *t, const char *path)
{
	struct fetch_answer a;
	enum fetch f = t->away ? FETCH_AWAY : ask(&a, t, "GET", path, t->token);

	out[0] = '\0';
	t->away = f == FETCH_AWAY;
	if (f != FETCH_OK || a.status != 200)
		return false;
	while (a.len > 0 && (a.body[a.len - 1] == '\n' || a.body[a.len - 1] == '\r'))
		a.body[--a.len] = '\0';
	if (!plain(a.body, a.len, INSTANCE_VALUE_MAX)) {
		log_warn("instance", "a value of the metadata service is too long or holds other characters: left out");
		return false;
	}
	memcpy(out, a.body, a.len + 1);
	return true;
}

static enum instance_state
get_token(struct talk *t)
{
	struct fetch_answer a;
	enum fetch f = ask(&a, t, "PUT", "/latest/api/token", TOKEN_ASK);
	bool ok = f == FETCH_OK && a.status == 200 && plain(a.body, a.len, TOKEN_MAX);

	if (ok)
		snprintf(t->token, sizeof(t->token), TOKEN_SHOW "%.*s", TOKEN_MAX, a.body);
	secret_wipe(&a, sizeof(a));
	return ok ? INSTANCE_FINE : f == FETCH_AWAY ? INSTANCE_NONE : INSTANCE_REFUSED;
}

void
instance_read(struct instance *in)
{
	struct talk t = { .base = conf_text(CONF_AWS_EC2_METADATA_SERVICE_ENDPOINT), .until = clock_mono_ms() + INSTANCE_TOTAL_MS };
	char mac[INSTANCE_VALUE_MAX + 1], path[INSTANCE_VALUE_MAX + 64];

	memset(in, 0, sizeof(*in));
	in->state = get_token(&t);
	if (in->state != INSTANCE_FINE)
		return;
	for (size_t i = 0; i < INSTANCE__MAX; i++)
		if (paths[i] != NULL)
			(void)!value(in->at[i], &t, paths[i]);
	if (value(mac, &t, DATA "mac") && strchr(mac, '/') == NULL) {
		snprintf(path, sizeof(path), DATA "network/interfaces/macs/%s/vpc-id", mac);
		(void)!value(in->at[INSTANCE_VPC], &t, path);
	}
	/* "0=name" */
	if (strncmp(in->at[INSTANCE_KEY], "0=", 2) == 0)
		memmove(in->at[INSTANCE_KEY], in->at[INSTANCE_KEY] + 2, strlen(in->at[INSTANCE_KEY] + 2) + 1);
	secret_wipe(t.token, sizeof(t.token));
	if (t.away)
		in->state = INSTANCE_PART;
}
