#include "base/lang.h"

#include <string.h>

extern const char lang_words[];

static enum lang now;

void
lang_use(enum lang l)
{
	now = l;
}

enum lang
lang_now(void)
{
	return now;
}

static const char *
after(const char *text)
{
	return text + strlen(text) + 1;
}

const char *
tr(const char *english)
{
	/* read from end to end: a page asks for a few sentences, and pointers into the list would have to be relocated at every start */
	for (const char *w = lang_words; now != LANG_EN && *w;) {
		bool found = strcmp(w, english) == 0;

		for (enum lang l = LANG_EN; l < LANG__MAX; l++, w = after(w))
			if (found && l == now)
				return w;
	}
	return english;
}

bool
lang_parse(enum lang *out, const char *name)
{
	size_t n = strcspn(name, "-;, \t");

	for (enum lang l = LANG_EN; l < LANG__MAX; l++)
		if (strlen(lang_names[l]) == n && strncasecmp(lang_names[l], name, n) == 0) {
			*out = l;
			return true;
		}
	return false;
}

enum lang
lang_accepted(const char *header)
{
	enum lang l = LANG_EN;

	for (const char *p = header; *p; p += strcspn(p, ",")) {
		p += strspn(p, ", \t");
		if (lang_parse(&l, p))
			break;
	}
	return l;
}
