#!/bin/sh
# move.sh TO - carries a whole installation into the other store: TO is dynamodb or sqlite. The server must be stopped. Nothing is decrypted on the way.
#
# Which data: DATA (or SQLITE_PATH) and the variables of STORE=dynamodb, as ops/start.sh takes them.
# Interrupted, by whatever, it goes on where it was when it is called again; the data that it comes from is only read.
# VERIFY_USER=name      opens every entry of that person in the new store as well; the password comes from standard input (asked for at a terminal)
# Ends with 0 when both stores hold the same; what to start then is said at the end.
set -eu
umask 077
die() {
	printf 'move: %s\n' "$1" >&2
	exit 1
}
to=${1:-}
case $to in
	dynamodb) from=sqlite ;;
	sqlite) from=dynamodb ;;
	*) die "say where to: move.sh dynamodb, or move.sh sqlite." ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
start=$here/start.sh
if [ -x "$here/vaultsphere" ]; then
	start=$here/vaultsphere
	tool() { printf '%s/../lib/vaultsphere/tools/vs-move-%s' "$here" "$1"; }
	keeper=$here/../lib/vaultsphere/tools/vs-store
else
	root=$(cd "$here/.." && pwd)/${BUILD:-build}
	case ${BUILD:-build} in /*) root=$BUILD ;; esac
	tool() { printf '%s/%s/tools/vs-move' "$root" "$1"; }
	keeper=$root/sqlite/tools/vs-store
fi
DATA=${DATA:-var}
file=${SQLITE_PATH:-$DATA/vault.db}
[ -s "$DATA/secret" ] || [ -n "${SESSION_SECRET:-}" ] || die "there is no installation in $DATA: DATA/secret is not there, and no vault opens without it."
[ "$to" = sqlite ] || [ -s "$file" ] || die "there is no database at $file."

# Second part: called by start.sh, with the configuration made and the pool running.
if [ -z "${MOVE_INSIDE:-}" ]; then
	mkdir -p "$DATA/run"
	if [ -e "$file" ] && [ -x "$keeper" ]; then "$keeper" idle "$file" || die "nothing was changed."; fi
	[ "$to" = dynamodb ] || [ ! -x "$keeper" ] || "$keeper" setup "$file" >/dev/null || die "the database $file cannot be made."
	MOVE_INSIDE=1 STORE=dynamodb exec "$start" --with "$0" "$to"
fi
checkpoint=$DATA/move-to-$to
[ -e "$checkpoint" ] && printf 'move: going on where it was interrupted\n'
[ -e "$checkpoint" ] || "$(tool "$to")" empty || die "nothing was changed."
printf 'move: from %s to %s\n' "$from" "$to"
status=$(mktemp)
trap 'rm -f "$status"' EXIT
{ "$(tool "$from")" export "$checkpoint" || echo failed >"$status"; } | "$(tool "$to")" import "$checkpoint" || echo failed >"$status"
[ ! -s "$status" ] || die "not finished. The data in $from is untouched. Call this again: it goes on where it was."

# What ends within the hour is left out of the comparison: DynamoDB may remove it meanwhile.
until=$(($(date +%s) + 3600))
printf 'move: comparing\n'
a=$("$(tool "$from")" sum "$until") || die "$from could not be read for the comparison. Call this again."
b=$("$(tool "$to")" sum "$until") || die "$to could not be read for the comparison. Call this again."
printf '%s\n' "$b" | while read -r table n _; do printf 'move: %s: %s items\n' "$table" "$n"; done
if [ "$a" != "$b" ]; then
	printf 'in %s:\n%s\nin %s:\n%s\n' "$from" "$a" "$to" "$b" >&2
	die "the two differ: somebody wrote meanwhile. Stop the server, empty $to, remove $checkpoint, and call this again."
fi
if [ -n "${VERIFY_USER:-}" ]; then
	[ ! -t 0 ] || printf 'Password of %s: ' "$VERIFY_USER"
	"$(tool "$to")" open "$VERIFY_USER" || die "an entry does not open in $to. Do not use it; $from is untouched."
fi
rm -f "$checkpoint"
printf 'move: both hold the same. Start with STORE=%s; keep %s until you are sure.\n' "$to" "$from"
