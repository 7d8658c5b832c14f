/* words.c - the closed lists of codes, statuses and sentences. */
#include "http/words.h"

#include <string.h>

#include "base/lang.h"

static const struct {
	const char *code;
	int status;
	const char *title;
	const char *sentence;
} errors[ERR__MAX] = {
	[ERR_NONE]        = { "", 200, "", "" },
	[ERR_MALFORMED]   = { "malformed", 400, TR("The request could not be read"),
	    TR("The request could not be read. Nothing was changed. Go back and send it again.") },
	[ERR_NO_SESSION]  = { "no_session", 401, TR("Not logged in"), TR("You are not logged in, or the session has ended. Log in to go on.") },
	[ERR_CREDENTIALS] = { "credentials", 401, TR("Not logged in"), TR("User name or password is not right.") },
	[ERR_CODE]        = { "code", 401, TR("Code not right"), TR("That code did not match. Check the phone's clock and try the next one.") },
	[ERR_PHRASE]      = { "phrase", 401, TR("Phrase not right"), TR("User name or recovery phrase is not right.") },
	[ERR_ORIGIN]      = { "foreign_origin", 403, TR("Not sent from here"),
	    TR("This was not sent from a page of this vault. Nothing was changed. Open the page again and send it from there.") },
	[ERR_TOKEN]       = { "old_form", 403, TR("From another session"),
	    TR("This was sent from a page of an earlier session. Nothing was changed. Send it again from the page as it is now.") },
	[ERR_CLOSED]      = { "registration_closed", 403, TR("Registration is closed"),
	    TR("This vault does not take new registrations. Ask the person who runs it.") },
	[ERR_UNINVITED]   = { "invitation", 403, TR("Only with an invitation"),
	    TR("This vault takes new registrations with an invitation only, and this one does not hold: it was used, taken back, is older than 7 days or made for another "
	    "email. Ask the person who runs the vault for a new one.") },
	[ERR_DISABLED]    = { "account_disabled", 403, TR("Account disabled"),
	    TR("This account was disabled by an admin. Everything in it is kept. Ask the person who runs the vault.") },
	[ERR_LOCAL]       = { "local_only", 403, TR("For the server's keeper"),
	    TR("This page tells how the server is doing. It opens on the machine itself: ask there, or through a tunnel to it.") },
	[ERR_NOT_FOUND]   = { "not_found", 404, TR("Not found"), TR("This page is not in the vault.") },
	[ERR_METHOD]      = { "method", 405, TR("Not possible here"), TR("This address does not take that kind of request. Nothing was changed.") },
	[ERR_STALE]       = { "stale", 409, TR("Changed meanwhile"),
	    TR("This was changed in another window meanwhile. Nothing was overwritten; what you typed is kept. Compare the two and save again.") },
	[ERR_TAKEN]       = { "taken", 409, TR("In use already"), TR("This user name or email is in use already. Choose another one.") },
	[ERR_LAST_ADMIN]  = { "last_admin", 409, TR("The last admin"),
	    TR("This is the last admin who can log in. Nothing was changed. Make another user an admin first.") },
	[ERR_TOO_LARGE]   = { "too_large", 413, TR("Too large"), TR("This is larger than the page can take. Nothing was saved. Shorten it and send it again.") },
	[ERR_TYPE]        = { "media_type", 415, TR("Not readable here"), TR("The server takes forms and JSON only. Nothing was changed.") },
	[ERR_INVALID]     = { "invalid", 422, TR("Some fields need another look"),
	    TR("Some fields need another look. What you typed is kept, except passwords and codes.") },
	[ERR_TOO_MANY]    = { "too_many", 429, TR("Too many tries"), TR("Too many tries. Wait a moment and try again.") },
	[ERR_INTERNAL]    = { "internal", 500, TR("Something broke on our side"),
	    TR("Something broke on our side. What was saved before is safe. Try again in a moment.") },
	[ERR_TRY_LATER]   = { "try_later", 503, TR("Busy"), TR("The server is busy. Wait a few seconds and try again.") },
	[ERR_DAMAGED]     = { "damaged", 500, TR("This entry cannot be read"),
	    TR("What is stored of this entry was changed from outside and cannot be read. Nothing was deleted, and all other entries are whole. "
	    "Ask the person who runs the vault to bring it back from a backup.") },
	[ERR_FULL]        = { "storage_full", 507, TR("No room left"),
	    TR("The server has no room left, so this was not saved. Tell the person who runs it.") },
};

static const char *const field_codes[FIELD__MAX] = {
	[FIELD_OK]        = "",
	[FIELD_MISSING]   = "missing",
	[FIELD_TOO_SHORT] = "too_short",
	[FIELD_TOO_LONG]  = "too_long",
	[FIELD_TOO_MANY]  = "too_many",
	[FIELD_INVALID]   = "invalid",
	[FIELD_WEAK]      = "weak",
	[FIELD_COMMON]    = "common",
	[FIELD_WRONG]     = "wrong",
	[FIELD_DIFFERENT] = "different",
};

static const struct {
	const char *name;
	const char *label;
} labels[] = {
	{ "username", TR("User name") },
	{ "email", TR("Email") },
	{ "password", TR("Password") },
	{ "current", TR("Current password") },
	{ "registration", TR("Registration") },
	{ "name", TR("User name") },
	{ "repeat", TR("Repeat the password") },
	{ "code", TR("Code") },
	{ "phrase", TR("Recovery phrase") },
	{ "word2", TR("Word 2") },
	{ "word4", TR("Word 4") },
	{ "site", TR("Site") },
	{ "url", TR("Web address") },
	{ "totp", TR("Key for one-time codes") },
	{ "do", TR("What to show") },
	{ "notes", TR("Notes") },
	{ "tags", TR("Tags") },
	{ "tag", TR("Tag") },
	{ "favorite", TR("Favourite") },
	{ "version", TR("Version") },
	{ "id", TR("Entry") },
	{ "reason", TR("Reason") },
	{ "language", TR("Language") },
	{ "finding", TR("Finding") },
	{ "q", TR("Search") },
	{ "sort", TR("Sort") },
	{ "page", TR("Page") },
	{ "limit", TR("Limit") },
	{ "after", TR("After") },
	{ "length", TR("Length") },
	{ "words", TR("Words") },
	{ "separator", TR("Separator") },
	{ "confirm", TR("Confirmation") },
	{ "accept", TR("Confirmation") },
	{ "next", TR("Next page") },
	{ "kind", TR("Kind") },
	{ "session", TR("Session") },
	{ "device", TR("Device") },
	{ "file", TR("File") },
	{ "text", TR("Text") },
	{ "passphrase", TR("Passphrase") },
	{ "new", TR("New entries") },
	{ "changed", TR("Changed entries") },
	{ "columns", TR("Columns") },
	{ "format", TR("Kind of file") },
};

/* %L label, %m and %M the bounds with "characters", %a and %z the bare bounds, %h what was given. */
static const struct {
	const char *name;
	enum field_error fault;
	const char *sentence;
} special[] = {
	{ "password", FIELD_TOO_SHORT, TR("Use 12 or more characters; a few words are fine.") },
	{ "code", FIELD_MISSING, TR("Type the six digits that the authenticator shows.") },
	{ "code", FIELD_INVALID, TR("A code has six digits. Type the ones that the authenticator shows now.") },
	{ "code", FIELD_WRONG, TR("That code did not match. Check the phone's clock and try the next one.") },
	{ "current", FIELD_WRONG, TR("That is not your current password. Nothing was changed.") },
	{ "password", FIELD_WRONG, TR("That password is not right. Nothing was changed.") },
	{ "registration", FIELD_INVALID, TR("The server's configuration does not allow that (REGISTRATION). Nothing was changed.") },
	{ "username", FIELD_INVALID, TR("A user name is made of letters, digits, dots, hyphens and underscores. Change the other characters.") },
	{ "email", FIELD_INVALID, TR("This does not look like an email address. It should read like name@example.org.") },
	{ "url", FIELD_INVALID, TR("A web address begins with http:// or https://. Check it, or leave the field empty.") },
	{ "phrase", FIELD_INVALID, TR("A recovery phrase has five words from the list. Check the spelling of each.") },
	{ "phrase", FIELD_WRONG, TR("The recovery phrase is not right. Check the order and the spelling of the words.") },
	{ "totp", FIELD_INVALID, TR("This is no key for one-time codes. Paste the address that begins with otpauth://totp/, or the key of letters and the digits 2 to 7. "
	    "Codes of 6 to 8 digits that change every 1 to 300 seconds can be kept.") },
	{ "do", FIELD_MISSING, TR("This entry holds no key for one-time codes. Edit it to add one.") },
	{ "tags", FIELD_TOO_LONG, TR("A tag can hold %M; one of yours has %h.") },
	{ "tags", FIELD_TOO_MANY, TR("An entry can have %z tags; yours has %h. Remove some of them.") },
	{ "tags", FIELD_INVALID, TR("A tag cannot hold commas or line breaks. Put commas between tags.") },
	{ "file", FIELD_MISSING, TR("Choose a file, or paste its text below. An empty file holds nothing to import.") },
	{ "file", FIELD_TOO_LONG, TR("A file can have 5 MB. Export in parts, and import one after the other.") },
	{ "file", FIELD_INVALID, TR("This is no text in UTF-8. Save the file as CSV with the encoding UTF-8 and choose it again.") },
	{ "file", FIELD_WRONG, TR("This JSON is no export that can be read here: ours and Bitwarden's can. Export as CSV and choose that file.") },
	{ "file", FIELD_DIFFERENT, TR("This file is encrypted by another program. Export once more without encryption, and delete that file afterwards.") },
	{ "text", FIELD_TOO_LONG, TR("The text can have 5 MB. Import it in parts.") },
	{ "text", FIELD_INVALID, TR("The text cannot be read: it is not UTF-8.") },
	{ "text", FIELD_DIFFERENT, TR("Choose a file or paste a text, not both.") },
	{ "passphrase", FIELD_TOO_SHORT, TR("Use 12 or more characters for the passphrase; a few words are fine.") },
	{ "passphrase", FIELD_MISSING, TR("This file is encrypted. Type the passphrase that you chose for it, and choose the file again.") },
	{ "passphrase", FIELD_WRONG, TR("The passphrase does not open this file. Check it, and choose the file again.") },
	{ "columns", FIELD_MISSING, TR("No column holds the site or the web address. Say which one does.") },
	{ "confirm", FIELD_INVALID, TR("Type the word as it stands there. Nothing was exported.") },
	{ "repeat", FIELD_DIFFERENT, TR("The two passwords differ. Type the same one twice.") },
	{ "accept", FIELD_MISSING, TR("Tick the box to go on.") },
	{ "confirm", FIELD_MISSING, TR("Confirm to go on. Nothing was changed.") },
	{ "confirm", FIELD_WRONG, TR("What you typed does not match. Nothing was changed.") },
	{ "confirm", FIELD_DIFFERENT, TR("What you typed does not match. Nothing was changed.") },
};

static const char *const general[FIELD__MAX] = {
	[FIELD_OK]        = "",
	[FIELD_MISSING]   = TR("%L is missing. Fill it in."),
	[FIELD_TOO_SHORT] = TR("%L needs %m or more; yours has %h."),
	[FIELD_TOO_LONG]  = TR("%L can hold %M; yours has %h."),
	[FIELD_TOO_MANY]  = TR("%L can hold %z; you gave %h."),
	[FIELD_INVALID]   = TR("%L does not have the right form. Check it and try again."),
	[FIELD_WEAK]      = TR("This password is easy to guess. Add a word or two."),
	[FIELD_COMMON]    = TR("This password is one of the first that attackers try. Choose another one."),
	[FIELD_WRONG]     = TR("%L does not match. Check it and try again."),
	[FIELD_DIFFERENT] = TR("%L differs from the first entry. Type the same twice."),
};

static const char out_of_range[] = TR("%L takes a whole number from %a to %z.");

static const struct {
	const char *code;
	const char *sentence;
} done[] = {
	{ "registered", TR("Your vault is ready.") },
	{ "signed-out", TR("You are logged out.") },
	{ "session-ended", TR("The session has ended. Log in to go on where you were.") },
	{ "expired", TR("You were logged out after 10 minutes without activity. Log in to go on where you were.") },
	{ "login-over", TR("That log-in had ended, or was sent twice. Begin again; a code works once, so take the next one.") },
	{ "register-over", TR("That registration had ended, or is done already: then log in. Otherwise begin again.") },
	{ "reset", TR("Your password was changed and every session was ended. Log in with the new password.") },
	{ "draft-kept", TR("The session had ended. What you typed is kept for an hour: log in, and it is there again.") },
	{ "entry-created", TR("The entry was saved.") },
	{ "entry-saved", TR("Your changes were saved.") },
	{ "entry-deleted", TR("The entry was moved to the trash.") },
	{ "entry-restored", TR("The entry is back in the vault.") },
	{ "finding-ignored", TR("The finding is ignored. It stands at the end of the page, with your reason.") },
	{ "finding-back", TR("The finding counts again.") },
	{ "imported", TR("The import is done.") },
	{ "import-undone", TR("The import was taken back.") },
	{ "trash-emptied", TR("The trash is empty.") },
	{ "favorite-on", TR("The entry is a favourite now.") },
	{ "favorite-off", TR("The entry is no longer a favourite.") },
	{ "password-changed", TR("Your password was changed. All other sessions were ended.") },
	{ "phrase-changed", TR("Your recovery phrase was changed. The old one no longer works.") },
	{ "totp-changed", TR("Your authenticator was changed. The old one no longer works.") },
	{ "language-saved", TR("The language was saved.") },
	{ "session-closed", TR("The session was ended.") },
	{ "sessions-closed", TR("All other sessions were ended.") },
	{ "account-closed", TR("Your account is closed. Log in within 7 days to take it back; after that everything in it is gone for good.") },
	{ "account-back", TR("Your account is back, with everything in it.") },
	{ "registration-saved", TR("How people register was saved.") },
	{ "invite-revoked", TR("The invitation was taken back.") },
	{ "user-disabled", TR("The user was disabled, and every session of theirs was ended.") },
	{ "user-enabled", TR("The user can log in again.") },
	{ "user-admin", TR("The user is an admin from the next log-in on.") },
	{ "user-user", TR("The user is no longer an admin.") },
};

const char *
words_error_code(enum error e)
{
	return errors[e].code;
}

int
words_error_status(enum error e)
{
	return errors[e].status;
}

const char *
words_error_sentence(enum error e)
{
	return tr(errors[e].sentence);
}

const char *
words_error_title(enum error e)
{
	return tr(errors[e].title);
}

const char *
words_field_code(enum field_error f)
{
	return field_codes[f];
}

const char *
words_done(const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(done); i++)
		if (strcmp(done[i].code, code) == 0)
			return tr(done[i].sentence);
	return NULL;
}

static void
number(struct buf *out, uint64_t n)
{
	if (n >= 1000) {
		number(out, n / 1000);
		buf_str(out, tr(TR(",")));
		buf_fmt(out, "%03u", (unsigned)(n % 1000));
	} else {
		buf_fmt(out, "%u", (unsigned)n);
	}
}

/* A sentence with a number for its %n, in the singular for one. */
static void
counted(struct buf *out, uint64_t n, const char *one, const char *many)
{
	const char *s = tr(n == 1 ? one : many), *at = strstr(s, "%n");

	buf_add(out, s, (size_t)(at - s));
	number(out, n);
	buf_str(out, at + 2);
}

static void
characters(struct buf *out, uint64_t n)
{
	counted(out, n, TR("%n character"), TR("%n characters"));
}

void
words_retry_sentence(struct buf *out, enum error e, int64_t seconds)
{
	uint64_t n = seconds > 0 ? (uint64_t)seconds : 0;

	/* Rounded up: who comes back at the time we named must not be refused. */
	if (e != ERR_TOO_MANY || n == 0)
		buf_str(out, words_error_sentence(e));
	else if (n <= 90)
		counted(out, n, TR("Too many tries. You can try again in %n second."), TR("Too many tries. You can try again in %n seconds."));
	else if (n <= 90 * 60)
		counted(out, (n + 59) / 60, TR("Too many tries. You can try again in %n minute."), TR("Too many tries. You can try again in %n minutes."));
	else
		counted(out, (n + 3599) / 3600, TR("Too many tries. You can try again in %n hour."), TR("Too many tries. You can try again in %n hours."));
}

static const char *
label_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		if (strcmp(labels[i].name, name) == 0)
			return tr(labels[i].label);
	return name;
}

static const char *
sentence_of(const char *name, enum field_error f, size_t max)
{
	if (f == FIELD_INVALID && max > 0)
		return out_of_range;
	for (size_t i = 0; i < ARRAY_LEN(special); i++)
		if (special[i].fault == f && strcmp(special[i].name, name) == 0)
			return special[i].sentence;
	return general[f];
}

void
words_field_sentence(struct buf *out, const char *name, enum field_error f, size_t min, size_t max, size_t have)
{
	for (const char *s = tr(sentence_of(name, f, max)); *s != '\0'; s++) {
		if (*s != '%') {
			buf_ch(out, *s);
			continue;
		}
		switch (*++s) {
		case 'L': buf_str(out, label_of(name)); break;
		case 'm': characters(out, min); break;
		case 'M': characters(out, max); break;
		case 'a': number(out, min); break;
		case 'z': number(out, max); break;
		case 'h': number(out, have); break;
		}
	}
}
