# shellcheck shell=sh disable=SC2034 # what it sets is used by those who read it
# keep.sh - what backup.sh and rotate-secret.sh share; read by them, not run. They set `me` (the name in their sentences) before.
#
# Sets: DATA STORE SQLITE_PATH, work (a folder of this run's own, gone at the end), secrets (one a line, newest first), secrets_from (environment | file | none).
umask 077
: "${me:?}"
die() {
	printf '%s: %s\n' "$me" "$1" >&2
	exit 1
}
here=$(cd "$(dirname "$0")" && pwd)
start=$here/start.sh
[ ! -x "$here/vaultsphere" ] || start=$here/vaultsphere
# tool NAME [STORE]: its path, installed or built
tool() {
	if [ "$start" = "$here/vaultsphere" ]; then
		case $1 in
			vs-move | vs-keys) printf '%s/../lib/vaultsphere/tools/%s-%s' "$here" "$1" "${2:-$STORE}" ;;
			*) printf '%s/../lib/vaultsphere/tools/%s' "$here" "$1" ;;
		esac
		return
	fi
	case ${BUILD:-build} in
		/*) printf '%s/%s/tools/%s' "$BUILD" "${2:-$STORE}" "$1" ;;
		*) printf '%s/../%s/%s/tools/%s' "$here" "${BUILD:-build}" "${2:-$STORE}" "$1" ;;
	esac
}
DATA=${DATA:-var} STORE=${STORE:-sqlite}
case $STORE in sqlite | dynamodb) ;; *) die "STORE must be sqlite or dynamodb, not \"$STORE\"." ;; esac
SQLITE_PATH=${SQLITE_PATH:-$DATA/vault.db}
work=$(mktemp -d) || die "a folder for temporary files cannot be made: is the disk full, or TMPDIR wrong?"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# own FILE...: what root makes here belongs to whom DATA belongs to, or the server could not read it
own() { [ "$(id -u)" != 0 ] || chown "$(stat -c %u:%g "$DATA/.")" "$@"; }

secrets='' secrets_from=none
read_secrets() {
	if [ -n "${SESSION_SECRET:-}" ]; then
		secrets=$(printf '%s,%s' "$SESSION_SECRET" "${SESSION_SECRET_PREVIOUS:-}" | tr ',' '\n' | sed '/^$/d')
		secrets_from='environment'
	elif [ -s "$DATA/secret" ]; then
		secrets=$(sed '/^$/d' "$DATA/secret"; printf '%s' "${SESSION_SECRET_PREVIOUS:-}" | tr ',' '\n')
		secrets_from='file'
	fi
}
newest() { printf '%s\n' "$secrets" | sed -n 1p; }
older() { printf '%s\n' "$secrets" | sed 1d | tr '\n' ',' | sed 's/,$//'; }

# with_store COMMAND...: COMMAND with a configuration of its own (VAULTSPHERE_CONF) for the store as it is configured, and a pool where that needs one. A server
# that runs on the same data is left alone, its configuration too. Standard input and output are COMMAND's.
with_store() {
	if [ "$STORE" = sqlite ]; then
		printf 'STORE=sqlite\nSQLITE_PATH=%s\nSESSION_SECRET=%s\nSESSION_SECRET_PREVIOUS=%s\n' "$SQLITE_PATH" "$(newest)" "$(older)" >"$work/conf"
		VAULTSPHERE_CONF=$work/conf "$@"
		return
	fi
	# what start.sh itself says goes to standard error: standard output may be a backup
	mkdir -p "$work/run" "$work/log"
	# shellcheck disable=SC2016 # expanded by the inner shell
	RUN=$work/run LOG=$work/log DATA=$DATA STORE=dynamodb SESSION_SECRET=$(newest) SESSION_SECRET_PREVIOUS=$(older) TLS=off TLS_CERT='' TLS_KEY='' \
		"$start" --with sh -c 'exec "$@" >&3 3>&-' - "$@" 3>&1 >&2
}
