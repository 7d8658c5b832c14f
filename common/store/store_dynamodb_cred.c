/* store_dynamodb_cred: where credentials come from. */
#include "store/store_dynamodb_cred.h"

#include "base/conf.h"

static bool
from_conf(struct ddb_cred *c)
{
	int n = snprintf(c->id, sizeof(c->id), "%s", conf_text(CONF_AWS_ACCESS_KEY_ID));
	int m = snprintf(c->secret, sizeof(c->secret), "%s", conf_text(CONF_AWS_SECRET_ACCESS_KEY));
	int k = snprintf(c->token, sizeof(c->token), "%s", conf_text(CONF_AWS_SESSION_TOKEN));

	c->expires = 0;
	return n > 0 && m > 0 && n < (int)sizeof(c->id) && m < (int)sizeof(c->secret) && k < (int)sizeof(c->token);
}

bool
ddb_cred_get(struct ddb_cred *c, bool renew)
{
	(void)renew;
	return from_conf(c);
}
