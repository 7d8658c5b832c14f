#include "crypto/otpauth.h"

#include <string.h>

#include "base/enc.h"
#include "base/secret.h"

#define VALUE_MAX 512 /* of a decoded value that matters */
#define DIGITS_DEFAULT 6
#define PERIOD_DEFAULT 30

static const char scheme[] = "otpauth://", type[] = "totp/";

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
starts(const char *s, const char *with)
{
	return strncasecmp(s, with, strlen(with)) == 0;
}

/* Without spaces, hyphens and padding; false when it does not fit. */
static bool
squeeze(char out[static VALUE_MAX], const char *in)
{
	size_t n = 0;

	for (; *in; in++) {
		if (is_space(*in) || *in == '-' || *in == '=')
			continue;
		if (n + 1 >= VALUE_MAX)
			return false;
		out[n++] = *in;
	}
	out[n] = '\0';
	return true;
}

static bool
take_secret(struct totp *t, const char *value)
{
	char key[VALUE_MAX];
	bool ok = squeeze(key, value) && dec_b32_loose(t->key, sizeof(t->key), &t->len, key, strlen(key)) && t->len >= TOTP_KEY_MIN;

	secret_wipe(key, sizeof(key));
	return ok;
}

static bool
take_algorithm(struct totp *t, const char *value)
{
	static const char *const names[TOTP_HASH__MAX] = { [TOTP_SHA1] = "SHA1", [TOTP_SHA256] = "SHA256", [TOTP_SHA512] = "SHA512" };
	char name[VALUE_MAX];

	if (!squeeze(name, value))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcasecmp(names[i], name) == 0) {
			t->hash = (enum totp_hash)i;
			return true;
		}
	return false;
}

static bool
number(int *out, const char *value, int min, int max)
{
	int n = 0;

	if (!*value)
		return false;
	for (; *value; value++) {
		if (*value < '0' || *value > '9')
			return false;
		n = n * 10 + (*value - '0');
		if (n > max)
			return false;
	}
	*out = n;
	return n >= min;
}

static bool
take_digits(struct totp *t, const char *value)
{
	return number(&t->digits, value, TOTP_DIGITS, TOTP_DIGITS_MAX);
}

static bool
take_period(struct totp *t, const char *value)
{
	return number(&t->period, value, 1, TOTP_PERIOD_MAX);
}

static const struct {
	const char *name;
	bool (*take)(struct totp *t, const char *value);
} names[] = { { "secret", take_secret }, { "algorithm", take_algorithm }, { "digits", take_digits }, { "period", take_period } };

static int
hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
decode(char out[static VALUE_MAX], const char *in, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = in[i] == '+' ? ' ' : in[i];

		if (c == '%') {
			if (len - i < 3 || hex(in[i + 1]) < 0 || hex(in[i + 2]) < 0)
				return false;
			c = (char)(hex(in[i + 1]) << 4 | hex(in[i + 2]));
			i += 2;
		}
		if (c == '\0' || n + 1 >= VALUE_MAX)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return true;
}

/* One name=value of an address; *seen has a bit for each name that must not come again. */
static bool
take_pair(struct totp *t, unsigned *seen, const char *pair, size_t len)
{
	const char *eq = memchr(pair, '=', len);
	size_t n = eq ? (size_t)(eq - pair) : len;
	char value[VALUE_MAX];
	bool ok = true;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strlen(names[i].name) != n || strncasecmp(names[i].name, pair, n) != 0)
			continue;
		ok = eq && !(*seen & 1U << i) && decode(value, eq + 1, len - n - 1) && names[i].take(t, value);
		*seen |= 1U << i;
		secret_wipe(value, sizeof(value));
	}
	return ok;
}

static bool
parse_address(struct totp *t, const char *text, size_t len)
{
	const char *end = text + len, *query = memchr(text, '?', len), *hash = memchr(text, '#', len);
	unsigned seen = 0;
	bool ok = len > strlen(scheme) && starts(text + strlen(scheme), type) && query != NULL;

	if (hash)
		end = hash;
	for (const char *p = ok ? query + 1 : end; ok && p < end;) {
		const char *amp = memchr(p, '&', (size_t)(end - p));
		size_t n = (size_t)((amp ? amp : end) - p);

		ok = take_pair(t, &seen, p, n);
		p += n + 1;
	}
	return ok && t->len > 0;
}

bool
otpauth_parse(struct totp *out, const char *text)
{
	size_t len;
	bool ok;

	memset(out, 0, sizeof(*out));
	out->hash = TOTP_SHA1;
	out->digits = DIGITS_DEFAULT;
	out->period = PERIOD_DEFAULT;
	while (is_space(*text))
		text++;
	len = strlen(text);
	while (len > 0 && is_space(text[len - 1]))
		len--;
	ok = starts(text, scheme) ? parse_address(out, text, len) : take_secret(out, text);
	if (!ok)
		secret_wipe(out, sizeof(*out));
	return ok;
}

void
otpauth_tidy(char *text)
{
	size_t len = strlen(text), from = 0, n = 0;
	bool address;

	while (is_space(text[from]))
		from++;
	address = starts(text + from, scheme);
	for (size_t i = from; i < len; i++) {
		char c = text[i];

		if (!address && (is_space(c) || c == '-' || c == '='))
			continue;
		text[n++] = !address && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	while (n > 0 && is_space(text[n - 1]))
		n--;
	secret_wipe(text + n, len - n);
}
