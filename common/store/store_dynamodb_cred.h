/* store_dynamodb_cred.h - credentials for signing, in AWS's order: configuration, container endpoint, instance metadata (IMDSv2 only).
 * Private to the module. Layer: store. */
#ifndef STORE_STORE_DYNAMODB_CRED_H
#define STORE_STORE_DYNAMODB_CRED_H

#include "base/attr.h"

#define DDB_CRED_KEY_MAX 128
#define DDB_CRED_TOKEN_MAX 4096

struct ddb_cred {
	char id[DDB_CRED_KEY_MAX], secret[DDB_CRED_KEY_MAX], token[DDB_CRED_TOKEN_MAX]; /* token "" when there is none */
	int64_t expires; /* seconds; 0: never */
};

#define DDB_CRED_PATH_MAX 560
/* Path of a file that all processes share, in CREDENTIALS_DIR (tmpfs; RUN_DIR where it is not set). False when it is too long. */
NODISCARD bool ddb_cred_path(char out[static DDB_CRED_PATH_MAX], const char *name);
/* Replace that file by `text`, 0600, in one step: readers see the old one or the new one. A failure is no more than work done again. */
void ddb_cred_share(const char *name, const char *text, size_t len);

/* Fill *c; the caller wipes it. `renew`: those in *c were refused as expired, others are wanted. False when there are none, logged. */
NODISCARD bool ddb_cred_get(struct ddb_cred *c, bool renew);

#endif
