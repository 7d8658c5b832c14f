#!/bin/sh
# start.sh - turns environment variables into a configuration and starts the server in the foreground. The same under `make run` and in a container.
# start.sh admin COMMAND     - looks after the people, also while the server runs: list, admin NAME, user NAME, disable NAME, enable NAME, fill, sweep (vs-admin)
# start.sh --with COMMAND... - the same configuration (VAULTSPHERE_CONF) and the pool for a command instead of the server: tools that work on the data.
#
#   PORT 5001            HOST 127.0.0.1          DATA var (database, secret, certificates, logs: back this folder up and nothing else)
#   RUN DATA/run         what lives as long as the server: its configuration, sockets, locks, counters. Two servers may share DATA, never RUN
#   LOG DATA/log         a folder, or stderr: all three logs to standard error
#   STORE sqlite         SQLITE_PATH DATA/vault.db
#   STORE dynamodb       AWS_REGION us-east-1, AWS_ENDPOINT_URL_DYNAMODB https://dynamodb.REGION.amazonaws.com, DYNAMODB_USERS_TABLE DYNAMODB_ACCOUNTS_TABLE
#                        DYNAMODB_PASSWORDS_TABLE, AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
#                        DYNAMODB_POOL on | off (on: HAProxy holds the connections; off: every request opens its own), DYNAMODB_POOL_MAX 50,
#                        DYNAMODB_CA (default: Amazon's roots alone)
#   SESSION_SECRET       base64 of 32 bytes or more; made and kept in DATA/secret at first start (a line each, newest first, once it was rotated)
#   SESSION_SECRET_PREVIOUS   older ones, comma-separated, newest first
#   SESSION_IDLE 600     SESSION_MAX 28800       seconds
#   TLS auto | off       TLS_CERT TLS_KEY        files, picked up when they change; auto makes a CA and a certificate of its own, renewed before it ends
#   TLS_LOOK 3600        seconds between two looks at how long the certificate of TLS=auto still lasts
#   PUBLIC_ORIGIN        https://vault.example: the address that people use, where a proxy stands in front
#   TRUSTED_PROXIES      addresses whose X-Forwarded-For counts, comma-separated
#   REGISTRATION open | invite | closed   who can register; an admin can narrow it at run time, never widen it
set -eu
umask 077

die() {
	printf 'VaultSphere does not start: %s\n' "$1" >&2
	exit 1
}
number() { # NAME VALUE LEAST MOST
	case $2 in '' | *[!0-9]*) die "$1 must be a whole number, not \"$2\"." ;; esac
	if [ "${#2}" -gt 9 ] || [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ]; then die "$1 must lie between $3 and $4, not $2."; fi
}

here=$(cd "$(dirname "$0")" && pwd)
if [ -d "$here/../lib/vaultsphere" ]; then
	root=$(cd "$here/../lib/vaultsphere" && pwd)
	tools=$root/tools programs=$root/cgi-bin
	[ ! -d "$root/${STORE:-sqlite}" ] || programs=$root/${STORE:-sqlite}/cgi-bin # installed for both stores
	conf=$root/lighttpd.conf
else
	root=$(cd "$here/.." && pwd)/${BUILD:-build}
	case ${BUILD:-build} in /*) root=$BUILD ;; esac
	tools=$root/${STORE:-sqlite}/tools programs=$root/${STORE:-sqlite}/cgi-bin
	conf=$here/../lighttpd.conf
fi
PORT=${PORT:-5001} HOST=${HOST:-127.0.0.1} DATA=${DATA:-var} LOG=${LOG:-} STORE=${STORE:-sqlite} TLS=${TLS:-off}
SESSION_IDLE=${SESSION_IDLE:-600} SESSION_MAX=${SESSION_MAX:-28800} REGISTRATION=${REGISTRATION:-open}

number PORT "$PORT" 1 65535
number TLS_LOOK "${TLS_LOOK:-3600}" 1 86400
number SESSION_IDLE "$SESSION_IDLE" 1 86400
number SESSION_MAX "$SESSION_MAX" 1 2592000
[ "$SESSION_MAX" -ge "$SESSION_IDLE" ] || die "SESSION_MAX ($SESSION_MAX) must not be below SESSION_IDLE ($SESSION_IDLE)."
case $STORE in sqlite | dynamodb) ;; *) die "STORE must be sqlite or dynamodb, not \"$STORE\"." ;; esac
case $REGISTRATION in open | invite | closed) ;; *) die "REGISTRATION must be open, invite or closed, not \"$REGISTRATION\"." ;; esac
case $TLS in auto | off) ;; *) die "TLS must be auto or off, not \"$TLS\"." ;; esac
case ${TRUSTED_PROXIES:-} in *[!0-9a-fA-F.:,/]*) die "TRUSTED_PROXIES must be addresses separated by commas, not \"$TRUSTED_PROXIES\"." ;; esac
case ${PUBLIC_ORIGIN:-} in '' | http://*[!/] | https://*[!/]) ;; *) die "PUBLIC_ORIGIN must be like https://vault.example without a path, not \"$PUBLIC_ORIGIN\"." ;; esac
built=''
if [ -e "$root/store" ]; then read -r built <"$root/store"; fi # installed for one store
case $STORE/$built/${1:-} in
	*/*/--with | */""/* | sqlite/sqlite/* | dynamodb/dynamodb/* | dynamodb/direct/*) ;;
	*) die "what is installed is for $built: install with make install STORE=$STORE." ;;
esac
[ "$tools" != "$root/tools" ] || [ -d "$programs" ] || die "what is installed holds no programs for STORE=$STORE."
[ -x "$tools/vs-serve" ] || die "the programs are not built: run make build."
command -v lighttpd >/dev/null || die "lighttpd is not installed."

folder() { # NAME VALUE: made where it is missing, ours to write; its full path
	mkdir -p "$2" 2>/dev/null || die "the folder $1 ($2) cannot be made."
	[ -w "$2" ] || die "the folder $1 ($2) cannot be written to."
	(cd "$2" && pwd)
}
DATA=$(folder DATA "$DATA") || exit 1
chmod 700 "$DATA" 2>/dev/null || die "the folder DATA ($DATA) belongs to another user than the one that runs VaultSphere."
RUN=$(folder RUN "${RUN:-$DATA/run}") || exit 1
if [ "$LOG" = stderr ]; then
	LOG=$(folder RUN "$RUN/log") || exit 1
	for f in error app access; do ln -sf /dev/stderr "$LOG/$f.log"; done # lighttpd gives its standard output away
else
	LOG=$(folder LOG "${LOG:-$DATA/log}") || exit 1
fi
SQLITE_PATH=${SQLITE_PATH:-$DATA/vault.db}

admin_tool() { # of each store there is one: where several lie together the name says which
	if [ -x "$tools/vs-admin-$STORE" ]; then printf '%s' "$tools/vs-admin-$STORE"; else printf '%s' "$tools/vs-admin"; fi
}
# A server that runs keeps its configuration and its pool: what another PORT or TLS would write there is none of its business.
if [ "${1:-}" = admin ]; then
	shift
	if [ -S "$RUN/pool.sock" ] || { [ "$STORE" = sqlite ] && [ -e "$RUN/vaultsphere.conf" ]; }; then
		export VAULTSPHERE_CONF="$RUN/vaultsphere.conf"
		exec "$(admin_tool)" "$@"
	fi
	set -- --with "$(admin_tool)" "$@"
fi

# Where no disk and no backup ever holds what lies there: what an endpoint lends us, and what lighttpd keeps for moments of a large file that comes or goes.
memory_folder() {
	if [ "$(stat -f -c %T "$RUN")" = tmpfs ] || [ ! -w /dev/shm ]; then
		printf '%s' "$RUN"
		return
	fi
	of=/dev/shm/vaultsphere-$(id -u)-$(printf %s "$DATA" | sha256sum | cut -c 1-16)
	mkdir -m 700 "$of" 2>/dev/null || [ "$(stat -c '%u %a %F' "$of")" = "$(id -u) 700 directory" ] || die "$of is there and not ours alone: remove it."
	printf '%s' "$of"
}
memory=$(memory_folder) || exit 1

# --- DynamoDB and the pool before it ---
amazon_roots() { # FILE
	cat /usr/share/ca-certificates/mozilla/Amazon_Root_CA_*.crt /usr/share/ca-certificates/mozilla/Starfield_Services_Root_Certificate_Authority_-_G2.crt \
		>"$1" 2>/dev/null || die "Amazon's root certificates are not there: install ca-certificates, or name a file with DYNAMODB_CA."
}
endpoint='' pool='' ca='' VS_POOL_STATS=''
if [ "$STORE" = dynamodb ]; then
	AWS_REGION=${AWS_REGION:-us-east-1} DYNAMODB_POOL=${DYNAMODB_POOL:-on} DYNAMODB_POOL_MAX=${DYNAMODB_POOL_MAX:-50}
	endpoint=${AWS_ENDPOINT_URL_DYNAMODB:-https://dynamodb.$AWS_REGION.amazonaws.com}
	endpoint=${endpoint%/}
	number DYNAMODB_POOL_MAX "$DYNAMODB_POOL_MAX" 1 1000
	case $AWS_REGION in *[!a-z0-9-]* | '') die "AWS_REGION must be like us-east-1, not \"$AWS_REGION\"." ;; esac
	case $endpoint in http://*/* | https://*/* | *[!a-zA-Z0-9.:/-]*) die "AWS_ENDPOINT_URL_DYNAMODB must be like https://host:port, not \"$endpoint\"." ;; esac
	case $endpoint in http://?* | https://?*) ;; *) die "AWS_ENDPOINT_URL_DYNAMODB must be like https://host:port, not \"$endpoint\"." ;; esac
	case $DYNAMODB_POOL in
		on)
			case $endpoint in https://*) ;; *) die "DYNAMODB_POOL=on speaks TLS: the endpoint must begin with https:// (or set DYNAMODB_POOL=off)." ;; esac
			command -v haproxy >/dev/null || die "haproxy is not installed (or set DYNAMODB_POOL=off)."
			pool=$RUN/pool.sock
			host=${endpoint#https://}
			VS_POOL_HOST=${host%%:*} VS_POOL_PORT=443 VS_POOL_SOCKET=$pool VS_POOL_STATS=$RUN/pool-stats.sock VS_POOL_MAX=$DYNAMODB_POOL_MAX
			case $host in *:*) VS_POOL_PORT=${host##*:} ;; esac
			VS_POOL_CA=${DYNAMODB_CA:-$RUN/amazon-roots.pem}
			[ -n "${DYNAMODB_CA:-}" ] || amazon_roots "$VS_POOL_CA"
			[ -r "$VS_POOL_CA" ] || die "DYNAMODB_CA ($VS_POOL_CA) cannot be read."
			export VS_POOL_HOST VS_POOL_PORT VS_POOL_SOCKET VS_POOL_STATS VS_POOL_CA VS_POOL_MAX
			# the pool holds the TLS: programs speak to it in the clear, over its socket
			endpoint=http://$host
			;;
		off)
			case $endpoint in
				https://*)
					# programs that speak TLS themselves, with the system's libcurl: a handshake with every request
					if [ "$tools" = "$root/tools" ]; then
						[ "$built" = direct ] || die "these programs leave TLS to the pool: set DYNAMODB_POOL=on, or install with make install STORE=dynamodb DYNAMODB_POOL=off."
					else
						tools=$root/direct/tools programs=$root/direct/cgi-bin
						[ -d "$programs" ] || die "the programs that speak TLS themselves are not built: make build STORE=dynamodb DYNAMODB_POOL=off."
					fi
					ca=${DYNAMODB_CA:-$RUN/amazon-roots.pem}
					[ -n "${DYNAMODB_CA:-}" ] || amazon_roots "$ca"
					[ -r "$ca" ] || die "DYNAMODB_CA ($ca) cannot be read."
					;;
				*) [ -d "$programs" ] || tools=$root/direct/tools programs=$root/direct/cgi-bin ;;
			esac
			;;
		*) die "DYNAMODB_POOL must be on or off, not \"$DYNAMODB_POOL\"." ;;
	esac
fi

# --- secret ---
if [ -z "${SESSION_SECRET:-}" ]; then
	if [ ! -s "$DATA/secret" ]; then
		if [ -e "$SQLITE_PATH" ]; then die "the database is there but DATA/secret is not: put it back from the backup, no vault opens without it."; fi
		head -c 32 /dev/urandom | base64 >"$DATA/secret.new"
		mv "$DATA/secret.new" "$DATA/secret"
	fi
	# a line each, newest first: what a rotation left (ops/rotate-secret.sh)
	older=''
	while read -r line || [ -n "$line" ]; do
		if [ -z "${SESSION_SECRET:-}" ]; then SESSION_SECRET=$line; else older=$older${line:+,$line}; fi
	done <"$DATA/secret"
	older=$older${SESSION_SECRET_PREVIOUS:+,$SESSION_SECRET_PREVIOUS}
	SESSION_SECRET_PREVIOUS=${older#,}
fi
case $SESSION_SECRET in *[!A-Za-z0-9+/=_-]*) die "SESSION_SECRET must be base64." ;; esac
case ${SESSION_SECRET_PREVIOUS:-} in *[!A-Za-z0-9+/=_,-]*) die "SESSION_SECRET_PREVIOUS must be base64, comma-separated." ;; esac
[ "${#SESSION_SECRET}" -ge 43 ] || die "SESSION_SECRET must be base64 of 32 bytes or more."

# --- TLS ---
scheme=http cert='' key=''
if [ -n "${TLS_CERT:-}${TLS_KEY:-}" ]; then
	if [ ! -r "${TLS_CERT:-}" ] || [ ! -r "${TLS_KEY:-}" ]; then die "TLS_CERT and TLS_KEY must both name a readable file."; fi
	scheme=https cert=$TLS_CERT key=$TLS_KEY
elif [ "$TLS" = auto ]; then
	scheme=https cert=$DATA/tls/server.crt key=$DATA/tls/server.key
	tls_auto=$here/tls-auto.sh
	[ -x "$tls_auto" ] || tls_auto=$root/tls-auto.sh
	command -v openssl >/dev/null || die "TLS=auto makes and renews its certificate with the program openssl, which is not here: name one of yours with TLS_CERT and TLS_KEY."
	"$tls_auto" "$DATA/tls" || die "the certificate could not be made."
fi

# --- what the programs read ---
origins="$scheme://localhost:$PORT,$scheme://127.0.0.1:$PORT,$scheme://[::1]:$PORT"
secure=0
[ "$scheme" = https ] && secure=1
if [ -n "${PUBLIC_ORIGIN:-}" ]; then
	origins=$PUBLIC_ORIGIN
	case $PUBLIC_ORIGIN in https://*) secure=1 ;; esac
fi
cat >"$RUN/vaultsphere.conf.new" <<EOF
STORE=$STORE
SQLITE_PATH=$SQLITE_PATH
SESSION_SECRET=$SESSION_SECRET
SESSION_SECRET_PREVIOUS=${SESSION_SECRET_PREVIOUS:-}
SESSION_IDLE=$SESSION_IDLE
SESSION_MAX=$SESSION_MAX
PUBLIC_ORIGINS=$origins
SECURE=$secure
REGISTRATION=$REGISTRATION
RUN_DIR=$RUN
AWS_EC2_METADATA_SERVICE_ENDPOINT=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
EOF
if [ "$STORE" = dynamodb ]; then
	cat >>"$RUN/vaultsphere.conf.new" <<EOF
AWS_REGION=$AWS_REGION
DYNAMODB_ENDPOINT=$endpoint/
DYNAMODB_SOCKET=$pool
DYNAMODB_CA=$ca
POOL_STATS=${VS_POOL_STATS:-}
CREDENTIALS_DIR=$memory
DYNAMODB_USERS_TABLE=${DYNAMODB_USERS_TABLE:-PasswordManager-Users}
DYNAMODB_ACCOUNTS_TABLE=${DYNAMODB_ACCOUNTS_TABLE:-PasswordManager-Accounts}
DYNAMODB_PASSWORDS_TABLE=${DYNAMODB_PASSWORDS_TABLE:-PasswordManager-Passwords}
AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-}
AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-}
AWS_SESSION_TOKEN=${AWS_SESSION_TOKEN:-}
AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI:-}
AWS_CONTAINER_CREDENTIALS_FULL_URI=${AWS_CONTAINER_CREDENTIALS_FULL_URI:-}
AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=${AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE:-}
EOF
fi
chmod 0640 "$RUN/vaultsphere.conf.new"
mv "$RUN/vaultsphere.conf.new" "$RUN/vaultsphere.conf"
pool_conf=$here/haproxy.cfg
[ -e "$pool_conf" ] || pool_conf=$root/haproxy.cfg
# Run a command while a pool of its own is there: the one of the server starts later.
with_pool() { # COMMAND...
	pid='' status=0
	if [ -n "$pool" ]; then
		rm -f "$pool"
		haproxy -db -q -f "$pool_conf" &
		pid=$!
		for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			[ -S "$pool" ] && break
			sleep 0.1
		done
	fi
	VAULTSPHERE_CONF=$RUN/vaultsphere.conf "$@" || status=$?
	if [ -n "$pid" ]; then
		kill "$pid"
		wait "$pid" 2>/dev/null || :
	fi
	return $status
}
if [ "$STORE" = sqlite ]; then
	"$tools/vs-store" setup "$SQLITE_PATH" || die "the database is not usable (see above)."
else
	# tables that are missing are made now and never by a request
	setup_tables() {
		export VAULTSPHERE_CONF="$RUN/vaultsphere.conf"
		"$tools/vs-tables" setup || return 1
		[ "${1:-}" = --with ] || "$(admin_tool)" setup
	}
	with_pool setup_tables "$@" || die "DynamoDB's tables are not usable (see above)."
fi
if [ "${1:-}" = --with ]; then
	shift
	with_pool "$@"
	exit
fi
[ "$STORE" != sqlite ] || VAULTSPHERE_CONF=$RUN/vaultsphere.conf "$(admin_tool)" setup || die "the list of users is not usable (see above)."

# --- what the web server reads ---
{
	printf 'var.vs_host = "%s"\nvar.vs_port = %s\nvar.vs_root = "%s"\nvar.vs_cgi = "%s"\nvar.vs_run = "%s"\nvar.vs_memory = "%s"\nvar.vs_log = "%s"\n' \
		"$HOST" "$PORT" "$root" "$programs" "$RUN" "$memory" "$LOG"
	printf 'include "%s"\n' "$conf"
	if [ -n "$cert" ]; then
		printf 'server.modules += ( "mod_openssl" )\nssl.engine = "enable"\nssl.pemfile = "%s"\nssl.privkey = "%s"\n' "$cert" "$key"
		printf 'ssl.openssl.ssl-conf-cmd = ( "MinProtocol" => "TLSv1.2", "Options" => "-ServerPreference" )\n'
	fi
	if [ "$secure" = 1 ]; then
		printf 'setenv.set-response-header += ( "Strict-Transport-Security" => "max-age=31536000" )\n'
	fi
	if [ -n "${TRUSTED_PROXIES:-}" ]; then
		printf 'server.modules += ( "mod_extforward" )\nextforward.headers = ( "X-Forwarded-For" )\nextforward.forwarder = ('
		printf '%s' "$TRUSTED_PROXIES" | tr , '\n' | while read -r a || [ -n "$a" ]; do printf ' "%s" => "trust",' "$a"; done
		printf ' )\n'
	fi
} >"$RUN/lighttpd.conf"

# hold: the database's lock stays with the process that keeps the web server: requests open the database without rebuilding its index, a restore sees
# that it is in use. vs-serve takes this process's place, so that a signal reaches it at once; it says the address once the server answers.
set -- "$(command -v lighttpd)" -D -f "$RUN/lighttpd.conf"
# A certificate that changes is taken up by a fresh web server, without a request lost.
[ -z "${tls_auto:-}" ] || set -- --tend "${TLS_LOOK:-3600}" "$tls_auto" "$DATA/tls" -- "$@"
[ -z "$cert" ] || set -- --fresh "$cert" "$@"
if [ -n "$pool" ]; then
	set -- --ready "$pool" --beside "$(command -v haproxy)" -db -q -f "$pool_conf" -- "$@"
fi
set -- "$tools/vs-serve" "$HOST" "$PORT" "VaultSphere answers at $scheme://localhost:$PORT" --watch "$RUN" "$@"
[ "$STORE" != sqlite ] || set -- "$tools/vs-store" hold "$SQLITE_PATH" "$@"
exec "$@"
