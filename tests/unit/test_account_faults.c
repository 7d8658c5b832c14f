/* test_account_faults: registering, signing in, changing what opens a vault, deleting, while every call of the store, of memory, of randomness, of hashes and
 * ciphers fails once, at each place: what failed changed nothing, what was answered as done is done. Whether a step that cannot be opened is called too old or the
 * server busy is all one here: the person begins again. */
#include <crypt.h>

#include "test_domain_help.h"

/* The two slow hashes are quick ones in here: they would cost 150 ms each of thousands of times. What they are worth is tested in test_crypto_vectors. */
static char *
quick_crypt(const char *input, const char *setting, struct crypt_data *work)
{
	uint8_t h[HASH_LEN];
	char hex[2 * HASH_LEN + 1];

	if (!hash_hmac(h, setting, 29, input, strlen(input)))
		return NULL;
	for (size_t i = 0; i < sizeof(h); i++)
		snprintf(hex + 2 * i, 3, "%02x", h[i]);
	snprintf(work->output, sizeof(work->output), "%.29s%.31s", setting, hex);
	return work->output;
}

#define crypt_r(input, setting, work) quick_crypt(input, setting, work)
#include "crypto/bcrypt.c"
#define kdf_argon2id(...) slow_argon2id(__VA_ARGS__)
#include "crypto/kdf.c"
#undef kdf_argon2id

bool
kdf_argon2id(uint8_t out[static KDF_LEN], const struct kdf_cost *cost, const void *password, size_t password_len, const void *salt, size_t salt_len,
    const void *secret, size_t secret_len, const void *ad, size_t ad_len)
{
	uint8_t first[HASH_LEN];

	return hash_hmac(first, salt, salt_len, password, password_len) && (secret_len == 0 || hash_hmac(first, secret, secret_len, first, sizeof(first))) &&
	    hash_hmac(out, first, sizeof(first), ad_len ? ad : cost, ad_len ? ad_len : sizeof(*cost));
}

#include "domain/account.h"
#include "domain/activity.h"
#include "domain/register.h"

static const char old_password[] = "quiet lagoon under amber light", new_password[] = "another lantern over the bay";
static char name[USER_NAME_MAX + 1], email[64], address[32], phrase[PHRASE_MAX], fresh_phrase[PHRASE_MAX];
static uint8_t secret[TOTP_SECRET_LEN], new_secret[TOTP_SECRET_LEN];
static char cookie[TICKET_TEXT_LEN + 1], step_cookie[TICKET_TEXT_LEN + 1];
static struct session s;
static struct client browser = { address, "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0", "" };
static unsigned persons;

/* What the test itself needs does not fail. */
static unsigned
hold(void)
{
	unsigned nth = armed.nth;

	armed.nth = 0;
	return nth;
}

/* Another person from another place, of whom nothing is there yet. */
static void
nobody(void)
{
	persons++;
	snprintf(name, sizeof(name), "person%u", persons);
	snprintf(email, sizeof(email), "person%u@example.org", persons);
	snprintf(address, sizeof(address), "10.%u.%u.%u", persons >> 16, persons >> 8 & 255, persons & 255);
}

static void
other_place(void)
{
	unsigned n = ++persons;

	snprintf(address, sizeof(address), "10.%u.%u.%u", n >> 16, n >> 8 & 255, n & 255);
}

static const char *
code_of(const uint8_t key[static TOTP_SECRET_LEN])
{
	static char code[TOTP_DIGITS + 1];
	unsigned nth = hold();

	CHECK(totp_code(code, key, (uint64_t)clock_now() / TOTP_PERIOD));
	armed.nth = nth;
	return code;
}

/* A code counts once: time cannot be turned, the record's counter can. */
static void
codes_count_again(void)
{
	static const struct store_set zero = { ST_TOTP_LAST, 0, NULL };
	unsigned nth = hold();

	CHECK(one((struct store_write){ .op = STORE_UPDATE, .key = user(name), .set = &zero, .nset = 1 }) != STORE_BUSY);
	armed.nth = nth;
}

static struct ticket
ticket_of(const char *text, enum ticket_kind kind)
{
	unsigned nth = hold();
	struct ticket t;

	CHECK(ticket_open(&t, kind, text));
	armed.nth = nth;
	return t;
}

static enum outcome
begin(void)
{
	struct enrolment e;
	enum outcome o = register_start(&e, name, email, old_password, "", &browser);

	if (o == OUT_OK) {
		memcpy(secret, e.secret, sizeof(secret));
		memcpy(step_cookie, e.cookie, sizeof(step_cookie));
	}
	enrolment_wipe(&e);
	return o;
}

static enum outcome
enrol_code(void)
{
	struct ticket t = ticket_of(step_cookie, TICKET_REGISTER);
	struct enrolment e;
	enum outcome o = register_code(&e, &t, code_of(secret));

	if (o == OUT_OK)
		memcpy(phrase, e.phrase, sizeof(phrase));
	enrolment_wipe(&e);
	return o;
}

static enum outcome
show_enrolment(void)
{
	struct ticket t = ticket_of(step_cookie, TICKET_REGISTER);
	struct enrolment e;
	enum outcome o = register_show(&e, &t);

	if (o == OUT_OK)
		WANT(memcmp(e.secret, secret, sizeof(secret)) == 0);
	enrolment_wipe(&e);
	return o;
}

static enum outcome
finish(void)
{
	struct ticket t = ticket_of(step_cookie, TICKET_REGISTER);
	struct login l;
	char words[PHRASE_MAX], *word[5];
	bool wrong[2];
	enum outcome o;
	char *at = words;

	snprintf(words, sizeof(words), "%s", phrase);
	for (size_t i = 0; i < 5; i++)
		word[i] = strsep(&at, " ");
	o = register_finish(&l, wrong, &t, word[1], word[3], &browser);
	if (o == OUT_OK)
		memcpy(cookie, l.cookie, sizeof(cookie));
	login_wipe(&l);
	return o;
}

static void
begun(void)
{
	nobody();
	CHECK_EQ_INT(begin(), OUT_OK);
}

static void
coded(void)
{
	begun();
	CHECK_EQ_INT(enrol_code(), OUT_OK);
}

static void
person(void)
{
	coded();
	CHECK_EQ_INT(finish(), OUT_OK);
	session_wipe(&s);
	CHECK_EQ_INT(session_open(&s, cookie, NULL), OUT_OK);
	codes_count_again();
	other_place();
}

/* What a sign-in gives with these, without any fault. */
static enum outcome
opens_with(const char *password, const uint8_t key[static TOTP_SECRET_LEN])
{
	struct login l;
	enum outcome o;

	other_place();
	codes_count_again();
	o = login_password(&l, name, password, code_of(key), &browser);
	login_wipe(&l);
	return o;
}

static void
is_registered(bool ok)
{
	WANT(opens_with(old_password, secret) == (ok ? OUT_OK : OUT_REFUSED));
}

static enum outcome
log_in(void)
{
	struct login l;
	struct session again;
	enum outcome o;

	codes_count_again();
	o = login_password(&l, email, old_password, code_of(secret), &browser);
	if (o == OUT_OK) {
		armed.nth = 0;
		WANT(session_open(&again, l.cookie, NULL) == OUT_OK && memcmp(again.vk, s.vk, VAULT_KEY_LEN) == 0);
		session_wipe(&again);
	}
	login_wipe(&l);
	return o;
}

static enum outcome
log_in_slowly(void)
{
	struct login l;
	struct ticket t;
	enum outcome o;

	codes_count_again();
	o = login_password(&l, name, old_password, NULL, &browser);
	if (o == OUT_OK) {
		t = ticket_of(l.cookie, TICKET_LOGIN);
		o = login_code(&l, &t, code_of(secret), &browser);
	}
	login_wipe(&l);
	return o;
}

static enum outcome
log_in_wrongly(void)
{
	struct login l;
	enum outcome o = login_password(&l, name, "not the password", NULL, &browser);

	login_wipe(&l);
	return o;
}

static struct proof
proof(void)
{
	codes_count_again();
	return (struct proof){ .session = &s, .password = old_password, .code = code_of(secret), .client = browser };
}

static enum outcome
prove_it(void)
{
	struct proof p = proof();

	return account_prove(&p);
}

static enum outcome
change_password(void)
{
	struct proof p = proof();

	return account_change_password(&p, new_password);
}

static void
has_new_password(bool ok)
{
	WANT(opens_with(ok ? new_password : old_password, secret) == OUT_OK);
	WANT(opens_with(ok ? old_password : new_password, secret) == OUT_REFUSED);
}

static enum outcome
change_phrase(void)
{
	struct proof p = proof();

	return account_change_phrase(&p, fresh_phrase);
}

static enum outcome
reset_with(const char *words)
{
	char other[PHRASE_MAX];
	int64_t retry;

	other_place();
	return account_reset(name, words, new_password, &browser, other, &retry);
}

static void
has_new_phrase(bool ok)
{
	WANT(*fresh_phrase == '\0' || ok);
	if (ok)
		WANT(reset_with(phrase) == OUT_BAD_PHRASE && reset_with(fresh_phrase) == OUT_OK);
}

static enum outcome
reset(void)
{
	return reset_with(phrase);
}

static enum outcome
totp_start(void)
{
	struct proof p = proof();

	return account_totp_start(&p, new_secret, step_cookie);
}

static void
totp_begun(void)
{
	person();
	CHECK_EQ_INT(totp_start(), OUT_OK);
}

static enum outcome
totp_show(void)
{
	struct ticket t = ticket_of(step_cookie, TICKET_TOTP);
	uint8_t got[TOTP_SECRET_LEN];
	enum outcome o = account_totp_show(&s, &t, got);

	if (o == OUT_OK)
		WANT(memcmp(got, new_secret, sizeof(got)) == 0);
	return o;
}

static enum outcome
totp_finish(void)
{
	struct ticket t = ticket_of(step_cookie, TICKET_TOTP);

	return account_totp_finish(&s, &t, code_of(new_secret), &browser);
}

static void
has_new_totp(bool ok)
{
	WANT(opens_with(old_password, ok ? new_secret : secret) == OUT_OK);
}

static enum outcome
close_it(void)
{
	struct proof p = proof();

	return account_close(&p);
}

static void
is_closed(bool ok)
{
	WANT(opens_with(old_password, secret) == (ok ? OUT_CLOSING : OUT_OK));
}

static enum outcome
speak_german(void)
{
	return account_set_language(&s, "de");
}

static void
speaks_german(bool ok)
{
	char lang[USER_LANG_MAX];
	struct user u;

	WANT(user_get(&u, name) == OUT_OK);
	user_language(lang, &u);
	WANT(strcmp(lang, ok ? "de" : "") == 0);
	user_wipe(&u);
}

static enum outcome
who_is_it(void)
{
	struct account_info i;
	enum outcome o = account_info(&i, &s);

	if (o == OUT_OK)
		WANT(strcmp(i.username, name) == 0 && strcmp(i.email, email) == 0);
	return o;
}

static bool
count_event(void *ctx, const struct activity_event *e)
{
	*(size_t *)ctx += *e->code != '\0';
	return true;
}

static enum outcome
what_happened(void)
{
	size_t n = 0;
	enum outcome o = activity_list(&s.uid, "", 10, count_event, &n);

	if (o == OUT_OK)
		WANT(n == 1);
	return o;
}

static const struct thing things[] = {
	{ "register", nobody, begin, NULL, OUT_OK, 20, true, false },
	{ "register: show", begun, show_enrolment, NULL, OUT_OK, 3, true, false },
	{ "register: code", begun, enrol_code, NULL, OUT_OK, 20, true, false },
	{ "register: words", coded, finish, is_registered, OUT_OK, 30, true, false },
	{ "log in", person, log_in, NULL, OUT_OK, 40, true, false },
	{ "log in, two steps", person, log_in_slowly, NULL, OUT_OK, 50, true, false },
	{ "log in, wrong", person, log_in_wrongly, NULL, OUT_REFUSED, 10, true, false },
	{ "log in, nobody", nobody, log_in_wrongly, NULL, OUT_REFUSED, 10, true, false },
	{ "prove", person, prove_it, NULL, OUT_OK, 10, true, false },
	{ "password", person, change_password, has_new_password, OUT_OK, 40, true, false },
	{ "phrase", person, change_phrase, has_new_phrase, OUT_OK, 40, true, false },
	{ "authenticator", person, totp_start, NULL, OUT_OK, 20, true, false },
	{ "authenticator: show", totp_begun, totp_show, NULL, OUT_OK, 3, true, false },
	{ "authenticator: code", totp_begun, totp_finish, has_new_totp, OUT_OK, 20, true, false },
	{ "reset", person, reset, has_new_password, OUT_OK, 40, true, false },
	{ "close", person, close_it, is_closed, OUT_OK, 10, true, false },
	{ "language", person, speak_german, speaks_german, OUT_OK, 3, true, false },
	{ "info", person, who_is_it, NULL, OUT_OK, 3, true, false },
	{ "activity", person, what_happened, NULL, OUT_OK, 3, true, false },
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
