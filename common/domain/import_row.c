#include "domain/import_row.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "crypto/otpauth.h"

#define TAG_LEN_MAX 50

static const size_t limits[ENTRY__FIELDS] = {
	[ENTRY_SITE] = ENTRY_SITE_MAX, [ENTRY_URL] = ENTRY_URL_MAX, [ENTRY_USERNAME] = ENTRY_USERNAME_MAX, [ENTRY_PASSWORD] = ENTRY_PASSWORD_MAX,
	[ENTRY_NOTES] = ENTRY_NOTES_MAX, [ENTRY_TOTP] = ENTRY_TOTP_MAX,
};

void
import_raw_start(struct import_raw *r)
{
	memset(r, 0, sizeof(*r));
	for (size_t i = 0; i < IMPORT__TARGETS; i++)
		buf_init(&r->part[i], CSV_ROW_MAX + 1024);
	buf_init(&r->tags, CSV_ROW_MAX + 1024);
}

void
import_raw_next(struct import_raw *r, size_t line)
{
	memset(&r->row, 0, sizeof(r->row));
	r->row.line = line;
	for (size_t i = 0; i < ENTRY__FIELDS; i++)
		r->row.text[i] = "";
	for (size_t i = 0; i < FINDING__MAX; i++)
		r->row.ignored[i] = "";
	for (size_t i = 0; i < IMPORT__TARGETS; i++) {
		buf_cut(&r->part[i], 0);
		r->part[i].failed = false;
	}
	buf_cut(&r->tags, 0);
}

/* Longer than any field may be is the row's fault; that memory ran out is not. */
static void
add(struct import_raw *r, struct buf *b, const char *text, size_t len)
{
	bool fits = !b->failed && len <= b->max - b->len;

	buf_add(b, text, len);
	r->no_memory |= fits && b->failed;
}

void
import_raw_wipe(struct import_raw *r)
{
	for (size_t i = 0; i < IMPORT__TARGETS; i++)
		buf_wipe(&r->part[i]);
	buf_wipe(&r->tags);
}

void
import_say(struct import_raw *r, enum import_target t, const char *text, size_t len)
{
	struct buf *b = &r->part[t];
	bool adds = t == (enum import_target)ENTRY_NOTES || t == (enum import_target)ENTRY_TAGS;

	if (t == IMPORT_SKIP || len == 0 || (b->len > 0 && !adds))
		return;
	if (b->len > 0)
		add(r, b, "\n", 1);
	add(r, b, text, len);
}

void
import_note(struct import_raw *r, const char *name, const char *text)
{
	struct buf *b = &r->part[ENTRY_NOTES];

	if (!*text)
		return;
	if (b->len > 0)
		add(r, b, "\n", 1);
	add(r, b, name, strlen(name));
	add(r, b, ": ", 2);
	add(r, b, text, strlen(text));
}

/* A fault of the row: the first that is found stays. */
static void
fault(struct import_raw *r, enum import_fault f, enum entry_field field)
{
	if (r->row.fault != IMPORT_FINE)
		return;
	r->row.fault = f;
	r->row.field = field;
}

static void
trim(struct buf *b)
{
	size_t lead = strspn(b->p, " \t\r\n"), n = b->len;

	while (n > lead && strchr(" \t\r\n", b->p[n - 1]))
		n--;
	if (lead > 0)
		memmove(b->p, b->p + lead, n - lead);
	buf_cut(b, n - lead);
}

static void
to_newlines(struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->len; i++) {
		if (b->p[i] == '\r' && i + 1 < b->len && b->p[i + 1] == '\n')
			continue;
		b->p[n++] = b->p[i] == '\r' ? '\n' : b->p[i];
	}
	buf_cut(b, n);
}

static void
check_text(struct import_raw *r, enum entry_field f)
{
	struct buf *b = &r->part[f];

	if (f == ENTRY_NOTES)
		to_newlines(b);
	else if (f != ENTRY_PASSWORD && b->len > 0)
		trim(b);
	r->row.have = r->row.fault == IMPORT_FINE ? utf8_count(b->p, b->len) : r->row.have;
	if (b->failed || (r->row.fault == IMPORT_FINE && r->row.have > limits[f]))
		fault(r, IMPORT_TOO_LONG, f);
	if (strlen(b->p) != b->len || utf8_has_control(b->p, b->len, f != ENTRY_NOTES))
		fault(r, IMPORT_CONTROL, f);
	r->row.text[f] = b->p;
}

static bool
has_line(const char *lines, const char *s, size_t len)
{
	while (*lines) {
		size_t n = strcspn(lines, "\n");

		if (n == len && memcmp(lines, s, len) == 0)
			return true;
		lines += n + (lines[n] == '\n');
	}
	return false;
}

static void
check_tags(struct import_raw *r)
{
	size_t n = 0;

	for (const char *s = r->part[ENTRY_TAGS].p; *s;) {
		const char *stop = s + strcspn(s, ",\r\n"), *e = stop;

		while (s < e && *s == ' ')
			s++;
		while (s < e && e[-1] == ' ')
			e--;
		if (utf8_count(s, (size_t)(e - s)) > TAG_LEN_MAX) {
			r->row.have = r->row.fault == IMPORT_FINE ? utf8_count(s, (size_t)(e - s)) : r->row.have;
			fault(r, IMPORT_TOO_LONG, ENTRY_TAGS);
		}
		if (utf8_has_control(s, (size_t)(e - s), true))
			fault(r, IMPORT_CONTROL, ENTRY_TAGS);
		if (s < e && n <= ENTRY_TAGS_MAX && !has_line(r->tags.p, s, (size_t)(e - s))) {
			if (n++ > 0)
				add(r, &r->tags, "\n", 1);
			add(r, &r->tags, s, (size_t)(e - s));
		}
		s = stop + (*stop != '\0');
	}
	if (n > ENTRY_TAGS_MAX)
		fault(r, IMPORT_TOO_MANY_TAGS, ENTRY_TAGS);
	r->row.text[ENTRY_TAGS] = r->tags.p;
}

/* A key that we cannot make codes from (another program's own kind) is no reason to lose it: it goes to the notes. */
static void
take_totp(struct import_raw *r)
{
	struct buf *b = &r->part[ENTRY_TOTP];
	struct totp t;
	bool ok;

	if (b->len == 0)
		return;
	trim(b);
	ok = strlen(b->p) == b->len && utf8_count(b->p, b->len) <= ENTRY_TOTP_MAX && otpauth_parse(&t, b->p);
	secret_wipe(&t, sizeof(t));
	if (ok) {
		otpauth_tidy(b->p);
		buf_cut(b, strlen(b->p));
	} else {
		import_note(r, "One-time code key", b->p);
		buf_cut(b, 0);
	}
}

static bool
digits(const char **s, size_t n, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (**s - '0');
	}
	return true;
}

/* RFC 3339 in UTC, also with a space for the T and without what follows the seconds; or seconds or milliseconds since 1970. 0 for what is none of these. */
static int64_t
read_time(const char *s)
{
	int64_t now = clock_now(), t = 0;
	struct tm tm = { 0 };
	size_t n = strspn(s, "0123456789");

	if (n > 8 && n < 15 && !s[n]) {
		for (; *s; s++)
			t = t * 10 + (*s - '0');
		t = n > 11 ? t / 1000 : t;
	} else {
		if (!digits(&s, 4, &tm.tm_year) || *s++ != '-' || !digits(&s, 2, &tm.tm_mon) || *s++ != '-' || !digits(&s, 2, &tm.tm_mday) ||
		    (*s != 'T' && *s != ' '))
			return 0;
		s++;
		if (!digits(&s, 2, &tm.tm_hour) || *s++ != ':' || !digits(&s, 2, &tm.tm_min) || *s++ != ':' || !digits(&s, 2, &tm.tm_sec))
			return 0;
		tm.tm_year -= 1900;
		tm.tm_mon -= 1;
		t = timegm(&tm);
	}
	return t > 0 && t <= now ? t : 0;
}

static bool
is_on(const char *s)
{
	static const char *const on[] = { "1", "true", "yes", "on", "x" };

	for (size_t i = 0; i < ARRAY_LEN(on); i++)
		if (strcasecmp(s, on[i]) == 0)
			return true;
	return false;
}

/* What has no name gets its host's; other programs mark notes with addresses of their own. */
static void
take_site(struct import_raw *r)
{
	struct buf *site = &r->part[ENTRY_SITE], *url = &r->part[ENTRY_URL];

	if (strcmp(url->p, "http://sn") == 0)
		buf_cut(url, 0);
	if (site->len == 0 && !site->failed) {
		entry_host(site, url->p);
		r->no_memory |= site->failed;
	}
	if (site->len == 0 && url->len > 0 && utf8_count(url->p, url->len) <= ENTRY_SITE_MAX)
		add(r, site, url->p, url->len);
	if (site->len == 0)
		fault(r, IMPORT_NO_SITE, ENTRY_SITE);
}

void
import_finish(struct import_raw *r)
{
	take_totp(r);
	trim(&r->part[ENTRY_URL]);
	trim(&r->part[ENTRY_SITE]);
	take_site(r);
	for (enum entry_field f = ENTRY_SITE; f < ENTRY__FIELDS; f++)
		if (f != ENTRY_TAGS)
			check_text(r, f);
	check_tags(r);
	trim(&r->part[IMPORT_FAVORITE]);
	r->row.favorite = is_on(r->part[IMPORT_FAVORITE].p);
	r->row.created = read_time(r->part[IMPORT_CREATED].p);
	r->row.updated = read_time(r->part[IMPORT_UPDATED].p);
	r->row.password_at = read_time(r->part[IMPORT_PASSWORD_CHANGED].p);
	if (r->row.updated && r->row.created > r->row.updated)
		r->row.created = r->row.updated;
}
