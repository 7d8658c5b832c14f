/* conf.h - the configuration file that the start script writes: KEY=VALUE lines. Layer: base. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/attr.h"

#define CONF_ENV "VAULTSPHERE_CONF" /* environment variable that names the file; lighttpd.conf sets it */
#define CONF_PATH_DEFAULT "/etc/vaultsphere.conf"

enum conf_key {
	CONF_STORE,                   /* sqlite | dynamodb */
	CONF_SQLITE_PATH,
	CONF_SESSION_SECRET,          /* base64, 32 bytes or more: see crypto/keyring.h */
	CONF_SESSION_SECRET_PREVIOUS, /* comma-separated older ones, newest first */
	CONF_SESSION_IDLE,            /* seconds, default 600 */
	CONF_SESSION_MAX,             /* seconds, default 28800 */
	CONF_PUBLIC_ORIGINS,          /* comma-separated own origins, e.g. http://localhost:5001 */
	CONF_SECURE,                  /* 1 when people reach us by https */
	CONF_REGISTRATION,            /* open | invite | closed: how far an admin may open it */
	CONF_RUN_DIR,                 /* folder for locks and other run files */
	CONF_AWS_REGION,              /* dynamodb only, from here on */
	CONF_DYNAMODB_ENDPOINT,       /* https://dynamodb.REGION.amazonaws.com; http:// of the same host where the pool holds the TLS */
	CONF_DYNAMODB_SOCKET,         /* unix socket of the pool, "" for none */
	CONF_DYNAMODB_CA,             /* certificates that may vouch for the endpoint, where the programs speak TLS themselves; "" with a pool */
	CONF_POOL_STATS,              /* unix socket of the pool's statistics, "" for none */
	CONF_DYNAMODB_USERS_TABLE,
	CONF_DYNAMODB_ACCOUNTS_TABLE,
	CONF_DYNAMODB_PASSWORDS_TABLE,
	CONF_CREDENTIALS_DIR,         /* folder in memory for credentials that an endpoint gave; "" for RUN_DIR */
	CONF_AWS_ACCESS_KEY_ID,       /* "" where an endpoint gives credentials */
	CONF_AWS_SECRET_ACCESS_KEY,
	CONF_AWS_SESSION_TOKEN,
	CONF_AWS_CONTAINER_CREDENTIALS_RELATIVE_URI,
	CONF_AWS_CONTAINER_CREDENTIALS_FULL_URI,
	CONF_AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE,
	CONF_AWS_EC2_METADATA_SERVICE_ENDPOINT,
	CONF__MAX
};

/* Read the file named by CONF_ENV once. False, with a log line that names the line, when it cannot be read, is larger than 16 KiB,
 * holds an unknown or repeated key, or a line that is neither empty, a comment (#) nor KEY=VALUE. */
NODISCARD bool conf_load(void);
/* The value of a key, or its default, or "" when it has none. Points into memory that lives as long as the process. */
const char *conf_text(enum conf_key key);
/* The value as a whole number >= 0; the default when it is absent, -1 when it is not a number below 2^31. */
int64_t conf_number(enum conf_key key);
/* Wipe everything read (the session secrets are among it). */
void conf_wipe(void);

#endif
