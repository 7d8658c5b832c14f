/* store_sqlite_schema: the tables, as a list of steps from one version to the next. A step is never edited once it was released: the way
 * to a new schema is a new step at the end and a higher SDB_SCHEMA_VERSION. tests/unit proves that the sum of all steps is store_attrs. */
#include "store/store_sqlite_schema.h"

/* Text kept short: SQLite parses it again in every process.
 * Strict, so that no column ever holds another type than store_attrs says. accounts and passwords are stored in the order of their keys
 * (WITHOUT ROWID): one partition lies together and is read in one go. users has fat records that are only ever looked up one by one:
 * a narrow index in front of the records is the shallower tree. */
static const char *const steps[] = {
	"CREATE TABLE users(username TEXT PRIMARY KEY NOT NULL,created INT,updated INT,expires INT,rev INT,uid TEXT,email_lower TEXT,role TEXT,"
	"auth_ver INT,pw_ver INT,rc_ver INT,totp_ver INT,key_gen INT,kdf_pw TEXT,login_hash TEXT,wrap_pw TEXT,kdf_rc TEXT,salt_rc TEXT,"
	"rec_hash TEXT,wrap_rc TEXT,totp_box TEXT,totp_last INT,sessions TEXT,settings TEXT,rec_mac TEXT)STRICT;"
	"CREATE INDEX users_email ON users(email_lower);"
	"CREATE TABLE accounts(owner TEXT,kind TEXT,created INT,updated INT,expires INT,rev INT,uid TEXT,username TEXT,email_lower TEXT,role TEXT,"
	"auth_ver INT,key_gen INT,box TEXT,detail TEXT,event TEXT,seen INT,tries INT,tokens INT,fails INT,until INT,"
	"PRIMARY KEY(owner,kind))STRICT,WITHOUT ROWID;"
	"CREATE INDEX accounts_expires ON accounts(expires)WHERE expires>0;"
	"CREATE TABLE passwords(user_id TEXT,password_id TEXT,created INT,updated INT,expires INT,rev INT,key_gen INT,version INT,deleted INT,token TEXT,"
	"PRIMARY KEY(user_id,password_id))STRICT,WITHOUT ROWID;"
	"CREATE INDEX passwords_expires ON passwords(expires)WHERE expires>0;",
};

_Static_assert(ARRAY_LEN(steps) == SDB_SCHEMA_VERSION, "one step per version");

const char *
schema_step(int64_t from)
{
	return from >= 0 && from < (int64_t)ARRAY_LEN(steps) ? steps[from] : NULL;
}

enum store_result
schema_look(sqlite3 *db, struct schema_state *s)
{
	int64_t app = 0, tables = 0;
	enum store_result r;

	*s = (struct schema_state){ 0 };
	r = sdb_number(db, "PRAGMA application_id", &app);
	if (r == STORE_OK)
		r = sdb_number(db, "PRAGMA user_version", &s->version);
	if (r == STORE_OK)
		r = sdb_number(db, "SELECT count(*) FROM sqlite_schema", &tables);
	s->ours = app == SDB_APPLICATION_ID;
	s->empty = app == 0 && s->version == 0 && tables == 0;
	return r;
}

enum store_result
schema_migrate(sqlite3 *db, int64_t from)
{
	enum store_result r = STORE_OK;
	char marks[96];

	for (int64_t v = from; v < SDB_SCHEMA_VERSION && r == STORE_OK; v++) {
		int64_t found = -1;

		snprintf(marks, sizeof(marks), "PRAGMA application_id=%d;PRAGMA user_version=%d;COMMIT", SDB_APPLICATION_ID, (int)v + 1);
		r = sdb_run(db, "PRAGMA synchronous=FULL;BEGIN IMMEDIATE");
		/* somebody else's setup may have been first */
		if (r == STORE_OK)
			r = sdb_number(db, "PRAGMA user_version", &found);
		if (r == STORE_OK && found == v)
			r = sdb_run(db, steps[v]);
		if (r == STORE_OK)
			r = sdb_run(db, found == v ? marks : "COMMIT");
		if (r != STORE_OK && !sqlite3_get_autocommit(db) && sdb_run(db, "ROLLBACK") != STORE_OK)
			return STORE_BROKEN;
	}
	return r;
}
