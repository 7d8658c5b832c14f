/* factor.h - what opens a vault: password, recovery phrase, authenticator (SECURITY.md 2). Layer: domain.
 *
 * factor_*_check are called for unknown names too (u NULL): the same work is done with salts and hashes made from the name, so that time tells nothing.
 * Each takes a KDF slot for the memory-hard part and gives it back.
 */
#ifndef DOMAIN_FACTOR_H
#define DOMAIN_FACTOR_H

#include "base/attr.h"
#include "crypto/phrase.h"
#include "crypto/totp.h"
#include "domain/outcome.h"
#include "domain/user.h"

/* Set kdf_pw, login_hash and wrap_pw of a record whose uid, email, pw_ver and key_gen are set. OUT_OK, OUT_BUSY. */
NODISCARD enum outcome factor_password_make(struct user *u, const char *password, const uint8_t vk[static VAULT_KEY_LEN]);
/* OUT_OK with the vault key, OUT_REFUSED, OUT_BUSY, OUT_BROKEN. `name` is what the person typed, for the made-up salt. *outdated (may be NULL) says that cost or server
 * key are not today's, so that the caller makes the factor anew. */
NODISCARD enum outcome factor_password_check(const struct user *u, const char *name, const char *password, uint8_t vk[static VAULT_KEY_LEN],
    bool *outdated);
/* The same for a phrase in the form of phrase_normalise: kdf_rc, salt_rc, rec_hash, wrap_rc; rc_ver must be set. OUT_BAD_PHRASE when it is not right. */
NODISCARD enum outcome factor_phrase_make(struct user *u, const char *phrase, const uint8_t vk[static VAULT_KEY_LEN]);
NODISCARD enum outcome factor_phrase_check(const struct user *u, const char *name, const char *phrase, uint8_t vk[static VAULT_KEY_LEN]);
/* Seal a new authenticator secret into totp_box (totp_ver must be set). OUT_OK, OUT_BUSY. */
NODISCARD enum outcome factor_totp_make(struct user *u, const uint8_t secret[static TOTP_SECRET_LEN], const uint8_t vk[static VAULT_KEY_LEN]);
/* OUT_OK with u->totp_last moved to the code's step (lasting only once the record is written), OUT_BAD_CODE, OUT_BROKEN. */
NODISCARD enum outcome factor_totp_check(struct user *u, const char *code, const uint8_t vk[static VAULT_KEY_LEN]);

#endif
