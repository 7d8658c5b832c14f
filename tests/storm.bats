# Many at once against a real server on DynamoDB, through the real pool, while things break: what was told as done is done, once.
# STORM_OPS, STORM_EMAILS: how much (short in `make test`, 10,000 and 20 in `make soak`).

setup() {
  load helpers/cgi
  load helpers/account
  load helpers/server
  load helpers/dynamodb
  [ "$STORE" = dynamodb ] || skip 'about DynamoDB'
  BATS_FILE_TMPDIR=$BATS_TEST_TMPDIR
  DATA=$BATS_TEST_TMPDIR/data
  mkdir -p "$DATA"
  proxy_start
  tls_start
  VS_TABLES=s$$-$RANDOM-
  start
  printf '%s' "$server_pid" >"$BATS_TEST_TMPDIR/server"
}

start() { # [NAME=VALUE...]
  server_start AWS_ENDPOINT_URL_DYNAMODB="https://localhost:$tls_port" DYNAMODB_CA="$VS_POOL_CA" AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \
    DYNAMODB_USERS_TABLE="${VS_TABLES}Users" DYNAMODB_ACCOUNTS_TABLE="${VS_TABLES}Accounts" DYNAMODB_PASSWORDS_TABLE="${VS_TABLES}Passwords" \
    SESSION_IDLE=7200 TRUSTED_PROXIES=127.0.0.1 "$@"
}

teardown() {
  server_stop
  hop_stop
  proxy_stop
}

signed_in() {
  register_http alice
  awk '/\tvs\t/ { print "vs=" $7 }' "$BATS_TEST_TMPDIR/cookies" >"$BATS_TEST_TMPDIR/jar"
  [ -s "$BATS_TEST_TMPDIR/jar" ] || fail 'no session'
}
storm() {
  run timeout 1500 python3 "$BATS_TEST_DIRNAME/faults/storm.py" "$1" "$url" "$BATS_TEST_TMPDIR" "${@:2}"
  printf '%s\n' "$output" | tee -a "${STORM_LOG:-/dev/null}" >&2
  assert_equal "$status" 0
}
# faults while the work goes on, none before and after
faults_between() {
  until [ -e "$BATS_TEST_TMPDIR/go" ]; do sleep 0.05; done
  fault "$1"
  until [ -e "$BATS_TEST_TMPDIR/calm" ]; do sleep 0.05; done
  fault '{}'
}

@test "8 clients under 20 % mixed faults: no change that was told is lost, none is done twice, every answer within 8 s" {
  signed_in
  faults_between '{"fault":["throttle","e500","e503","refuse","cut","garbage","crc","lost","twice","conflict","slow"],"rate":0.2}' 3>&- &
  storm work clients=8 ops="${STORM_OPS:-400}"
}

@test "8 clients while the server's programs are killed: the history has no lost update" {
  signed_in
  faults_between '{}' 3>&- &
  storm work clients=8 ops="${STORM_OPS:-400}" kill=1
  assert_regex "$output" 'killed [1-9]'
}

@test "12 clients register the same emails: one winner each, and nothing is left of the others" {
  storm register clients=12 emails="${STORM_EMAILS:-3}"
  emails=${STORM_EMAILS:-3}
  assert_equal "$(db 'SELECT count(*) FROM users')" "$emails"
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind='email'")" "$emails"
  assert_equal "$(db "SELECT count(*) FROM users u JOIN accounts a ON a.kind='email' AND a.owner='email#'||u.email_lower AND a.username=u.username")" "$emails"
}

@test "the pool killed and started again under load: nothing but 503, and back within 2 s" {
  signed_in
  take_away() {
    local p
    for s in 9 15; do
      sleep 3
      p=$(pgrep -P "$server_pid" -x haproxy)
      touch "$BATS_TEST_TMPDIR/down"
      kill "-$s" "$p"
    done
  }
  take_away 3>&- &
  storm pool seconds=10
}

@test "without the pool: programs that speak TLS themselves, on the same data, and to nobody whose certificate is not vouched for" {
  signed_in
  http POST /api/entries site=Bank
  assert_status 201
  server_stop
  rm -f "$BATS_TEST_TMPDIR/start.out"
  start DYNAMODB_POOL=off
  assert_equal "$(pgrep -P "$server_pid" -c -x haproxy)" 0
  http GET /api/entries
  assert_status 200
  assert_equal "$(jq -r '.entries[0].site' <<<"$body")" Bank
  http POST /api/entries site=Second
  assert_status 201
  http GET /pool-stats
  assert_status 200
  assert_equal "$(jq -r .state <<<"$body")" none
  server_stop
  # the endpoint's certificate is one of another authority
  "$BATS_TEST_DIRNAME/../ops/tls-auto.sh" "$BATS_TEST_TMPDIR/other" >/dev/null
  rm -f "$BATS_TEST_TMPDIR/start.out"
  if start DYNAMODB_POOL=off DYNAMODB_CA="$BATS_TEST_TMPDIR/other/ca.crt"; then fail 'it started'; fi
  assert_regex "$(cat "$BATS_TEST_TMPDIR/start.out")" "tables are not usable"
  rm -f "$BATS_TEST_TMPDIR/start.out"
  if start DYNAMODB_CA="$BATS_TEST_TMPDIR/other/ca.crt"; then fail 'it started with the pool'; fi
}

@test "a pool that is slow to begin: whoever asks meanwhile waits, and nobody is told that the store is away" {
  server_stop
  rm -f "$BATS_TEST_TMPDIR/start.out"
  mkdir "$BATS_TEST_TMPDIR/slow"
  printf '#!/bin/sh\nsleep 1\nexec %s "$@"\n' "$(command -v haproxy)" >"$BATS_TEST_TMPDIR/slow/haproxy"
  chmod +x "$BATS_TEST_TMPDIR/slow/haproxy"
  PATH=$BATS_TEST_TMPDIR/slow:$PATH start
  register_http alice
  if grep -s 'curl 7' "$DATA/log/app.log"; then fail 'the pool was not there yet'; fi
}
