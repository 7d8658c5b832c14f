#include "route/path.h"

#include <string.h>

void
path_encode(struct buf *out, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *path; path++) {
		if (strchr(plain, *path))
			buf_ch(out, *path);
		else
			buf_fmt(out, "%%%02X", (unsigned char)*path);
	}
}
