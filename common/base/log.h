/* log.h - log lines: one JSON object a line on standard error, which lighttpd writes to its error log. Layer: base.
 *
 * A line holds time, level, request id, route, event code and a bland text. Never a secret, never what a person typed:
 * texts are literals with numbers, ids and codes of ours; and, where a try to get in failed, the client's address, which request.c has found to be one.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/attr.h"

#define LOG_REQUEST_ID_LEN 16

/* Name the request (LOG_REQUEST_ID_LEN characters of [a-z0-9]) and the route for all later lines. Both must outlive them. */
void log_set(const char *request_id, const char *route);
/* The request id in force, "" before log_set. */
const char *log_request_id(void);
/* Write one line; `event` is a fixed code such as "login_failed". The line is cut at 1 KiB and escaped as JSON. */
void log_info(const char *event, const char *fmt, ...) PRINTF_LIKE(2, 3);
void log_warn(const char *event, const char *fmt, ...) PRINTF_LIKE(2, 3);
void log_error(const char *event, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
