# /metrics: what happened stands there, once for each time, and nothing about whom.

setup() {
  load helpers/begin
  load helpers/dynamodb
  vs_new
  client=$ADDR
}

teardown() {
  proxy_stop
  [ -z "${holder-}" ] || kill "$holder" 2>/dev/null || true
}

# metrics: asks as this machine; figure NAME[{LABELS}] is then the number
metrics() {
  ADDR=127.0.0.1 COOKIE='' cgi GET /metrics
  assert_status 200
}
figure() { awk -v n="vaultsphere_$1" 'index($0, n " ") == 1 { print $2 }' <<<"$body"; }
has() { # FIGURE NUMBER
  assert_equal "$1 $(figure "$1")" "$1 $2"
}

@test "requests by program and class of status, with the time of each in its bucket" {
  for _ in 1 2 3; do cgi GET /health; done
  cgi GET '/health?nosuch=1'
  assert_status 400
  cgi GET /session
  assert_status 401
  ACCEPT=text/html cgi GET /vault
  assert_status 303
  cgi GET /nosuch
  assert_status 404
  metrics
  assert_equal "$(header Content-Type)" 'text/plain; version=0.0.4; charset=utf-8'
  has 'requests_total{route="health",status="2xx"}' 3
  has 'requests_total{route="health",status="4xx"}' 1
  has 'requests_total{route="session",status="4xx"}' 1
  has 'requests_total{route="vault",status="3xx"}' 1
  has 'requests_total{route="not-found",status="4xx"}' 1
  has 'requests_total{route="metrics",status="2xx"}' 0
  has 'request_duration_seconds_count{route="health"}' 4
  has 'request_duration_seconds_bucket{route="health",le="+Inf"}' 4
  # what lies in the buckets adds up, and the sum of the times lies between what they allow
  python3 - "$body" <<'PY'
import re, sys
by = {}
for m in re.finditer(r'request_duration_seconds_bucket\{route="([^"]*)",le="([^"]*)"\} (\d+)', sys.argv[1]):
    by.setdefault(m[1], []).append((float(m[2]), int(m[3])))
assert len(by) > 40, len(by)
for route, row in by.items():
    assert [b for b, _ in row] == [.001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, float("inf")], route
    assert all(a[1] <= b[1] for a, b in zip(row, row[1:])), route
    low, before = 0.0, 0
    total = float(re.search(r'request_duration_seconds_sum\{route="%s"\} ([0-9.]+)' % route, sys.argv[1])[1])
    least = sum((n - (row[i - 1][1] if i else 0)) * (row[i - 1][0] if i else 0) for i, (_, n) in enumerate(row))
    assert total >= least and (total > 0) == (row[-1][1] > 0), (route, total, least)
PY
  metrics
  has 'requests_total{route="metrics",status="2xx"}' 1
}

@test "logins, registrations, sessions, slots and tries that were too many" {
  ADDR=$client
  register alice
  cgi POST /logout
  assert_status 204
  login alice
  for _ in 1 2; do cgi POST /login "username=alice&password=wrong+horse+battery&code=000000"; done
  assert_status 401
  metrics
  has 'registrations_total' 1
  has 'logins_total{result="ok"}' 1
  has 'logins_total{result="failed"}' 2
  has 'sessions_started_total' 2
  has 'sessions_ended_total' 1
  has 'throttled_total' 0
  # each makes one memory-hard call; the registration two, for password and phrase
  has 'kdf_total{result="ran"}' 5
  has 'kdf_total{result="refused"}' 0
  has 'requests_total{route="login",status="4xx"}' 2
  ADDR=$client
  for _ in $(seq 12); do cgi POST /login "username=nobody&password=some+horse+battery&code=000000"; [ "$status_code" != 429 ] || break; done
  assert_status 429
  metrics
  has 'throttled_total' 1
}

@test "slots that are taken, and a request that got none" {
  python3 - "$DATA/run" >"$BATS_TEST_TMPDIR/held" 3>&- <<'PY' &
import fcntl, sys, time
run = sys.argv[1]
slots = [open(run + '/kdf.' + n, 'a+') for n in '01']
for s in slots: fcntl.flock(s, fcntl.LOCK_EX)
wait = open(run + '/kdf.wait', 'a+')
for i in range(3): fcntl.lockf(wait, fcntl.LOCK_EX, 1, i)
print('held', flush=True)
time.sleep(30)
PY
  holder=$!
  for _ in $(seq 100); do
    [ -s "$BATS_TEST_TMPDIR/held" ] && break
    sleep 0.05
  done
  metrics
  has kdf_slots 2
  has kdf_busy 2
  has kdf_waiting 3
  ADDR=$client
  cgi POST /login "username=alice&password=some+horse+battery&code=000000"
  assert_status 503
  metrics
  has 'kdf_total{result="refused"}' 1
  has kdf_waits_total 1
  has 'logins_total{result="failed"}' 0
  kill "$holder"
  wait "$holder" 2>/dev/null || true
  holder=
  metrics
  has kdf_busy 0
  has kdf_waiting 0
}

@test "what the store could not do (SQLite)" {
  [ "$STORE" = sqlite ] || skip 'about SQLite'
  rm -f "$DATA/vault.db"*
  head -c 8192 /dev/urandom >"$DATA/vault.db"
  cgi GET '/health?deep=1'
  assert_status 503
  metrics
  has 'store_errors_total{kind="broken"}' 1
  has 'store_errors_total{kind="busy"}' 0
  has 'requests_total{route="health-deep",status="5xx"}' 1
  [ "$(figure database_bytes)" = 8192 ] || fail "$(figure database_bytes) bytes"
  [ "$(figure disk_size_bytes)" -ge "$(figure disk_free_bytes)" ] || fail 'more free than there is'
}

@test "what the store could not do (DynamoDB): throttled, failing, out of reach, refused; and what was tried again" {
  [ "$STORE" = dynamodb ] || skip 'about DynamoDB'
  proxy_start
  for f in throttle e500 refuse; do
    fault "{\"fault\":\"$f\",\"times\":1}"
    cgi GET '/health?deep=1'
    assert_status 200
  done
  metrics
  has 'store_errors_total{kind="throttled"}' 1
  has 'store_errors_total{kind="server"}' 1
  has 'store_errors_total{kind="unreachable"}' 1
  has 'store_errors_total{kind="refused"}' 0
  has store_retries_total 3
}

@test "no name, no address, no id, nothing that was typed" {
  ADDR=$client
  register alice
  entry 'site=Bank&username=someone&password=hunter2hunter2'
  cgi GET "/api/entries/$id"
  cgi GET '/vault?q=needle'
  metrics
  refute_regex "$body" "alice|$client|$id|Bank|someone|hunter|needle|$SECRET|$DATA"
  # labels are these alone
  assert_equal "$(grep -o '[a-z]*="' <<<"$body" | sort -u | tr -d '\n')" 'kind="le="process="result="route="status="store="version="' ||
    assert_equal "$(grep -o '[a-z]*="' <<<"$body" | sort -u | tr -d '\n')" 'kind="le="result="route="status="store="version="'
}

@test "forty at once: not one is lost" {
  for _ in $(seq 40); do (cgi GET /health 2>/dev/null) & done
  wait $(jobs -p)
  metrics
  has 'requests_total{route="health",status="2xx"}' 40
  assert_equal "$(ls "$DATA/run" | grep -c '^counters')" 1
}

@test "a wrong, old, short or missing file, and a folder that cannot be written to: every request goes on" {
  cgi GET /health
  for bad in '' short "$(head -c 20000 /dev/zero | tr '\0' x)"; do
    printf '%s' "$bad" >"$DATA/run/counters"
    cgi GET /health
    assert_status 200
    metrics
    has 'requests_total{route="health",status="2xx"}' 1
  done
  rm "$DATA/run/counters"
  mkdir "$DATA/run/counters"
  cgi GET /health
  assert_status 200
  metrics
  assert_equal "$(figure counters_start_time_seconds)" ''
  has kdf_slots 2
  rmdir "$DATA/run/counters"
  # a folder in which nobody can make a file, and none at all; a full disk: tests/unit/test_base_count.c
  for dir in /proc /nonexistent ''; do
    sed -i "s|^RUN_DIR=.*|RUN_DIR=$dir|" "$DATA/run/vaultsphere.conf"
    cgi GET /health
    assert_status 200
    metrics
    assert_equal "$(figure counters_start_time_seconds)" ''
  done
}

@test "for this machine and admins alone; what a proxy passed on is not from this machine" {
  for address in 10.0.0.1 ::2 unknown 128.0.0.1 169.254.169.254; do
    ADDR=$address cgi GET /metrics
    assert_status 404
    refute_regex "$body" vaultsphere_
  done
  for forwarded in HTTP_X_FORWARDED_FOR=127.0.0.1 HTTP_X_FORWARDED_FOR= HTTP_FORWARDED=for=127.0.0.1; do
    ADDR=127.0.0.1 ENV=$forwarded cgi GET /metrics
    assert_status 404
    refute_regex "$body" vaultsphere_
  done
  for address in 127.0.0.1 127.1.2.3 ::1 ::ffff:127.0.0.1; do
    ADDR=$address cgi GET /metrics
    assert_status 200
  done
}

@test "standard refusals" {
  ADDR=127.0.0.1
  refuses_methods /metrics 'GET' POST PUT DELETE
  cgi GET '/metrics?nosuch=1'
  assert_status 400
}
