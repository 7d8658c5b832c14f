#!/bin/sh
# backup.sh - everything of an installation in one encrypted file, while it runs, and back again; of both stores, and from either into the other.
#
#   backup.sh TO                      TO: a file (replaced once the new one is whole), a folder (a file with the time in its name), or - (standard output)
#   backup.sh restore FROM [--force]  into DATA or the tables; --force replaces a database that holds data (the old one stays beside it)
#   backup.sh verify FROM             opens and checks all of it and writes nothing
#   backup.sh key FILE                makes a key: the private half into FILE, to be kept elsewhere; the public half into DATA/backup.pub
#
#   KEY     to back up: a public key (age1… or ssh-ed25519 …) or a file of them, default DATA/backup.pub. To restore: the file with the private key.
#   KEEP    with a folder: so many of the newest backups stay, older ones are removed after a new one is whole
#   DATA, STORE and the other variables of ops/start.sh say which installation.
#
# The format is that of age (age-encryption.org/v1: X25519, ChaCha20-Poly1305 in chunks of 64 KiB, each authenticated, the last one marked): the machine that makes
# backups cannot read them, and `age -d -i KEY FILE` opens one without us. Inside are lines: "vaultsphere-backup 1", what it is, secrets, settings, certificates,
# "items", and the items as JSON lines (common/store/store_stream.h) with their number and sum at the end.
# 0 done, 1 refused or failed with a sentence; then nothing that was there before has changed.
set -eu
me=backup
case $(basename "$0") in *restore*) set -- restore "$@" ;; esac
# shellcheck source=ops/keep.sh
. "$(dirname "$0")/$([ -x "$(dirname "$0")/vaultsphere" ] && echo ../lib/vaultsphere/)keep.sh"
FORMAT=1
SETTINGS='PORT HOST STORE SESSION_IDLE SESSION_MAX TLS TLS_CERT TLS_KEY PUBLIC_ORIGIN TRUSTED_PROXIES REGISTRATION AWS_REGION AWS_ENDPOINT_URL_DYNAMODB
	DYNAMODB_USERS_TABLE DYNAMODB_ACCOUNTS_TABLE DYNAMODB_PASSWORDS_TABLE DYNAMODB_POOL DYNAMODB_POOL_MAX DYNAMODB_CA'
CERTIFICATES='ca.crt ca.key ca.srl server.crt server.key'

say() { printf '%s: %s\n' "$me" "$1" >&2; }
need_age() { command -v age >/dev/null || die "age is not installed (Debian: apt-get install age)."; }

# --- making one ---
head_lines() {
	version=$("$(tool vs-move)" --version) || return 1
	printf 'vaultsphere-backup %s\nmade %s\nversion %s\nstore %s\n' $FORMAT "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "${version##* }" "$STORE"
	printf '%s\n' "$secrets" | sed 's/^/secret /'
	for name in $SETTINGS; do
		value=''
		eval "value=\${$name:-}"
		case $value in '' | *'
'*) ;; *) printf 'set %s=%s\n' "$name" "$value" ;; esac
	done
	for name in $CERTIFICATES; do
		[ ! -s "$DATA/tls/$name" ] || printf 'file %s %s\n' "$name" "$(base64 <"$DATA/tls/$name" | tr -d '\n')"
	done
	printf 'items\n'
}
make_one() { # to standard output
	{
		{
			head_lines && with_store "$(tool vs-move)" export
		} || echo failed >"$work/failed"
	} | age "$@" || echo failed >"$work/failed"
	[ ! -e "$work/failed" ]
}
backup() {
	to=$1
	need_age
	read_secrets
	[ "$secrets_from" != none ] || die "there is no installation in $DATA: neither $DATA/secret nor SESSION_SECRET, and no vault opens without it."
	[ "$STORE" = dynamodb ] || [ -s "$SQLITE_PATH" ] || die "there is no database at $SQLITE_PATH."
	KEY=${KEY:-$DATA/backup.pub}
	case $KEY in
		age1* | 'ssh-'*' '*) set -- -r "$KEY" ;;
		*)
			[ -r "$KEY" ] || die "there is no key to encrypt with: $KEY cannot be read. Make one with \`backup.sh key FILE\`, or set KEY to a public key (age1…)."
			if grep -q 'PRIVATE KEY\|AGE-SECRET-KEY' "$KEY"; then die "$KEY is a private key: it does not belong on this machine. Set KEY to its public half."; fi
			set -- -R "$KEY"
			;;
	esac
	case ${KEEP:-1} in *[!0-9]* | 0*) die "KEEP must be a whole number above 0, not \"$KEEP\"." ;; esac
	if [ "$to" = - ]; then
		[ ! -t 1 ] || die "standard output is a terminal: name a file, or send it somewhere."
		make_one "$@" || die "the backup failed (see above): what came out is not whole."
		return
	fi
	folder=''
	if [ -d "$to" ]; then
		folder=${to%/}
		to=$folder/vaultsphere-$(date -u +%Y%m%dT%H%M%SZ).age
	fi
	[ -d "$(dirname "$to")" ] || die "the folder $(dirname "$to") is not there."
	if [ -s "$to" ] && [ "$(head -c 21 "$to")" != age-encryption.org/v1 ]; then die "$to is there and is no backup: nothing is overwritten."; fi
	part=$to.part-$$
	trap 'rm -rf "$work" "$part"' EXIT
	make_one "$@" >"$part" || die "the backup could not be made or written (see above; is the disk full?). Earlier backups are untouched."
	sync "$part" || die "the backup could not be written to the disk. Earlier backups are untouched."
	mv "$part" "$to"
	say "$to is whole: $(wc -c <"$to") bytes"
	[ -n "$folder" ] || return 0
	[ -n "${KEEP:-}" ] || return 0
	# names sort by time
	find "$folder" -maxdepth 1 -type f -name 'vaultsphere-????????T??????Z.age' | sort -r | sed "1,${KEEP}d" | while read -r old; do
		rm -f "$old"
		say "$old is removed, $KEEP newer ones are there"
	done
	find "$folder" -maxdepth 1 -type f -name 'vaultsphere-*.age.part-*' -mmin +1440 -exec rm -f {} +
}

# --- reading one: the head into $work/head, then COMMAND with the items on standard input ---
take_head() {
	IFS= read -r line || line=''
	case $line in
		"vaultsphere-backup $FORMAT") ;;
		'') return 1 ;; # age says why
		'vaultsphere-backup '*) say "this backup was made by a newer version of VaultSphere: restore it with that one." && return 1 ;;
		*) say "what is encrypted there is no backup of VaultSphere." && return 1 ;;
	esac
	: >"$work/head"
	while IFS= read -r line; do
		[ "$line" != items ] || return 0
		printf '%s\n' "$line" >>"$work/head"
	done
	say "the backup is cut."
	return 1
}
read_one() { # FROM COMMAND...
	from=$1
	shift
	rm -f "$work"/failed-*
	{ age -d -i "$KEY" "$from" 2>"$work/age.err" || echo failed >"$work/failed-age"; } | { take_head && "$@"; } || echo failed >"$work/failed-read"
	if [ -e "$work/failed-age" ]; then
		case $(cat "$work/age.err") in
			*'no identity matched'*) die "this key does not open the backup: it was made for another one. Nothing was changed." ;;
			*'incorrect HMAC'* | *'failed to read header'* | *'parsing age header'*) die "$from is damaged at its beginning, or no backup. Nothing was changed." ;;
			*'failed to read "'* | *'reading "'* | *'malformed secret key'* | *'unknown identity type'*) die "$KEY is no private key that age reads. Nothing was changed." ;;
			*) die "$from was changed, damaged or cut: it does not verify ($(sed -n 's/^age: error: //p' "$work/age.err")). Nothing was changed." ;;
		esac
	fi
	[ ! -e "$work/failed-read" ]
}
from_head() { sed -n "s/^$1 //p" "$work/head"; }
open_and_check() { # FROM: all of it, to its last byte, before anything is written
	need_age
	[ -f "$1" ] || die "there is no file $1."
	[ -f "${KEY:-}" ] || die "set KEY to the file that holds the private key."
	until=$(($(date +%s) + 3600))
	printf 'STORE=%s\n' "$STORE" >"$work/none"
	read_one "$1" env VAULTSPHERE_CONF="$work/none" "$(tool vs-move)" check $until >"$work/sums" || die "$1 cannot be restored (see above). Nothing was changed."
	backup_secrets=$(from_head secret)
	case $backup_secrets in '' | *[!A-Za-z0-9+/=_\ '
'-]*) die "$1 holds no usable secret. Nothing was changed." ;; esac
	say "$1 is whole: made $(from_head made) by version $(from_head version) from $(from_head store), $(sed 's/^\([a-z]*\) \([0-9]*\) .*/\2 \1/' "$work/sums" | tr '\n' ',' | sed 's/,$//;s/,/, /g')"
}

# --- restoring ---
put_secret() {
	printf '%s\n' "$1" >"$DATA/secret.new"
	own "$DATA/secret.new"
	mv "$DATA/secret.new" "$DATA/secret"
}
# with_target COMMAND...: the store that is filled, under the secrets of the backup
with_target() {
	secrets=$backup_secrets
	SQLITE_PATH=${target:-$SQLITE_PATH} with_store "$@"
}
fill() { # FROM CHECKPOINT
	if [ "$STORE" = sqlite ]; then "$(tool vs-store)" setup "$target" >&2 || die "the new database cannot be made. Nothing was changed."; fi
	read_one "$1" with_target "$(tool vs-move)" import "$2" || return 1
	with_target "$(tool vs-move)" sum "$until" >"$work/have" || return 1
	cmp -s "$work/sums" "$work/have" || { say "the store does not hold what the backup holds."; return 1; }
}
restore() {
	open_and_check "$1"
	force=${2:-}
	{ mkdir -p "$DATA" && chmod 700 "$DATA"; } || die "the folder DATA ($DATA) cannot be made. Nothing was changed."
	read_secrets
	if [ "$secrets_from" = environment ] && [ "$force" != --force ]; then
		for s in $backup_secrets; do
			printf '%s\n' "$secrets" | grep -qxF -e "$s" ||
				die "the backup's secrets are not among SESSION_SECRET and SESSION_SECRET_PREVIOUS, and its vaults do not open without them: set those that the backup holds (age -d), or unset both. Nothing was changed."
		done
	fi
	present=$secrets
	target='' checkpoint=$work/checkpoint
	if [ "$STORE" = sqlite ]; then
		if [ -e "$SQLITE_PATH" ]; then
			"$(tool vs-store)" idle "$SQLITE_PATH" || die "stop it, then restore. Nothing was changed."
			secrets=$backup_secrets
			if [ "$force" != --force ] && ! with_store "$(tool vs-move)" empty; then
				die "restore into another folder (DATA), or add --force: the database that is there then stays beside it. Nothing was changed."
			fi
		fi
		target=$SQLITE_PATH.restore-$$
		trap 'rm -rf "$work" "$target" "$target"-wal "$target"-shm' EXIT
	else
		# interrupted, it is called again and writes the same items once more
		checkpoint=$DATA/restore-to-dynamodb-$(head -c 4096 "$1" | sha256sum | cut -c 1-16)
		if [ ! -e "$checkpoint" ] && ! with_target "$(tool vs-move)" empty; then
			die "tables of DynamoDB cannot be put aside, so --force does not help here: name other tables (DYNAMODB_USERS_TABLE, …), restore, and start with those. Nothing was changed."
		fi
	fi
	fill "$1" "$checkpoint" || die "the restore failed (see above). $([ "$STORE" = sqlite ] && echo 'Nothing was changed.' || echo 'Call it again: it goes on, or use other tables.')"
	# At every moment the secrets of both are there, so that whichever database is in place opens.
	if [ "$secrets_from" != environment ]; then
		if [ -n "$present" ] && [ "$present" != "$backup_secrets" ]; then
			kept=$DATA/secret.before-restore-$(date -u +%Y%m%dT%H%M%SZ)
			while [ -e "$kept" ]; do kept=$kept+; done
			cp -p "$DATA/secret" "$kept"
			say "the secret that was there is kept as $kept"
			put_secret "$(printf '%s\n%s\n' "$backup_secrets" "$present" | sed '/^$/d' | head -n 8)"
		else
			put_secret "$backup_secrets"
		fi
	fi
	[ "$STORE" = dynamodb ] || "$(tool vs-store)" restore "$target" "$SQLITE_PATH" >&2 || die "the database could not be put in place (see above). The one before is still there."
	[ "$STORE" = dynamodb ] || own "$SQLITE_PATH"
	[ "$secrets_from" = environment ] || put_secret "$backup_secrets"
	[ "$STORE" = sqlite ] || rm -f "$checkpoint"
	from_head set >"$DATA/settings-of-backup"
	own "$DATA/settings-of-backup"
	if [ ! -e "$DATA/tls/server.crt" ]; then
		from_head file | while read -r name text; do
			case " $CERTIFICATES " in *" $name "*) mkdir -p "$DATA/tls" && printf '%s' "$text" | base64 -d >"$DATA/tls/$name" ;; esac
		done
		[ ! -d "$DATA/tls" ] || own -R "$DATA/tls"
	fi
	say "restored. Settings that it ran with are in $DATA/settings-of-backup; start with STORE=$STORE."
}

make_key() { # FILE
	command -v age-keygen >/dev/null || die "age-keygen is not installed (Debian: apt-get install age)."
	[ ! -e "$1" ] || die "$1 is there already: nothing is overwritten."
	age-keygen -o "$1" 2>/dev/null || die "$1 cannot be written."
	mkdir -p "$DATA"
	age-keygen -y "$1" >"$DATA/backup.pub"
	own "$DATA/backup.pub"
	say "the private key is in $1: move it off this machine and keep two copies, no backup opens without it."
	say "the public key is in $DATA/backup.pub: $(cat "$DATA/backup.pub")"
}

case ${1:-} in
	restore | verify | key)
		[ -n "${2:-}" ] || die "say which file: backup.sh $1 FILE."
		case $1 in restore) restore "$2" "${3:-}" ;; verify) open_and_check "$2" ;; key) make_key "$2" ;; esac
		;;
	'' | -?*) die "say where to: backup.sh TO, or backup.sh restore FROM, verify FROM, key FILE." ;;
	*) backup "$1" ;;
esac
