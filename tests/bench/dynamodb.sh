#!/bin/bash
# dynamodb.sh - the second half of `make bench`: what DynamoDB costs against the file, on a quick emulator (dynalite) whose own time stands beside.
# programs -> HAProxy (ops/haproxy.cfg) -> TLS -> dynalite; accounts are made through tests/faults/ddb_proxy.py, which does their transactions one by one.
# shellcheck disable=SC1091,SC2034,SC2154 # names shared with the helpers that it reads
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
top=$PWD
BATS_TEST_DIRNAME=$top/tests
PORT=${BENCH_PORT:-5077} SECONDS_EACH=${BENCH_SECONDS:-5} USERS=${BENCH_DYNAMODB_USERS:-1000000}
dir=$(mktemp -d)
pids=()
server=
trap 'kill $server "${pids[@]}" 2>/dev/null || :; wait 2>/dev/null || :; rm -rf "$dir"' EXIT
BATS_TEST_TMPDIR=$dir BATS_FILE_TMPDIR=$dir
VS_BUILD=$top/$B/dynamodb
source tests/helpers/cgi.bash
source tests/helpers/account.bash
source tests/bench/figures.bash
base=$(free_port 4)
emulator=http://127.0.0.1:$base/ VS_TABLES=bench-

(mkdir -p "$B/bench" && cd "$B/bench" && cmp -s "$top/tests/bench/package-lock.json" package-lock.json && [ -e node_modules/dynalite ]) || (
  cp tests/bench/package.json tests/bench/package-lock.json "$B/bench/"
  cd "$B/bench" && npm ci --silent --no-audit --no-fund --ignore-scripts
)
NODE_OPTIONS=--max-old-space-size=16000 "$B/bench/node_modules/.bin/dynalite" --port "$base" --createTableMs 5 >"$dir/dynalite.log" 2>&1 &
pids+=($!)
ops/tls-auto.sh "$dir/tls" >/dev/null
cat "$dir/tls/server.crt" "$dir/tls/server.key" >"$dir/both.pem"
mkdir "$dir/proxy"
printf '{"one_by_one":true,"record":true}' >"$dir/proxy/mode"
python3 tests/faults/ddb_proxy.py $((base + 1)) "$emulator" "$dir/proxy" &
pids+=($!)
cat >"$dir/tls.cfg" <<END
global
  maxconn 1000
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
frontend quick
  bind 127.0.0.1:$((base + 2)) ssl crt $dir/both.pem
  default_backend dynalite
backend dynalite
  http-reuse always
  server dynalite 127.0.0.1:$base
frontend recorded
  bind 127.0.0.1:$((base + 3)) ssl crt $dir/both.pem
  default_backend proxy
backend proxy
  server proxy 127.0.0.1:$((base + 1))
END
haproxy -db -q -f "$dir/tls.cfg" &
pids+=($!)
for _ in $(seq 200); do
  curl -s "$emulator" -o /dev/null && curl -s "http://127.0.0.1:$((base + 1))/" -o /dev/null && break
  sleep 0.05
done
python3 tests/helpers/ddb.py create "$emulator" "$VS_TABLES"

mkdir -p "$dir/build"
for s in sqlite dynamodb direct; do cp -r "$B/$s" "$dir/build/" && cp "$B/bench/hello" "$dir/build/$s/cgi-bin/not-found"; done
cp -r "$B/html" "$dir/build/"
DATA=$dir/data
with_store() { # STORE NAME=VALUE...
  start STORE="$1" AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test DYNAMODB_CA="$dir/tls/ca.crt" AWS_ENDPOINT_URL_DYNAMODB="https://localhost:$((base + 2))" \
    DYNAMODB_USERS_TABLE=bench-Users DYNAMODB_ACCOUNTS_TABLE=bench-Accounts DYNAMODB_PASSWORDS_TABLE=bench-Passwords "${@:2}"
}
quiet() { "$@" 2>/dev/null; }
pool_figure() { curl -s "http://127.0.0.1:$PORT/pool-stats" | jq ".$1"; }
least() { sort -n | head -1; }

echo "machine: $(nproc) x $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)"
echo '-- the file, for comparison'
STORE=sqlite VS_BUILD=$top/$B/sqlite DATA=$dir/file
with_store sqlite
ORIGIN=http://localhost:$PORT
jar_clear
quiet register ten
COOKIES=$(jar_header)
quiet python3 tests/bench/load.py fill "$PORT" "$COOKIES" 0 10
file_list=$(for _ in 1 2 3; do load 1 '/api/entries?limit=10' 3; echo "$p50"; done | least)
told 'list of 10, SQLite, c=1, p50' "$file_list" ms
stop

echo '-- DynamoDB'
STORE=dynamodb VS_BUILD=$top/$B/dynamodb DATA=$dir/data
# accounts through the proxy that knows transactions; then the same data straight from the emulator
with_store dynamodb AWS_ENDPOINT_URL_DYNAMODB="https://localhost:$((base + 3))"
jar_clear
quiet register ten
COOKIES=$(jar_header)
quiet python3 tests/bench/load.py fill "$PORT" "$COOKIES" 0 10
: >"$dir/proxy/requests"
curl -s -H "Cookie: $COOKIES" "http://127.0.0.1:$PORT/api/entries?limit=10" | jq -e '.total == 10' >/dev/null
cp "$dir/proxy/requests" "$dir/list.requests"
stop
with_store dynamodb
# what stands for AWS is the emulator with the TLS before it
emulator_ms=$(python3 tests/bench/ddb_load.py replay "https://localhost:$((base + 2))/" "$dir/list.requests")
list=$(for _ in 1 2 3; do load 1 '/api/entries?limit=10' 3; echo "$p50"; done | least)
told 'list of 10, DynamoDB, c=1, p50' "$list" ms
told 'of it the emulator, its two calls over a kept connection' "$emulator_ms" ms
row 'list of 10 without the emulator / SQLite' "$(awk -v l="$list" -v e="$emulator_ms" -v f="$file_list" 'BEGIN { printf "%.2f", (l - e) / f }')" x '<= 1.6' 'v <= 1.6'

stop
with_store dynamodb
opened=$(pool_figure opened)
python3 tests/bench/ddb_load.py ask "$PORT" "$COOKIES" 8 1000 '/api/entries?limit=10'
row 'connections opened for 1,000 requests at c=8' $(($(pool_figure opened) - opened)) '' '<= 16' 'v <= 16'
told 'of all calls, found a connection open' "$(awk -v r="$(pool_figure reused_per_mille)" 'BEGIN { print r / 10 }')" %

one_get() { # PROGRAMS: start to exit of a program that makes one GetItem, median of 200
  for _ in $(seq 200); do
    env -i REQUEST_METHOD=GET REQUEST_URI='/health?deep=1' QUERY_STRING='deep=1' SERVER_PROTOCOL=HTTP/1.1 GATEWAY_INTERFACE=CGI/1.1 REMOTE_ADDR=10.0.0.1 \
      VAULTSPHERE_CONF="$DATA/run/vaultsphere.conf" "$B/bench/usage" "$1" | cut -d ' ' -f 1
  done | sort -n | sed -n 100p
}
hello=$(one_get "$B/bench/hello")
get=$(one_get "$B/dynamodb/cgi-bin/health-deep")
curl -s "http://127.0.0.1:$PORT/health?deep=1" >/dev/null
told 'process, start to exit, static hello' "$hello" ms
told 'process, start to exit, one GetItem through pool and TLS' "$get" ms
row 'one GetItem / static hello' "$(ratio "$get" "$hello")" x '<= 5' 'v <= 5'

load 8 '/health?deep=1'
pooled=$rps
told 'one GetItem a request, c=8, through the pool' "$pooled" 1/s
stop
# the other way: the system's libcurl, its TLS, the whole bundle of roots
cat /etc/ssl/certs/ca-certificates.crt "$dir/tls/ca.crt" >"$dir/bundle.pem"
with_store dynamodb DYNAMODB_POOL=off DYNAMODB_CA="$dir/bundle.pem"
load 8 '/health?deep=1'
direct=$rps
told 'the same, TLS from each program, system bundle' "$direct" 1/s
stop
with_store dynamodb DYNAMODB_POOL=off
load 8 '/health?deep=1'
told 'the same, TLS from each program, one root (DYNAMODB_POOL=off)' "$rps" 1/s
load 1 '/api/entries?limit=10' 3
told 'list of 10, c=1, p50, DYNAMODB_POOL=off' "$p50" ms
stop
row 'through the pool / TLS direct, system bundle' "$(ratio "$pooled" "$direct")" x '>= 20' 'v >= 20'

echo "-- $USERS people"
logins() { # p50 of five log-ins, first step: the record is found, the password tried, the step written
  python3 tests/bench/ddb_load.py login "$PORT" ten "$PASSWORD" 5
}
with_store dynamodb AWS_ENDPOINT_URL_DYNAMODB="https://localhost:$((base + 3))"
few=$(logins)
t0=$(date +%s)
python3 tests/bench/ddb_load.py people "$emulator" "$VS_TABLES" "$USERS"
told 'people put into the Users table, in' $(($(date +%s) - t0)) s
many=$(logins)
told 'log-in with 1 person, p50' "$few" ms
told "log-in with $USERS people, p50" "$many" ms
row 'log-in with many / with few' "$(ratio "$many" "$few")" x '<= 1.1' 'v <= 1.1'
exit "$missed"
