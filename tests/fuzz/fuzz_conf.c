/* fuzz_conf: a file that is taken holds exactly the values that its lines say; a refused one leaves nothing behind. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static const uint8_t *input;
static size_t left;

static ssize_t
take_input(void *p, size_t n)
{
	n = n < left ? n : left;
	if (n > 0)
		memcpy(p, input, n);
	input += n;
	left -= n;
	return (ssize_t)n;
}

/* conf.c on memory instead of a file */
#define open(path, flags) ((void)(path), 3)
#define read(fd, p, n) ((void)(fd), take_input(p, n))
#define close(fd) ((void)(fd))
#define take take_line
#include "base/conf.c"
#undef take
#undef open
#undef read
#undef close

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 3);
	bool ok;

	MUST(copy != NULL);
	copy[0] = '\n';
	if (size > 0)
		memcpy(copy + 1, data, size);
	copy[size + 1] = '\n';
	copy[size + 2] = '\0';
	input = data;
	left = size;
	ok = conf_load();
	MUST(!ok || (size <= FILE_MAX && strlen(copy) == size + 2));
	for (size_t k = 0; k < CONF__MAX; k++) {
		const char *v = conf_text((enum conf_key)k);
		int64_t n = conf_number((enum conf_key)k);
		char line[FILE_MAX + 64];

		MUST(n >= -1 && n <= INT32_MAX);
		if (!ok || values[k] == NULL) {
			MUST(strcmp(v, keys[k].fallback) == 0);
			continue;
		}
		snprintf(line, sizeof(line), "\n%s=%s\n", keys[k].name, v);
		MUST(strstr(copy, line) != NULL);
	}
	conf_wipe();
	for (size_t i = 0; i < sizeof(file); i += 61)
		MUST(file[i] == '\0');
	free(copy);
	return 0;
}
