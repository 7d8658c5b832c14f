#!/bin/bash
# run.sh - `make test`: every check in order of speed, two at a time. Results: TAP in reports/tap/, JUnit XML in reports/junit/, coverage in reports/.
set -u
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build} JOBS=${JOBS:-2} MAKE=${MAKE:-make}
export B MAKE
rm -rf reports
mkdir -p reports/tap reports/junit
began=$(date +%s)
failed_steps=()

say() { printf '== %4ss %s\n' "$(($(date +%s) - began))" "$1"; }
step() { # NAME COMMAND...: one step that passes or fails as a whole
  local name=$1
  shift
  say "$name"
  if "$@" >"reports/$name.log" 2>&1; then
    printf '1..1\nok 1 %s\n' "$name" >"reports/tap/$name.tap"
  else
    printf '1..1\nnot ok 1 %s\n' "$name" >"reports/tap/$name.tap"
    failed_steps+=("$name")
    tail -60 "reports/$name.log"
  fi
}

one_bats() { # CONFIGURATION FILE
  local name
  name=$1-$(basename "$2" .bats)
  mkdir -p "reports/junit/.$name"
  VS_BUILD=$B/$1 timeout -k 5 1500 bats --formatter tap --report-formatter junit --output "reports/junit/.$name" "$2" >"reports/tap/$name.tap" 2>&1
  local r=$?
  mv "reports/junit/.$name/report.xml" "reports/junit/$name.xml" 2>/dev/null
  rm -rf "reports/junit/.$name"
  if [ $r != 0 ]; then
    printf '%s failed\n' "$name"
    grep -A 40 '^not ok' "reports/tap/$name.tap" | cut -c1-220 | head -60
    grep -q '^not ok' "reports/tap/$name.tap" || { printf 'not ok 1 %s ended with %s\n' "$name" $r >>"reports/tap/$name.tap"; tail -5 "reports/tap/$name.tap"; }
  fi
}
one_unit() { # CONFIGURATION PROGRAM
  local name
  name=$1-$(basename "$2")
  VS_VECTORS=${VS_VECTORS:-../shared/vectors} timeout -k 5 300 "$2" >"reports/tap/$name.tap" 2>"reports/tap/$name.err"
  local r=$?
  if [ $r != 0 ]; then
    printf '%s failed (%s)\n' "$name" $r
    grep '^not ok\|^#' "reports/tap/$name.tap" | head -20
    tail -20 "reports/tap/$name.err" | cut -c1-200
    grep -q '^not ok' "reports/tap/$name.tap" || printf 'not ok 1 %s ended with %s\n' "$name" $r >>"reports/tap/$name.tap"
  fi
}
export -f one_bats one_unit

LONGEST='matrix dynamodb storm admin deploy machine backup release terraform login import store-tool vault-health races' # begun first, so that no core waits for one of them at the end
longest_first() { # FILE...
  local n f
  for n in $LONGEST; do for f in "$@"; do [ "$f" != "tests/$n.bats" ] || echo "$f"; done; done
  for f in "$@"; do [[ " $LONGEST " == *" $(basename "$f" .bats) "* ]] || echo "$f"; done
}
bats_all() { # CONFIGURATION FILE...
  local cfg=$1
  shift
  longest_first "$@" | xargs -P "$((JOBS + 1))" -I{} bash -c "one_bats $cfg {}" # some of them wait more than they work
}
units() { # CONFIGURATION
  say "unit tests ($1)"
  "$MAKE" -j"$JOBS" "$1-unit" >"reports/build-$1-unit.log" 2>&1 || { tail -30 "reports/build-$1-unit.log"; failed_steps+=("build-$1-unit"); }
  printf '%s\n' "$B/$1"/unit/test_* | grep -v '\.d$' | xargs -P "$JOBS" -I{} bash -c "one_unit $1 {}"
}

# Through the environment, one file a route; what needs the release programs or a server of its own runs on those alone.
FILE_ONLY='theft journey process store-tool' # about a database file, or nothing of a store
RELEASE_ONLY='layers flags pages lighttpd store kill start import-size'
OPS_ONLY='deploy machine pipeline fetch-env backup rotate renew fail2ban docs watch compose release terraform i18n' # scripts of ops/ and build: once, on the release programs
BOTH_STORES='backup rotate' # of those, what works on either store
ALONE='image' # builds and weighs: nothing else runs beside it
DYNAMODB_ONLY='dynamodb credentials move storm'
routes_of() {
  local f
  for f in tests/*.bats; do
    [[ " $RELEASE_ONLY $OPS_ONLY $ALONE $DYNAMODB_ONLY " == *" $(basename "$f" .bats) "* ]] || echo "$f"
  done
}
say "build"
"$MAKE" -j"$JOBS" build >reports/build.log 2>&1 || { tail -40 reports/build.log; echo '0 passed, 1 failed'; exit 1; }
units sqlite
step venv tests/tools/venv.sh
step scan tests/tools/scan.py
# The release programs: behind the server, against the file, in time. Every route runs on them with DynamoDB below, and with SQLite under sanitizers and coverage.
"$MAKE" "$B/.packages-CONTAINER" >reports/container-tools.log 2>&1 || tail -3 reports/container-tools.log # what needs them says "skipped" then
say "server and file (release)"
mapfile -t routes < <(routes_of)
mapfile -t release < <(for n in $RELEASE_ONLY $FILE_ONLY login races; do [ -e "tests/$n.bats" ] && echo "tests/$n.bats"; done)
bats_all sqlite "${release[@]}"
say "image"
bats_all sqlite tests/image.bats
grep -h '^# ' reports/tap/sqlite-image.tap | cut -c1-220
say "scripts of ops/, lint beside them"
mapfile -t scripts < <(for n in $OPS_ONLY; do echo "tests/$n.bats"; done)
step lint nice -n 19 "$MAKE" lint & # they wait most of the time; a failure stands in its TAP file
bats_all sqlite "${scripts[@]}"
wait

# Figures of time are among them, so nothing else runs beside them. Pictures of every screen: build/screens.
say "browser"
if ! tests/tools/web.sh >reports/tap/web.tap 2>reports/web.err; then
  grep -A 12 '^not ok' reports/tap/web.tap | cut -c1-220 | head -60
  grep -q '^not ok' reports/tap/web.tap || { echo 'not ok 1 the browser tests did not end by themselves' >>reports/tap/web.tap; tail -5 reports/web.err; }
fi
grep '^# ' reports/tap/web.tap | grep -E 'bytes|LCP|median|shift' | cut -c1-220

say "routes (DynamoDB)"
"$MAKE" -j"$JOBS" dynamodb direct >reports/build-dynamodb.log 2>&1 || { tail -30 reports/build-dynamodb.log; failed_steps+=(build-dynamodb); }
mapfile -t special < <(for n in $DYNAMODB_ONLY $BOTH_STORES; do echo "tests/$n.bats"; done)
mapfile -t stored < <(for f in "${special[@]}" "${routes[@]}"; do [[ " $FILE_ONLY " == *" $(basename "$f" .bats) "* ]] || echo "$f"; done)
dynamodb_all() { # CONFIGURATION FILE...
  tests/tools/dynamodb.sh bash -c 'bats_all "$@"' - "$@"
}
export JOBS LONGEST
export -f bats_all longest_first
dynamodb_all dynamodb "${stored[@]}" || failed_steps+=(dynamodb)

units asan

say "DynamoDB (sanitizers)"
"$MAKE" -j"$JOBS" asan-dynamodb >reports/build-asan-dynamodb.log 2>&1 || { tail -30 reports/build-asan-dynamodb.log; failed_steps+=(build-asan-dynamodb); }
dynamodb_all asan-dynamodb tests/{dynamodb,credentials,move,pool-stats,api-entries,login}.bats || failed_steps+=(asan-dynamodb)

say "build with sanitizers and coverage"
find "$B/asan-cov" -name "*.gcda" -delete 2>/dev/null
"$MAKE" -j"$JOBS" asan-cov >reports/build-asan-cov.log 2>&1 || { tail -30 reports/build-asan-cov.log; failed_steps+=(build-asan-cov); }
units asan-cov
say "routes (sanitizers and coverage)"
bats_all asan-cov "${routes[@]}"
step coverage tests/tools/coverage.sh
step fuzz-short "$MAKE" -j"$JOBS" fuzz RUNS="${FUZZ_RUNS:-20000}"
step soak-short env SOAK_SECONDS="${SOAK_SECONDS:-20}" tests/tools/soak.sh
tail -3 reports/coverage.log

count() { cat reports/tap/*.tap | grep -cE "$1"; }
skipped=$(count '^ok .*# (SKIP|skip)')
passed=$(($(count '^ok ') - skipped))
failed=$(count '^not ok ')
say "done"
grep -h '^not ok' reports/tap/*.tap | head -40
[ ${#failed_steps[@]} = 0 ] || echo "failed steps: ${failed_steps[*]}"
echo "$passed passed, $((failed)) failed, $skipped skipped"
[ "$failed" = 0 ] && [ ${#failed_steps[@]} = 0 ] && [ "$passed" -gt 0 ]
