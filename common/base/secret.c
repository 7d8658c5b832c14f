#include "base/secret.h"

#include <string.h>

void
secret_wipe(void *p, size_t len)
{
	if (len)
		explicit_bzero(p, len);
}

bool
secret_equal(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t diff = 0;

	for (size_t i = 0; i < len; i++)
		diff = (uint8_t)(diff | (x[i] ^ y[i]));
	return diff == 0;
}

bool
secret_equal_text(const char *known, const char *given)
{
	size_t k = strlen(known), g = strlen(given);
	volatile uint8_t diff = k != g;

	/* walks the given text whatever the known one is: its own length is no secret to whoever gave it */
	for (size_t i = 0; i < g; i++)
		diff = (uint8_t)(diff | ((uint8_t)known[k ? i % k : 0] ^ (uint8_t)given[i]));
	return diff == 0;
}

void
secret_free_text(char *s)
{
	if (s)
		secret_wipe(s, strlen(s));
	free(s);
}
