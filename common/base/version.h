/* version.h - which version this program is. Layer: base. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#include "base/attr.h"

/* The version as text, e.g. "0.1.0-142-g196983cabcde": letters, digits and - . + ~ only. Made by the Makefile (ops/build/version.sh) as build/gen/version.c, the one
 * object that is compiled again when the version changes. */
extern const char version_text[];

/* Called before main by every program and tool (the Makefile links it in): `PROGRAM --version` prints "PROGRAM VERSION" and ends with 0 before anything else runs.
 * Never in a CGI process (GATEWAY_INTERFACE is set), whatever a server makes of a query without "=" (RFC 3875 4.4). */
void version_say(int argc, char **argv);

#endif
