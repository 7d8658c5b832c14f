/* store_item: the attributes of the three tables, items, and the checks of both stores. */
#include "store/store_item.h"

#include "base/log.h"
#include "base/secret.h"

#define IN_U { true, false, false }
#define IN_A { false, true, false }
#define IN_P { false, false, true }
#define IN_UA { true, true, false }
#define IN_ALL { true, true, true }

const struct store_attr_info store_attrs[ST__MAX] = {
	[ST_CREATED]     = { "created",     STORE_NUMBER, IN_ALL },
	[ST_UPDATED]     = { "updated",     STORE_NUMBER, IN_ALL },
	[ST_EXPIRES]     = { "expires",     STORE_NUMBER, IN_ALL },
	[ST_REV]         = { "rev",         STORE_NUMBER, IN_ALL },
	[ST_UID]         = { "uid",         STORE_TEXT,   IN_UA },
	[ST_USERNAME]    = { "username",    STORE_TEXT,   IN_A }, /* in users it is the key */
	[ST_EMAIL_LOWER] = { "email_lower", STORE_TEXT,   IN_UA },
	[ST_ROLE]        = { "role",        STORE_TEXT,   IN_UA },
	[ST_AUTH_VER]    = { "auth_ver",    STORE_NUMBER, IN_UA },
	[ST_PW_VER]      = { "pw_ver",      STORE_NUMBER, IN_U },
	[ST_RC_VER]      = { "rc_ver",      STORE_NUMBER, IN_U },
	[ST_TOTP_VER]    = { "totp_ver",    STORE_NUMBER, IN_U },
	[ST_KEY_GEN]     = { "key_gen",     STORE_NUMBER, IN_ALL },
	[ST_KDF_PW]      = { "kdf_pw",      STORE_TEXT,   IN_U },
	[ST_LOGIN_HASH]  = { "login_hash",  STORE_TEXT,   IN_U },
	[ST_WRAP_PW]     = { "wrap_pw",     STORE_TEXT,   IN_U },
	[ST_KDF_RC]      = { "kdf_rc",      STORE_TEXT,   IN_U },
	[ST_SALT_RC]     = { "salt_rc",     STORE_TEXT,   IN_U },
	[ST_REC_HASH]    = { "rec_hash",    STORE_TEXT,   IN_U },
	[ST_WRAP_RC]     = { "wrap_rc",     STORE_TEXT,   IN_U },
	[ST_TOTP_BOX]    = { "totp_box",    STORE_TEXT,   IN_U },
	[ST_TOTP_LAST]   = { "totp_last",   STORE_NUMBER, IN_U },
	[ST_SESSIONS]    = { "sessions",    STORE_TEXT,   IN_U },
	[ST_SETTINGS]    = { "settings",    STORE_TEXT,   IN_U },
	[ST_REC_MAC]     = { "rec_mac",     STORE_TEXT,   IN_U },
	[ST_BOX]         = { "box",         STORE_TEXT,   IN_A },
	[ST_DETAIL]      = { "detail",      STORE_TEXT,   IN_A },
	[ST_EVENT]       = { "event",       STORE_TEXT,   IN_A },
	[ST_SEEN]        = { "seen",        STORE_NUMBER, IN_A },
	[ST_TRIES]       = { "tries",       STORE_NUMBER, IN_A },
	[ST_TOKENS]      = { "tokens",      STORE_NUMBER, IN_A },
	[ST_FAILS]       = { "fails",       STORE_NUMBER, IN_A },
	[ST_UNTIL]       = { "until",       STORE_NUMBER, IN_A },
	[ST_VERSION]     = { "version",     STORE_NUMBER, IN_P },
	[ST_DELETED]     = { "deleted",     STORE_NUMBER, IN_P },
	[ST_TOKEN]       = { "token",       STORE_TEXT,   IN_P },
};

const struct store_table_info store_tables[STORE__TABLES] = {
	[STORE_USERS]     = { "users",     "username", NULL },
	[STORE_ACCOUNTS]  = { "accounts",  "owner",    "kind" },
	[STORE_PASSWORDS] = { "passwords", "user_id",  "password_id" },
};

const char *
store_text(const struct store_item *it, enum store_attr a)
{
	return it->at[a].text != NULL ? it->at[a].text : "";
}

int64_t
store_num(const struct store_item *it, enum store_attr a)
{
	return it->at[a].num;
}

void
store_item_wipe(struct store_item *it)
{
	if (it->mem != NULL)
		secret_wipe(it->mem, it->mem_len);
	free(it->mem);
	*it = (struct store_item){ 0 };
}

static void
keep_text(char **at, const char **text, size_t len)
{
	memcpy(*at, *text, len + 1);
	*text = *at;
	*at += len + 1;
}

bool
store_item_keep(struct store_item *it)
{
	size_t part = strlen(it->part), sort = it->sort != NULL ? strlen(it->sort) : 0;
	size_t len = part + 1 + sort + 1;
	char *at;

	for (size_t a = 0; a < ST__MAX; a++)
		if (it->at[a].text != NULL)
			len += it->at[a].len + 1;
	it->mem = malloc(len);
	if (it->mem == NULL)
		return false;
	it->mem_len = len;
	at = it->mem;
	keep_text(&at, &it->part, part);
	if (it->sort != NULL)
		keep_text(&at, &it->sort, sort);
	for (size_t a = 0; a < ST__MAX; a++)
		if (it->at[a].text != NULL)
			keep_text(&at, &it->at[a].text, it->at[a].len);
	return true;
}

bool
store_has(enum store_table t, enum store_attr a)
{
	return t < STORE__TABLES && a < ST__MAX && store_attrs[a].in[t];
}

bool
store_key_valid(const struct store_key *k)
{
	if (k->table >= STORE__TABLES || k->part == NULL || *k->part == '\0')
		return false;
	return store_tables[k->table].sort == NULL ? k->sort == NULL : k->sort != NULL && *k->sort != '\0';
}

/* A caller that breaks the contract is a bug of ours: the line names the rule, never a key or a value. */
static bool
refuse(const char *rule, size_t i)
{
	log_error("store_misuse", "%s (at %zu)", rule, i);
	return false;
}

bool
store_get_valid(const struct store_key *keys, size_t n)
{
	if (n == 0 || n > STORE_GET_MAX)
		return refuse("number of keys", n);
	for (size_t i = 0; i < n; i++)
		if (!store_key_valid(&keys[i]))
			return refuse("key", i);
	return true;
}

bool
store_query_valid(const struct store_query *q)
{
	bool sorted;

	if (q->table >= STORE__TABLES || q->part == NULL || *q->part == '\0')
		return refuse("query without table or part", 0);
	sorted = store_tables[q->table].sort != NULL;
	if (!sorted && ((q->prefix != NULL && *q->prefix != '\0') || q->after != NULL))
		return refuse("query by a sort key that the table lacks", 0);
	return true;
}

static bool
same_item(const struct store_key *a, const struct store_key *b)
{
	return a->table == b->table && strcmp(a->part, b->part) == 0 && (a->sort == NULL || strcmp(a->sort, b->sort) == 0);
}

static bool
sets_valid(const struct store_write *w, size_t at)
{
	size_t bytes = strlen(w->key.part) + (w->key.sort != NULL ? strlen(w->key.sort) : 0);
	bool seen[ST__MAX] = { false };

	if ((w->op == STORE_DELETE || w->op == STORE_CHECK) && w->nset > 0)
		return refuse("attributes where none are written", at);
	if (w->op == STORE_UPDATE && w->nset == 0)
		return refuse("update without attributes", at);
	for (size_t i = 0; i < w->nset; i++) {
		const struct store_set *s = &w->set[i];

		if (!store_has(w->key.table, s->attr))
			return refuse("attribute that the table lacks", at);
		if (seen[s->attr])
			return refuse("attribute set twice", at);
		seen[s->attr] = true;
		bytes += strlen(store_attrs[s->attr].name);
		bytes += store_attrs[s->attr].type == STORE_TEXT && s->text != NULL ? strlen(s->text) : sizeof(s->num);
	}
	return bytes <= STORE_ITEM_BYTES_MAX || refuse("item too large", at);
}

static bool
conds_valid(const struct store_write *w, size_t at)
{
	for (size_t i = 0; i < STORE_CONDS_MAX && w->cond[i].kind != STORE_COND_NONE; i++) {
		const struct store_cond *c = &w->cond[i];

		if (c->kind != STORE_COND_EQ && c->kind != STORE_COND_LT)
			continue;
		if (!store_has(w->key.table, c->attr) || store_attrs[c->attr].type != STORE_NUMBER)
			return refuse("condition on what is no number of the table", at);
	}
	return w->op != STORE_CHECK || w->cond[0].kind != STORE_COND_NONE || refuse("check without a condition", at);
}

bool
store_write_valid(const struct store_write *w, size_t n)
{
	if (n == 0 || n > STORE_WRITE_MAX)
		return refuse("number of writes", n);
	for (size_t i = 0; i < n; i++) {
		if (!store_key_valid(&w[i].key))
			return refuse("key", i);
		if (!sets_valid(&w[i], i) || !conds_valid(&w[i], i))
			return false;
		for (size_t j = 0; j < i; j++)
			if (same_item(&w[i].key, &w[j].key))
				return refuse("item named twice", i);
	}
	return true;
}

bool
store_item_alive(const struct store_item *it, int64_t now)
{
	int64_t expires = store_num(it, ST_EXPIRES);

	return it->found && (expires == 0 || expires > now);
}

bool
store_cond_holds(const struct store_cond *c, const struct store_item *it)
{
	switch (c->kind) {
	case STORE_COND_NONE:
		return true;
	case STORE_COND_ABSENT:
		return !it->found;
	case STORE_COND_PRESENT:
		return it->found;
	case STORE_COND_EQ:
		return it->found && it->at[c->attr].set && it->at[c->attr].num == c->num;
	case STORE_COND_LT:
		return it->found && store_num(it, c->attr) < c->num;
	}
	return false;
}
