#include "route/admin_model.h"

#include <string.h>

#include "base/lang.h"
#include "route/when.h"

#define DAY 86400

enum { ACTIVE, DISABLED, CLOSING, DAMAGED };
static const struct {
	const char *name, *word;
} states[] = {
	[ACTIVE] = { "active", TR("Active") },
	[DISABLED] = { "disabled", TR("Disabled") },
	[CLOSING] = { "closing", TR("Closed by its owner") },
	[DAMAGED] = { "damaged", TR("Damaged") },
};

void
admin_user_model(struct json_object *o, const struct admin_user *u)
{
	int state = u->damaged ? DAMAGED : u->closing ? CLOSING : u->disabled ? DISABLED : ACTIVE;
	char day[WHEN_DAY_MAX];

	model_text(o, "username", u->username);
	model_text(o, "role", u->role);
	model_text(o, "role_word", strcmp(u->role, "admin") == 0 ? tr(TR("Admin")) : tr(TR("User")));
	model_flag(o, "admin", strcmp(u->role, "admin") == 0);
	model_text(o, "state", states[state].name);
	model_text(o, "state_word", tr(states[state].word));
	model_flag(o, "bad", state == DISABLED || state == DAMAGED);
	model_flag(o, "disabled", u->disabled);
	model_time(o, "created", u->created);
	model_time(o, "last_login", u->last_login - u->last_login % DAY);
	model_time(o, "closing", u->closing);
	when_day(day, u->created);
	model_text(o, "created_day", day);
	when_day(day, u->last_login);
	model_text(o, "last_day", u->last_login ? day : "");
	when_day(day, u->closing);
	model_text(o, "closing_day", u->closing ? day : "");
}
