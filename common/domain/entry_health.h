/* entry_health.h - what of a vault needs attention: every entry opened once, what is found kept in rows. Layer: domain.
 *
 * Findings: same (the password is the account's), reused (two or more entries have it), weak (level 0 or 1), old (not changed for two years), http (the web address
 * begins with http://). A finding that is ignored carries its reason in the entry's own sealed document and counts nowhere else.
 *
 * Why "same" is looked for only when the person types the account password: the server does not have that password. What it keeps of it costs a memory-hard guess
 * for each try (SECURITY.md 2). A hash that could be compared with entries at any time, sealed under the vault key or not, would let whoever gets hold of that
 * key try thousands of millions of passwords a second, and so undo the promise. Comparing at each login would read the whole vault before the second factor, and
 * would leave a list of entries to keep. So the page asks; what was typed is proven as in the settings (throttled, Argon2id), compared in memory and
 * forgotten with the request. Nothing of it is stored but the findings that the person chooses to ignore.
 *
 * Equal passwords are told by HMAC-SHA256 under a key made for this one reading, cut to 16 bytes: no password stays in memory, and the marks are worth
 * nothing a moment later.
 */
#ifndef DOMAIN_ENTRY_HEALTH_H
#define DOMAIN_ENTRY_HEALTH_H

#include "base/attr.h"
#include "base/texts.h"
#include "domain/entry.h"

#define HEALTH_LEVELS 5
#define HEALTH_WEAK 1                    /* level up to which a password is weak */
#define HEALTH_OLD ((int64_t)730 * 86400) /* seconds */
#define HEALTH_MARK_LEN 16

struct health_row {
	char id[ID_TEXT_LEN + 1];
	int64_t version, password_at;
	const char *site, *url, *username, *fold;
	const char *reason[FINDING__MAX]; /* "" where nothing is ignored */
	uint8_t mark[HEALTH_MARK_LEN];
	int strength;
	bool rated;                       /* has a password */
	uint8_t found;                    /* 1 << enum entry_finding; not what is ignored */
	size_t group;                     /* rows with one password have one group */
};

struct health {
	struct health_row *row; /* by site, user name, id */
	size_t n, cap;
	size_t rated, level[HEALTH_LEVELS];
	size_t count[FINDING__MAX], attention, ignored, damaged; /* attention: entries with a finding; ignored: findings */
	size_t *by_group, grouped; /* rows of the finding "reused", group by group */
	size_t *shared;            /* entries that have the password of a group */
	struct texts texts;        /* private */
};

/* Read the whole vault. `account`: the account's password, proven, to be compared with every entry's; NULL when it was not typed. `now`: seconds since 1970.
 * OUT_OK, OUT_BUSY, OUT_BROKEN. Time and memory grow with the number of entries (sorting them by name aside). End with health_wipe. */
NODISCARD enum outcome health_read(struct health *h, const struct session *s, const char *account, int64_t now);
void health_wipe(struct health *h);
/* The next row with a finding, NULL at the end; *at starts with 0. Of "reused" group after group. */
const struct health_row *health_next(const struct health *h, enum entry_finding f, size_t *at);

#endif
