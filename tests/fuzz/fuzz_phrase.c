/* fuzz_phrase: what is taken is five words of the list in one form, which is its own form; case and separators around it change nothing. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "crypto/phrase.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char out[PHRASE_MAX], again[PHRASE_MAX];
	struct buf typed;

	buf_init(&typed, 8192);
	/* bytes as typed, then bytes as words, so that phrases that are taken occur too */
	for (int as_words = 0; as_words < 2; as_words++) {
		for (size_t i = 0; as_words && i + 2 < size && typed.len < 4000; i += 3) {
			buf_str(&typed, eff_words[(data[i] | (size_t)data[i + 1] << 8) % PHRASE_LIST_LEN]);
			buf_ch(&typed, (char)(data[i + 2] ? data[i + 2] : ' '));
		}
		if (!as_words) {
			buf_add(&typed, data, size);
			MUST(!typed.failed);
		}
		if (phrase_normalise(out, typed.p)) {
			size_t spaces = 0;

			for (const char *p = out; *p; p++) {
				MUST(islower((unsigned char)*p) || *p == ' ' || *p == '-');
				spaces += *p == ' ';
			}
			MUST(spaces == PHRASE_WORDS - 1 && strlen(out) < PHRASE_MAX);
			MUST(phrase_normalise(again, out) && strcmp(out, again) == 0);
			buf_cut(&typed, 0);
			buf_fmt(&typed, "1. %s\n", out);
			for (size_t i = 0; i < typed.len; i++)
				typed.p[i] = (char)toupper((unsigned char)typed.p[i]);
			MUST(phrase_normalise(again, typed.p) && strcmp(out, again) == 0);
		} else {
			MUST(out[0] == '\0');
		}
		buf_wipe(&typed);
	}
	return 0;
}
