/* store_dynamodb_call.h - one call of DynamoDB's API: signed, checked, tried again. Private to the module. Layer: store. */
#ifndef STORE_STORE_DYNAMODB_CALL_H
#define STORE_STORE_DYNAMODB_CALL_H

#include <json-c/json.h>

#include "base/buf.h"
#include "store/store_item.h"

#define DDB_ANSWER_MAX (4 * 1024 * 1024) /* a page of a query is 1 MB at most, as JSON with its names about twice that */
#define DDB_TOKEN_LEN 26

/* Send `request` (an object; stays the caller's) to the action `target` ("GetItem"). *answer is the answer's object, to be put by the caller; NULL unless
 * STORE_OK or STORE_CONFLICT.
 *   STORE_OK
 *   STORE_CONFLICT  ConditionalCheckFailedException, or TransactionCanceledException with a condition among its reasons
 *   STORE_FULL      the item is too large for the table
 *   STORE_BUSY      unreachable, throttled or failing for as long as we try: about 2 s, 6 s over the life of the process
 *   STORE_BROKEN    refused for another reason, logged without keys and values */
NODISCARD enum store_result ddb_call(struct json_object **answer, const char *target, struct json_object *request);
/* A random text for request tokens and request ids; false without randomness. */
NODISCARD bool ddb_token(char out[static DDB_TOKEN_LEN + 1]);
/* Begin the time that all calls of the process share anew: for tools, which live longer than a request. */
void ddb_restart(void);
/* The configured name of a table. */
const char *ddb_table(enum store_table t);

#endif
