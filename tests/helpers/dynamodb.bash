# dynamodb.bash - the emulator, and the proxy that does before it what emulators never do.

# listens PORT: waits until something does, five seconds at most
listens() {
  local _
  for _ in $(seq 100); do
    if (exec 9<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then break; fi
    sleep 0.05
  done
}
# proxy_start: for a test; sets proxy_dir, proxy_pid, VS_PROXY (its address), and what the programs are told
proxy_start() {
  local port
  port=$(free_port)
  proxy_dir=$BATS_TEST_TMPDIR/proxy
  mkdir -p "$proxy_dir"
  python3 "$BATS_TEST_DIRNAME/faults/ddb_proxy.py" "$port" "$VS_DYNAMODB" "$proxy_dir" 3>&- &
  proxy_pid=$!
  listens "$port"
  VS_PROXY=http://127.0.0.1:$port/
  [ ! -e "$DATA/run/vaultsphere.conf" ] || sed -i "s|^DYNAMODB_ENDPOINT=.*|DYNAMODB_ENDPOINT=http://127.0.0.1:$port/|;s|^DYNAMODB_SOCKET=.*|DYNAMODB_SOCKET=|" "$DATA/run/vaultsphere.conf"
  : >"$proxy_dir/calls"
}
# tls_start: TLS before the proxy, as AWS has it before DynamoDB; sets tls_port, hop_pids
tls_start() {
  tls_port=$(free_port)
  cat >"$BATS_TEST_TMPDIR/tls.cfg" <<EOF
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
frontend tls
  bind 127.0.0.1:$tls_port ssl crt $VS_TLS_PEM
  default_backend proxy
backend proxy
  server proxy $(sed 's|http://||;s|/$||' <<<"$VS_PROXY")
EOF
  haproxy -db -q -f "$BATS_TEST_TMPDIR/tls.cfg" 3>&- &
  hop_pids=$!
  listens "$tls_port"
}
# hop_start: the whole way: programs -> a pool of the test's own (ops/haproxy.cfg) -> TLS -> the proxy -> the emulator
hop_start() {
  local dir=$BATS_TEST_TMPDIR/hop i
  mkdir -p "$dir"
  tls_start
  VS_POOL_HOST=localhost VS_POOL_PORT=$tls_port VS_POOL_SOCKET=$dir/pool.sock VS_POOL_STATS=$dir/stats.sock VS_POOL_MAX=50 \
    haproxy -db -q -f "$BATS_TEST_DIRNAME/../ops/haproxy.cfg" 3>&- &
  hop_pids="$hop_pids $!"
  for i in $(seq 100); do
    [ -S "$dir/pool.sock" ] && break
    sleep 0.05
  done
  sed -i "s|^DYNAMODB_ENDPOINT=.*|DYNAMODB_ENDPOINT=http://localhost:$tls_port/|;s|^DYNAMODB_SOCKET=.*|DYNAMODB_SOCKET=$dir/pool.sock|" "$DATA/run/vaultsphere.conf"
}
hop_stop() {
  # shellcheck disable=SC2086
  [ -z "${hop_pids-}" ] || kill $hop_pids 2>/dev/null || true
}
proxy_stop() {
  [ -z "${proxy_pid-}" ] || kill "$proxy_pid" 2>/dev/null || true
}
# fault JSON: what the proxy does from now on; '{}' for nothing
fault() {
  printf '%s' "$1" >"$proxy_dir/mode.new"
  mv "$proxy_dir/mode.new" "$proxy_dir/mode"
}
# calls: how many arrived since the last time, and which
calls() {
  awk '{ print $1 }' "$proxy_dir/calls" | tr '\n' ' '
  : >"$proxy_dir/calls"
}
