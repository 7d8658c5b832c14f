/* export.h - everything of a vault as a file: JSON, CSV, or JSON encrypted under a passphrase. Layer: domain.
 *
 * JSON: {"vaultsphere":"entries","version":1,"exported":TIME,"entries":[{site, url, username, password, notes, tags, totp, favorite, created, updated,
 * password_changed, ignored}]}; times are RFC 3339 UTC, ignored is {finding: reason}. CSV: the same columns but the last, RFC 4180, CRLF.
 * Encrypted: {"vaultsphere":"sealed","version":1,"kdf":"argon2id","m":32768,"t":3,"p":1,"salt":S,"cipher":"aes-256-gcm","nonce":N,"box":B}, S, N, B in base64:
 * key = Argon2id(passphrase, S, 32 bytes), B = ciphertext and tag of the JSON above, with the associated data "vaultsphere/sealed/1".
 */
#ifndef DOMAIN_EXPORT_H
#define DOMAIN_EXPORT_H

#include "base/attr.h"
#include "base/buf.h"
#include "domain/session.h"

#define EXPORT_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define EXPORT_PASSPHRASE_MIN 12 /* characters */
#define EXPORT_PASSPHRASE_MAX 1024

enum export_form { EXPORT_SEALED, EXPORT_JSON, EXPORT_CSV };

/* Append every entry of the vault (not the trash, no earlier versions) in JSON or CSV. OUT_BUSY, OUT_BROKEN; OUT_DAMAGED when one does not open: a file that
 * lacks it must not be taken for whole. out->failed when it is larger than `out` takes. The caller wipes. */
NODISCARD enum outcome export_write(struct buf *out, const struct session *s, enum export_form form);
/* Append `plain` encrypted under the passphrase. Takes a KDF slot. OUT_OK, OUT_BUSY. */
NODISCARD enum outcome export_seal(struct buf *out, const char *passphrase, const struct buf *plain);
/* Whether a text is an encrypted export of ours; and its opening, appended to `plain`: OUT_REFUSED when the passphrase is wrong or the file was changed, OUT_BUSY. */
NODISCARD bool export_is_sealed(const char *text, size_t len);
NODISCARD enum outcome export_open(struct buf *plain, const char *passphrase, const char *text, size_t len);

#endif
