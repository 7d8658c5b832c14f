#include "domain/user.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "crypto/lp.h"
#include "domain/server.h"

/* Where each attribute lives in struct user. size 0: a number. Counters are left out of the mac, as a login changes them and nothing else. */
static const struct field {
	size_t at, size;
	enum store_attr attr;
	bool counter;
} fields[] = {
#define TEXT(a, f) { offsetof(struct user, f), sizeof(((struct user *)0)->f), a, false }
#define NUMBER(a, f) { offsetof(struct user, f), 0, a, false }
	TEXT(ST_UID, uid_text),
	TEXT(ST_EMAIL_LOWER, email),
	TEXT(ST_ROLE, standing),
	NUMBER(ST_CREATED, created),
	NUMBER(ST_AUTH_VER, auth_ver),
	NUMBER(ST_PW_VER, pw_ver),
	NUMBER(ST_RC_VER, rc_ver),
	NUMBER(ST_TOTP_VER, totp_ver),
	NUMBER(ST_KEY_GEN, key_gen),
	TEXT(ST_KDF_PW, kdf_pw),
	TEXT(ST_LOGIN_HASH, login_hash),
	TEXT(ST_WRAP_PW, wrap_pw),
	TEXT(ST_KDF_RC, kdf_rc),
	TEXT(ST_SALT_RC, salt_rc),
	TEXT(ST_REC_HASH, rec_hash),
	TEXT(ST_WRAP_RC, wrap_rc),
	TEXT(ST_TOTP_BOX, totp_box),
#undef TEXT
#undef NUMBER
	{ offsetof(struct user, totp_last), 0, ST_TOTP_LAST, true },
	{ offsetof(struct user, last_login), 0, ST_UPDATED, true },
	{ offsetof(struct user, expires), 0, ST_EXPIRES, true },
	{ offsetof(struct user, rev), 0, ST_REV, true },
	{ offsetof(struct user, sessions), USER_SESSIONS_MAX, ST_SESSIONS, true },
	{ offsetof(struct user, settings), USER_SETTINGS_MAX, ST_SETTINGS, true },
};

static int64_t
number(const struct user *u, const struct field *f)
{
	int64_t n;

	memcpy(&n, (const char *)u + f->at, sizeof(n));
	return n;
}

static const char *
text(const struct user *u, const struct field *f)
{
	return (const char *)u + f->at;
}

#define OFF "/off"
#define UNTIL "/until="

bool
user_standing_read(struct user *u)
{
	const char *p = u->standing;
	size_t n = strcspn(p, "/");

	u->disabled = false;
	u->closing = 0;
	snprintf(u->role, sizeof(u->role), "%.*s", (int)n, p);
	p += n;
	if (strncmp(p, OFF, strlen(OFF)) == 0) {
		u->disabled = true;
		p += strlen(OFF);
	}
	if (strncmp(p, UNTIL, strlen(UNTIL)) == 0)
		for (p += strlen(UNTIL); *p >= '0' && *p <= '9' && u->closing < INT64_MAX / 100; p++)
			u->closing = u->closing * 10 + (*p - '0');
	return *p == '\0' && (strcmp(u->role, "user") == 0 || strcmp(u->role, "admin") == 0);
}

static void
write_standing(struct user *u)
{
	int n = snprintf(u->standing, sizeof(u->standing), "%s%s", u->role, u->disabled ? OFF : "");

	if (u->closing > 0)
		snprintf(u->standing + n, sizeof(u->standing) - (size_t)n, UNTIL "%lld", (long long)u->closing);
	u->expires = u->closing;
}

bool
user_active_admin(const struct user *u)
{
	return strcmp(u->role, "admin") == 0 && !u->disabled && u->closing == 0;
}

/* "KID." and the mac, so that records outlive a change of the server's secret. */
static bool
make_mac(char out[static 64], const struct user *u, uint8_t kid)
{
	struct lp lp = { 0 };
	uint8_t key[HASH_LEN], mac[HASH_LEN];
	int n;
	bool ok;

	lp_text(&lp, "vs1/rec");
	lp_text(&lp, "username");
	lp_text(&lp, u->username);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (fields[i].counter)
			continue;
		lp_text(&lp, store_attrs[fields[i].attr].name);
		if (fields[i].size)
			lp_text(&lp, text(u, &fields[i]));
		else
			lp_u64(&lp, (uint64_t)number(u, &fields[i]));
	}
	ok = !lp.failed && server_key(key, kid, "recmac") && hash_hmac(mac, key, sizeof(key), lp.b, lp.len);
	n = snprintf(out, 64, "%u.", kid);
	enc_b64url(out + n, mac, ok ? sizeof(mac) : 0);
	secret_wipe(key, sizeof(key));
	return ok;
}

bool
user_from_item(struct user *u, const struct store_item *it)
{
	const char *stored = store_text(it, ST_REC_MAC);
	char mac[64];
	unsigned kid = 0;

	memset(u, 0, sizeof(*u));
	snprintf(u->username, sizeof(u->username), "%s", it->part);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const struct field *f = &fields[i];

		if (f->size) {
			snprintf((char *)u + f->at, f->size, "%s", store_text(it, f->attr));
		} else {
			int64_t n = store_num(it, f->attr);

			memcpy((char *)u + f->at, &n, sizeof(n));
		}
	}
	for (const char *p = stored; *p >= '0' && *p <= '9' && kid < 256; p++)
		kid = kid * 10 + (unsigned)(*p - '0');
	if (kid == 0 || kid > 255 || !id_parse(&u->uid, u->uid_text) || !make_mac(mac, u, (uint8_t)kid) || !secret_equal_text(mac, stored)) {
		log_error("user_damaged", "a user record does not verify: changed outside the product, or its server key is gone");
		user_wipe(u);
		return false;
	}
	/* the store hides what has expired; the date under the mac counts where somebody took the other one away */
	if (!user_standing_read(u) || (u->closing > 0 && u->closing <= clock_now())) {
		log_error("user_over", "a user record has no standing of ours, or is beyond the day on which it was to go");
		user_wipe(u);
		return false;
	}
	return true;
}

enum outcome
user_get(struct user *u, const char *username)
{
	struct store_key key = { STORE_USERS, username, NULL };
	struct store_item it = { 0 };
	enum outcome o = outcome_of(store_get(&it, &key, 1));

	memset(u, 0, sizeof(*u));
	if (o == OUT_OK && !it.found)
		o = OUT_MISSING;
	if (o == OUT_OK && !user_from_item(u, &it))
		o = OUT_BROKEN;
	store_item_wipe(&it);
	return o;
}

static bool
add_fields(struct batch *b, struct user *u)
{
	u->rev++;
	write_standing(u);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (fields[i].size)
			batch_text(b, fields[i].attr, text(u, &fields[i]));
		else
			batch_num(b, fields[i].attr, number(u, &fields[i]));
	}
	if (!make_mac(u->rec_mac, u, server_kid()))
		return false;
	batch_text(b, ST_REC_MAC, u->rec_mac);
	return true;
}

bool
user_create(struct batch *b, struct user *u)
{
	batch_put(b, STORE_USERS, u->username, NULL);
	batch_if(b, STORE_COND_ABSENT, ST_REV, 0);
	if (!add_fields(b, u))
		return false;
	snprintf(u->email_owner, sizeof(u->email_owner), "email#%s", u->email);
	batch_put(b, STORE_ACCOUNTS, u->email_owner, "email");
	batch_if(b, STORE_COND_ABSENT, ST_REV, 0);
	batch_text(b, ST_USERNAME, u->username);
	batch_num(b, ST_CREATED, u->created);
	return true;
}

bool
user_change(struct batch *b, struct user *u, size_t *at)
{
	size_t i = batch_update(b, STORE_USERS, u->username, NULL);

	if (at)
		*at = i;
	batch_if(b, STORE_COND_EQ, ST_REV, u->rev);
	return add_fields(b, u);
}

void
user_email_follows(struct batch *b, struct user *u)
{
	snprintf(u->email_owner, sizeof(u->email_owner), "email#%s", u->email);
	batch_update(b, STORE_ACCOUNTS, u->email_owner, "email");
	batch_num(b, ST_EXPIRES, u->closing);
}

void
user_remove(struct batch *b, struct user *u)
{
	batch_delete(b, STORE_USERS, u->username, NULL);
	batch_if(b, STORE_COND_EQ, ST_REV, u->rev);
	snprintf(u->email_owner, sizeof(u->email_owner), "email#%s", u->email);
	batch_delete(b, STORE_ACCOUNTS, u->email_owner, "email");
}

bool
user_session(const struct user *u, size_t i, char out[static TICKET_ROW_MAX])
{
	const char *p = u->sessions;
	size_t len;

	out[0] = '\0';
	for (; i > 0; i--) {
		p += strcspn(p, " ");
		p += strspn(p, " ");
	}
	len = strcspn(p, " ");
	if (len == 0 || len >= TICKET_ROW_MAX)
		return false;
	memcpy(out, p, len);
	out[len] = '\0';
	return true;
}

void
user_add_session(struct user *u, const char *kind, char dropped[static TICKET_ROW_MAX])
{
	char key[TICKET_ROW_MAX];
	size_t n = 0, len;

	dropped[0] = '\0';
	while (user_session(u, n, key))
		n++;
	if (n >= SESSION_MAX_PER_USER && user_session(u, 0, dropped)) {
		len = strlen(dropped);
		len += strspn(u->sessions + len, " ");
		memmove(u->sessions, u->sessions + len, strlen(u->sessions + len) + 1);
	}
	len = strlen(u->sessions);
	snprintf(u->sessions + len, sizeof(u->sessions) - len, "%s%s", len ? " " : "", kind);
}

void
user_end_sessions(struct batch *b, const struct user *u, const char *keep, char kinds[static SESSION_MAX_PER_USER][TICKET_ROW_MAX])
{
	for (size_t i = 0; i < SESSION_MAX_PER_USER && user_session(u, i, kinds[i]); i++)
		if (!keep || strcmp(kinds[i], keep) != 0)
			batch_delete(b, STORE_ACCOUNTS, u->uid_text, kinds[i]);
}

#define LANG_KEY "lang="

void
user_language(char out[static USER_LANG_MAX], const struct user *u)
{
	bool is = strncmp(u->settings, LANG_KEY, strlen(LANG_KEY)) == 0;

	snprintf(out, USER_LANG_MAX, "%s", is ? u->settings + strlen(LANG_KEY) : "");
}

void
user_set_language(struct user *u, const char *lang)
{
	snprintf(u->settings, sizeof(u->settings), "%s%s", *lang ? LANG_KEY : "", lang);
}

void
user_wipe(struct user *u)
{
	secret_wipe(u, sizeof(*u));
}
