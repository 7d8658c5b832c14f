/* store.h - where records live: the one header behind which SQLite and DynamoDB stand, chosen at link time. Layer: store.
 *
 * Shaped like DynamoDB and small: get by key, query one partition, look up one email, and one write that applies all or none.
 * Three tables of items; an item is a set of attributes, each a text or a whole number. Keys:
 *   STORE_USERS      part = user name                 sort unused (NULL)
 *   STORE_ACCOUNTS   part = owner                     sort = kind
 *   STORE_PASSWORDS  part = user_id                   sort = password_id
 * Texts are NUL-terminated UTF-8 without control characters below 0x20. Reads see every write answered before (strongly consistent),
 * store_email() excepted. Items whose ST_EXPIRES is not 0 and lies in the past are never returned and count as absent in conditions,
 * whether the store has removed them yet or not.
 * One process serves one request: there is one connection, opened at first use and never closed.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/attr.h"

enum store_table { STORE_USERS, STORE_ACCOUNTS, STORE_PASSWORDS, STORE__TABLES };

enum store_attr {
	/* any table */
	ST_CREATED, ST_UPDATED, ST_EXPIRES, ST_REV,
	/* users, some also in accounts */
	ST_UID, ST_USERNAME, ST_EMAIL_LOWER, ST_ROLE, ST_AUTH_VER, ST_PW_VER, ST_RC_VER, ST_TOTP_VER, ST_KEY_GEN,
	ST_KDF_PW, ST_LOGIN_HASH, ST_WRAP_PW, ST_KDF_RC, ST_SALT_RC, ST_REC_HASH, ST_WRAP_RC, ST_TOTP_BOX, ST_TOTP_LAST,
	ST_SESSIONS, ST_SETTINGS, ST_REC_MAC,
	/* accounts */
	ST_BOX, ST_DETAIL, ST_EVENT, ST_SEEN, ST_TRIES, ST_TOKENS, ST_FAILS, ST_UNTIL,
	/* passwords */
	ST_VERSION, ST_DELETED, ST_TOKEN,
	ST__MAX
};

enum store_type { STORE_TEXT, STORE_NUMBER };

/* Name (lower case, as in SQL and DynamoDB) and type of every attribute, and whether a table has it. */
struct store_attr_info {
	const char *name;
	enum store_type type;
	bool in[STORE__TABLES];
};
extern const struct store_attr_info store_attrs[ST__MAX];

enum store_result {
	STORE_OK,
	STORE_CONFLICT, /* a condition of a write did not hold: nothing was written */
	STORE_FULL,     /* no room: nothing was written (507) */
	STORE_BUSY,     /* locked, throttled or out of reach for longer than we wait: nothing was written; try later (503) */
	STORE_BROKEN    /* damaged, wrong schema, refused: nothing was written; an admin must look (503, logged) */
};

struct store_key {
	enum store_table table;
	const char *part;
	const char *sort;
};

struct store_value {
	bool set;
	int64_t num;      /* STORE_NUMBER */
	const char *text; /* STORE_TEXT; NUL-terminated, owned by the item */
	size_t len;
};

struct store_item {
	bool found;
	const char *part, *sort; /* as stored; owned by the item */
	struct store_value at[ST__MAX];
	char *mem; /* private */
	size_t mem_len;
};

/* The attribute, or "" / 0 when the item lacks it. */
const char *store_text(const struct store_item *it, enum store_attr a);
int64_t store_num(const struct store_item *it, enum store_attr a);
/* Wipe and free what an item holds; it is then as after { 0 }. */
void store_item_wipe(struct store_item *it);

#define STORE_GET_MAX 8
/* Read `n` (1..8) items in one round trip. items[i].found says whether keys[i] is there. On any result but STORE_OK all items are empty.
 * The caller wipes each item. */
NODISCARD enum store_result store_get(struct store_item *items, const struct store_key *keys, size_t n);

/* What a query hands each item to; its texts live until the call returns. Return false to stop. */
typedef bool store_row_fn(void *ctx, const struct store_item *it);

struct store_query {
	enum store_table table;
	const char *part;
	const char *prefix; /* only sort keys that begin with this; "" for all */
	const char *after;  /* only sort keys beyond this one (before it with `newest_first`); NULL for all */
	bool newest_first;  /* descending sort keys */
	size_t limit;       /* 0 for no limit */
};
/* Hand every matching item, in order of the sort key (bytes), to fn. A result other than STORE_OK may come after some rows. */
NODISCARD enum store_result store_query(const struct store_query *q, store_row_fn *fn, void *ctx);

/* Find the user with this lower-case email through the index; it->found tells. May lag behind writes. */
NODISCARD enum store_result store_email(struct store_item *it, const char *email_lower);

enum store_op {
	STORE_PUT,    /* replace the whole item by `set` (creates it) */
	STORE_UPDATE, /* change the attributes in `set` of an item that is there; absent item = conflict */
	STORE_DELETE, /* absent item is no conflict unless a condition says so */
	STORE_CHECK   /* write nothing; only the conditions count */
};

enum store_cond_kind {
	STORE_COND_NONE,
	STORE_COND_ABSENT,  /* the item is not there */
	STORE_COND_PRESENT, /* the item is there */
	STORE_COND_EQ,      /* there, and the number attribute equals num */
	STORE_COND_LT       /* there, and the number attribute (0 when lacking) is below num */
};

struct store_cond {
	enum store_cond_kind kind;
	enum store_attr attr;
	int64_t num;
};

/* One attribute to set. text NULL with a text attribute removes it; numbers are always set. */
struct store_set {
	enum store_attr attr;
	int64_t num;
	const char *text;
};

#define STORE_CONDS_MAX 3
struct store_write {
	enum store_op op;
	struct store_key key;
	const struct store_set *set;
	size_t nset;
	struct store_cond cond[STORE_CONDS_MAX]; /* all must hold; first STORE_COND_NONE ends the list */
};

#define STORE_WRITE_MAX 60 /* below DynamoDB's 100 actions a transaction */
/* Apply all `n` writes or none. Lasting on disk when it returns STORE_OK. No two writes may name the same item. With
 * STORE_CONFLICT, *failed (may be NULL) is the index of the first write whose condition did not hold. */
NODISCARD enum store_result store_write(const struct store_write *w, size_t n, size_t *failed);

/* Ask the store for a sign of life (health check). */
NODISCARD enum store_result store_ping(void);

#endif
