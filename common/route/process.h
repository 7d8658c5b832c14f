/* process.h - what a CGI process may do (SECURITY.md 5). Layer: route; private to it. */
#ifndef ROUTE_PROCESS_H
#define ROUTE_PROCESS_H

#include "base/attr.h"

/* Before anything else: no core dump, limits on CPU, files, file size and memory, not dumpable, no new privileges, umask 077, an alarm that answers 503 instead
 * of hanging. False when one of them is refused. */
NODISCARD bool process_confine(void);
/* Answer within `seconds` from now. */
void process_answer_within(unsigned seconds);
#define PROCESS_ANSWER_S 9 /* below the web server's cgi.limits of 10 s, so that the answer is ours */
/* Leave without atexit handlers: there is nothing to flush, and static destructors of libraries only cost time. */
NORETURN void process_leave(int status);

#endif
