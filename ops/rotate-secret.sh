#!/bin/sh
# rotate-secret.sh - a new SESSION_SECRET for an installation that keeps it in DATA/secret, while it runs, without logging anybody out.
#
#   rotate-secret.sh                  makes a new secret; the one of now becomes a previous one, which goes on opening what was made with it
#   rotate-secret.sh status           how many people still need which secret
#   rotate-secret.sh drop [--force]   takes out the previous secrets that nobody needs any more; refuses, with numbers, while somebody does
#
# Which data: DATA, STORE and the other variables of ops/start.sh. Secrets that come from the environment (SSM): see "Rotate the secret" in ops/RUNBOOK.md.
# A running server takes the new ones without a restart. It gets to know the new secret WAIT (15) seconds before it is used, so that no request that began
# with the old ones meets something made with the new one.
set -eu
me=rotate-secret
# shellcheck source=ops/keep.sh
. "$(dirname "$0")/$([ -x "$(dirname "$0")/vaultsphere" ] && echo ../lib/vaultsphere/)keep.sh"
RING_MAX=8
say() { printf '%s: %s\n' "$me" "$1"; }

read_secrets
[ "$secrets_from" != none ] || die "there is no secret: neither $DATA/secret nor SESSION_SECRET."

# put_secrets SECRETS: into the file, and into the configuration of a server that runs
put_secrets() {
	secrets=$1
	printf '%s\n' "$secrets" >"$DATA/secret.new"
	own "$DATA/secret.new"
	mv "$DATA/secret.new" "$DATA/secret"
	conf=${RUN:-$DATA/run}/vaultsphere.conf
	live=$conf
	[ -e "$conf" ] || { live='' && return 0; }
	while IFS= read -r line || [ -n "$line" ]; do
		case $line in
			SESSION_SECRET=*) printf 'SESSION_SECRET=%s\n' "$(newest)" ;;
			SESSION_SECRET_PREVIOUS=*) printf 'SESSION_SECRET_PREVIOUS=%s\n' "$(older)" ;;
			*) printf '%s\n' "$line" ;;
		esac
	done <"$conf" >"$conf.rotate"
	chmod 0640 "$conf.rotate"
	own "$conf.rotate"
	mv "$conf.rotate" "$conf"
}
count() { # into $counts; ends when it cannot be had
	status=0
	counts=$(with_store "$(tool vs-keys)") || status=$?
	[ "$status" = 0 ] || [ "$status" = 3 ] || die "the people could not be counted (see above). Nothing was changed."
}
show() {
	printf '%s\n' "$counts" | while read -r n _ people _ passwords _ phrases _ records; do
		case $n in
			1) name='the newest secret' ;;
			missing) name='secrets that are not there any more' ;;
			*) name="previous secret $((n - 1))" ;;
		esac
		[ "$n $people" = 'missing 0' ] || say "$name: needed by $people people ($passwords passwords, $phrases recovery phrases, $records records)"
	done
	case $counts in *'missing people 0 '*) ;; *) say "people whose secret is not there cannot log in: put it back (SESSION_SECRET_PREVIOUS, or a line of DATA/secret) from a backup." ;; esac
}

case ${1:-rotate} in
	status)
		count
		show
		;;
	rotate)
		[ "$secrets_from" = file ] || die "SESSION_SECRET comes from the environment, not from $DATA/secret: change it where it comes from (ops/RUNBOOK.md, Rotate the secret)."
		[ -w "$DATA/secret" ] || die "$DATA/secret cannot be written to."
		# interrupted, the next call goes on with the same new secret
		if [ -s "$DATA/secret.next" ]; then
			new=$(cat "$DATA/secret.next")
			rest=$(printf '%s\n' "$secrets" | grep -vxF -e "$new" || :)
		else
			new='' rest=$secrets
			[ "$(printf '%s\n' "$rest" | wc -l)" -lt $RING_MAX ] || die "there are $RING_MAX secrets already: drop those that nobody needs first ($me drop)."
			for _ in 1 2 3 4 5 6 7 8 9 10; do
				new=$(head -c 32 /dev/urandom | base64)
				secrets=$rest'
'$new
				# one in 255 has the short name of another and cannot stand beside it
				if STORE=sqlite with_store "$(tool vs-keys)" ring 2>/dev/null; then break; fi
				new=''
			done
			[ -n "$new" ] || die "no new secret could be made: is $DATA/secret base64 of 32 bytes or more on each line? Nothing was changed."
			printf '%s\n' "$new" >"$DATA/secret.next"
		fi
		put_secrets "$rest
$new"
		running=1
		if [ "$STORE" = sqlite ] && "$(tool vs-store)" idle "$SQLITE_PATH" 2>/dev/null; then running=''; else sleep "${WAIT:-15}"; fi
		put_secrets "$new
$rest"
		rm -f "$DATA/secret.next"
		if [ -z "$live" ] && [ -n "$running" ]; then
			say "a new secret is made, but no configuration of a server was found in ${RUN:-$DATA/run}: one that runs takes it at its next start (or set RUN as it has it)."
			exit 0
		fi
		say "a new secret is in use. Those before it stay in $DATA/secret, $(printf '%s\n' "$rest" | wc -l) of them: nobody was logged out."
		say "make a backup now; then see \`$me status\` from time to time, and \`$me drop\` when nobody needs the old one."
		;;
	drop)
		[ "$secrets_from" = file ] || die "SESSION_SECRET comes from the environment: take the old one out of SESSION_SECRET_PREVIOUS yourself, once \`$me status\` says 0 people."
		[ ! -e "$DATA/secret.next" ] || die "a rotation is not finished: call $me once more first."
		count
		kept='' dropped=0 needed=0 n=0
		for s in $secrets; do
			n=$((n + 1))
			people=$(printf '%s\n' "$counts" | sed -n "s/^$n people \([0-9]*\) .*/\1/p")
			if [ "$n" -gt 1 ] && { [ "$people" = 0 ] || [ "${2:-}" = --force ]; }; then
				dropped=$((dropped + 1)) needed=$((needed + people))
			else
				kept=$kept${kept:+'
'}$s
				[ "$n" = 1 ] || needed=$((needed + people))
			fi
		done
		[ "$n" -gt 1 ] || die "there is no previous secret."
		if [ $dropped = 0 ]; then
			show >&2
			die "$needed people still need a previous secret; without it neither password nor recovery phrase opens their vault, ever. Nothing was dropped (--force does)."
		fi
		until=$(($(stat -c %Y "$DATA/secret") + ${SESSION_MAX:-28800}))
		if [ "${2:-}" != --force ] && [ "$(date +%s)" -lt "$until" ]; then
			die "sessions that were opened before the rotation may live until $(date -u -d "@$until" +%Y-%m-%dT%H:%M:%SZ) and would end. Nothing was dropped (--force does)."
		fi
		put_secrets "$kept"
		say "$dropped dropped, $(printf '%s\n' "$kept" | wc -l) kept."
		if [ "${2:-}" = --force ] && [ $needed -gt 0 ]; then say "$needed people needed them: they cannot log in until it is put back. Backups from before hold it."; fi
		;;
	*) die "say nothing, status, or drop." ;;
esac
