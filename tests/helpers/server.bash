# server.bash - a real lighttpd with the real start script, on a port and in a data folder of the test's own.

# server_start [NAME=VALUE...]: sets url, server_pid, DATA
server_start() {
  local i
  DATA=${DATA:-$BATS_FILE_TMPDIR/data}
  PORT=$(free_port)
  scheme=http
  [[ " $* " == *" TLS=auto "* || " $* " == *TLS_CERT=* ]] && scheme=https
  url=$scheme://localhost:$PORT
  : >"$BATS_FILE_TMPDIR/start.out" # the one before said that it answers, too
  env BUILD="$(dirname "$VS_BUILD")" STORE="$(basename "$VS_BUILD")" DATA="$DATA" PORT="$PORT" "$@" "$BATS_TEST_DIRNAME/../ops/start.sh" >"$BATS_FILE_TMPDIR/start.out" 2>&1 3>&- &
  server_pid=$!
  for i in $(seq 300); do
    grep -q 'answers at' "$BATS_FILE_TMPDIR/start.out" && return 0
    kill -0 "$server_pid" 2>/dev/null || break
    sleep 0.02
  done
  cat "$BATS_FILE_TMPDIR/start.out" >&2
  return 1
}

server_stop() {
  [ -n "${server_pid-}" ] || return 0
  kill "$server_pid" 2>/dev/null
  wait "$server_pid" 2>/dev/null
  server_pid=
  sed -n 's/^var.vs_memory = "\(.*\)"$/\1/p' "$DATA/run/lighttpd.conf" 2>/dev/null | xargs -r rmdir 2>/dev/null || : # unless something is kept there
}

# http METHOD PATH [DATA] [CURL OPTION...]: sets status_code, headers, body; cookies are kept in $COOKIES
http() {
  local method=$1 path=$2 data=${3-}
  shift
  shift
  [ $# -gt 0 ] && shift
  local -a o=(-s -S --path-as-is -X "$method" -D "$BATS_TEST_TMPDIR/h" -o "$BATS_TEST_TMPDIR/b" -w '%{http_code}' --max-time 15
    -H "Origin: ${ORIGIN:-$url}" -b "${COOKIES:-$BATS_TEST_TMPDIR/cookies}" -c "${COOKIES:-$BATS_TEST_TMPDIR/cookies}")
  [ -e "$DATA/tls/ca.crt" ] && o+=(--cacert "$DATA/tls/ca.crt")
  if [ -n "$data" ]; then
    case $data in "{"*) o+=(-H 'Content-Type: application/json') ;; esac
    o+=(--data-binary "$data")
  fi
  : >"$BATS_TEST_TMPDIR/b"
  status_code=$(curl "${o[@]}" "$@" "$url$path" 2>"$BATS_TEST_TMPDIR/curl.err")
  headers=$(tr -d '\r' <"$BATS_TEST_TMPDIR/h")
  body=$(tr -d '\0' <"$BATS_TEST_TMPDIR/b")
  errors=$(cat "$BATS_TEST_TMPDIR/curl.err")
  request_line="$method $path"
  printf '> %.300s\n%s\n%.1200s\n' "$request_line $data" "$status_code" "$body" >&2
}

# register_http NAME: a person through the server; sets totp_secret, phrase
register_http() {
  http POST /register "username=$1&email=$1@example.org&password=$(urlencode "$PASSWORD")" "${@:2}"
  assert_status 201
  totp_secret=$(gojq -r .secret <<<"$body")
  http POST /register/totp "code=$(code)" "${@:2}"
  assert_status 200
  phrase=$(gojq -r .phrase <<<"$body")
  local words
  read -ra words <<<"$phrase"
  http POST /register/phrase "word2=${words[1]}&word4=${words[3]}" "${@:2}"
  assert_status 201
}
