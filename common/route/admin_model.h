/* admin_model.h - people as programs and pages see them. Layer: route. */
#ifndef ROUTE_ADMIN_MODEL_H
#define ROUTE_ADMIN_MODEL_H

#include "domain/admin.h"
#include "http/reply.h"

/* username, role, state ("active", "disabled", "closing", "damaged"), created, last_login (its day), closing; for pages role_word, state_word, bad, created_day,
 * last_day ("" where nobody looked yet). */
void admin_user_model(struct json_object *o, const struct admin_user *u);

#endif
