# figures.bash - how a figure is told and judged, and how the server is started and asked. Needs dir, DATA, PORT and SECONDS_EACH; sets missed, server.
# shellcheck shell=bash disable=SC2034 # its names are read by the benches
missed=0

row() { # WHAT VALUE UNIT REACH TEST: TEST is awk's, on v
  local verdict=ok
  awk -v v="$2" "BEGIN { exit !($5) }" || { verdict=MISSED missed=1; }
  printf '%-66s %10s %-6s %-14s %s\n' "$1" "$2" "$3" "$4" "$verdict"
}
told() { printf '%-66s %10s %s\n' "$1" "$2" "$3"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

start() { # [NAME=VALUE...]: the product's configuration, and a session that no bench outlives
  env BUILD="$dir/build" DATA="$DATA" PORT="$PORT" TRUSTED_PROXIES=127.0.0.1 SESSION_IDLE=86400 SESSION_MAX=864000 "$@" ops/start.sh >"$dir/server.log" 2>&1 &
  server=$!
  for _ in $(seq 1000); do
    if curl -fs "http://127.0.0.1:$PORT/health" >/dev/null; then return; fi
    sleep 0.01
  done
  cat "$dir/server.log"
  exit 1
}
stop() {
  kill "$server"
  wait "$server" || :
  server=
}

# wrk's own numbers: p50 and p99 in ms, requests/s; every answer must be a 2xx
load() { # CONNECTIONS PATH [SECONDS]
  local out
  out=$(wrk -t1 -c"$1" -d"${3:-$SECONDS_EACH}s" --latency -H "Cookie: ${COOKIES-}" "http://127.0.0.1:$PORT$2")
  if grep -q 'Non-2xx' <<<"$out"; then echo "$2: $(grep Non-2xx <<<"$out")" >&2; exit 1; fi
  in_ms() { sed -n "s/^ *$1% *//p" <<<"$out" | awk '/us$/ { printf "%.3f", $1 / 1000; next } /ms$/ { printf "%.3f", $1; next } { printf "%.3f", $1 * 1000 }'; }
  p50=$(in_ms 50) p99=$(in_ms 99) rps=$(sed -n 's,^Requests/sec: *,,p' <<<"$out")
}
