#include "domain/server.h"

#include "base/conf.h"
#include "base/log.h"

static struct keyring ring;
static bool loaded;

static bool
load(void)
{
	if (!loaded)
		loaded = keyring_load(&ring, conf_text(CONF_SESSION_SECRET), conf_text(CONF_SESSION_SECRET_PREVIOUS));
	return loaded;
}

bool
server_key(uint8_t out[static HASH_LEN], uint8_t kid, const char *label)
{
	if (!load())
		return false;
	if (!keyring_label(out, &ring, kid ? kid : keyring_newest(&ring), label)) {
		log_error("no_key", "no server key %u: was SESSION_SECRET_PREVIOUS dropped too early?", kid);
		return false;
	}
	return true;
}

uint8_t
server_kid(void)
{
	return load() ? keyring_newest(&ring) : 0;
}

void
server_wipe(void)
{
	keyring_wipe(&ring);
	loaded = false;
}
