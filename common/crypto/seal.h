/* seal.h - SEAL1: sealed boxes bound to purpose, account, object and version (SECURITY.md 2). Layer: crypto.
 *
 * box  = 0x01 || kid || nonce12 || AES-256-GCM(pt; aad = LP("vs1")||LP(purpose)||LP(uid)||LP(obj)||u64be(ver)||0x01) || tag16
 * text = "vs1." + base64url(box)
 */
#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/id.h"

#define SEAL_KEY_LEN 32
#define SEAL_OVERHEAD 30 /* version 1, kid 1, nonce 12, tag 16 */
#define SEAL_PLAIN_MAX (64 * 1024)

/* What a box is bound to. `obj` may hold any bytes. `kid` names the server key behind the key, 0 where none is. */
struct seal_bind {
	const char *purpose;
	const struct id *uid;
	const void *obj;
	size_t obj_len;
	uint64_t ver;
	uint8_t kid;
};

/* Seal `len` bytes; the text form is appended to `text` (so check text->failed too). False when randomness or libcrypto failed. */
NODISCARD bool seal_text(struct buf *text, const uint8_t key[static SEAL_KEY_LEN], const struct seal_bind *bind, const void *plain, size_t len);
/* Open a text form into `plain` (appended; the caller wipes it). False, with nothing appended, when it is malformed, of another
 * version, or not sealed with this key and binding. bind->kid is not compared: read it with seal_kid(). */
NODISCARD bool seal_open(struct buf *plain, const uint8_t key[static SEAL_KEY_LEN], const struct seal_bind *bind, const char *text, size_t text_len);
/* The kid byte of a text form, -1 when it is malformed. */
int seal_kid(const char *text, size_t text_len);

#endif
