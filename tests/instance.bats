# The instance page: EC2's metadata by version 2 alone, in time, and nothing of what a wrong service says. The network is the test's own: 169.254.169.254 is real there.

setup_file() {
  # a network of our own, with the address of the metadata service on it
  if [ "$(id -u)" = 0 ]; then
    unshare -n sleep 300 3>&- &
    NS="nsenter -n -t $!"
  else
    unshare -rn sleep 300 3>&- &
    NS="nsenter -U --preserve-credentials -n -t $!"
  fi
  echo $! >"$BATS_FILE_TMPDIR/holder"
  export NS
  for _ in $(seq 50); do
    [ "$(readlink "/proc/$!/ns/net")" != "$(readlink /proc/self/ns/net)" ] && break
    sleep 0.02
  done
  $NS ip link set lo up
  $NS ip addr add 169.254.169.254/32 dev lo
  mkdir "$BATS_FILE_TMPDIR/imds"
  echo fine >"$BATS_FILE_TMPDIR/imds/mode"
  $NS python3 "$BATS_TEST_DIRNAME/faults/imds.py" 127.0.0.1 8181 "$BATS_FILE_TMPDIR/imds" 3>&- &
  echo $! >"$BATS_FILE_TMPDIR/server"
  for _ in $(seq 100); do
    $NS bash -c '(exec 9<>/dev/tcp/127.0.0.1/8181) 2>/dev/null' && break
    sleep 0.05
  done
}

teardown_file() {
  kill "$(cat "$BATS_FILE_TMPDIR/server")" "$(cat "$BATS_FILE_TMPDIR/holder")" 2>/dev/null || true
}

setup() {
  load helpers/begin
  vs_new
  ADDR=127.0.0.1
  STRACE=$NS
  imds=$BATS_FILE_TMPDIR/imds
  : >"$imds/asked"
}

teardown() {
  [ -z "${moto_pid-}" ] || kill "$moto_pid" 2>/dev/null || true
}

# look MODE: ask while the service behaves like this; sets took (ms)
endpoint() { sed -i '/^AWS_EC2/d' "$DATA/run/vaultsphere.conf" && echo "AWS_EC2_METADATA_SERVICE_ENDPOINT=$1" >>"$DATA/run/vaultsphere.conf"; }
look() {
  echo "$1" >"$imds/mode"
  endpoint http://127.0.0.1:8181
  look_now
}
look_now() {
  local t0
  t0=$(date +%s%3N)
  cgi GET /instance
  took=$(($(date +%s%3N) - t0))
  assert_status 200
}

@test "all that there is to know, with a token that was asked for first" {
  look fine
  assert_json '[.state,.instance_id,.instance_type,.region,.availability_zone,.vpc_id,.public_address,.private_address,.key_name,.image]|join(" ")' \
    'fine i-0a1b2c3d4e5f67890 t4g.nano eu-central-1 eu-central-1b vpc-0fedcba9876543210 203.0.113.7 10.0.12.34 ops-key ami-0123456789abcdef0'
  assert_equal "$(head -1 "$imds/asked")" 'PUT /latest/api/token bare'
  assert_equal "$(tail -n +2 "$imds/asked" | grep -vc ' token$')" 0
  [ "$took" -lt 1500 ] || fail "$took ms"
  refute_regex "$body$errors" 'AQAE'
  page GET /instance
  assert_regex "$body" '>Availability zone</th><td class="mono">eu-central-1b<'
  assert_regex "$body" '>VPC</th><td class="mono">vpc-0fedcba9876543210<'
  refute_regex "$body" 'AQAE'
}

@test "no public address and no key: none, and the rest stands" {
  look none
  assert_json '[.state,.public_address,.key_name,.instance_id]|join("|")' 'fine|||i-0a1b2c3d4e5f67890'
  page GET /instance
  assert_regex "$body" '>Key name</th><td class="mono">none<'
}

@test "moto's metadata service at its real address, which is the default" {
  sed -i '/^AWS_EC2/d' "$DATA/run/vaultsphere.conf"
  B=${VS_BUILD%/*}
  $NS "$B/venv/bin/moto_server" -H 169.254.169.254 -p 80 >"$BATS_TEST_TMPDIR/moto.log" 2>&1 3>&- &
  moto_pid=$!
  for _ in $(seq 200); do
    $NS bash -c '(exec 9<>/dev/tcp/169.254.169.254/80) 2>/dev/null' && break
    sleep 0.1
  done
  look_now
  assert_json '[.state,.instance_id,.instance_type,.region,.availability_zone,.public_address,.private_address,.image]|join(" ")' \
    'fine i-fake moto.virtual us-east-1 us-east-1a 198.51.100.1 127.0.0.1 ami-moto-virtual'
  # moto has neither a VPC nor keys and answers 500
  assert_json '.vpc_id+.key_name' ''
}

@test "nobody there, by refusal and by silence: told within two seconds" {
  endpoint http://127.0.0.1:8182
  look_now
  assert_json .state none
  [ "$took" -lt 500 ] || fail "$took ms"
  # a listener whose queue is full: the kernel drops each further packet
  $NS python3 -c "
import socket, time
s = socket.socket(); s.bind(('127.0.0.1', 8183)); s.listen(0)
full = [socket.socket() for _ in range(4)]
for c in full: c.setblocking(False); c.connect_ex(('127.0.0.1', 8183))
time.sleep(0.2); print('full', flush=True); time.sleep(20)" >"$BATS_TEST_TMPDIR/full" 3>&- &
  moto_pid=$!
  for _ in $(seq 100); do
    [ -s "$BATS_TEST_TMPDIR/full" ] && break
    sleep 0.05
  done
  endpoint http://127.0.0.1:8183
  look_now
  assert_json .state none
  [ "$took" -ge 900 ] || fail "only $took ms: the packets were not swallowed"
  [ "$took" -lt 2000 ] || fail "$took ms"
  page GET /instance
  assert_regex "$body" 'Not on a cloud instance'
  assert_regex "$body" 'hop-limit 2'
  refute_regex "$body" '<table'
}

@test "one that hangs or drips is left after a second, one that stops half-way after two" {
  for mode in hang drip; do
    look $mode
    assert_json .state none
    [ "$took" -lt 2000 ] || fail "$mode: $took ms"
  done
  : >"$imds/asked"
  look half
  assert_json '[.state,.instance_id,.region,.availability_zone,.image]|join("|")' 'part|i-0a1b2c3d4e5f67890|eu-central-1||'
  [ "$took" -lt 2300 ] || fail "$took ms"
  page GET /instance
}

@test "what is no metadata service of version 2 gives nothing, and version 1 is never asked" {
  for mode in garbage huge large refused off v1 chunked two redirect; do
    : >"$imds/asked"
    look $mode
    assert_equal "$mode $(jq -r .state <<<"$body")" "$mode refused"
    assert_json 'del(.state)|add' ''
    assert_equal "$mode: $(cat "$imds/asked")" "$mode: PUT /latest/api/token bare"
    [ "$took" -lt 1500 ] || fail "$mode: $took ms"
  done
  page GET /instance
  assert_regex "$body" 'No token'
}

@test "values with characters that no value has are left out" {
  look odd
  assert_json .state fine
  assert_json 'del(.state)|add' ''
  assert_regex "$errors" 'holds other characters'
  page GET /instance
  refute_regex "$body" 'alert'
}

@test "an endpoint that is no plain address is not asked" {
  for e in https://127.0.0.1:8181 http://imds.example ftp://127.0.0.1 127.0.0.1:8181 http://127.0.0.1:8181/x http://127.0.0.1:0 http://127.0.0.1:99999 'http://127.0.0.1:8181@evil.example' http://; do
    endpoint "$e"
    look_now
    assert_equal "$e $(jq -r .state <<<"$body")" "$e refused"
  done
  [ ! -s "$imds/asked" ] || fail "asked: $(cat "$imds/asked")"
  # with a slash at the end, in IPv6 brackets and by name it is one
  echo fine >"$imds/mode"
  endpoint http://localhost:8181/
  look_now
  assert_json .state fine
  endpoint 'http://[::1]:8182'
  look_now
  assert_json .state none
}

@test "for this machine and admins alone" {
  look fine
  for address in 10.0.0.1 169.254.169.254 ::2 unknown 128.0.0.1; do
    ADDR=$address cgi GET /instance
    assert_status 404
    refute_regex "$body" 'i-0a1b'
  done
  ENV='HTTP_X_FORWARDED_FOR=10.0.0.1' cgi GET /instance
  assert_status 404
  ENV='HTTP_FORWARDED=for=127.0.0.1' cgi GET /instance
  assert_status 404
}

@test "standard refusals" {
  refuses_methods /instance 'GET' POST PUT DELETE
  cgi GET '/instance?nosuch=1'
  assert_status 400
}
