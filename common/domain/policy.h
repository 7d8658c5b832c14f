/* policy.h - what user names, emails and account passwords must be. Layer: domain. */
#ifndef DOMAIN_POLICY_H
#define DOMAIN_POLICY_H

#include "base/attr.h"
#include "domain/user.h"

#define POLICY_PASSWORD_MIN 12   /* characters */
#define POLICY_PASSWORD_MAX 1024 /* bytes */

/* Lower-case a user name into out; false unless it is 3..32 of a-z 0-9 . _ - and begins and ends with a letter or digit. */
NODISCARD bool policy_username(char out[static USER_NAME_MAX + 1], const char *given);
/* Trim and lower-case (ASCII) an email into out; false unless it looks like one: one '@', a dot in the domain, no space or control character, 254 bytes. */
NODISCARD bool policy_email(char out[static USER_EMAIL_MAX + 1], const char *given);

enum policy_verdict { POLICY_OK, POLICY_SHORT, POLICY_LONG, POLICY_COMMON, POLICY_WEAK };
/* Whether an account password may be used; `username` and `email` count as words of the person's. */
enum policy_verdict policy_password(const char *password, const char *username, const char *email);

#endif
