#include "domain/ticket.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/lp.h"
#include "crypto/rng.h"
#include "domain/server.h"

enum {
	VERSION = 1,
	SALT = 16,
	HEAD = 1 + 1 + SALT,
	PLAIN = TICKET_SID_LEN + ID_LEN + TICKET_SECRET_LEN + 8 + 1,
	BYTES = HEAD + PLAIN + AEAD_TAG_LEN,
};

_Static_assert(ENC_B64URL_LEN(BYTES) == TICKET_TEXT_LEN, "ticket text length");

static const char *const prefixes[] = {
	[TICKET_SESSION] = "session#",
	[TICKET_LOGIN] = "pending#",
	[TICKET_REGISTER] = "pending#",
	[TICKET_DEVICE] = "device#",
	[TICKET_TOTP] = "pending#",
	[TICKET_DRAFT] = "draft#",
	[TICKET_BACK] = "pending#",
};

static bool
cookie_key(uint8_t key[static AEAD_KEY_LEN], uint8_t kid, const uint8_t salt[static SALT])
{
	uint8_t h[HASH_LEN];
	struct lp info = { 0 };
	bool ok;

	lp_text(&info, "vs1/cookie");
	ok = server_key(h, kid, "cookie") && hash_hkdf(key, AEAD_KEY_LEN, h, sizeof(h), salt, SALT, info.b, info.len);
	secret_wipe(h, sizeof(h));
	return ok;
}

bool
ticket_new(struct ticket *t, enum ticket_kind kind, const struct id *uid)
{
	memset(t, 0, sizeof(*t));
	t->kind = kind;
	t->uid = *uid;
	t->issued = clock_now();
	return rng_bytes(t->sid, sizeof(t->sid)) && rng_bytes(t->secret, sizeof(t->secret));
}

bool
ticket_seal(char out[static TICKET_TEXT_LEN + 1], const struct ticket *t)
{
	uint8_t box[BYTES] = { VERSION }, plain[PLAIN], key[AEAD_KEY_LEN] = { 0 };
	const uint8_t nonce[AEAD_NONCE_LEN] = { 0 };
	uint8_t *p = plain;
	bool ok = false;

	out[0] = '\0';
	memcpy(p, t->sid, sizeof(t->sid));
	p += sizeof(t->sid);
	memcpy(p, t->uid.b, ID_LEN);
	p += ID_LEN;
	memcpy(p, t->secret, sizeof(t->secret));
	p += sizeof(t->secret);
	for (int shift = 56; shift >= 0; shift -= 8)
		*p++ = (uint8_t)((uint64_t)t->issued >> shift);
	*p = (uint8_t)t->kind;

	box[1] = server_kid();
	if (!rng_bytes(box + 2, SALT) || !cookie_key(key, box[1], box + 2))
		goto out;
	if (!aead_seal(box + HEAD, key, nonce, box, HEAD, plain, sizeof(plain)))
		goto out;
	enc_b64url(out, box, sizeof(box));
	ok = true;
out:
	secret_wipe(plain, sizeof(plain));
	secret_wipe(key, sizeof(key));
	return ok;
}

bool
ticket_open(struct ticket *t, enum ticket_kind kind, const char *text)
{
	uint8_t box[BYTES], plain[PLAIN] = { 0 }, key[AEAD_KEY_LEN] = { 0 };
	const uint8_t nonce[AEAD_NONCE_LEN] = { 0 };
	const uint8_t *p = plain;
	size_t len;
	bool ok = false;

	memset(t, 0, sizeof(*t));
	if (strlen(text) != TICKET_TEXT_LEN || !dec_b64url(box, sizeof(box), &len, text, TICKET_TEXT_LEN) || len != BYTES)
		goto out;
	if (box[0] != VERSION || box[1] == 0 || !cookie_key(key, box[1], box + 2))
		goto out;
	if (!aead_open(plain, key, nonce, box, HEAD, box + HEAD, BYTES - HEAD) || plain[PLAIN - 1] != (uint8_t)kind)
		goto out;
	memcpy(t->sid, p, sizeof(t->sid));
	p += sizeof(t->sid);
	memcpy(t->uid.b, p, ID_LEN);
	p += ID_LEN;
	memcpy(t->secret, p, sizeof(t->secret));
	p += sizeof(t->secret);
	for (int i = 0; i < 8; i++)
		t->issued = (int64_t)(((uint64_t)t->issued << 8) | *p++);
	t->kind = kind;
	ok = true;
out:
	secret_wipe(plain, sizeof(plain));
	secret_wipe(key, sizeof(key));
	return ok;
}

bool
ticket_row(char out[static TICKET_ROW_MAX], const struct ticket *t)
{
	uint8_t h[HASH_LEN];
	size_t n = strlen(prefixes[t->kind]);

	out[0] = '\0';
	if (!hash_sha256(h, t->sid, sizeof(t->sid)))
		return false;
	memcpy(out, prefixes[t->kind], n);
	enc_b64url(out + n, h, sizeof(h));
	return true;
}

bool
ticket_key(uint8_t out[static 32], const struct ticket *t, const char *purpose)
{
	struct lp info = { 0 };

	lp_text(&info, purpose);
	lp_bytes(&info, t->uid.b, ID_LEN);
	return hash_hkdf(out, 32, t->secret, sizeof(t->secret), t->sid, sizeof(t->sid), info.b, info.len);
}

bool
ticket_csrf(char out[static TICKET_CSRF_LEN + 1], const struct ticket *t)
{
	uint8_t key[32];
	bool ok = ticket_key(key, t, "vs1/csrf");

	enc_b64url(out, key, ok ? 16 : 0);
	secret_wipe(key, sizeof(key));
	return ok;
}

void
ticket_wipe(struct ticket *t)
{
	secret_wipe(t, sizeof(*t));
}
