#include "base/version.h"

/* A constructor: glibc hands it main's arguments, in static programs too, so no main() has to know of this. */
__attribute__((constructor)) void
version_say(int argc, char **argv)
{
	const char *slash;

	if (argc != 2 || strcmp(argv[1], "--version") != 0 || getenv("GATEWAY_INTERFACE") != NULL)
		return;
	slash = strrchr(argv[0], '/');
	printf("%s %s\n", slash != NULL ? slash + 1 : argv[0], version_text);
	exit(fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}
