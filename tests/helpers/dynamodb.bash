# dynamodb.bash - the emulator, and the proxy that does before it what emulators never do.

# proxy_start: for a test; sets proxy_dir, proxy_pid, VS_PROXY (its address), and what the programs are told
proxy_start() {
  local port=$((10000 + RANDOM % 20000)) i
  proxy_dir=$BATS_TEST_TMPDIR/proxy
  mkdir -p "$proxy_dir"
  python3 "$BATS_TEST_DIRNAME/faults/ddb_proxy.py" "$port" "$VS_DYNAMODB" "$proxy_dir" 3>&- &
  proxy_pid=$!
  for i in $(seq 100); do
    if (exec 9<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
    sleep 0.05
  done
  VS_PROXY=http://127.0.0.1:$port/
  sed -i "s|^DYNAMODB_ENDPOINT=.*|DYNAMODB_ENDPOINT=http://127.0.0.1:$port/|;s|^DYNAMODB_SOCKET=.*|DYNAMODB_SOCKET=|" "$DATA/vaultsphere.conf"
  : >"$proxy_dir/calls"
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
