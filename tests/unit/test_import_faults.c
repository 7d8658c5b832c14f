/* test_import_faults: a file goes in and out again while every call of the store, of memory, of randomness, of hashes and ciphers fails once, at each place: the
 * step says so, and the same step again ends as if nothing had been: nothing is lost, nothing is there twice. */
#include "test_domain_help.h"

#define take_record match_take_record
#include "domain/import_match.c"
#undef take_record
#include "domain/import_run.c"
#include "crypto/keyring.h"

#define TEXT_MAX 1024

/* One person, new for each round: no round sees another's rows. */
static struct session s;
static char import_id[ID_TEXT_LEN + 1];

static const char file[] = "site,url,username,password,notes,tags,totp\n"
    "Bank,https://bank.example/,maren,new-one,,,\n"       /* changed */
    "Mail,https://mail.example/,maren,mail-pw,,,\n"       /* the same */
    "Shop,https://shop.example/,u,p,\"two\nlines\",\"a,b\",\n"
    ",,nothing,p,,,\n"                                    /* unreadable */
    "Forum,https://forum.example/,u,p2,,c,JBSWY3DPEHPK3PXP\n"
    "Forum,https://forum.example/,u,p2,,c,JBSWY3DPEHPK3PXP\n";
static const char before[] = "Bank/maren/old-one/; Mail/maren/mail-pw/; ";
static const char after[] = "Bank/maren/new-one/; Forum/u/p2/c; Mail/maren/mail-pw/; Shop/u/p/a|b; ";

static void
add_entry(const char *site, const char *url, const char *password)
{
	struct entry e;

	entry_start(&e);
	e.text[ENTRY_SITE] = site;
	e.text[ENTRY_URL] = url;
	e.text[ENTRY_USERNAME] = "maren";
	e.text[ENTRY_PASSWORD] = password;
	CHECK_EQ_INT(entry_create(&s, "", &e), OUT_OK);
	entry_wipe(&e);
}

static void
new_person(void)
{
	static const struct store_set there_is = { ST_CREATED, 1, NULL };

	memset(&s, 0, sizeof(s));
	CHECK(rng_id(&s.uid) && rng_bytes(s.vk, sizeof(s.vk)));
	id_text(s.owner, &s.uid);
	snprintf(s.kind, sizeof(s.kind), "session#test");
	s.key_gen = 1;
	CHECK(one(put(account(s.owner, s.kind), &there_is, 1)) == STORE_OK);
	add_entry("Bank", "https://bank.example/login", "old-one");
	add_entry("Mail", "https://mail.example/", "mail-pw");
}

struct list {
	char line[16][200];
	size_t n;
};

static bool
take_line(void *ctx, const struct entry *e)
{
	struct list *l = ctx;
	char *tags = l->line[l->n];

	snprintf(l->line[l->n++], sizeof(l->line[0]), "%s/%s/%s/%s; ", e->text[ENTRY_SITE], e->text[ENTRY_USERNAME], e->text[ENTRY_PASSWORD], e->text[ENTRY_TAGS]);
	while ((tags = strchr(tags, '\n')) != NULL)
		*tags = '|';
	return l->n < ARRAY_LEN(l->line);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The whole vault as one text. */
static void
vault_is(const char *want)
{
	struct list l = { .n = 0 };
	char text[TEXT_MAX] = "";
	size_t damaged = 0, len = 0;

	CHECK_EQ_INT(entry_each(&s, take_line, &l, &damaged), OUT_OK);
	CHECK_EQ_INT(damaged, 0);
	qsort(l.line, l.n, sizeof(l.line[0]), by_text);
	for (size_t i = 0; i < l.n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", l.line[i]);
	if (strcmp(text, want) != 0)
		unit_fail(__FILE__, __LINE__, "%s: the vault is \"%s\", not \"%s\"", failing, text, want);
}

/* What a person does: each is one click, and can be made again. */
static enum outcome
hand_in(void)
{
	struct import_plan plan;
	struct import im;
	enum outcome o = OUT_BUSY;

	if (import_look(&plan, file, sizeof(file) - 1) == IMPORT_READABLE && plan.known)
		o = import_stage(&s, &im, &plan, file, sizeof(file) - 1);
	else
		memset(&im, 0, sizeof(im));
	if (o == OUT_OK)
		snprintf(import_id, sizeof(import_id), "%s", im.id_text);
	if (o != OUT_BUSY || im.text.p)
		import_wipe(&im);
	return o;
}

static int64_t shown[GROUP__MAX];

static bool
show_row(void *ctx, const struct import_finding *f)
{
	(void)ctx;
	shown[f->group]++;
	return true;
}

static enum outcome
look_at_it(void)
{
	struct import im;
	bool more;
	enum outcome o = import_open(&s, &im, import_id);

	memset(shown, 0, sizeof(shown));
	if (o == OUT_OK)
		o = import_text(&s, &im);
	if (o == OUT_OK)
		o = import_compare(&s, &im, show_row, NULL, &more);
	if (o == OUT_OK && !(shown[GROUP_NEW] == 2 && shown[GROUP_SAME] == 2 && shown[GROUP_CHANGED] == 1 && shown[GROUP_UNREADABLE] == 1))
		unit_fail(__FILE__, __LINE__, "%s: shown as %d new, %d same, %d changed, %d unreadable", failing, (int)shown[0], (int)shown[1], (int)shown[2], (int)shown[3]);
	import_wipe(&im);
	return o;
}

static enum outcome
write_it(void)
{
	struct import im;
	enum outcome o = import_open(&s, &im, import_id);

	if (o == OUT_OK && im.state <= IMPORT_RUNNING) {
		o = import_text(&s, &im);
		if (o == OUT_OK)
			o = import_run(&s, &im, true, CHANGED_OVERWRITE);
	}
	if (o == OUT_OK)
		WANT(im.state == IMPORT_DONE && im.made == 2 && im.overwritten == 1 && im.count[GROUP_SAME] == 2 && im.count[GROUP_UNREADABLE] == 1);
	import_wipe(&im);
	return o;
}

static enum outcome
take_it_back(void)
{
	struct import im;
	enum outcome o = import_open(&s, &im, import_id);

	if (o == OUT_OK)
		o = import_undo(&s, &im);
	if (o == OUT_OK)
		WANT(im.state == IMPORT_UNDONE && im.taken_back + im.kept == 3);
	import_wipe(&im);
	return o;
}

/* A step under the fault; what failed is done again without it. */
static void
step_of(enum outcome (*fn)(void), enum fault kind, unsigned *left)
{
	enum outcome o;

	armed.kind = kind;
	armed.nth = *left;
	armed.fired = false;
	o = fn();
	*left = armed.fired ? 0 : armed.nth;
	armed.nth = 0;
	if (o == OUT_OK)
		return;
	WANT(armed.fired && (o == OUT_BUSY || o == OUT_BROKEN));
	o = fn();
	WANT(o == OUT_OK);
}

static bool
round_of(enum fault kind, unsigned nth)
{
	unsigned left = nth;

	snprintf(failing, sizeof(failing), "%s %u", fault_names[kind], nth);
	new_person();
	step_of(hand_in, kind, &left);
	step_of(look_at_it, kind, &left);
	vault_is(before);
	step_of(write_it, kind, &left);
	vault_is(after);
	step_of(take_it_back, kind, &left);
	vault_is(before);
	return left == 0 && nth != 0;
}

static void
every_call_fails_once(void)
{
	quick_store();
	CHECK(!round_of(F_GET, 0)); /* without a fault */
	for (enum fault kind = 0; kind < FAULT__MAX; kind++) {
		unsigned n = 1;

		while (round_of(kind, n) && n < 5000)
			n += kind == F_HASH ? 2 : 1; /* an HMAC is two */
		printf("# %s: %u calls\n", fault_names[kind], n - 1);
		CHECK(n > 3 && n < 5000);
	}
}

int
main(void)
{
	scenario(every_call_fails_once);
	return unit_end();
}
