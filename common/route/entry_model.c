#include "route/entry_model.h"

#include <string.h>

#include "base/lang.h"
#include "base/secret.h"
#include "route/when.h"

#define DISCS 12

void
entry_take(struct entry *e, const struct call *c, bool form)
{
	static const size_t from[ENTRY__FIELDS] = {
		[ENTRY_SITE] = EM_SITE, [ENTRY_URL] = EM_URL, [ENTRY_USERNAME] = EM_USERNAME, [ENTRY_PASSWORD] = EM_PASSWORD, [ENTRY_NOTES] = EM_NOTES,
		[ENTRY_TAGS] = EM_TAGS, [ENTRY_TOTP] = EM_TOTP,
	};
	static const bool kept_when_empty[ENTRY__FIELDS] = { [ENTRY_PASSWORD] = true, [ENTRY_TOTP] = true };

	for (size_t i = 0; i < ENTRY__FIELDS; i++)
		if (arg_given(c, from[i]) && !(form && kept_when_empty[i] && !*arg_text(c, from[i])))
			e->text[i] = arg_text(c, from[i]);
	if (form || arg_given(c, EM_FAVORITE))
		e->favorite = arg_num(c, EM_FAVORITE) == 1;
}

void
entry_tags_text(struct buf *out, const char *text)
{
	for (; *text; text++)
		if (*text == '\n')
			buf_str(out, ", ");
		else
			buf_ch(out, *text);
}

/* For programs a list of texts, for pages a list of objects with a name. */
static void
tag_list(struct json_object *list, const char *text, bool page)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		char tag[256];

		snprintf(tag, sizeof(tag), "%.*s", (int)n, text);
		if (page)
			model_text(model_add(list), "name", tag);
		else
			model_add_text(list, tag);
		text += n + (text[n] == '\n');
	}
}

static void
common(struct json_object *o, const struct entry_row *r)
{
	model_text(o, "id", r->id);
	model_num(o, "version", r->version);
	model_text(o, "site", r->site);
	model_text(o, "url", r->url);
	model_text(o, "username", r->username);
	model_flag(o, "favorite", r->favorite);
	model_time(o, "created", r->created);
	model_time(o, "updated", r->updated);
	model_num(o, "strength", r->strength);
	model_flag(o, "has_totp", r->has_totp);
}

static struct entry_row
row_of(const struct entry *e)
{
	struct entry_row r = {
		.version = e->version, .created = e->created, .updated = e->updated, .deleted = e->deleted, .site = e->text[ENTRY_SITE],
		.url = e->text[ENTRY_URL], .username = e->text[ENTRY_USERNAME], .tags = e->text[ENTRY_TAGS], .strength = e->strength,
		.favorite = e->favorite, .has_totp = *e->text[ENTRY_TOTP] != '\0',
	};

	memcpy(r.id, e->id_text, sizeof(r.id));
	return r;
}

void
entry_row_api(struct json_object *o, const struct entry_row *r)
{
	common(o, r);
	tag_list(model_list(o, "tags"), r->tags, false);
}

void
entry_api(struct json_object *o, const struct entry *e)
{
	struct entry_row r = row_of(e);

	entry_row_api(o, &r);
	model_text(o, "password", e->text[ENTRY_PASSWORD]);
	model_text(o, "notes", e->text[ENTRY_NOTES]);
	model_text(o, "totp", e->text[ENTRY_TOTP]);
	model_time(o, "password_changed", e->password_at);
}

const char *
entry_strength_word(int level)
{
	static const char *const words[] = { TR("very weak"), TR("weak"), TR("fair"), TR("strong"), TR("very strong") };

	return tr(words[level < 0 || level > 4 ? 0 : level]);
}

/* The first character of the name, and a colour that stays with the host. */
static void
monogram(struct json_object *o, const char *site, const char *host)
{
	const char *p = *host ? host : site;
	uint32_t h = 2166136261u;
	char first[5] = "";
	size_t n = 1;

	for (; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	while (n < 4 && ((unsigned char)site[n] & 0xc0) == 0x80)
		n++;
	if (*site)
		memcpy(first, site, n);
	if (first[0] >= 'a' && first[0] <= 'z')
		first[0] = (char)(first[0] - 'a' + 'A');
	model_text(o, "initial", first);
	model_num(o, "disc", h % DISCS);
}

void
entry_row_page(struct json_object *o, const struct entry_row *r)
{
	struct buf link, host;
	char day[WHEN_DAY_MAX];

	buf_init(&link, 16384);
	buf_init(&host, 16384);
	entry_link(&link, r->url);
	entry_host(&host, r->url);
	common(o, r);
	tag_list(model_list(o, "tags"), r->tags, true);
	model_text(o, "link", link.p);
	/* templates write the scheme themselves, so that no other can ever stand in an address */
	model_text(o, "link_https", strncasecmp(link.p, "https://", 8) == 0 ? link.p + 8 : "");
	model_text(o, "link_http", strncasecmp(link.p, "http://", 7) == 0 ? link.p + 7 : "");
	model_text(o, "host", host.p);
	monogram(o, r->site, host.p);
	model_text(o, "strength_word", entry_strength_word(r->strength));
	when_day(day, r->created);
	model_text(o, "created_day", day);
	when_day(day, r->updated);
	model_text(o, "updated_day", day);
	buf_wipe(&link);
	buf_wipe(&host);
}

void
entry_page(struct json_object *o, const struct entry *e)
{
	struct entry_row r = row_of(e);
	char time[WHEN_TIME_MAX];
	struct buf tags;

	buf_init(&tags, 16384);
	entry_tags_text(&tags, e->text[ENTRY_TAGS]);
	entry_row_page(o, &r);
	when_time(time, e->updated);
	model_text(o, "updated_time", time);
	model_text(o, "notes", e->text[ENTRY_NOTES]);
	model_text(o, "tags_text", tags.p);
	buf_wipe(&tags);
}

void
entry_page_of(struct call *c, struct reply *rp, size_t id)
{
	struct json_object *o = reply_view_object(rp, "entry");
	struct entry e;

	entry_start(&e);
	if (call_done(c, rp, entry_read(&c->session, arg_text(c, id), &e), 0))
		entry_page(o, &e);
	entry_wipe(&e);
}

static const char *
kind_of(char c)
{
	if (c >= '0' && c <= '9')
		return "d";
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80 || c == ' ' ? "l" : "s";
}

void
entry_reveal(struct json_object *o, struct json_object *runs, const struct entry *e, bool revealed)
{
	const char *p = revealed ? e->text[ENTRY_PASSWORD] : "";
	char run[ENTRY_PASSWORD_MAX * 4 + 1];

	model_flag(o, "has_password", *e->text[ENTRY_PASSWORD] != '\0');
	model_flag(o, "revealed", revealed);
	model_text(o, "password", p);
	while (runs && *p) {
		const char *kind = kind_of(*p);
		size_t n = 0;
		struct json_object *r = model_add(runs);

		while (p[n] && n + 1 < sizeof(run) && kind_of(p[n]) == kind)
			n++;
		snprintf(run, sizeof(run), "%.*s", (int)n, p);
		model_text(r, "kind", kind);
		model_text(r, "text", run);
		secret_wipe(run, sizeof(run));
		p += n;
	}
}
