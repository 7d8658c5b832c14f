/* test_entry_faults: each thing that can be done with entries, drafts and sessions, while every call of the store, of memory, of randomness, of hashes and ciphers
 * fails once, at each place: it says so, changes nothing, and works the next time. */
#include "test_domain_help.h"

#define one list_one
#define keep list_keep
#include "domain/entry_list.c"
#undef one
#undef keep
#undef FOLD_KEEP
#define reading health_reading
#define keep health_keep
#define by_fold health_by_fold
#define add health_add
#include "domain/entry_health.c"
#undef reading
#undef keep
#undef by_fold
#undef add
#include "domain/export.c"
#include "domain/draft.h"
#include "domain/entry_trash.h"

static struct session s;
static char cookie[TICKET_TEXT_LEN + 1], draft[TICKET_TEXT_LEN + 1], id[ID_TEXT_LEN + 1];
static struct buf sealed, file;
static const char passphrase[] = "twelve letters or more";
static const struct client browser = { "192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0", "" };

static void
signed_in(const struct id *uid, const uint8_t vk[static VAULT_KEY_LEN], bool use)
{
	struct session_row row = { 0 };
	struct batch b;

	batch_start(&b);
	CHECK(session_add(&b, &row, uid, "maren", "user", 1, 1, vk, &browser));
	CHECK_EQ_INT(batch_commit(&b), OUT_OK);
	if (use)
		CHECK(ticket_seal(cookie, &row.ticket) && session_open(&s, cookie, NULL) == OUT_OK);
	session_row_wipe(&row);
}

static enum outcome
make_as(const char *chosen, const char *site, const char *password, const char *tags)
{
	struct entry e;
	enum outcome o;

	entry_start(&e);
	e.text[ENTRY_SITE] = site;
	e.text[ENTRY_USERNAME] = "Mären";
	e.text[ENTRY_URL] = "http://bank.example";
	e.text[ENTRY_PASSWORD] = password;
	e.text[ENTRY_TAGS] = tags;
	e.ignored[FINDING_OLD] = "fine";
	o = entry_create(&s, chosen, &e);
	if (o == OUT_OK)
		snprintf(id, sizeof(id), "%s", e.id_text);
	entry_wipe(&e);
	return o;
}

static void
make(const char *site, const char *password, const char *tags)
{
	CHECK_EQ_INT(make_as("", site, password, tags), OUT_OK);
}

/* A person with a vault of three and one more session; `id` is the last entry. */
static void
new_person(void)
{
	uint8_t vk[VAULT_KEY_LEN];
	struct id uid;

	CHECK(rng_id(&uid) && rng_bytes(vk, sizeof(vk)));
	signed_in(&uid, vk, false);
	signed_in(&uid, vk, true);
	make("Shop", "weak", "a\nb");
	make("Post", "weak", "b");
	make("Bank", "first one", "b\nmoney");
}

static void
has(const char *want_password, int64_t want_version)
{
	struct entry e;

	entry_start(&e);
	WANT(entry_read(&s, id, &e) == OUT_OK);
	if (strcmp(e.text[ENTRY_PASSWORD], want_password) != 0 || e.version != want_version)
		unit_fail(__FILE__, __LINE__, "%s: \"%s\", version %d", failing, e.text[ENTRY_PASSWORD], (int)e.version);
	entry_wipe(&e);
}

static enum outcome
change(const char *password, bool favorite)
{
	struct entry e;
	enum outcome o;

	entry_start(&e);
	o = entry_read(&s, id, &e);
	if (password)
		e.text[ENTRY_PASSWORD] = password;
	e.favorite = favorite;
	if (o == OUT_OK)
		o = entry_update(&s, &e);
	entry_wipe(&e);
	return o;
}

static void
changed_once(void)
{
	new_person();
	CHECK_EQ_INT(change("second one", false), OUT_OK);
}

static void
in_the_trash(void)
{
	changed_once();
	CHECK_EQ_INT(entry_trash_put(&s, id, 2), OUT_OK);
}

static enum outcome
create(void)
{
	struct entry e;
	enum outcome o;

	entry_start(&e);
	e.text[ENTRY_SITE] = "New";
	o = entry_create(&s, "", &e);
	entry_wipe(&e);
	return o;
}

static void
is_there(bool ok)
{
	struct entry_query q = { .q = "", .tag = "" };
	struct entry_list l;

	WANT(entry_list_read(&l, &s, &q) == OUT_OK && l.n == (ok ? 4 : 3));
	entry_list_wipe(&l);
}

/* The form of "Bank" once more: under no fault a second one. */
static enum outcome
create_again(void)
{
	char before[sizeof(id)];
	enum outcome o;

	memcpy(before, id, sizeof(id));
	o = make_as(before, "Bank", "first one", "b\nmoney");
	if (o == OUT_OK)
		WANT(strcmp(before, id) == 0);
	return o;
}

static void
is_alone(bool ok)
{
	(void)ok;
	is_there(false);
}

static enum outcome
update(void)
{
	return change("second one", false);
}

static void
is_updated(bool ok)
{
	has(ok ? "second one" : "first one", ok ? 2 : 1);
}

static enum outcome
star(void)
{
	return change(NULL, true);
}

static void
is_starred(bool ok)
{
	has("first one", ok ? 2 : 1);
}

/* What an update of version 1 has done already. */
static enum outcome
update_again(void)
{
	struct entry e;
	enum outcome o;

	entry_start(&e);
	o = entry_read(&s, id, &e);
	e.version = 1;
	if (o == OUT_OK)
		o = entry_update(&s, &e);
	if (o == OUT_OK)
		WANT(e.version == 2);
	entry_wipe(&e);
	return o;
}

static void
is_second(bool ok)
{
	(void)ok;
	has("second one", 2);
}

static enum outcome
delete(void)
{
	return entry_trash_put(&s, id, 0);
}

static enum outcome
delete_again(void)
{
	return entry_trash_put(&s, id, 2);
}

static void
is_deleted(bool ok)
{
	struct entry e;

	entry_start(&e);
	if (ok)
		WANT(entry_read_trash(&s, id, &e) == OUT_OK && strcmp(e.text[ENTRY_PASSWORD], "second one") == 0);
	else
		has("second one", 2);
	entry_wipe(&e);
}

static void
is_still_deleted(bool ok)
{
	(void)ok;
	is_deleted(true);
}

static enum outcome
restore(void)
{
	return entry_trash_restore(&s, id);
}

static void
is_restored(bool ok)
{
	is_deleted(!ok);
}

static enum outcome
purge_one_entry(void)
{
	size_t n;

	return entry_trash_purge(&s, id, &n);
}

static enum outcome
purge_all(void)
{
	size_t n;

	return entry_trash_purge(&s, NULL, &n);
}

static void
is_gone(bool ok)
{
	struct entry e;

	entry_start(&e);
	WANT(entry_read_trash(&s, id, &e) == (ok ? OUT_MISSING : OUT_OK));
	entry_wipe(&e);
}

static bool
count_row(void *ctx, const struct entry *e)
{
	*(size_t *)ctx += *e->text[ENTRY_SITE] != '\0';
	return true;
}

static enum outcome
history(void)
{
	size_t n = 0;
	enum outcome o = entry_history(&s, id, count_row, &n);

	if (o == OUT_OK)
		WANT(n == 1);
	return o;
}

static enum outcome
version(void)
{
	struct entry e;
	enum outcome o;

	entry_start(&e);
	o = entry_read_version(&s, id, 1, &e);
	if (o == OUT_OK)
		WANT(strcmp(e.text[ENTRY_PASSWORD], "first one") == 0);
	entry_wipe(&e);
	return o;
}

static enum outcome
list(void)
{
	struct entry_query q = { .q = "Money MAR", .tag = "B", .tags = true, .sort = ENTRY_SORT_USERNAME };
	struct entry_list l;
	enum outcome o = entry_list_read(&l, &s, &q);

	if (o == OUT_OK)
		WANT(l.n == 1 && l.all == 3 && l.ntags == 3 && l.damaged == 0 && strcmp(l.row[0].site, "Bank") == 0);
	entry_list_wipe(&l);
	return o;
}

static enum outcome
health(void)
{
	struct health h;
	size_t at = 0;
	enum outcome o = health_read(&h, &s, "first one", 0);

	if (o == OUT_OK)
		WANT(h.n == 3 && h.count[FINDING_REUSED] == 2 && h.count[FINDING_SAME] == 1 && h.damaged == 0 && health_next(&h, FINDING_SAME, &at));
	health_wipe(&h);
	return o;
}

static enum outcome
export_as(enum export_form form)
{
	struct buf b;
	enum outcome o;

	buf_init(&b, EXPORT_BYTES_MAX);
	o = export_write(&b, &s, form);
	if (o == OUT_OK && b.failed) /* the route says that it is too large */
		o = OUT_BUSY;
	if (o == OUT_OK)
		WANT(strstr(b.p, "first one") && strstr(b.p, "Shop") && strstr(b.p, "Post"));
	buf_wipe(&b);
	return o;
}

static enum outcome
export_json(void)
{
	return export_as(EXPORT_JSON);
}

static enum outcome
export_csv(void)
{
	return export_as(EXPORT_CSV);
}

static void
something_to_seal(void)
{
	buf_wipe(&file);
	buf_init(&file, 1024);
	buf_str(&file, "{\"vaultsphere\":\"entries\"}");
}

static enum outcome
seal_it(void)
{
	buf_wipe(&sealed);
	buf_init(&sealed, 4096);
	return export_seal(&sealed, passphrase, &file);
}

static void
is_sealed(bool ok)
{
	WANT(!ok || (export_is_sealed(sealed.p, sealed.len) && !strstr(sealed.p, "entries")));
}

static void
sealed_file(void)
{
	something_to_seal();
	CHECK_EQ_INT(seal_it(), OUT_OK);
}

static enum outcome
open_it(void)
{
	struct buf plain;
	enum outcome o;

	buf_init(&plain, 4096);
	o = export_open(&plain, passphrase, sealed.p, sealed.len);
	WANT(o == OUT_OK ? strcmp(plain.p, file.p) == 0 : plain.len == 0);
	buf_wipe(&plain);
	return o;
}

static enum outcome
keep_draft(void)
{
	return draft_keep(draft, &s.ticket, "site=Bank", 9);
}

static void
with_draft(void)
{
	new_person();
	CHECK_EQ_INT(keep_draft(), OUT_OK);
}

static enum outcome
open_draft(void)
{
	struct buf b;
	enum outcome o;

	buf_init(&b, DRAFT_MAX);
	o = draft_open(&b, &s, draft);
	if (o == OUT_OK)
		WANT(strcmp(b.p, "site=Bank") == 0);
	buf_wipe(&b);
	return o == OUT_MISSING ? OUT_BUSY : o; /* what does not open is as if it were not there: the form is empty, and nothing is lost */
}

static enum outcome
open_session(void)
{
	struct session again;
	char key[ENTRY_KEY_MAX];
	enum outcome o;

	CHECK(entry_key_of(key, id));
	o = session_open(&again, cookie, key);
	if (o == OUT_OK) {
		struct store_item it;

		WANT(memcmp(again.vk, s.vk, VAULT_KEY_LEN) == 0 && strcmp(again.username, "maren") == 0);
		WANT(session_ahead(&it, &again, key) && it.found && !session_ahead(&it, &again, key));
		store_item_wipe(&it);
	}
	session_wipe(&again);
	return o == OUT_ENDED ? OUT_BUSY : o; /* a row that does not open lets nobody in: the person logs in again */
}

static enum outcome
list_sessions(void)
{
	struct session_info i[SESSION_MAX_PER_USER];
	size_t n;
	enum outcome o = session_list(i, ARRAY_LEN(i), &n, &s);

	if (o == OUT_OK)
		WANT(n == 2 && i[0].current + i[1].current == 1);
	return o;
}

static enum outcome
end_others(void)
{
	return session_end(&s, NULL);
}

static void
are_ended(bool ok)
{
	struct session_info i[SESSION_MAX_PER_USER];
	size_t n;

	WANT(session_list(i, ARRAY_LEN(i), &n, &s) == OUT_OK && n == (ok ? 1 : 2));
}

static enum outcome
log_out(void)
{
	return session_close(&s);
}

static void
is_out(bool ok)
{
	struct session again;

	WANT(session_open(&again, cookie, NULL) == (ok ? OUT_ENDED : OUT_OK));
	session_wipe(&again);
}

static const struct thing things[] = {
	{ "create", new_person, create, is_there, OUT_OK, 15, false, false },
	{ "create again", new_person, create_again, is_alone, OUT_OK, 15, false, false },
	{ "update", new_person, update, is_updated, OUT_OK, 30, false, false },
	{ "update again", changed_once, update_again, is_second, OUT_OK, 8, false, false },
	{ "star", new_person, star, is_starred, OUT_OK, 30, false, false },
	{ "delete", changed_once, delete, is_deleted, OUT_OK, 3, false, false },
	{ "delete again", in_the_trash, delete_again, is_still_deleted, OUT_OK, 2, false, false },
	{ "restore", in_the_trash, restore, is_restored, OUT_OK, 3, false, false },
	{ "purge", in_the_trash, purge_one_entry, is_gone, OUT_OK, 2, false, false },
	{ "purge all", in_the_trash, purge_all, is_gone, OUT_OK, 3, false, false },
	{ "history", changed_once, history, NULL, OUT_OK, 5, false, false },
	{ "version", changed_once, version, NULL, OUT_OK, 5, false, false },
	{ "list", new_person, list, NULL, OUT_OK, 20, false, false },
	{ "health", new_person, health, NULL, OUT_OK, 20, false, false },
	{ "export json", new_person, export_json, NULL, OUT_OK, 10, false, false },
	{ "export csv", new_person, export_csv, NULL, OUT_OK, 10, false, false },
	{ "seal", something_to_seal, seal_it, is_sealed, OUT_OK, 4, false, true },
	{ "open", sealed_file, open_it, NULL, OUT_OK, 3, false, true },
	{ "draft", new_person, keep_draft, NULL, OUT_OK, 10, false, false },
	{ "open draft", with_draft, open_draft, NULL, OUT_OK, 8, false, false },
	{ "session", new_person, open_session, NULL, OUT_OK, 8, false, false },
	{ "sessions", new_person, list_sessions, NULL, OUT_OK, 1, false, false },
	{ "end others", new_person, end_others, are_ended, OUT_OK, 2, false, false },
	{ "log out", new_person, log_out, is_out, OUT_OK, 1, false, false },
};

static void
every_call_fails_once(void)
{
	each_fails_once(things, ARRAY_LEN(things));
}

int
main(void)
{
	scenario(every_call_fails_once);
	return unit_end();
}
