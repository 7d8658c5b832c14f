#include "domain/install.h"

#include <string.h>

#include "base/conf.h"

#define OWNER "install"
#define KIND "state"

const char *const registration_names[REGISTRATION__MAX + 1] = {
	[REGISTRATION_OPEN] = "open",
	[REGISTRATION_INVITE] = "invite",
	[REGISTRATION_CLOSED] = "closed",
};

/* What is neither is taken for closed: a damaged word must not open anything. */
static enum registration
of(const char *word)
{
	for (enum registration r = 0; r < REGISTRATION__MAX; r++)
		if (strcmp(word, registration_names[r]) == 0)
			return r;
	return *word ? REGISTRATION_CLOSED : REGISTRATION_OPEN;
}

struct store_key
install_key(void)
{
	return (struct store_key){ STORE_ACCOUNTS, OWNER, KIND };
}

void
install_from_item(struct install *in, const struct store_item *it)
{
	*in = (struct install){ it->found, store_num(it, ST_TOKENS), store_num(it, ST_REV), of(store_text(it, ST_EVENT)) };
}

enum outcome
install_read(struct install *in)
{
	struct store_key key = install_key();
	struct store_item it = { 0 };
	enum outcome o = outcome_of(store_get(&it, &key, 1));

	install_from_item(in, &it);
	store_item_wipe(&it);
	return o;
}

enum registration
install_operator(void)
{
	return of(conf_text(CONF_REGISTRATION));
}

enum registration
install_registration(const struct install *in)
{
	enum registration most = install_operator();

	if (!in->found)
		return most == REGISTRATION_INVITE ? REGISTRATION_OPEN : most;
	return in->chosen > most ? in->chosen : most;
}

size_t
install_first(struct batch *b, int64_t admins)
{
	size_t i = batch_put(b, STORE_ACCOUNTS, OWNER, KIND);

	batch_if(b, STORE_COND_ABSENT, ST_REV, 0);
	batch_num(b, ST_TOKENS, admins);
	batch_num(b, ST_REV, 1);
	return i;
}

static size_t
change(struct batch *b, const struct install *in)
{
	size_t i = batch_update(b, STORE_ACCOUNTS, OWNER, KIND);

	batch_if(b, STORE_COND_EQ, ST_REV, in->rev);
	batch_num(b, ST_REV, in->rev + 1);
	return i;
}

size_t
install_admins(struct batch *b, const struct install *in, int64_t delta)
{
	size_t i = in->found ? change(b, in) : install_first(b, delta);

	if (in->found)
		batch_num(b, ST_TOKENS, in->admins + delta);
	return i;
}

size_t
install_choose(struct batch *b, const struct install *in, enum registration to)
{
	size_t i = change(b, in);

	batch_text(b, ST_EVENT, registration_names[to]);
	return i;
}
