#include "domain/factor.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "crypto/lp.h"
#include "crypto/rng.h"
#include "crypto/seal.h"
#include "domain/server.h"
#include "domain/slot.h"

/* Password and phrase differ in names and in how 32 bytes come of the text; all that follows is the same. */
static const struct kind {
	const char *wrap, *kek;
	enum outcome wrong;
} password_kind = { "wrap/pw", "vs1/kek/pw", OUT_REFUSED }, phrase_kind = { "wrap/rc", "vs1/kek/rc", OUT_BAD_PHRASE };

#define SALT_RC_LEN 16
#define HASH_INPUT_LEN ENC_B64URL_LEN(HASH_LEN)

/* Stands in for a user nobody has: drawn from the name, so that the same name always costs and looks the same. */
static bool
made_up(struct user *u, const char *name)
{
	static const char alphabet[] = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	uint8_t key[HASH_LEN], h[2][HASH_LEN];
	char hash[BCRYPT_TEXT_LEN + 1] = "$2b$10$";
	struct kdf_cost cost = kdf_cost_new;
	size_t n = strlen(hash);
	bool ok;

	memset(u, 0, sizeof(*u));
	ok = server_key(key, 0, "enum") && hash_hmac(h[0], key, sizeof(key), name, strlen(name)) &&
	    hash_hmac(h[1], key, sizeof(key), h[0], sizeof(h[0]));
	if (ok) {
		memcpy(u->uid.b, h[0], ID_LEN);
		for (size_t i = 0; n < BCRYPT_TEXT_LEN; i++)
			hash[n++] = i == 21 ? '.' : alphabet[h[i / HASH_LEN][i % HASH_LEN] & 63];
		hash[n] = '\0';
		snprintf(u->login_hash, sizeof(u->login_hash), "%s", hash);
		snprintf(u->rec_hash, sizeof(u->rec_hash), "%s", hash);
		enc_b64url(u->salt_rc, h[1], SALT_RC_LEN);
		enc_hex(u->email, h[1], HASH_LEN);
		cost.kid = server_kid();
		kdf_cost_text(u->kdf_pw, &cost);
		kdf_cost_text(u->kdf_rc, &cost);
	}
	secret_wipe(key, sizeof(key));
	secret_wipe(h, sizeof(h));
	return ok;
}

/* The "master password hash": MK = Argon2id(P, SHA-256(email)), AH = PBKDF2(MK, P, 1). */
static bool
stretch_password(uint8_t out[static HASH_LEN], const struct kdf_cost *cost, const char *email, const char *password)
{
	uint8_t salt[HASH_LEN], mk[KDF_LEN];
	size_t len = strlen(password);
	bool ok;

	ok = hash_sha256(salt, email, strlen(email)) && kdf_argon2id(mk, cost, password, len, salt, sizeof(salt), NULL, 0, NULL, 0) &&
	    hash_pbkdf2(out, HASH_LEN, mk, sizeof(mk), password, len, 1);
	secret_wipe(mk, sizeof(mk));
	return ok;
}

static bool
stretch_phrase(uint8_t out[static HASH_LEN], const struct kdf_cost *cost, const struct user *u, const char *phrase)
{
	uint8_t salt[SALT_RC_LEN], pepper[HASH_LEN];
	struct lp ad = { 0 };
	size_t len;
	bool ok;

	lp_text(&ad, "vs1/rc");
	lp_bytes(&ad, u->uid.b, ID_LEN);
	ok = dec_b64url(salt, sizeof(salt), &len, u->salt_rc, strlen(u->salt_rc)) && len == sizeof(salt) &&
	    server_key(pepper, cost->kid, "pepper") &&
	    kdf_argon2id(out, cost, phrase, strlen(phrase), salt, sizeof(salt), pepper, sizeof(pepper), ad.b, ad.len);
	secret_wipe(pepper, sizeof(pepper));
	return ok;
}

/* What bcrypt sees: never the password itself, which it would cut at 72 bytes. */
static bool
hash_input(char out[static HASH_INPUT_LEN + 1], uint8_t kid, const uint8_t stretched[static HASH_LEN], const struct id *uid)
{
	uint8_t pepper[HASH_LEN], msg[HASH_LEN + ID_LEN], mac[HASH_LEN];
	bool ok;

	memcpy(msg, stretched, HASH_LEN);
	memcpy(msg + HASH_LEN, uid->b, ID_LEN);
	ok = server_key(pepper, kid, "pepper") && hash_hmac(mac, pepper, sizeof(pepper), msg, sizeof(msg));
	enc_b64url(out, mac, ok ? sizeof(mac) : 0);
	secret_wipe(pepper, sizeof(pepper));
	secret_wipe(msg, sizeof(msg));
	secret_wipe(mac, sizeof(mac));
	return ok;
}

static bool
key_to_wrap(uint8_t kek[static SEAL_KEY_LEN], const struct kind *k, uint8_t kid, const uint8_t stretched[static HASH_LEN], const struct id *uid)
{
	uint8_t salt[HASH_LEN];
	struct lp info = { 0 };
	bool ok;

	lp_text(&info, k->kek);
	lp_bytes(&info, uid->b, ID_LEN);
	ok = server_key(salt, kid, "kek") && hash_hkdf(kek, SEAL_KEY_LEN, stretched, HASH_LEN, salt, sizeof(salt), info.b, info.len);
	secret_wipe(salt, sizeof(salt));
	return ok;
}

/* A wrap names the generation of the vault key it holds, as the entry keys do: u32be(key_gen). */
static struct seal_bind
wrap_binding(const struct kind *k, const struct user *u, uint8_t gen[static 4], int64_t ver, uint8_t kid)
{
	for (int i = 0; i < 4; i++)
		gen[i] = (uint8_t)((uint64_t)u->key_gen >> (24 - 8 * i));
	return (struct seal_bind){ k->wrap, &u->uid, gen, 4, (uint64_t)ver, kid };
}

static bool
wrap_make(const struct kind *k, const struct user *u, int64_t ver, uint8_t kid, const uint8_t stretched[static HASH_LEN],
    const uint8_t vk[static VAULT_KEY_LEN], char hash[static BCRYPT_TEXT_LEN + 1], char wrap[static USER_WRAP_MAX])
{
	char input[HASH_INPUT_LEN + 1];
	uint8_t kek[SEAL_KEY_LEN], gen[4];
	struct seal_bind bind = wrap_binding(k, u, gen, ver, kid);
	struct buf text;
	bool ok;

	buf_init(&text, USER_WRAP_MAX - 1);
	ok = hash_input(input, kid, stretched, &u->uid) && bcrypt_hash(hash, input) && key_to_wrap(kek, k, kid, stretched, &u->uid) &&
	    seal_text(&text, kek, &bind, vk, VAULT_KEY_LEN) && !text.failed;
	snprintf(wrap, USER_WRAP_MAX, "%s", ok ? text.p : "");
	buf_wipe(&text);
	secret_wipe(input, sizeof(input));
	secret_wipe(kek, sizeof(kek));
	return ok;
}

static enum outcome
wrap_open(const struct kind *k, const struct user *u, int64_t ver, uint8_t kid, const uint8_t stretched[static HASH_LEN], const char *wrap,
    uint8_t vk[static VAULT_KEY_LEN])
{
	uint8_t kek[SEAL_KEY_LEN], gen[4];
	struct seal_bind bind = wrap_binding(k, u, gen, ver, kid);
	struct buf plain;
	enum outcome o = OUT_BROKEN;

	buf_init(&plain, VAULT_KEY_LEN);
	if (key_to_wrap(kek, k, kid, stretched, &u->uid) && seal_open(&plain, kek, &bind, wrap, strlen(wrap)) && plain.len == VAULT_KEY_LEN) {
		memcpy(vk, plain.p, VAULT_KEY_LEN);
		o = OUT_OK;
	} else {
		log_error("wrap_damaged", "a vault key does not open although its hash was right");
	}
	buf_wipe(&plain);
	secret_wipe(kek, sizeof(kek));
	return o;
}

static bool
is_outdated(const struct kdf_cost *c)
{
	return c->kid != server_kid() || c->m < kdf_cost_new.m || c->t < kdf_cost_new.t;
}

static enum outcome
check(const struct kind *k, const struct user *u, const char *name, const char *typed, uint8_t vk[static VAULT_KEY_LEN], bool *outdated)
{
	bool is_password = k == &password_kind, same = false;
	uint8_t stretched[HASH_LEN];
	char input[HASH_INPUT_LEN + 1] = "";
	struct user nobody = { 0 };
	struct kdf_cost cost;
	const struct user *who = u ? u : &nobody;
	enum outcome o = OUT_BUSY;

	memset(vk, 0, VAULT_KEY_LEN);
	if (!u && !made_up(&nobody, name))
		return OUT_BUSY;
	if (!kdf_cost_parse(&cost, is_password ? who->kdf_pw : who->kdf_rc)) {
		log_error("kdf_cost", "a record's KDF cost lies outside floor and ceiling");
		return OUT_BROKEN;
	}
	if (!slot_take())
		goto out;
	if (!(is_password ? stretch_password(stretched, &cost, who->email, typed) : stretch_phrase(stretched, &cost, who, typed)) ||
	    !hash_input(input, cost.kid, stretched, &who->uid))
		goto out;
	same = bcrypt_check(is_password ? who->login_hash : who->rec_hash, input);
	if (!same || !u)
		o = k->wrong;
	else
		o = wrap_open(k, u, is_password ? u->pw_ver : u->rc_ver, cost.kid, stretched, is_password ? u->wrap_pw : u->wrap_rc, vk);
	if (outdated)
		*outdated = is_outdated(&cost);
out:
	slot_give();
	secret_wipe(stretched, sizeof(stretched));
	secret_wipe(input, sizeof(input));
	return o;
}

enum outcome
factor_password_check(const struct user *u, const char *name, const char *password, uint8_t vk[static VAULT_KEY_LEN], bool *outdated)
{
	return check(&password_kind, u, name, password, vk, outdated);
}

enum outcome
factor_phrase_check(const struct user *u, const char *name, const char *phrase, uint8_t vk[static VAULT_KEY_LEN])
{
	return check(&phrase_kind, u, name, phrase, vk, NULL);
}

enum outcome
factor_password_make(struct user *u, const char *password, const uint8_t vk[static VAULT_KEY_LEN])
{
	uint8_t stretched[HASH_LEN];
	struct kdf_cost cost = kdf_cost_new;
	bool ok;

	cost.kid = server_kid();
	if (!slot_take())
		return OUT_BUSY;
	ok = stretch_password(stretched, &cost, u->email, password) &&
	    wrap_make(&password_kind, u, u->pw_ver, cost.kid, stretched, vk, u->login_hash, u->wrap_pw);
	slot_give();
	kdf_cost_text(u->kdf_pw, &cost);
	secret_wipe(stretched, sizeof(stretched));
	return ok ? OUT_OK : OUT_BUSY;
}

enum outcome
factor_phrase_make(struct user *u, const char *phrase, const uint8_t vk[static VAULT_KEY_LEN])
{
	uint8_t stretched[HASH_LEN], salt[SALT_RC_LEN];
	struct kdf_cost cost = kdf_cost_new;
	bool ok;

	cost.kid = server_kid();
	if (!rng_bytes(salt, sizeof(salt)) || !slot_take())
		return OUT_BUSY;
	enc_b64url(u->salt_rc, salt, sizeof(salt));
	ok = stretch_phrase(stretched, &cost, u, phrase) &&
	    wrap_make(&phrase_kind, u, u->rc_ver, cost.kid, stretched, vk, u->rec_hash, u->wrap_rc);
	slot_give();
	kdf_cost_text(u->kdf_rc, &cost);
	secret_wipe(stretched, sizeof(stretched));
	return ok ? OUT_OK : OUT_BUSY;
}

static bool
totp_key(uint8_t key[static SEAL_KEY_LEN], const struct user *u, const uint8_t vk[static VAULT_KEY_LEN])
{
	struct lp info = { 0 };

	lp_text(&info, "vs1/totp");
	return hash_hkdf(key, SEAL_KEY_LEN, vk, VAULT_KEY_LEN, u->uid.b, ID_LEN, info.b, info.len);
}

enum outcome
factor_totp_make(struct user *u, const uint8_t secret[static TOTP_SECRET_LEN], const uint8_t vk[static VAULT_KEY_LEN])
{
	uint8_t key[SEAL_KEY_LEN];
	struct seal_bind bind = { "totp", &u->uid, NULL, 0, (uint64_t)u->totp_ver, 0 };
	struct buf text;
	bool ok;

	buf_init(&text, USER_WRAP_MAX - 1);
	ok = totp_key(key, u, vk) && seal_text(&text, key, &bind, secret, TOTP_SECRET_LEN) && !text.failed;
	snprintf(u->totp_box, sizeof(u->totp_box), "%s", ok ? text.p : "");
	buf_wipe(&text);
	secret_wipe(key, sizeof(key));
	return ok ? OUT_OK : OUT_BUSY;
}

enum outcome
factor_totp_check(struct user *u, const char *code, const uint8_t vk[static VAULT_KEY_LEN])
{
	uint8_t key[SEAL_KEY_LEN];
	struct seal_bind bind = { "totp", &u->uid, NULL, 0, (uint64_t)u->totp_ver, 0 };
	struct buf secret;
	uint64_t step;
	enum outcome o = OUT_BROKEN;

	buf_init(&secret, TOTP_SECRET_LEN);
	if (!totp_key(key, u, vk) || !seal_open(&secret, key, &bind, u->totp_box, strlen(u->totp_box)) || secret.len != TOTP_SECRET_LEN) {
		log_error("totp_damaged", "an authenticator secret does not open");
		goto out;
	}
	o = OUT_BAD_CODE;
	if (totp_match(&step, (const uint8_t *)secret.p, code, clock_now(), u->totp_last)) {
		u->totp_last = (int64_t)step;
		o = OUT_OK;
	}
out:
	buf_wipe(&secret);
	secret_wipe(key, sizeof(key));
	return o;
}
