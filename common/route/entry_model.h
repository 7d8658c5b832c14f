/* entry_model.h - entries as programs and pages see them, and the parameters that carry them. Layer: route. */
#ifndef ROUTE_ENTRY_MODEL_H
#define ROUTE_ENTRY_MODEL_H

#include "domain/entry.h"
#include "domain/entry_list.h"
#include "route/route.h"

/* The parameters of an entry's fields, for tables; entry_take reads them by these indices. */
enum { EM_SITE, EM_URL, EM_USERNAME, EM_PASSWORD, EM_NOTES, EM_TAGS, EM_TOTP, EM_FAVORITE, EM__N };
#define EM_PARAMS(site_flags)                                                                              \
	[EM_SITE] = { "site", PARAM_TEXT, (site_flags), 1, ENTRY_SITE_MAX, NULL },                         \
	[EM_URL] = { "url", PARAM_TEXT, 0, 0, ENTRY_URL_MAX, NULL },                                       \
	[EM_USERNAME] = { "username", PARAM_TEXT, 0, 0, ENTRY_USERNAME_MAX, NULL },                        \
	[EM_PASSWORD] = { "password", PARAM_TEXT, PARAM_SECRET, 0, ENTRY_PASSWORD_MAX, NULL },             \
	[EM_NOTES] = { "notes", PARAM_LINES, 0, 0, ENTRY_NOTES_MAX, NULL },                                \
	[EM_TAGS] = { "tags", PARAM_TAGS, 0, 0, ENTRY_TAGS_MAX, NULL },                                    \
	[EM_TOTP] = { "totp", PARAM_TOTP, PARAM_SECRET, 0, ENTRY_TOTP_MAX, NULL },                          \
	[EM_FAVORITE] = { "favorite", PARAM_FLAG, 0, 0, 0, NULL }

/* Point an entry's texts at the parameters that were given; those left out keep what the entry has. The call must live as long. `form`: a browser's form, in which
 * an empty password or key of codes means "as it is" and a missing favourite "off". */
void entry_take(struct entry *e, const struct call *c, bool form);

/* The entry object of the API: all fields; of a list row: without password, password_changed, notes and totp. */
void entry_api(struct json_object *o, const struct entry *e);
void entry_row_api(struct json_object *o, const struct entry_row *r);
/* What pages show beside it: link, host, days, strength in words, monogram. */
void entry_page(struct json_object *o, const struct entry *e);
void entry_row_page(struct json_object *o, const struct entry_row *r);
/* The page's `entry`, which parameter `id` names; states the error when it cannot be read. */
void entry_page_of(struct call *c, struct reply *rp, size_t id);
/* The password split into runs of letters, digits and symbols (kind l, d, s), and whole as `password`; `revealed` and `has_password` too. */
void entry_reveal(struct json_object *o, struct json_object *runs, const struct entry *e, bool revealed);
/* Tags as a form shows them: "home, money". Appends. */
void entry_tags_text(struct buf *out, const char *text);
/* "very weak" ... "very strong" */
const char *entry_strength_word(int level);

#endif
