# The start script: what it makes, what it refuses, how fast and how small it is.

setup() {
  load helpers/cgi
  load helpers/account
  load helpers/server
  BATS_FILE_TMPDIR=$BATS_TEST_TMPDIR
  DATA=$BATS_TEST_TMPDIR/data
}

teardown() {
  server_stop
}

refuses() { # NAME=VALUE... SENTENCE
  local sentence=${*: -1}
  run env BUILD="$(dirname "$VS_BUILD")" DATA="$DATA" PORT=5999 "${@:1:$#-1}" timeout 5 "$BATS_TEST_DIRNAME/../ops/start.sh"
  assert_equal "$status" 1
  assert_regex "$output" "$sentence"
  assert_equal "$(wc -l <<<"$output")" 1
}

@test "a wrong value stops the start with one clear sentence" {
  refuses PORT=abc 'PORT must be a whole number'
  refuses PORT=0 'PORT must lie between'
  refuses PORT=70000 'PORT must lie between'
  refuses STORE=mysql 'STORE must be'
  refuses REGISTRATION=maybe 'REGISTRATION must be open, invite or closed'
  refuses SESSION_IDLE=-1 'SESSION_IDLE must be a whole number'
  refuses SESSION_IDLE=700 SESSION_MAX=600 'SESSION_MAX .* below'
  refuses SESSION_SECRET='not base64!' 'SESSION_SECRET must be base64'
  refuses SESSION_SECRET=c2hvcnQ= 'SESSION_SECRET must be base64 of 32'
  refuses TLS=maybe 'TLS must be auto or off'
  refuses TLS_CERT=/nonexistent 'TLS_CERT and TLS_KEY'
  refuses TRUSTED_PROXIES='a;b' 'TRUSTED_PROXIES must be'
  refuses PUBLIC_ORIGIN=vault.example 'PUBLIC_ORIGIN must be'
  refuses DATA=/proc/nothing 'DATA'
  refuses RUN=/proc/nothing 'RUN'
  refuses LOG=/proc/nothing 'LOG'
}

@test "a database without its secret is not started over" {
  server_start
  server_stop
  mv "$DATA/secret" "$DATA/away"
  refuses DATA="$DATA" 'secret is not'
}

@test "what is made is nobody else's: folder 0700, secret and database 0600, configuration 0640" {
  server_start
  assert_equal "$(stat -c %a "$DATA")" 700
  assert_equal "$(stat -c %a "$DATA/secret")" 600
  assert_equal "$(stat -c %a "$DATA/vault.db")" 600
  assert_equal "$(stat -c %a "$DATA/run/vaultsphere.conf")" 640
  assert_equal "$(base64 -d <"$DATA/secret" | wc -c)" 32
}

@test "RUN elsewhere: nothing of the run lies in DATA, and a second server works on the same DATA beside the first" {
  server_start RUN="$BATS_TEST_TMPDIR/one"
  first=$server_pid first_url=$url
  COOKIES=$BATS_TEST_TMPDIR/cookies register_http alice
  [ ! -e "$DATA/run" ] || fail "$(ls "$DATA/run")"
  assert_equal "$(stat -c %a "$BATS_TEST_TMPDIR/one/vaultsphere.conf")" 640
  assert_regex "$(grep RUN_DIR "$BATS_TEST_TMPDIR/one/vaultsphere.conf")" 'one$'
  : >"$BATS_FILE_TMPDIR/start.out"
  server_start RUN="$BATS_TEST_TMPDIR/two"
  # one secret, one database: whoever came in by the one is known to the other
  ORIGIN=$url COOKIES=$BATS_TEST_TMPDIR/cookies http GET /session
  assert_json .username alice
  kill "$first"
  wait "$first" || :
  COOKIES=$BATS_TEST_TMPDIR/cookies http GET /session
  assert_json .username alice
  if curl -s --max-time 2 "$first_url/health" >/dev/null; then fail 'the first is still there'; fi
}

@test "LOG=stderr: requests, programs and errors come to standard error, nothing to a file" {
  PORT=$(free_port)
  for f in out err; do # pipes, as a container has them
    mkfifo "$BATS_TEST_TMPDIR/$f.pipe"
    cat "$BATS_TEST_TMPDIR/$f.pipe" >"$BATS_TEST_TMPDIR/$f" 3>&- &
  done
  env BUILD="$(dirname "$VS_BUILD")" DATA="$DATA" PORT="$PORT" LOG=stderr "$BATS_TEST_DIRNAME/../ops/start.sh" >"$BATS_TEST_TMPDIR/out.pipe" 2>"$BATS_TEST_TMPDIR/err.pipe" 3>&- &
  server_pid=$! url=http://localhost:$PORT
  for i in $(seq 300); do grep -q 'answers at' "$BATS_TEST_TMPDIR/out" && break || sleep 0.02; done
  http POST /login 'username=nobody&password=wrong+horse'
  assert_status 401
  id=$(header X-Request-Id)
  mv "$DATA/vault.db" "$DATA/away"
  http GET '/health?deep=1'
  assert_status 503
  mv "$DATA/away" "$DATA/vault.db"
  kill -HUP "$server_pid" # opens them again
  sleep 0.2
  http GET /health
  server_stop
  assert_equal "$(jq -r "select(.id == \"$id\") | .path // empty" < <(grep '^{' "$BATS_TEST_TMPDIR/err"))" /cgi-bin/login
  assert_equal "$(grep -c '"path":"/cgi-bin/health"' "$BATS_TEST_TMPDIR/err")" 1
  grep -q '"level":"error"' "$BATS_TEST_TMPDIR/err" || fail "$(cat "$BATS_TEST_TMPDIR/err")"
  [ ! -e "$DATA/log" ] || fail "$(ls -l "$DATA/log")"
  assert_equal "$(find "$DATA/run/log" -type f)" ''
}

@test "the first answer comes within 300 ms, again after a restart; nobody is logged out" {
  server_start
  COOKIES=$BATS_TEST_TMPDIR/cookies register_http alice
  server_stop
  best=9999
  for _ in 1 2 3; do
    rm -f "$BATS_FILE_TMPDIR/start.out"
    t0=$(date +%s%N)
    server_start
    ms=$((($(date +%s%N) - t0) / 1000000))
    [ "$ms" -ge "$best" ] || best=$ms
    server_stop
  done
  echo "first answer after $best ms" >&2
  [ "$best" -le 300 ] || fail "$best ms"
}

@test "what it keeps alive is at most 6 MB resident, idle" {
  server_start
  http GET /health
  sleep 0.5
  total=0
  for p in "$server_pid" $(pgrep -P "$server_pid"); do
    kb=$(awk '/^Rss:/ { s += $2 } END { print s + 0 }' "/proc/$p/smaps_rollup" 2>/dev/null || echo 0)
    echo "$p $(tr '\0' ' ' <"/proc/$p/cmdline") $kb KiB" >&2
    total=$((total + kb))
  done
  [ "$total" -gt 0 ] && [ "$total" -le 6144 ] || fail "$total KiB"
}

@test "TLS=auto: own authority, https, HSTS, __Host- cookies; http is not spoken" {
  server_start TLS=auto
  grep -q 'ca.crt' "$BATS_FILE_TMPDIR/start.out" || fail "not said how to trust it: $(cat "$BATS_FILE_TMPDIR/start.out")"
  http GET /health
  assert_status 200
  assert_regex "$(header Strict-Transport-Security)" 'max-age=31536000'
  assert_equal "$(grep -ci '^strict-transport-security:' <<<"$headers")" 1
  http GET /
  assert_equal "$(grep -ci '^strict-transport-security:' <<<"$headers")" 1
  register_http alice
  assert_regex "$headers" '__Host-vs='
  http GET /session
  assert_json .username alice
  for v in 1.0 1.1; do
    if openssl s_client -connect "localhost:$PORT" "-tls${v/./_}" -CAfile "$DATA/tls/ca.crt" </dev/null >/dev/null 2>&1; then fail "TLS $v is spoken"; fi
  done
}

@test "plain http carries no HSTS header" {
  server_start
  for p in / /health /nosuch; do
    http GET "$p"
    refute_regex "$headers" '[Ss]trict-[Tt]ransport'
  done
}

@test "a signal stops everything that was started" {
  server_start
  server_stop
  for _ in $(seq 100); do pgrep -f "$DATA/run/lighttpd.conf" >/dev/null || break; sleep 0.05; done
  if pgrep -f "$DATA/run/lighttpd.conf" >/dev/null; then fail "left over"; fi
  if curl -s --max-time 2 "$url/health" >/dev/null; then fail "still there"; fi
}

@test "a web server that dies is replaced" {
  server_start
  pkill -9 -P "$server_pid" lighttpd
  for i in $(seq 100); do
    curl -fs "$url/health" >/dev/null && break
    sleep 0.02
  done
  http GET /health
  assert_status 200
}

@test "another server takes over under load and no request is lost" {
  server_start
  (for i in $(seq 400); do curl -s -o /dev/null --max-time 10 -w '%{http_code}\n' "$url/health"; done >"$BATS_TEST_TMPDIR/codes") &
  asking=$!
  before=$(pgrep -P "$server_pid" lighttpd)
  for i in 1 2 3; do
    kill -USR1 "$server_pid"
    sleep 0.8
  done
  wait $asking
  assert_equal "$(sort "$BATS_TEST_TMPDIR/codes" | uniq -c | tr -s ' ')" ' 400 200'
  after=$(pgrep -P "$server_pid" lighttpd)
  [ "$after" != "$before" ] || fail "still $before"
  assert_equal "$(wc -w <<<"$after")" 1
}

@test "a port in use is said, and nothing is left running" {
  server_start
  run env BUILD="$(dirname "$VS_BUILD")" DATA="$BATS_TEST_TMPDIR/other" PORT="$PORT" timeout 5 "$BATS_TEST_DIRNAME/../ops/start.sh"
  assert_equal "$status" 1
  assert_regex "$output" "VaultSphere does not start: $PORT: Address already in use"
  if pgrep -f "$BATS_TEST_TMPDIR/other" >/dev/null; then fail "left over"; fi
}
