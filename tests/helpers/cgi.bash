# cgi.bash - runs one CGI program with an environment and a body, no server.
#
#   cgi METHOD PATH [DATA]       PATH as a browser would ask for it, with its query: /entry?id=...
# Variables that change the request: ACCEPT, ORIGIN ("-" for none), CTYPE, COOKIE (default: the jar), ADDR, AGENT, ENV (more NAME=VALUE words),
# LENGTH (a Content-Length that lies), FETCH_SITE.
# Results: status_code, headers, body, errors (stderr), request_line. Set-Cookie fills the jar, as in a browser.

load_from() { # the folder of this file
  source "$(dirname "${BASH_SOURCE[0]}")/$1"
}
load_from assert.bash
load_from port.bash

VS_BUILD=${VS_BUILD:-$BATS_TEST_DIRNAME/../build/sqlite}
case $VS_BUILD in /*) ;; *) VS_BUILD=$BATS_TEST_DIRNAME/../$VS_BUILD ;; esac
ORIGIN_OWN=http://localhost:5001
case $VS_BUILD in *dynamodb | *direct) STORE=dynamodb ;; *) STORE=sqlite ;; esac
VS_DYNAMODB=${VS_DYNAMODB:-http://127.0.0.1:5556/}

# A fresh installation in the test's own folder: configuration, run folder, empty database.
vs_new() {
  DATA=${1:-$BATS_TEST_TMPDIR/data}
  mkdir -p "$DATA/run"
  chmod 700 "$DATA"
  SECRET=${SECRET:-$(head -c 32 /dev/urandom | base64 -w0)}
  cat >"$DATA/run/vaultsphere.conf" <<EOF
STORE=$STORE
SQLITE_PATH=$DATA/vault.db
SESSION_SECRET=$SECRET
SESSION_SECRET_PREVIOUS=${SECRET_PREVIOUS:-}
SESSION_IDLE=${SESSION_IDLE:-600}
SESSION_MAX=${SESSION_MAX:-28800}
PUBLIC_ORIGINS=$ORIGIN_OWN,http://127.0.0.1:5001
SECURE=0
REGISTRATION=${REGISTRATION:-open}
RUN_DIR=$DATA/run
EOF
  chmod 640 "$DATA/run/vaultsphere.conf"
  if [ "$STORE" = dynamodb ]; then
    ddb_new
  else
    sqlite_new
  fi
  jar_clear
  # each test is a client of its own, so that the throttle of one does not meet another
  ADDR=10.$((RANDOM % 256)).$((RANDOM % 256)).$((RANDOM % 256))
}

sqlite_new() {
  [ -e "$DATA/vault.db" ] || "$VS_BUILD/tools/vs-store" setup "$DATA/vault.db" >"$DATA/setup.log" 2>&1 || fail "$(cat "$DATA/setup.log")"
}

# Tables of the test's own in the emulator that VS_DYNAMODB names (tests/tools/dynamodb.sh starts one, and the pool before it).
ddb_new() {
  VS_TABLES=t$$-$RANDOM$RANDOM-
  ddb_conf "$DATA/run/vaultsphere.conf"
  VAULTSPHERE_CONF=$DATA/run/vaultsphere.conf "$VS_BUILD/tools/vs-tables" setup >"$DATA/setup.log" 2>&1 || fail "$(cat "$DATA/setup.log")"
}
ddb_conf() {
  cat >>"$1" <<EOF
AWS_REGION=us-east-1
DYNAMODB_ENDPOINT=${VS_POOL_ENDPOINT:-$VS_DYNAMODB}
DYNAMODB_SOCKET=${VS_POOL_SOCKET:-}
POOL_STATS=${VS_POOL_STATS:-}
DYNAMODB_USERS_TABLE=${VS_TABLES}Users
DYNAMODB_ACCOUNTS_TABLE=${VS_TABLES}Accounts
DYNAMODB_PASSWORDS_TABLE=${VS_TABLES}Passwords
AWS_ACCESS_KEY_ID=test
AWS_SECRET_ACCESS_KEY=test
EOF
}

# The installation that setup_file made, copied: what one test does, no other sees.
vs_copy() {
  cp -a "$1" "$BATS_TEST_TMPDIR/data"
  SECRET=$(sed -n 's/^SESSION_SECRET=//p' "$1/run/vaultsphere.conf")
  sed -i "s|$1|$BATS_TEST_TMPDIR/data|" "$BATS_TEST_TMPDIR/data/run/vaultsphere.conf"
  DATA=$BATS_TEST_TMPDIR/data
  if [ "$STORE" = dynamodb ]; then
    local from
    from=$(sed -n "s/^DYNAMODB_USERS_TABLE=\(.*\)Users$/\1/p" "$1/run/vaultsphere.conf")
    VS_TABLES=t$$-$RANDOM$RANDOM-
    python3 -IS "$BATS_TEST_DIRNAME/helpers/ddb.py" copy "$VS_DYNAMODB" "$from" "$VS_TABLES" || fail 'not copied'
    sed -i "s|^\(DYNAMODB_[A-Z]*_TABLE\)=$from|\1=$VS_TABLES|" "$DATA/run/vaultsphere.conf"
  fi
  ADDR=10.$((RANDOM % 256)).$((RANDOM % 256)).$((RANDOM % 256))
}

declare -gA jar
jar_clear() { jar=(); }
jar_save() { declare -p jar >"$1"; }
jar_load() { source <(sed 's/^declare -A/declare -gA/;s/^declare -gA -g/declare -gA/' "$1"); }
jar_header() {
  local name out=
  for name in "${!jar[@]}"; do out+="${out:+; }$name=${jar[$name]}"; done
  printf '%s' "$out"
}
jar_read() {
  local line name value
  while read -r line; do
    [[ $line == [Ss]et-[Cc]ookie:* ]] || continue
    line=${line#*: }
    name=${line%%=*}
    value=${line#*=}
    value=${value%%;*}
    if [ -z "$value" ]; then unset "jar[$name]"; else jar[$name]=$value; fi
  done <<<"${headers//$'\r'/}"
}

# cgi_program PATH: the program's name and its PATH_INFO, as lighttpd.conf maps them
cgi_program() {
  local p=${1%%\?*}
  path_info=
  case $p in
    /api/entries/*) path_info=${p#/api/entries} program=api-entries ;;
    *)
      program=${p#/}
      program=${program//\//-}
      [ -e "$VS_BUILD/cgi-bin/$program" ] || program=not-found
      if [ "$program" = health ] && [[ $1 == *deep=1* ]]; then program=health-deep; fi
      ;;
  esac
}

cgi() {
  local method=$1 path=$2 data=${3-} query= type=${CTYPE-} answer cookie
  local -a env
  cgi_program "$path"
  [[ $path == *\?* ]] && query=${path#*\?}
  request_line="$method $path $data"
  cookie=${COOKIE-$(jar_header)}
  env=(REQUEST_METHOD="$method" REQUEST_URI="$path" SCRIPT_NAME="/${program}" QUERY_STRING="$query" SERVER_PROTOCOL=HTTP/1.1
    GATEWAY_INTERFACE=CGI/1.1 REMOTE_ADDR="${ADDR:-10.0.0.1}" HTTP_USER_AGENT="${AGENT:-curl/8}" HTTP_HOST=localhost:5001
    VAULTSPHERE_CONF="$DATA/run/vaultsphere.conf")
  [ -n "$path_info" ] && env+=(PATH_INFO="$path_info")
  [ -n "${ACCEPT-}" ] && env+=(HTTP_ACCEPT="$ACCEPT")
  [ -n "$cookie" ] && env+=(HTTP_COOKIE="$cookie")
  [ "${ORIGIN-}" = - ] || env+=(HTTP_ORIGIN="${ORIGIN:-$ORIGIN_OWN}")
  [ -n "${FETCH_SITE-}" ] && env+=(HTTP_SEC_FETCH_SITE="$FETCH_SITE")
  if [ "$method" = POST ] || [ "$method" = PUT ] || [ -n "$data" ]; then
    if [ -z "$type" ]; then
      case $data in "{"*) type=application/json ;; *) type=application/x-www-form-urlencoded ;; esac
    fi
    env+=(CONTENT_TYPE="$type" CONTENT_LENGTH="${LENGTH-$(byte_count "$data")}")
  fi
  # shellcheck disable=SC2086
  answer=$BATS_TEST_TMPDIR/answer.$BASHPID exit_code=0
  printf %s "$data" | env -i "${env[@]}" ${ENV-} ASAN_OPTIONS="${ASAN_OPTIONS-}" UBSAN_OPTIONS="${UBSAN_OPTIONS-}" \
    GCOV_PREFIX="${GCOV_PREFIX-}" ${STRACE-} "$VS_BUILD/cgi-bin/$program" >"$answer" 2>"$answer.err" || exit_code=$?
  # read with what the shell has: thousands of requests are made, and each program started for one would cost more than ours
  errors=$(<"$answer.err")
  { raw=$(<"$answer"); } 2>/dev/null
  headers=${raw%%$'\r\n\r\n'*}
  body=${raw#"$headers"}
  body=${body#$'\r\n\r\n'}
  headers=${headers//$'\r'/}
  status_code=none
  [[ $headers =~ (^|$'\n')Status:\ *([0-9]+) ]] && status_code=${BASH_REMATCH[2]}
  printf '> %.500s\n%s %s\n\n%.1500s\n%.2000s\n' "$request_line" "$status_code" "$(header Location)" "$body" "$errors" >&2
  [ -n "${COOKIE+x}" ] || jar_read # a borrowed cookie leaves the jar alone
  if [[ $errors == *Sanitizer* || $errors == *'runtime error'* ]]; then fail "sanitizer report: $errors"; fi
  return "$exit_code" # said what it answered before, and why
}
byte_count() {
  local LC_ALL=C
  printf '%s' "${#1}"
}

# page METHOD PATH [DATA]: as a browser; a POST carries the form token of the session.
page() {
  local data=${3-}
  if [ "$1" = POST ]; then
    [ -n "${csrf-}" ] || page_token
    data="${data:+$data&}csrf=$csrf"
  fi
  ACCEPT='text/html,application/xhtml+xml' cgi "$1" "$2" "$data"
}

# form_value NAME: of that hidden field of the page in $body
form_value() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" <<<"$body" | head -1; }

# The token that every form of this session carries, read from a page as a browser would.
page_token() {
  local keep_status=${status_code-} keep_headers=${headers-} keep_body=${body-}
  ACCEPT=text/html cgi GET /entry/new
  csrf=$(form_value csrf)
  status_code=$keep_status headers=$keep_headers body=$keep_body
}

# header NAME: its value in the last answer
header() {
  local line name=${1,,}
  while read -r line; do
    if [[ ${line,,} == "$name":* ]]; then
      line=${line#*:}
      printf '%s' "${line# }"
      return
    fi
  done <<<"$headers"
}

# urlencode TEXT
urlencode() {
  # shellcheck disable=SC2016 # gojq's variable
  gojq -rn --arg t "$1" '$t|@uri|gsub("[+]";"%20")' # this one writes a space as +
}

# hold_vault STORE: another program uses the vault from here on; sets held
hold_vault() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  "$1" hold "$DATA/vault.db" sh -c 'echo >"$0"; exec sleep 30' "$BATS_TEST_TMPDIR/holding" 3>&- &
  held=$!
  for _ in $(seq 500); do [ ! -e "$BATS_TEST_TMPDIR/holding" ] || return 0; sleep 0.01; done
  fail 'it does not hold'
}

# The store cannot be reached from now on, and again.
store_away() {
  if [ "$STORE" = dynamodb ]; then
    cp "$DATA/run/vaultsphere.conf" "$DATA/run/reached"
    sed -i "s|^DYNAMODB_ENDPOINT=.*|DYNAMODB_ENDPOINT=http://127.0.0.1:9/|;s|^DYNAMODB_SOCKET=.*|DYNAMODB_SOCKET=$DATA/run/none|" "$DATA/run/vaultsphere.conf"
  else
    mv "$DATA/vault.db" "$DATA/away.db"
  fi
}
store_back() {
  if [ "$STORE" = dynamodb ]; then
    mv "$DATA/run/reached" "$DATA/run/vaultsphere.conf"
    chmod 640 "$DATA/run/vaultsphere.conf"
  else
    mv "$DATA/away.db" "$DATA/vault.db"
  fi
}

db() { # one SQL statement on the test's database
  if [ "$STORE" = dynamodb ]; then
    python3 -IS "$BATS_TEST_DIRNAME/helpers/ddb.py" sql "$VS_DYNAMODB" "$VS_TABLES" "$1"
    return
  fi
  sqlite3 -cmd '.timeout 5000' "$DATA/vault.db" "$1"
}
