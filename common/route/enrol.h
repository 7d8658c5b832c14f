/* enrol.h - what several account routes show: the authenticator's QR code, the words of a phrase, rules for a new password. Layer: route. */
#ifndef ROUTE_ENROL_H
#define ROUTE_ENROL_H

#include "crypto/totp.h"
#include "route/route.h"

/* Put secret, otpauth URI and QR code into the model: for programs qr (SVG) and qr_png (data URI), for pages secret_groups, qr_path, qr_size. */
void enrol_secret(struct reply *rp, const char *username, const uint8_t secret[static TOTP_SECRET_LEN]);
/* Put `phrase` into the model, and `words` (n, word) for pages. */
void enrol_phrase(struct reply *rp, const char *phrase);
/* Whether the new password in parameter `password` may be used and, where parameter `repeat` was given, equals it; states the faulty field otherwise. */
NODISCARD bool enrol_password(struct call *c, struct reply *rp, size_t password, size_t repeat, const char *username, const char *email);

#endif
