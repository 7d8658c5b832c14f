#include "base/lang.h"

#include <string.h>

extern const char lang_words[];

#define SEEN 256

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

/* The list is read from end to end: pointers into it would have to be relocated at every start. */
static const char *
find(const char *english)
{
	for (const char *w = lang_words; *w;) {
		bool found = strcmp(w, english) == 0;

		for (enum lang l = LANG_EN; l < LANG__MAX; l++, w = after(w))
			if (found && l == now)
				return w;
	}
	return english;
}

const char *
tr(const char *english)
{
	/* a list of a hundred entries asks for the same few words hundreds of times; texts of programs are constants, so their place names them */
	static struct {
		const char *from, *to;
	} seen[SEEN];
	size_t at = (uintptr_t)english / 4 % SEEN;

	if (now == LANG_EN)
		return english;
	if (seen[at].from != english) {
		const char *to = find(english);

		seen[at].from = NULL; /* a signal handler may ask between the two */
		seen[at].to = to;
		seen[at].from = english;
	}
	return seen[at].to;
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
