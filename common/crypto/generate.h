/* generate.h - passwords and passphrases from getrandom, without bias. Layer: crypto. */
#ifndef CRYPTO_GENERATE_H
#define CRYPTO_GENERATE_H

#include "base/attr.h"
#include "base/buf.h"

#define GENERATE_LEN_MIN 8
#define GENERATE_LEN_MAX 128
#define GENERATE_LEN_DEFAULT 20
#define GENERATE_WORDS_MIN 3
#define GENERATE_WORDS_MAX 12
#define GENERATE_WORDS_DEFAULT 5

enum { GENERATE_LOWER = 1, GENERATE_UPPER = 2, GENERATE_DIGITS = 4, GENERATE_SYMBOLS = 8 };

/* Append `length` characters of the chosen sets (a mask of the above, at least one), each chosen set present at least once: draws are
 * repeated until that holds, so every allowed password is equally likely. `no_lookalikes` leaves out 0 O o 1 l I | and the like.
 * *bits gets floor(log2 of the number of allowed passwords) (inclusion-exclusion over the sets). False for a bad mask or length, or no randomness. */
NODISCARD bool generate_password(struct buf *out, int *bits, unsigned sets, int length, bool no_lookalikes);
/* Append `words` words of the EFF large list joined by `separator` (at most 3 bytes); *bits = floor(words x log2 7776). `capitals` starts
 * each word with a capital. */
NODISCARD bool generate_passphrase(struct buf *out, int *bits, int words, const char *separator, bool capitals);

#endif
