#include "crypto/seal.h"

#include <string.h>

#include "base/enc.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/lp.h"
#include "crypto/rng.h"

#define PREFIX "vs1."
#define PREFIX_LEN (sizeof(PREFIX) - 1)
#define HEAD (2 + AEAD_NONCE_LEN)
#define VERSION 1

static bool
make_aad(struct lp *aad, const struct seal_bind *bind)
{
	lp_start(aad);
	lp_text(aad, bind->purpose);
	lp_bytes(aad, bind->uid->b, ID_LEN);
	lp_bytes(aad, bind->obj, bind->obj_len);
	lp_u64(aad, bind->ver);
	lp_u8(aad, VERSION);
	return !aad->failed;
}

bool
seal_text(struct buf *text, const uint8_t key[static SEAL_KEY_LEN], const struct seal_bind *bind, const void *plain, size_t len)
{
	struct lp aad;
	uint8_t *box;
	char *out;
	bool ok = false;

	if (len > SEAL_PLAIN_MAX || !make_aad(&aad, bind))
		return false;
	box = malloc(len + SEAL_OVERHEAD);
	if (!box)
		return false;
	box[0] = VERSION;
	box[1] = bind->kid;
	if (!rng_bytes(box + 2, AEAD_NONCE_LEN) || !aead_seal(box + HEAD, key, box + 2, aad.b, aad.len, plain, len))
		goto out;
	buf_str(text, PREFIX);
	out = buf_room(text, ENC_B64URL_LEN(len + SEAL_OVERHEAD));
	if (!out)
		goto out;
	enc_b64url(out, box, len + SEAL_OVERHEAD);
	ok = true;
out:
	free(box);
	return ok;
}

/* The bytes of a text form: *box is the caller's to free; NULL when it is malformed. */
static uint8_t *
unpack(size_t *len, const char *text, size_t text_len)
{
	uint8_t *box;

	if (text_len < PREFIX_LEN || memcmp(text, PREFIX, PREFIX_LEN) != 0 || text_len > 2 * SEAL_PLAIN_MAX)
		return NULL;
	box = malloc(text_len);
	if (box && (!dec_b64url(box, text_len, len, text + PREFIX_LEN, text_len - PREFIX_LEN) || *len < SEAL_OVERHEAD || box[0] != VERSION)) {
		free(box);
		box = NULL;
	}
	return box;
}

bool
seal_open(struct buf *plain, const uint8_t key[static SEAL_KEY_LEN], const struct seal_bind *bind, const char *text, size_t text_len)
{
	struct lp aad;
	size_t len, before = plain->len;
	uint8_t *box = unpack(&len, text, text_len), *out;
	bool ok = false;

	if (!box || !make_aad(&aad, bind))
		goto out;
	out = buf_room(plain, len - SEAL_OVERHEAD);
	if (!out)
		goto out;
	ok = aead_open(out, key, box + 2, aad.b, aad.len, box + HEAD, len - HEAD);
	if (!ok)
		buf_cut(plain, before);
out:
	free(box);
	return ok;
}

int
seal_kid(const char *text, size_t text_len)
{
	size_t len;
	uint8_t *box = unpack(&len, text, text_len);
	int kid = box ? box[1] : -1;

	free(box);
	return kid;
}
