/* lang.h - the language of the answer: one for the whole process, which serves one request. Layer: base.
 *
 * English stands in the sources. A sentence for people is marked TR("..."), so that ops/build/translate.py finds it, and passes through tr() on its way out;
 * the other languages come from html/i18n/LANGUAGE.json (lang_words.c, made at build time), templates as struct page's `other`.
 */
#ifndef BASE_LANG_H
#define BASE_LANG_H

#include "base/attr.h"

/* In this order in lang_words.c and in struct page: English, then the others by name. translate.py check holds this list against the catalogues. */
enum lang { LANG_EN, LANG_DE, LANG__MAX };
extern const char *const lang_names[LANG__MAX + 1]; /* "en", "de"; NULL at the end */

#define TR(text) text

/* Once, before the first sentence. */
void lang_use(enum lang l);
enum lang lang_now(void);
/* A sentence in the language of now; itself when there is no other. `english` is a constant of the program. Points to constant memory; takes no memory and no lock, so that signal handlers may ask. */
const char *tr(const char *english);
/* Read a name ("de", also "de-AT", in any case). False, *out untouched, when there is no such language. */
NODISCARD bool lang_parse(enum lang *out, const char *name);
/* The first language of an Accept-Language header that we have; English when there is none. Their order counts, q is passed over: browsers list what people
 * want first. */
enum lang lang_accepted(const char *header);

#endif
