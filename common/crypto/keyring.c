#include "crypto/keyring.h"

#include <string.h>

#include "base/enc.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/lp.h"

#define SECRET_MIN 32
#define SECRET_MAX 512

static bool
derive(uint8_t out[static HASH_LEN], const uint8_t root[static HASH_LEN], const char *label)
{
	struct lp info;

	memset(out, 0, HASH_LEN);
	lp_start(&info);
	lp_text(&info, label);
	return !info.failed && hash_hkdf(out, HASH_LEN, root, HASH_LEN, NULL, 0, info.b, info.len);
}

/* Operators paste secrets from many tools: either alphabet, with or without padding. */
static bool
decode(uint8_t *out, size_t *len, const char *text, size_t text_len)
{
	char url[SECRET_MAX * 2];
	bool ok;

	while (text_len > 0 && text[text_len - 1] == '=')
		text_len--;
	if (text_len >= sizeof(url))
		return false;
	for (size_t i = 0; i < text_len; i++)
		url[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
	ok = dec_b64url(out, SECRET_MAX, len, url, text_len);
	secret_wipe(url, text_len);
	return ok;
}

static bool
add(struct keyring *ring, const char *text, size_t text_len)
{
	uint8_t raw[SECRET_MAX], name[HASH_LEN], root[HASH_LEN];
	size_t len;
	bool ok = false;

	if (ring->n == KEYRING_MAX || !decode(raw, &len, text, text_len) || len < SECRET_MIN) {
		log_error("secret", "SESSION_SECRET and each of SESSION_SECRET_PREVIOUS must be base64 of 32 to 512 bytes, at most 8 in all");
		goto out;
	}
	if (len == HASH_LEN)
		memcpy(root, raw, HASH_LEN);
	else if (!hash_sha256(root, raw, len))
		goto out;
	if (!derive(name, root, "kid"))
		goto out;
	name[0] = name[0] ? name[0] : 1;
	for (size_t i = 0; i < ring->n; i++)
		if (ring->key[i].kid == name[0]) {
			log_error("secret", "two secrets of the ring have one name: make another SESSION_SECRET");
			goto out;
		}
	ring->key[ring->n].kid = name[0];
	memcpy(ring->key[ring->n++].root, root, HASH_LEN);
	ok = true;
out:
	secret_wipe(raw, sizeof(raw));
	secret_wipe(root, sizeof(root));
	secret_wipe(name, sizeof(name));
	return ok;
}

bool
keyring_load(struct keyring *ring, const char *secret, const char *previous)
{
	bool ok;

	memset(ring, 0, sizeof(*ring));
	ok = add(ring, secret, strlen(secret));
	while (ok && *previous) {
		size_t n = strcspn(previous, ",");

		ok = add(ring, previous, n);
		previous += n + (previous[n] == ',');
	}
	if (!ok)
		keyring_wipe(ring);
	return ok;
}

bool
keyring_label(uint8_t out[static HASH_LEN], const struct keyring *ring, uint8_t kid, const char *label)
{
	for (size_t i = 0; i < ring->n; i++)
		if (ring->key[i].kid == kid)
			return derive(out, ring->key[i].root, label);
	memset(out, 0, HASH_LEN);
	return false;
}

uint8_t
keyring_newest(const struct keyring *ring)
{
	return ring->key[0].kid;
}

void
keyring_wipe(struct keyring *ring)
{
	secret_wipe(ring, sizeof(*ring));
}
