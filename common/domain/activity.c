#include "domain/activity.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/lang.h"
#include "base/log.h"
#include "crypto/rng.h"

#define PREFIX "activity#"

static const struct word {
	const char *code, *sentence;
	bool bad;
} words[ACTIVITY__MAX] = {
	[ACTIVITY_REGISTERED] = { "registered", TR("Vault created"), false },
	[ACTIVITY_SIGNED_IN] = { "signed_in", TR("Logged in"), false },
	[ACTIVITY_WRONG_PASSWORD] = { "wrong_password", TR("Wrong password"), true },
	[ACTIVITY_WRONG_CODE] = { "wrong_code", TR("Wrong code after the right password"), true },
	[ACTIVITY_WRONG_PHRASE] = { "wrong_phrase", TR("Wrong recovery phrase"), true },
	[ACTIVITY_RESET] = { "reset", TR("Password reset with the recovery phrase"), false },
	[ACTIVITY_PASSWORD_CHANGED] = { "password_changed", TR("Password changed"), false },
	[ACTIVITY_PHRASE_CHANGED] = { "phrase_changed", TR("Recovery phrase renewed"), false },
	[ACTIVITY_TOTP_CHANGED] = { "totp_changed", TR("Authenticator changed"), false },
	[ACTIVITY_SESSIONS_ENDED] = { "sessions_ended", TR("Sessions ended"), false },
	[ACTIVITY_CLOSED] = { "closed", TR("Account closed"), false },
	[ACTIVITY_BACK] = { "back", TR("Closed account taken back"), false },
	[ACTIVITY_DISABLED] = { "disabled", TR("Disabled by an admin"), true },
	[ACTIVITY_ENABLED] = { "enabled", TR("Enabled again by an admin"), false },
	[ACTIVITY_PROMOTED] = { "promoted", TR("Made an admin"), false },
	[ACTIVITY_DEMOTED] = { "demoted", TR("No longer an admin"), false },
	[ACTIVITY_DID_DISABLE] = { "did_disable", TR("Disabled a user"), false },
	[ACTIVITY_DID_ENABLE] = { "did_enable", TR("Enabled a user"), false },
	[ACTIVITY_DID_PROMOTE] = { "did_promote", TR("Made a user an admin"), false },
	[ACTIVITY_DID_DEMOTE] = { "did_demote", TR("Made an admin a user"), false },
	[ACTIVITY_REGISTRATION] = { "registration", TR("Changed how people register"), false },
	[ACTIVITY_INVITE_MADE] = { "invite_made", TR("Made an invitation"), false },
	[ACTIVITY_INVITE_REVOKED] = { "invite_revoked", TR("Took back an invitation"), false },
};

static bool
add_row(struct batch *b, struct activity_row *row, const struct id *uid, enum activity what, const struct client *c, int64_t keep)
{
	int64_t now = clock_now_ms();
	uint8_t salt[4];
	char tail[ENC_HEX_LEN(sizeof(salt)) + 1];

	buf_init(&row->detail, 1024);
	id_text(row->owner, uid);
	if (!rng_bytes(salt, sizeof(salt)))
		return false;
	enc_hex(tail, salt, sizeof(salt));
	/* fixed width, so that the order of keys is the order of time */
	snprintf(row->kind, sizeof(row->kind), PREFIX "%014lld#%s", (long long)now, tail);
	if (!client_seal(&row->detail, uid, row->kind, c))
		return false;
	batch_put(b, STORE_ACCOUNTS, row->owner, row->kind);
	batch_text(b, ST_EVENT, words[what].code);
	batch_text(b, ST_DETAIL, row->detail.p);
	batch_num(b, ST_CREATED, now / 1000);
	batch_num(b, ST_EXPIRES, now / 1000 + keep);
	return true;
}

bool
activity_add(struct batch *b, struct activity_row *row, const struct id *uid, enum activity what, const struct client *c)
{
	return add_row(b, row, uid, what, c, ACTIVITY_KEEP_DAYS * 86400LL);
}

bool
activity_add_about(struct batch *b, struct activity_row *row, const struct id *uid, enum activity what, const struct client *c, const char *about)
{
	bool ok = activity_add(b, row, uid, what, c);

	batch_text(b, ST_USERNAME, about);
	return ok;
}

void
activity_row_wipe(struct activity_row *row)
{
	buf_wipe(&row->detail);
}

void
activity_note(const struct id *uid, enum activity what, const struct client *c)
{
	struct activity_row row;
	struct batch b;
	struct id nobody;

	log_warn(words[what].code, "from %s", c->address);
	buf_init(&row.detail, 0);
	batch_start(&b);
	if (!rng_id(&nobody) || !add_row(&b, &row, uid ? uid : &nobody, what, c, uid ? ACTIVITY_KEEP_DAYS * 86400LL : 60) ||
	    batch_commit(&b) != OUT_OK)
		log_warn("activity_lost", "an event could not be written to the activity log");
	activity_row_wipe(&row);
}

struct reading {
	const struct id *uid;
	activity_fn *fn;
	void *ctx;
};

static bool
one(void *ctx, const struct store_item *it)
{
	struct reading *r = ctx;
	struct activity_event e = { .code = store_text(it, ST_EVENT), .sentence = tr(TR("Changed")), .kind = it->sort, .about = store_text(it, ST_USERNAME),
		.time = store_num(it, ST_CREATED) };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].code, e.code) == 0) {
			e.sentence = tr(words[i].sentence);
			e.bad = words[i].bad;
		}
	client_open(e.address, e.browser, r->uid, it->sort, store_text(it, ST_DETAIL));
	return r->fn(r->ctx, &e);
}

enum outcome
activity_list(const struct id *uid, const char *after, size_t limit, activity_fn *fn, void *ctx)
{
	char owner[ID_TEXT_LEN + 1];
	struct reading r = { uid, fn, ctx };
	struct store_query q = { .table = STORE_ACCOUNTS, .part = owner, .prefix = PREFIX, .after = *after ? after : NULL, .newest_first = true,
		.limit = limit };

	id_text(owner, uid);
	return outcome_of(store_query(&q, one, &r));
}
