#!/bin/sh
# deploy.sh TAG        - puts version TAG in the place of the one that runs, without a dropped request; goes back to the one that ran before on any failure
# deploy.sh --rollback - the version that ran before, with the environment it ran with; needs no network
# deploy.sh --front [TAG] - starts the front anew (another image, new ports; a second or two without service)
# deploy.sh --reload   - the front reads its files again (a renewed tls/front.pem), no request is lost
# deploy.sh --status   - what runs
#
# Lives in /opt/vaultsphere beside compose.yaml, fetch-env.sh and front/. Two services, blue and green, one at work; the new version starts in the other one, on the
# same data, and the front (HAProxy, which is not restarted) sends people there once it answers. So a version must be able to work beside the one before:
# changes of the database add, they never rename or remove (ops/PIPELINE.md).
#
# Settings: deploy.conf beside this script, NAME=value lines; the environment goes before it.
#   IMAGE vaultsphere            repository, with its registry: 123456789012.dkr.ecr.us-east-1.amazonaws.com/vaultsphere
#   FRONT_IMAGE IMAGE:TAG-dynamodb   what the front runs: an image that holds haproxy, ours with that ending does; kept until --front names another
#   ECR auto | on | off          log in to the registry with this machine's role; auto: where the registry's name is one of Amazon's
#   PARAMETERS ssm | file        ssm: fetch-env.sh writes .env first; file: .env is written by hand
#   VS_REGION VS_AWS_ENDPOINT    as in fetch-env.sh
#   HTTP_PORT 80  HTTPS_PORT 443  WATCH_PORT 8404 (loopback)  VAULT_NET 172.30.74 (the first three numbers of the containers' network)
#   CHECKS 20  CHECK_SECONDS 5   how often and how far apart the new version is asked;  DRAIN_SECONDS 90: how long the old one may finish what it began
#   LOCK_SECONDS 0               how long another deployment is waited for
#
# compose.host.yaml beside compose.yaml, where it is there: what this host adds to it (ops/terraform: where the log goes); no deployment replaces it.
# Files: state (ACTIVE; BLUE, GREEN, PREVIOUS: tags; BLUE_AT, GREEN_AT: the last numbers of their addresses; FRONT), .env.blue .env.green .env.previous (0600), live/ (what the front reads); each replaced as a whole.
# Ends with 0 done; 1 failed, what ran before serves; 2 wrong use or settings, nothing was touched; 3 another deployment runs; 4 failed, and nothing serves.
set -eu
umask 077

home=$(cd "$(dirname "$0")" && pwd)
cd "$home"
NEW='' new_tag='' switched=0 started=0 stage=''

say() { printf 'deploy: %s\n' "$1"; }
step() { stage=$1; say "$1"; }
wrong() { printf 'deploy: %s\n' "$1" >&2; exit 2; }

# --- settings ---
settings() {
	if [ -e deploy.conf ]; then
		while IFS='=' read -r name value || [ -n "$name" ]; do
			case $name in
				'' | '#'*) ;;
				IMAGE | FRONT_IMAGE | ECR | PARAMETERS | VS_REGION | VS_AWS_ENDPOINT | HTTP_PORT | HTTPS_PORT | WATCH_PORT | VAULT_NET | CHECKS | CHECK_SECONDS | DRAIN_SECONDS | LOCK_SECONDS | PROJECT | VS_PARAMETERS | VS_REQUIRED)
					eval "[ -n \"\${$name:-}\" ] || $name=\$value" ;;
				*) wrong "deploy.conf has a line that is not understood: $name" ;;
			esac
		done <deploy.conf
	fi
	IMAGE=${IMAGE:-vaultsphere} ECR=${ECR:-auto} PARAMETERS=${PARAMETERS:-ssm} PROJECT=${PROJECT:-vaultsphere}
	HTTP_PORT=${HTTP_PORT:-80} HTTPS_PORT=${HTTPS_PORT:-443} WATCH_PORT=${WATCH_PORT:-8404} VAULT_NET=${VAULT_NET:-172.30.74}
	CHECKS=${CHECKS:-20} CHECK_SECONDS=${CHECK_SECONDS:-5} DRAIN_SECONDS=${DRAIN_SECONDS:-90} LOCK_SECONDS=${LOCK_SECONDS:-0}
	for value in "$HTTP_PORT" "$HTTPS_PORT" "$WATCH_PORT" "$CHECKS" "$DRAIN_SECONDS" "$LOCK_SECONDS"; do
		case $value in '' | *[!0-9]*) wrong "ports, CHECKS and seconds must be whole numbers, not \"$value\"" ;; esac
	done
	case $CHECK_SECONDS in '' | *[!0-9.]*) wrong "CHECK_SECONDS must be a number, not \"$CHECK_SECONDS\"" ;; esac
	case $IMAGE in *[!A-Za-z0-9_./:-]* | '') wrong "IMAGE must be like registry/name, not \"$IMAGE\"" ;; esac
	case $ECR in auto | on | off) ;; *) wrong "ECR must be auto, on or off, not \"$ECR\"" ;; esac
	case $PARAMETERS in ssm | file) ;; *) wrong "PARAMETERS must be ssm or file, not \"$PARAMETERS\"" ;; esac
	export IMAGE HTTP_PORT HTTPS_PORT WATCH_PORT VAULT_NET VS_REGION="${VS_REGION:-}" VS_AWS_ENDPOINT="${VS_AWS_ENDPOINT:-}"
	if [ -n "${VS_PARAMETERS:-}${VS_REQUIRED:-}" ]; then export VS_PARAMETERS="${VS_PARAMETERS:-/password-manager/}" VS_REQUIRED="${VS_REQUIRED:-}"; fi
	for name in docker curl flock; do
		command -v $name >/dev/null || wrong "$name is not installed (ops/ec2_setup.sh does it)"
	done
	if docker compose version >/dev/null 2>&1; then
		composer='docker compose'
	elif command -v docker-compose >/dev/null; then
		composer=docker-compose
	else
		wrong 'docker compose is not installed (ops/ec2_setup.sh does it)'
	fi
	for name in compose.yaml front/front.cfg front/tls.cfg; do
		[ -r $name ] || wrong "$name is not there beside this script"
	done
}

# --- state ---
put() { # FILE MODE: from standard input, as a whole or not at all
	cat >"$1.new" && chmod "$2" "$1.new" && { sync "$1.new" 2>/dev/null || :; } && mv -f "$1.new" "$1"
}
state_read() {
	ACTIVE='' BLUE='' GREEN='' PREVIOUS='' FRONT='' BLUE_AT=11 GREEN_AT=12
	[ ! -e state ] || while IFS='=' read -r name value; do
		case $name in ACTIVE | BLUE | GREEN | PREVIOUS | FRONT | BLUE_AT | GREEN_AT) eval "$name=\$value" ;; esac
	done <state
	case $ACTIVE in '' | blue | green) ;; *) wrong "the file state is damaged (ACTIVE=$ACTIVE): put it right by hand" ;; esac
}
state_write() {
	printf 'ACTIVE=%s\nBLUE=%s\nGREEN=%s\nPREVIOUS=%s\nFRONT=%s\nBLUE_AT=%s\nGREEN_AT=%s\n' "$ACTIVE" "$BLUE" "$GREEN" "$PREVIOUS" "$FRONT" "$BLUE_AT" "$GREEN_AT" | put state 600
}
other() { if [ "$1" = blue ]; then echo green; else echo blue; fi; }
address_of() { if [ "$1" = blue ]; then echo "$VAULT_NET.$BLUE_AT"; else echo "$VAULT_NET.$GREEN_AT"; fi; }
# Another address with every start, so that nothing that a machine remembers of the last container at it (its hardware address) is in the way.
address_next() { # COLOUR
	at=$BLUE_AT
	[ "$GREEN_AT" -le "$at" ] || at=$GREEN_AT
	at=$((at + 1))
	[ $at -le 250 ] || at=11
	[ "$VAULT_NET.$at" != "$(address_of "$(other "$1")")" ] || at=$((at + 1))
	if [ "$1" = blue ]; then BLUE_AT=$at; else GREEN_AT=$at; fi
}
tag_of() { if [ "$1" = blue ]; then echo "$BLUE"; else echo "$GREEN"; fi; }

# --- containers ---
compose() {
	# not .env: it is the programs' and holds secrets, compose would read it for its own variables
	host=''
	[ ! -e compose.host.yaml ] || host='-f compose.host.yaml'
	# shellcheck disable=SC2086 # two words or none
	BLUE=${BLUE:-none} GREEN=${GREEN:-none} FRONT=${FRONT:-none} BLUE_AT=$BLUE_AT GREEN_AT=$GREEN_AT NETWORK=$PROJECT $composer --env-file state -p "$PROJECT" -f compose.yaml $host --profile deploy "$@"
}
# What compose says on the way is noise until something fails.
quiet() {
	"$@" >.output 2>&1 </dev/null && return
	grep -v '^ *$' .output | tail -5 | cut -c1-300 >&2
	return 1
}
running() { [ -n "$(docker ps -q --filter "label=com.docker.compose.project=$PROJECT" --filter "label=com.docker.compose.service=$1" 2>/dev/null)" ]; }
front_id() { docker ps -q --filter "label=com.docker.compose.project=$PROJECT" --filter 'label=com.docker.compose.service=front'; }
watch() { curl -fsS --max-time 6 "http://127.0.0.1:$WATCH_PORT/$1" 2>/dev/null; }
served() { watch active || :; }
healthy() { curl -fsS -o /dev/null --max-time 6 "http://$(address_of "$1"):5001/health?deep=1" 2>/dev/null; } # its store too
await() { # SECONDS COMMAND...: every 0.1 s until it succeeds
	tries=$(($1 * 10))
	shift
	while ! "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}
# One that ends again and again is between two lives at times: what is there is stopped, running or not.
stop() { # COLOUR: it finishes what it began (the programs take 9 s at most)
	id=$(docker ps -aq --filter "label=com.docker.compose.project=$PROJECT" --filter "label=com.docker.compose.service=$1" 2>/dev/null)
	[ -z "$id" ] || quiet docker stop -t 15 "$id"
}
start() { # COLOUR
	quiet compose rm -s -f "$1" && quiet compose up -d --no-deps "$1"
}

# --- the front ---
# What the front is to read is made in live/next, and takes the place of what it reads once haproxy has found it good: a broken certificate must not wait in live
# for the next start of the machine. Every writing has a mark of its own, which the front tells: the worker of before answers for a moment longer.
live_next() { # COLOUR
	mkdir -p live/next && chmod 755 live live/next && rm -f live/next/* || return 1
	tls=off mark=$(date +%s)-$$
	if [ -s tls/front.pem ]; then
		tls=on
		put live/next/front.pem 400 <tls/front.pem && chown 990 live/next/front.pem && put live/next/30-tls.cfg 644 <front/tls.cfg || return 1
	fi
	put live/next/20-front.cfg 644 <front/front.cfg &&
		printf 'global\n    setenv VS_ACTIVE %s\n    setenv VS_MARK %s\n    setenv VS_SERVER %s:5001\n    setenv VS_TLS %s\n' "$1" "$mark" "$(address_of "$1")" $tls |
		put live/next/10-active.cfg 644
}
live_take() {
	# Each after what it names, and what is there no more goes once nothing names it: a run that is killed between two of them leaves nothing that haproxy would
	# not start with, or that sends people to a port that nobody serves.
	for name in front.pem 30-tls.cfg 20-front.cfg 10-active.cfg; do
		[ ! -e live/next/$name ] || mv -f live/next/$name live/ || return 1
	done
	[ "$tls" = on ] || rm -f live/30-tls.cfg live/front.pem
}
# Asked of the haproxy that will read it, whether another one runs or none: nothing is stopped for files that it would not start with.
live_good() {
	docker rm -f "$PROJECT-asked" >/dev/null 2>&1 || :
	asked=0
	# without --rm: podman's service answers 0 for it whatever happened
	quiet docker run --name "$PROJECT-asked" --network none --user 990:990 --read-only --cap-drop ALL -v "$PWD/live/next:/front:ro" --entrypoint haproxy "$FRONT" -c -q -f /front || asked=1
	docker rm -f "$PROJECT-asked" >/dev/null 2>&1 || :
	return $asked
}
live() { live_next "$1" && live_good && live_take; } # COLOUR
# shellcheck disable=SC2317 # called through await, as reads and drained are
serves() { [ "$(served)" = "$1" ]; }
# shellcheck disable=SC2317
reads() { [ "$(watch mark || :)" = "$1" ]; }
front_start() { # COLOUR: with the files of before where the present ones are not good
	{ live "$1" || [ -e live/10-active.cfg ]; } && quiet compose up -d --no-deps front
}
front_reload() { # COLOUR
	live_next "$1" && quiet docker exec "$(front_id)" haproxy -c -q -f /front/next && live_take || return 1
	quiet docker kill -s USR2 "$(front_id)" || return 1
	await 10 reads "$mark"
}
# The workers of before that still finish something; counted by the names of the processes, as an image of ours has no ps.
# shellcheck disable=SC2016,SC2317 # expanded in the container
workers() { docker exec "$(front_id)" sh -c 'n=0; for c in /proc/[0-9]*/comm; do read -r x 2>/dev/null <"$c" && [ "$x" = haproxy ] && n=$((n + 1)); done; echo $n' </dev/null 2>/dev/null || echo 2; }
# shellcheck disable=SC2317
drained() { [ "$(workers)" -le 2 ]; }

# --- going back ---
back() { # SENTENCE
	trap '' HUP INT TERM
	printf 'deploy: failed: %s\n' "$1" >&2
	rm -rf .docker
	if [ -z "$ACTIVE" ]; then
		[ $started = 0 ] || { stop front || :; stop "$NEW" || :; }
		printf 'deploy: nothing ran before, so nothing serves now\n' >&2
		exit 4
	fi
	if [ $switched = 1 ] && { ! running "$ACTIVE" || ! healthy "$ACTIVE" || ! front_reload "$ACTIVE"; }; then
		quiet compose up -d --no-deps "$ACTIVE" || :
		if ! await 20 healthy "$ACTIVE" || ! front_reload "$ACTIVE"; then
			printf 'deploy: and %s (%s) could not be brought back: see docker logs\n' "$(tag_of "$ACTIVE")" "$ACTIVE" >&2
			exit 4
		fi
	fi
	if [ $started = 1 ]; then
		[ $switched = 0 ] || await "$DRAIN_SECONDS" drained || :
		stop "$NEW" || :
	fi
	if ! healthy "$ACTIVE"; then
		printf 'deploy: %s (%s) stays in place, but it does not answer\n' "$(tag_of "$ACTIVE")" "$ACTIVE" >&2
		exit 4
	fi
	printf 'deploy: %s (%s) serves as before\n' "$(tag_of "$ACTIVE")" "$ACTIVE" >&2
	exit 1
}

# A run that was killed, a machine that was started anew: what people are served by counts, the rest is brought in line with it.
repair() {
	rm -rf .docker .output ./*.new ./.env*.new live/next
	[ -n "$ACTIVE" ] || { clear_first; return 0; }
	if ! running front || { ! running "$ACTIVE" && serves "$ACTIVE"; }; then
		step "repair: starting $(tag_of "$ACTIVE") ($ACTIVE) and the front"
		env_files
		running "$ACTIVE" || quiet compose up -d --no-deps "$ACTIVE" || :
		running front || front_start "$ACTIVE" || :
		await 20 healthy "$ACTIVE" || :
	fi
	now=$(served)
	case $now in blue | green) ;; *) now=$ACTIVE ;; esac
	if [ "$now" != "$ACTIVE" ]; then
		# killed between the switch and the note of it
		if healthy "$now"; then
			step "repair: $(tag_of "$now") ($now) was switched to and is well, it stays"
			put .env.previous 600 <".env.$ACTIVE" || exit 4
			PREVIOUS=$(tag_of "$ACTIVE") ACTIVE=$now
			state_write || exit 4
		else
			step "repair: $(tag_of "$now") ($now) was switched to and is not well, back to $(tag_of "$ACTIVE")"
			running "$ACTIVE" || quiet compose up -d --no-deps "$ACTIVE" || :
			await 20 healthy "$ACTIVE" || :
			front_reload "$ACTIVE" || :
		fi
	fi
	# killed between the writing of the front's file and its reading
	grep -q "VS_ACTIVE $ACTIVE\$" live/10-active.cfg 2>/dev/null || live "$ACTIVE" || :
	if running "$(other "$ACTIVE")"; then
		step "repair: stopping $(tag_of "$(other "$ACTIVE")") ($(other "$ACTIVE")), which serves nobody"
		await "$DRAIN_SECONDS" drained || :
	fi
	stop "$(other "$ACTIVE")" || :
}
# A first deployment that was killed: nothing of it serves as noted.
clear_first() {
	for name in front blue green; do
		! running $name || { step "repair: stopping $name of a first deployment that did not end"; stop $name || :; }
	done
}

# --- the steps ---
login() {
	registry=${IMAGE%%/*}
	case $ECR/$registry in
		on/* | auto/*.dkr.ecr.*.amazonaws.com*) ;;
		*) return 0 ;;
	esac
	step "login: $registry"
	region=${VS_REGION:-}
	case $registry in *.dkr.ecr.*.amazonaws.com*) region=${registry#*.dkr.ecr.} region=${region%%.*} ;; esac
	set -- ecr get-login-password
	[ -z "$region" ] || set -- "$@" --region "$region"
	[ -z "$VS_AWS_ENDPOINT" ] || set -- "$@" --endpoint-url "$VS_AWS_ENDPOINT"
	# what lets us in is kept for this run alone
	mkdir -p .docker || return 1
	if ! aws "$@" --cli-connect-timeout 5 --cli-read-timeout 20 >.docker/password 2>.output ||
		! docker --config "$home/.docker" login --username AWS --password-stdin "$registry" <.docker/password >.output 2>&1; then
		tail -1 .output | cut -c1-300 >&2
		return 1
	fi
	rm -f .docker/password
}
pull() { # NAME
	case $1 in */*) ;; *) docker image inspect "$1" >/dev/null 2>&1; return ;; esac # built on this machine
	step "pull: $1"
	if [ -d .docker ]; then
		quiet docker --config "$home/.docker" pull -q "$1"
	else
		quiet docker pull -q "$1"
	fi
}
front_image() { # TAG: of ours, where nothing else is named
	FRONT=${FRONT:-${FRONT_IMAGE:-$IMAGE:$1}}
	docker image inspect "$FRONT" >/dev/null 2>&1 || pull "$FRONT"
}
network() {
	docker network inspect "$PROJECT" >/dev/null 2>&1 || quiet docker network create --subnet "$VAULT_NET.0/24" "$PROJECT"
}
env_files() { # compose wants both to be there
	for name in blue green; do
		[ -e .env.$name ] || : >.env.$name || return 1
	done
}
# The front's address counts as a proxy's, before those of a balancer in front of it.
environment() { # FROM
	proxies=$(sed -n 's/^TRUSTED_PROXIES=//p' "$1" | tail -1 | tr -d "'\"" | tr , '\n' | grep -vxF "$VAULT_NET.10" | paste -s -d , -) || :
	{ grep -v '^TRUSTED_PROXIES=' "$1" || :; printf 'TRUSTED_PROXIES=%s.10%s\n' "$VAULT_NET" "${proxies:+,$proxies}"; } | put ".env.$NEW" 600
}
checks() {
	step "health: $new_tag ($NEW), up to $CHECKS checks $CHECK_SECONDS s apart"
	i=0
	while [ $i -lt "$CHECKS" ]; do
		i=$((i + 1))
		if healthy "$NEW"; then
			say "health: well at check $i"
			return 0
		fi
		[ $i = "$CHECKS" ] || sleep "$CHECK_SECONDS"
	done
	docker logs --tail 5 "$(compose ps -q "$NEW" 2>/dev/null)" 2>&1 | cut -c1-300 >&2 || :
	return 1
}
through_the_front() { # what people get, three times
	for i in 1 2 3; do
		serves "$NEW" && watch well >/dev/null && curl -fsS -o /dev/null --max-time 6 "http://127.0.0.1:$HTTP_PORT/health" || return 1
		[ $i = 3 ] || sleep 0.3
	done
}
prune() { # images that were pulled, but the two that count
	case $IMAGE in */*) ;; *) return 0 ;; esac
	docker images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null | grep -F "$IMAGE:" | while read -r name; do
		case $name in "$IMAGE:$(tag_of "$ACTIVE")" | "$IMAGE:$PREVIOUS" | "$FRONT") continue ;; esac
		[ "${name%:*}" = "$IMAGE" ] || continue
		docker rmi "$name" >/dev/null 2>&1 || :
	done
}

go() { # FROM: the environment to start with
	trap 'back "stopped by a signal ($stage)"' HUP INT TERM
	step "start: $new_tag in $NEW beside ${ACTIVE:-nothing}${ACTIVE:+ ($(tag_of "$ACTIVE"))}"
	front_image "${new_tag%-dynamodb}-dynamodb" || back "the front's image could not be had: FRONT_IMAGE names another"
	environment "$1" || back 'the environment could not be written'
	env_files || back 'the environment could not be written'
	network || back "the network $VAULT_NET.0/24 could not be made: set VAULT_NET to three other numbers"
	if [ "$NEW" = blue ]; then BLUE=$new_tag; else GREEN=$new_tag; fi
	stop "$NEW" || back "what is left of $NEW could not be stopped"
	address_next "$NEW"
	state_write || back 'the state could not be written'
	started=1
	if [ -z "$ACTIVE" ]; then
		front_start "$NEW" || back 'the front does not start'
	fi
	start "$NEW" || back "the container of $new_tag does not start"
	checks || back "$new_tag is not healthy"
	step "switch: people go to $NEW"
	switched=1
	front_reload "$NEW" || back 'the front did not switch'
	step 'health: through the front'
	through_the_front || back "$new_tag does not answer through the front"
	old=$ACTIVE
	if [ -n "$old" ]; then
		put .env.previous 600 <".env.$old" || back 'the environment of before could not be kept'
		PREVIOUS_OLD=$PREVIOUS PREVIOUS=$(tag_of "$old")
	fi
	ACTIVE=$NEW
	state_write || { ACTIVE=$old PREVIOUS=${PREVIOUS_OLD:-}; back 'the state could not be written'; }
	# from here on the new version serves and is noted; what is left is clearing up, and the next run does it at need
	trap 'exit 0' HUP INT TERM
	if [ -n "$old" ]; then
		step "stop: $PREVIOUS ($old), once it has answered what it took"
		await "$DRAIN_SECONDS" drained || :
		stop "$old" || say "stop: $old did not stop, the next run tries again"
	fi
	rm -rf .docker .output
	prune
	say "done: $new_tag ($NEW) serves${PREVIOUS:+, $PREVIOUS can be gone back to}"
}

main() {
	what=${1:-}
	case $what in
		--rollback | --status | --reload) [ $# = 1 ] || wrong "$what takes nothing more" ;;
		--front) [ $# -le 2 ] || wrong '--front takes one tag' ;;
		'' | -*) wrong 'use: deploy.sh TAG | --rollback | --front [TAG] | --reload | --status' ;;
		*[!A-Za-z0-9_.-]*) wrong "a tag has letters, digits, _ . - only, not \"$what\"" ;;
		*) [ $# = 1 ] || wrong 'one tag, and nothing more' ;;
	esac
	settings
	if [ "$what" = --status ]; then
		state_read
		now=$(served)
		case $now in
			blue | green) printf 'serves: %s (%s)%s\n' "$(tag_of "$now")" "$now" "$(healthy "$now" || echo ', not well')" ;;
			*) printf 'serves: nothing\n' ;;
		esac
		printf 'before: %s\nfront: %s\n' "${PREVIOUS:-none}" "${FRONT:-none}"
		[ -n "$now" ]
		exit
	fi
	# Every process of this run holds the lock, so that what a killed one leaves running ends before the next begins.
	exec 9>lock
	flock -w "$LOCK_SECONDS" 9 || { printf 'deploy: another deployment runs on this machine\n' >&2; exit 3; }
	state_read
	[ -e state ] || state_write || wrong 'this folder cannot be written to'
	trap 'exit 1' HUP INT TERM
	repair
	case $what in
		--reload)
			[ -n "$ACTIVE" ] || wrong 'nothing was deployed yet'
			step 'front: reads its files again'
			front_reload "$ACTIVE" || { printf 'deploy: the front did not take its files, the ones of before are in use\n' >&2; exit 1; }
			say 'done'
			exit ;;
		--front)
			[ -n "$ACTIVE" ] || wrong 'nothing was deployed yet'
			if [ $# = 2 ]; then
				login || back 'the login at the registry failed'
				FRONT='' FRONT_IMAGE=''
				front_image "$2" || back "$FRONT could not be pulled"
			fi
			step "front: starts anew from $FRONT"
			live "$ACTIVE" || back "$FRONT does not start with front/ and tls/front.pem, so the front was left alone"
			if ! state_write || ! start front || ! await 20 healthy "$ACTIVE" || ! await 20 serves "$ACTIVE"; then
				printf 'deploy: the front does not start\n' >&2
				exit 4
			fi
			say 'done'
			exit ;;
		--rollback) new_tag=$PREVIOUS; [ -n "$new_tag" ] || wrong 'no version ran before the one that runs' ;;
		*) new_tag=$what ;;
	esac
	NEW=blue
	[ -z "$ACTIVE" ] || NEW=$(other "$ACTIVE")
	[ -z "$ACTIVE" ] || step "before: $(tag_of "$ACTIVE") ($ACTIVE) serves${PREVIOUS:+, $PREVIOUS ran before it}"
	trap 'back "stopped by a signal ($stage)"' HUP INT TERM
	if [ "$what" = --rollback ]; then
		from=.env.previous
		[ -e $from ] || from=.env
		docker image inspect "$IMAGE:$new_tag" >/dev/null 2>&1 || { login && pull "$IMAGE:$new_tag"; } || back "$IMAGE:$new_tag could not be had"
	else
		login || back 'the login at the registry failed'
		if [ "$PARAMETERS" = ssm ]; then
			step 'parameters: SSM to .env'
			./fetch-env.sh || back 'the parameters could not be fetched'
		fi
		[ -e .env ] || back 'there is no .env beside this script'
		from=.env
		pull "$IMAGE:$new_tag" || back "$IMAGE:$new_tag could not be pulled"
	fi
	go "$from"
	exit 0
}
main "$@"
