/* generate: a password or a passphrase made here; nothing is stored, so no session is needed. */
#include "crypto/generate.h"

#include <string.h>

#include "pages.h"
#include "route/route.h"

static const char *const kinds[] = { "characters", "words", NULL };
enum { CHARACTERS, WORDS_KIND };

enum { KIND, LENGTH, LOWER, UPPER, DIGITS, SYMBOLS, NO_LOOKALIKES, WORDS, SEPARATOR, CAPITALS, NPARAM };
static const struct param params[] = {
	[KIND] = { "kind", PARAM_ENUM, 0, 0, 0, kinds },
	[LENGTH] = { "length", PARAM_NUMBER, 0, GENERATE_LEN_MIN, GENERATE_LEN_MAX, NULL },
	[LOWER] = { "lower", PARAM_FLAG, 0, 0, 0, NULL },
	[UPPER] = { "upper", PARAM_FLAG, 0, 0, 0, NULL },
	[DIGITS] = { "digits", PARAM_FLAG, 0, 0, 0, NULL },
	[SYMBOLS] = { "symbols", PARAM_FLAG, 0, 0, 0, NULL },
	[NO_LOOKALIKES] = { "no_lookalikes", PARAM_FLAG, 0, 0, 0, NULL },
	[WORDS] = { "words", PARAM_NUMBER, 0, GENERATE_WORDS_MIN, GENERATE_WORDS_MAX, NULL },
	[SEPARATOR] = { "separator", PARAM_TEXT, 0, 0, 3, NULL },
	[CAPITALS] = { "capitals", PARAM_FLAG, 0, 0, 0, NULL },
};

static const struct {
	size_t param;
	unsigned bit;
	const char *key;
} sets[] = {
	{ LOWER, GENERATE_LOWER, "on_lower" },
	{ UPPER, GENERATE_UPPER, "on_upper" },
	{ DIGITS, GENERATE_DIGITS, "on_digits" },
	{ SYMBOLS, GENERATE_SYMBOLS, "on_symbols" },
};

/* The chosen sets; all of them where nobody chose. A mention as "off" is a choice too. */
static unsigned
chosen(const struct call *c)
{
	unsigned mask = 0;
	bool asked = false;

	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		asked |= arg_given(c, sets[i].param);
		mask |= arg_num(c, sets[i].param) == 1 ? sets[i].bit : 0;
	}
	return asked ? mask : GENERATE_LOWER | GENERATE_UPPER | GENERATE_DIGITS | GENERATE_SYMBOLS;
}

static bool
is_words(const struct call *c)
{
	return arg_num(c, KIND) == WORDS_KIND || (!*arg_text(c, KIND) && arg_given(c, WORDS) && !arg_given(c, LENGTH));
}

static void
number(struct reply *rp, const struct call *c, size_t i, int64_t fallback)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)(arg_num(c, i) > 0 ? arg_num(c, i) : fallback));
	reply_form(rp, params[i].name, text);
}

static void
show(struct call *c, struct reply *rp)
{
	unsigned mask = chosen(c);

	for (size_t i = 0; i < ARRAY_LEN(sets); i++)
		reply_view_flag(rp, sets[i].key, mask & sets[i].bit);
	reply_view_flag(rp, "on_no_lookalikes", arg_num(c, NO_LOOKALIKES) == 1);
	reply_view_flag(rp, "on_capitals", arg_num(c, CAPITALS) == 1);
	reply_view_flag(rp, "kind_words", is_words(c));
	reply_view_flag(rp, "signed_in", c->session.csrf[0] != '\0');
	if (!c->args.arg[LENGTH].fault)
		number(rp, c, LENGTH, GENERATE_LEN_DEFAULT);
	if (!c->args.arg[WORDS].fault)
		number(rp, c, WORDS, GENERATE_WORDS_DEFAULT);
	reply_form(rp, "separator", arg_given(c, SEPARATOR) ? arg_text(c, SEPARATOR) : "-");
	reply_text(rp, "password", "");
	reply_num(rp, "bits", 0);
}

static void
make(struct call *c, struct reply *rp)
{
	struct buf out;
	int bits = 0, length = (int)arg_num(c, LENGTH), words = (int)arg_num(c, WORDS);
	bool ok;

	show(c, rp);
	if (!is_words(c) && chosen(c) == 0) {
		call_field(c, rp, LOWER, FIELD_MISSING);
		return;
	}
	buf_init(&out, 512);
	if (is_words(c))
		ok = generate_passphrase(&out, &bits, words ? words : GENERATE_WORDS_DEFAULT, arg_given(c, SEPARATOR) ? arg_text(c, SEPARATOR) : "-",
		    arg_num(c, CAPITALS) == 1);
	else
		ok = generate_password(&out, &bits, chosen(c), length ? length : GENERATE_LEN_DEFAULT, arg_num(c, NO_LOOKALIKES) == 1);
	rp->page_on_post = true;
	if (ok) {
		reply_text(rp, "password", out.p);
		reply_num(rp, "bits", bits);
	} else {
		reply_retry(rp, ERR_TRY_LATER, 1);
	}
	buf_wipe(&out);
}

static const struct route route = {
	.name = "generate", .auth = auth_cookie, .page = &page_generate, .get_is_page = true,
	.params = params, .nparams = NPARAM,
	.on_invalid = show,
	.on = { [VERB_GET] = show, [VERB_POST] = make },
};

int
main(void)
{
	route_main(&route);
}
