/* enrol.h - what several account routes show: the authenticator's QR code, the words of a phrase, rules for a new password. Layer: route. */
#ifndef ROUTE_ENROL_H
#define ROUTE_ENROL_H

#include "crypto/totp.h"
#include "domain/policy.h"
#include "route/route.h"

/* A new password and its repetition, for tables of parameters. */
#define ENROL_PASSWORD "password", PARAM_TEXT, PARAM_REQUIRED | PARAM_SECRET, POLICY_PASSWORD_MIN, POLICY_PASSWORD_MAX, NULL
#define ENROL_REPEAT "repeat", PARAM_TEXT, PARAM_SECRET, 0, POLICY_PASSWORD_MAX, NULL

/* Put secret, otpauth URI and QR code into the model: for programs qr (SVG) and qr_png (data URI), for pages secret_groups, qr_path, qr_size. */
void enrol_secret(struct reply *rp, const char *username, const uint8_t secret[static TOTP_SECRET_LEN]);
/* Put `phrase` into the model, and `words` (n, word) for pages. */
void enrol_phrase(struct reply *rp, const char *phrase);
/* Whether the new password in parameter `password` may be used and, where parameter `repeat` was given, equals it; states the faulty field otherwise. */
NODISCARD bool enrol_password(struct call *c, struct reply *rp, size_t password, size_t repeat, const char *username, const char *email);

#endif
