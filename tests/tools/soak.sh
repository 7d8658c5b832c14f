#!/bin/bash
# soak.sh - `make soak`: readers and a writer for SOAK_SECONDS; memory and speed must not drift, no answer may be wrong, no acknowledged write may be lost.
# shellcheck disable=SC1091,SC2034,SC2154 # names shared with the helpers that it reads
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build} top=$PWD PORT=${SOAK_PORT:-5078} SECONDS_ALL=${SOAK_SECONDS:-1800}
VS_BUILD=$top/$B/sqlite BATS_TEST_DIRNAME=$top/tests
dir=$(mktemp -d)
server='' writer=''
trap 'kill $writer $server 2>/dev/null || :; wait 2>/dev/null || :; rm -rf "$dir"' EXIT
BATS_TEST_TMPDIR=$dir BATS_FILE_TMPDIR=$dir DATA=$dir/data ORIGIN=http://localhost:$PORT
source tests/helpers/cgi.bash
source tests/helpers/account.bash
BUILD=$top/$B DATA=$DATA PORT=$PORT SESSION_IDLE=86400 SESSION_MAX=864000 ops/start.sh >"$dir/server.log" 2>&1 &
server=$!
for _ in $(seq 500); do
  curl -fs "http://127.0.0.1:$PORT/health" >/dev/null && break
  sleep 0.02
done
jar_clear
register reader 2>/dev/null
READER=$(jar_header)
python3 tests/bench/load.py fill "$PORT" "$READER" 0 10
jar_clear
register writer 2>/dev/null
WRITER=$(jar_header)

resident() {
  local p total=0
  for p in "$server" $(pgrep -P "$server"); do total=$((total + $(awk '/^VmRSS/ { print $2 }' "/proc/$p/status" 2>/dev/null || echo 0))); done
  echo "$total"
}
speed() { # SECONDS: requests/s of a list of ten, four connections; a wrong answer ends the run
  local out
  out=$(wrk -t1 -c4 -d"$1s" -H "Cookie: $READER" "http://127.0.0.1:$PORT/api/entries?limit=10")
  if grep -qE 'Non-2xx' <<<"$out"; then grep Non-2xx <<<"$out" >&2; exit 1; fi
  sed -n 's,^Requests/sec: *\([0-9]*\).*,\1,p' <<<"$out"
}

python3 tests/bench/load.py write "$PORT" "$WRITER" "$dir/written" &
writer=$!
slice=$((SECONDS_ALL / 10 > 60 ? 60 : SECONDS_ALL / 10 < 2 ? 2 : SECONDS_ALL / 10))
first='' first_kib='' worst=999999 n=0 until=$(($(date +%s) + SECONDS_ALL))
while [ "$(date +%s)" -lt "$until" ]; do
  last=$(speed "$slice")
  n=$((n + 1))
  # the first slice warms up
  [ $n = 2 ] && first=$last first_kib=$(resident)
  [ $n -gt 2 ] && [ "$last" -lt "$worst" ] && worst=$last
  printf '%5ss  %5s requests/s  %6s KiB resident\n' "$((SECONDS_ALL - until + $(date +%s)))" "$last" "$(resident)"
done
kill -INT $writer
wait $writer || { echo 'the writer was refused'; exit 1; }
writer=
end_kib=$(resident)
bad=0
check() { # TRUE-OR-FALSE WORDS
  if [ "$1" = 1 ]; then echo "ok      $2"; else echo "FAILED  $2" && bad=1; fi
}
check $((last * 100 >= first * 75)) "speed: $first at first, $last at last (slowest $worst)"
check $((end_kib <= first_kib + 3072)) "memory: $first_kib KiB at first, $end_kib at last"
acknowledged=$(wc -l <"$dir/written")
COOKIE=$WRITER cgi GET '/api/entries?limit=1' 2>/dev/null
check $(($(jq .total <<<"$body") == acknowledged)) "writes: $acknowledged acknowledged, $(jq .total <<<"$body") there"
check $(($(stat -c %s "$DATA/vault.db-wal") < 16 << 20)) "write-ahead log: $(stat -c %s "$DATA/vault.db-wal") bytes"
check "$(sqlite3 "$DATA/vault.db" 'PRAGMA integrity_check' | grep -cx ok)" 'integrity of the database'
check $(($(grep -c '"level":"error"' "$DATA/log/app.log" || :) == 0)) "errors in the programs' log"
exit $bad
