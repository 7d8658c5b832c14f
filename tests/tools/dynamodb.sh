#!/bin/bash
# dynamodb.sh COMMAND... - runs COMMAND beside an emulator of DynamoDB behind TLS, and our pool before that: programs -> HAProxy (ops/haproxy.cfg) -> TLS -> moto.
# Sets for it: VS_DYNAMODB (the emulator itself, plain), VS_POOL_ENDPOINT and VS_POOL_SOCKET (what programs are told).
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
[ -x "$B/venv/bin/python" ] || tests/tools/venv.sh
dir=$(mktemp -d)
# shellcheck disable=SC1091 # beside the other helpers
source tests/helpers/port.bash
base=$(free_port 2)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || :; wait 2>/dev/null || :; rm -rf "$dir"' EXIT
"$B/venv/bin/python" tests/faults/emulator.py -H 127.0.0.1 -p "$base" >"$dir/moto.log" 2>&1 &
pids+=($!)
ops/tls-auto.sh "$dir/tls" >/dev/null
cat "$dir/tls/server.crt" "$dir/tls/server.key" >"$dir/both.pem"
cat >"$dir/front.cfg" <<EOF
global
  maxconn 1000
  # with two, haproxy 2.6 now and then forgets who waits for a server that has become free: 367 calls a second were 4,851 with one
  nbthread 1
defaults
  mode http
  timeout connect 2s
  timeout queue 60s
  timeout client 60s
  timeout server 60s
frontend tls
  bind 127.0.0.1:$((base + 1)) ssl crt $dir/both.pem
  default_backend moto
backend moto
  # one call at a time: moto undoes a cancelled transaction by putting the whole table back, with what others wrote meanwhile
  server moto 127.0.0.1:$base maxconn 1
EOF
haproxy -db -q -f "$dir/front.cfg" &
pids+=($!)
export VS_POOL_HOST=localhost VS_POOL_PORT=$((base + 1)) VS_POOL_SOCKET=$dir/pool.sock VS_POOL_STATS=$dir/stats.sock VS_POOL_CA=$dir/tls/ca.crt VS_POOL_MAX=50
haproxy -db -q -f ops/haproxy.cfg &
pids+=($!)
for _ in $(seq 300); do
  kill -0 "${pids[0]}" 2>/dev/null || { cat "$dir/moto.log" >&2; exit 1; }
  curl -fs -m 2 --cacert "$dir/tls/ca.crt" "https://localhost:$((base + 1))/" -o /dev/null && [ -S "$VS_POOL_SOCKET" ] && break
  sleep 0.1
done
export VS_TLS_PEM=$dir/both.pem VS_DYNAMODB=http://127.0.0.1:$base/ VS_POOL_ENDPOINT=http://localhost:$((base + 1))/
"$@"
