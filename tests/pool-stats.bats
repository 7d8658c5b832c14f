setup() {
  load helpers/begin
  vs_new
  ADDR=127.0.0.1
}

@test "without a pool it says so" {
  sed -i '/^POOL_STATS=/d' "$DATA/run/vaultsphere.conf"
  cgi GET /pool-stats
  assert_status 200
  assert_json .state none
  assert_json .opened 0
  page GET /pool-stats
  assert_regex "$body" 'keeps no pool'
  refute_regex "$body" '<table'
}

@test "a pool that is away is told as such, soon" {
  sed -i '/^POOL_STATS=/d' "$DATA/run/vaultsphere.conf"
  echo "POOL_STATS=$DATA/run/nobody.sock" >>"$DATA/run/vaultsphere.conf"
  cgi GET /pool-stats
  assert_json .state away
  page GET /pool-stats
  assert_regex "$body" 'does not answer'
  # one that takes the question and never answers
  python3 -c "
import socket, sys, time
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); print('ready', flush=True); time.sleep(5)" "$DATA/run/mute.sock" >"$BATS_TEST_TMPDIR/mute" 3>&- &
  mute=$!
  for _ in $(seq 100); do
    [ -s "$BATS_TEST_TMPDIR/mute" ] && break
    sleep 0.02
  done
  sed -i 's|nobody.sock|mute.sock|' "$DATA/run/vaultsphere.conf"
  t0=$(date +%s%3N)
  cgi GET /pool-stats
  assert_json .state away
  [ $(($(date +%s%3N) - t0)) -lt 2000 ] || fail 'more than 2 s'
  kill $mute
}

@test "figures of the pool: what was opened, what was reused, and at what rate" {
  [ -n "${VS_POOL_STATS-}" ] || skip 'no pool here'
  register alice
  cgi GET /pool-stats
  assert_json .state up
  assert_json .store dynamodb
  opened=$(jq .opened <<<"$body") reused=$(jq .reused <<<"$body")
  [ "$opened" -ge 1 ] || fail "$opened opened"
  for _ in $(seq 20); do cgi GET /api/entries; done
  cgi GET /pool-stats
  [ "$(jq .reused <<<"$body")" -ge $((reused + 35)) ] || fail "$reused, then $(jq .reused <<<"$body") reused"
  assert_json '.idle+.in_use <= .limit and .limit > 0' true
  assert_json '.reused_per_mille == (.reused * 1000 / (.reused + .opened) | floor)' true
  page GET /pool-stats
  assert_regex "$body" '>Connections opened</th><td>[0-9]+<'
  assert_regex "$body" '[0-9]+\.[0-9] % of all requests'
}

@test "standard refusals" {
  refuses_methods /pool-stats 'GET' POST PUT DELETE
  cgi GET '/pool-stats?nosuch=1'
  assert_status 400
}
