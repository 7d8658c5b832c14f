/* not-found: whatever no address names; the web server sends it here, so that programs get JSON and people a page. */
#include "route/route.h"

int
main(void)
{
	route_main(&route_missing);
}
