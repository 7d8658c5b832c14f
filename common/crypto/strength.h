/* strength.h - how hard a password is to guess: libzxcvbn with two corrections (UX.md 2.2). Layer: crypto. */
#ifndef CRYPTO_STRENGTH_H
#define CRYPTO_STRENGTH_H

#include "base/attr.h"

/* Made at build time from html/vendor/common-passwords.txt: 3,000 passwords, most used first, NULL after the last. */
extern const char *common_passwords[];
extern const size_t common_passwords_len;

#define STRENGTH_WORDS_MAX 8
#define STRENGTH_MIN_ACCOUNT 3 /* the level that an account password must reach */

/* Level 0..4 (bands of log10 guesses: below 3, 6, 8, 10, above), for a NUL-terminated UTF-8 text. `own` is a NULL-terminated list of
 * at most STRENGTH_WORDS_MAX words of the person's (user name, parts of the email, site); the common passwords and "vaultsphere" are always added.
 * log10 of guesses = min(entropy bits x log10 2, number of characters). "" is level 0. Only the first 100 characters are looked at. */
int strength_level(const char *password, const char *const own[]);
/* Whether the password, as typed or folded to lower case, is one of the common list or of `own`. */
NODISCARD bool strength_is_common(const char *password, const char *const own[]);

#endif
