#include "domain/policy.h"

#include <string.h>

#include "base/secret.h"
#include "base/utf8.h"
#include "crypto/strength.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool
policy_username(char out[static USER_NAME_MAX + 1], const char *given)
{
	size_t n = strlen(given);

	out[0] = '\0';
	if (n < 3 || n > USER_NAME_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = lower(given[i]);

		if (!is_alnum(c) && (!strchr("._-", c) || i == 0 || i == n - 1)) {
			out[0] = '\0';
			return false;
		}
		out[i] = c;
		out[i + 1] = '\0';
	}
	return true;
}

bool
policy_email(char out[static USER_EMAIL_MAX + 1], const char *given)
{
	const char *at, *dot;
	size_t n;

	given += strspn(given, " ");
	n = strlen(given);
	while (n > 0 && given[n - 1] == ' ')
		n--;
	out[0] = '\0';
	if (n < 5 || n > USER_EMAIL_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)given[i] <= ' ' || given[i] == 0x7f || strchr("<>\",;:\\()[]", given[i]))
			goto no;
		out[i] = lower(given[i]);
	}
	out[n] = '\0';
	at = strchr(out, '@');
	if (!at || at == out || at - out > 64 || strchr(at + 1, '@') || !utf8_valid(out, n))
		goto no;
	dot = strrchr(at, '.');
	if (!dot || dot == at + 1 || dot[1] == '\0' || strstr(at, ".."))
		goto no;
	return true;
no:
	secret_wipe(out, USER_EMAIL_MAX + 1);
	return false;
}

enum policy_verdict
policy_password(const char *password, const char *username, const char *email)
{
	char local[USER_EMAIL_MAX + 1], domain[USER_EMAIL_MAX + 1] = "";
	const char *own[] = { username, email, local, domain, NULL };
	size_t len = strlen(password);
	char *at;

	if (utf8_count(password, len) < POLICY_PASSWORD_MIN)
		return POLICY_SHORT;
	if (len > POLICY_PASSWORD_MAX)
		return POLICY_LONG;
	snprintf(local, sizeof(local), "%s", email);
	at = strchr(local, '@');
	if (at) {
		snprintf(domain, sizeof(domain), "%s", at + 1);
		*at = '\0';
	}
	/* zxcvbn would take an empty word for a match everywhere */
	for (size_t i = 0; own[i]; i++)
		if (!*own[i])
			own[i] = "vaultsphere";
	if (strength_is_common(password, own))
		return POLICY_COMMON;
	return strength_level(password, own) >= STRENGTH_MIN_ACCOUNT ? POLICY_OK : POLICY_WEAK;
}
