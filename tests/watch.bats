# Watching a server from outside: its own keeper, Prometheus' checker on real output, rules, dashboard. A real lighttpd, started by ops/start.sh.

setup_file() {
  load helpers/cgi
  load helpers/server
  promtool=$(B=${VS_BUILD%/*} "$BATS_TEST_DIRNAME/tools/promtool.sh" 2>"$BATS_FILE_TMPDIR/promtool.err") || { cat "$BATS_FILE_TMPDIR/promtool.err"; return 1; }
  promtool=$(cd "$(dirname "$promtool")" && pwd)/promtool
  DATA=$BATS_FILE_TMPDIR/data
  server_start
  export promtool url server_pid DATA
}

teardown_file() {
  load helpers/server
  server_stop
}

setup() {
  load helpers/cgi
  load helpers/account
  load helpers/server
  ops=$BATS_TEST_DIRNAME/../ops
}

metrics() {
  http GET /metrics
  assert_status 200
  printf '%s\n' "$body" >"$BATS_TEST_TMPDIR/metrics"
}
figure() { awk -v n="vaultsphere_$1" 'index($0, n " ") == 1 { print $2 }' "$BATS_TEST_TMPDIR/metrics"; }
# within SECONDS FIGURE NUMBER: until it is that
within() {
  for _ in $(seq $(($1 * 10))); do
    metrics 2>/dev/null
    [ "$(figure "$2")" != "$3" ] || return 0
    sleep 0.1
  done
  fail "$2 is $(figure "$2"), not $3"
}

@test "metrics of a server at work: promtool has nothing to say about them" {
  http GET /health
  register_http alice
  metrics
  "$promtool" check metrics <"$BATS_TEST_TMPDIR/metrics"
  [ "$(figure 'requests_total{route="health",status="2xx"}')" -ge 1 ] || fail 'not counted'
  assert_equal "$(figure registrations_total)" 1
  assert_equal "$(figure "build_info{version=\"$("$VS_BUILD/cgi-bin/metrics" --version | cut -d ' ' -f 2)\",store=\"sqlite\"}")" 1
  [ $(($(date +%s) - $(figure start_time_seconds))) -lt 60 ] || fail 'started long ago'
  for process in web keeper; do
    kib=$(($(figure "resident_bytes{process=\"$process\"}") / 1024))
    [ "$kib" -gt 500 ] && [ "$kib" -lt 20000 ] || fail "$process: $kib KiB"
  done
  # garbage is seen as such
  run bash -c "sed 's/^# TYPE vaultsphere_kdf_total counter/# TYPE vaultsphere_kdf_total speed/' '$BATS_TEST_TMPDIR/metrics' | '$promtool' check metrics"
  [ "$status" != 0 ] || fail 'promtool takes anything'
}

@test "pages of the server, for this machine and not through a proxy" {
  for path in /metrics /instance /admin/status; do
    http GET "$path"
    assert_status 200
    http GET "$path" '' -H 'X-Forwarded-For: 127.0.0.1'
    assert_status 404
    http GET "$path" '' -H 'Accept: text/html'
    assert_status 200
  done
  http GET /admin/status
  assert_json .state fine
  assert_equal "$(stat -c '%a' "$DATA/run/counters" "$DATA/run/history" | tr '\n' ' ')" '600 600 '
}

@test "a web server that dies or is renewed is counted, and counters outlive both" {
  metrics
  before=$(figure 'requests_total{route="metrics",status="2xx"}')
  kill -9 "$(pgrep -P "$server_pid" lighttpd)"
  within 5 web_restarts_total 1
  assert_equal "$(figure web_renewals_total)" 0
  kill -USR1 "$server_pid"
  within 5 web_renewals_total 1
  [ "$(figure 'requests_total{route="metrics",status="2xx"}')" -gt "$before" ] || fail 'counted anew'
}

@test "every request has one line of JSON that a log shipper can take, with what identifies it" {
  for path in /health '/api/entries?q=needle' '/entry?id=%22%5Cquote' '/nosuch/%C3%BC%22x' '/assets/nosuch.css' /help; do
    http GET "$path"
  done
  http GET /health '' -H 'Cookie: __Host-vs=needle' -A 'agent"with\quotes'
  id=$(sed -n 's/^X-Request-Id: //p' <<<"$headers")
  kill -HUP "$server_pid" # the log is written when its buffer is full, or now
  for _ in $(seq 50); do
    grep -q "$id" "$DATA/log/access.log" && break
    sleep 0.1
  done
  jq -es 'all(.[]; has("time") and has("address") and has("method") and has("path") and has("status") and has("us") and has("id"))' "$DATA/log/access.log" >/dev/null ||
    fail "no JSON: $(grep -v '^{.*}$' "$DATA/log/access.log" | head -3)"
  [ "$(grep -c "$id" "$DATA/log/access.log")" = 1 ] || fail 'not one line'
  refute_regex "$(cat "$DATA/log/access.log")" 'needle'
}

@test "the configuration and the rules are such, and each alert fires when it should" {
  "$promtool" check config "$ops/prometheus/prometheus.yml"
  "$promtool" check rules "$ops/prometheus/alerts.yml"
  (cd "$ops/prometheus" && "$promtool" test rules alerts_test.yml)
  # all of them are in the test
  for alert in $(sed -n 's/.*- alert: //p' "$ops/prometheus/alerts.yml"); do
    grep -q "alertname=\"$alert\"" "$ops/prometheus/alerts_test.yml" || fail "$alert is not tested"
  done
}

@test "dashboard and rules ask only for what is really there" {
  metrics
  # with a pool that is up, in a configuration of its own, for the figures that DynamoDB alone has
  printf 'vaultsphere_%s 0\n' $(sed -n 's/.*P "\(pool_[a-z_]*\)".*/\1/p' "$BATS_TEST_DIRNAME/../common/route/metrics_text.c") >>"$BATS_TEST_TMPDIR/metrics"
  there=$(sed -n 's/^\(vaultsphere_[a-z_]*\).*/\1/p' "$BATS_TEST_TMPDIR/metrics" | sort -u)
  asked=$(jq -r '[.panels[].targets[].expr, .templating.list[].definition // empty]|.[]' "$ops/grafana/dashboard.json" | grep -o 'vaultsphere_[a-z_]*' | sort -u)
  [ "$(wc -l <<<"$asked")" -gt 20 ] || fail "the dashboard asks for $asked"
  assert_equal "$(comm -23 <(echo "$asked") <(echo "$there"))" ''
  asked=$(grep -o 'vaultsphere_[a-z_]*' "$ops/prometheus/alerts.yml" | sort -u)
  assert_equal "$(comm -23 <(echo "$asked") <(echo "$there"))" ''
  # and the guide says what each family means
  for name in $(sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$BATS_TEST_TMPDIR/metrics") $(sed -n 's/.*P "\(pool_[a-z_]*\)".*/vaultsphere_\1/p' "$BATS_TEST_DIRNAME/../common/route/metrics_text.c"); do
    grep -q "\`${name#vaultsphere_}" "$ops/WATCH.md" || fail "ops/WATCH.md has no word about $name"
  done
  # a dashboard of Grafana 10: each panel has its place, its source and at least one query; each query is one that Prometheus understands
  jq -e '.schemaVersion >= 38 and (.panels|length > 10) and all(.panels[]; .id and .title and .type and .gridPos.w and .datasource.uid == "${datasource}" and (.targets|length > 0))
    and ([.panels[].id]|length == (unique|length)) and all(.panels[]; .gridPos.x + .gridPos.w <= 24)' "$ops/grafana/dashboard.json" >/dev/null || fail 'not such a dashboard'
  jq -r '"groups: [{name: all, rules: [", ([.panels[].targets[].expr] | to_entries[] | "{record: \"r:\(.key)\", expr: \(.value | gsub("\\$__rate_interval"; "5m") | @json)},"), "]}]"' \
    "$ops/grafana/dashboard.json" >"$BATS_TEST_TMPDIR/rules.yml"
  "$promtool" check rules --lint=none "$BATS_TEST_TMPDIR/rules.yml"
}
