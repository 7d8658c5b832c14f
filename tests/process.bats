# What every program does before it reads a byte: it gives up what it does not need (SECURITY.md 5).

setup() {
  load helpers/cgi
  load helpers/account
  vs_new
}

teardown() {
  [ -z "${reader-}" ] || kill "$reader" 2>/dev/null || true
}

# A program that waits for the rest of its body; sets pid, answer. It runs as nobody where we are root, as its web server would not be root either.
waiting() { # PROGRAM
  mkfifo "$BATS_TEST_TMPDIR/in"
  answer=$BATS_TEST_TMPDIR/answer
  local as=
  if [ "$(id -u)" = 0 ]; then
    as='setpriv --reuid=65534 --regid=65534 --clear-groups'
    chmod -R a+rX "$DATA" "$BATS_TEST_TMPDIR"
    cp "$VS_BUILD/cgi-bin/$1" "$BATS_TEST_TMPDIR/program"
    chmod 755 "$BATS_TEST_TMPDIR/program" "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* 2>/dev/null
  else
    cp "$VS_BUILD/cgi-bin/$1" "$BATS_TEST_TMPDIR/program"
  fi
  $as env -i REQUEST_METHOD=POST REQUEST_URI=/generate SERVER_PROTOCOL=HTTP/1.1 GATEWAY_INTERFACE=CGI/1.1 REMOTE_ADDR=10.0.0.1 HTTP_ORIGIN=$ORIGIN_OWN \
    CONTENT_TYPE=application/x-www-form-urlencoded CONTENT_LENGTH=100 VAULTSPHERE_CONF="$DATA/run/vaultsphere.conf" GCOV_PREFIX="$BATS_TEST_TMPDIR" \
    "$BATS_TEST_TMPDIR/program" <"$BATS_TEST_TMPDIR/in" >"$answer" 2>"$answer.err" 3>&- &
  reader=$!
  exec 7>"$BATS_TEST_TMPDIR/in"
  pid=
  for _ in $(seq 100); do
    pid=$(pgrep -x -f "$BATS_TEST_TMPDIR/program" | head -1)
    [ -n "$pid" ] && grep -q 'NoNewPrivs:.1' "/proc/$pid/status" && break
    sleep 0.02
  done
  [ -n "$pid" ] || fail "it does not run: $(cat "$answer.err")"
}

@test "no new privileges, not to be dumped or traced, limits" {
  waiting generate
  assert_regex "$(cat "/proc/$pid/status")" 'NoNewPrivs:[[:space:]]1'
  # what must not be dumped belongs to root in /proc, whoever runs it: prctl(2), PR_SET_DUMPABLE
  assert_equal "$(stat -c %u "/proc/$pid/environ")" 0
  [ "$(id -u)" != 0 ] || assert_regex "$(cat "/proc/$pid/status")" 'Uid:[[:space:]]65534'
  limit() { awk -v n="$1" 'index($0, n) == 1 { print $(NF - 1) }' "/proc/$pid/limits"; }
  assert_equal "$(awk '/^Max core file size/ { print $5, $6 }' "/proc/$pid/limits")" '0 0'
  assert_equal "$(awk '/^Max cpu time/ { print $4, $5 }' "/proc/$pid/limits")" '8 8'
  assert_equal "$(awk '/^Max open files/ { print $4, $5 }' "/proc/$pid/limits")" '64 64'
  [[ $VS_BUILD == *asan* ]] || assert_equal "$(awk '/^Max address space/ { print $4 }' "/proc/$pid/limits")" $((256 << 20))
  exec 7>&-
}

@test "a body that never comes is answered in time, not waited for" {
  waiting generate
  t0=$(date +%s)
  printf 'length=12' >&7
  wait "$reader" || true
  took=$(($(date +%s) - t0))
  exec 7>&-
  [ "$took" -le 10 ] || fail "$took s"
  assert_regex "$(head -1 "$answer")" '^Status: (408|503)'
}

@test "a name twice in the environment is refused, whichever it is" {
  twice() { # NAME=VALUE...: the health program with exactly these, in this order; neither env nor a shell keeps a name twice
    python3 - "$VS_BUILD/cgi-bin/health" "$@" REQUEST_URI=/health SERVER_PROTOCOL=HTTP/1.1 GATEWAY_INTERFACE=CGI/1.1 REMOTE_ADDR=10.0.0.1 \
      VAULTSPHERE_CONF="$DATA/run/vaultsphere.conf" GCOV_PREFIX="$BATS_TEST_TMPDIR" <<'PY'
import ctypes, sys
path, names = sys.argv[1].encode(), [n.encode() for n in sys.argv[2:]]
ctypes.CDLL(None).execve(path, (ctypes.c_char_p * 2)(path, None), (ctypes.c_char_p * (len(names) + 1))(*names, None))
PY
  }
  run twice REQUEST_METHOD=GET
  assert_regex "$output" 'Status: 200'
  run twice REQUEST_METHOD=GET REQUEST_METHOD=GET
  assert_regex "$output" 'Status: 400'
  run twice REQUEST_METHOD=GET HTTP_COOKIE=a=1 HTTP_COOKIE=b=2
  assert_regex "$output" 'Status: 400'
  run twice REQUEST_METHOD=GET HTTP_X_NOBODY_KNOWS=1 HTTP_X_NOBODY_KNOWS=2
  assert_regex "$output" 'Status: 400'
}

@test "a full disk: nothing is half done, the answer says so, and what was there is there" {
  register alice
  entry 'site=Kept&password=kept'
  kept=$id
  # No file may grow beyond this, for good: the same end as a full disk, without the right to mount one.
  limit=$(($(stat -c %s "$DATA/vault.db-wal" "$DATA/vault.db" 2>/dev/null | sort -n | tail -1) / 1024 + 64))
  written=0
  for i in $(seq 60); do
    (
      ulimit -f "$limit"
      cgi POST /api/entries "site=New+$i&notes=$(printf '%09000d' 0)"
      declare -p status_code body >"$BATS_TEST_TMPDIR/result"
    )
    source "$BATS_TEST_TMPDIR/result"
    [ "$status_code" = 201 ] || break
    written=$i
  done
  [ "$written" -gt 0 ] || fail "refused at once"
  assert_status 507
  assert_json .error storage_full
  cgi GET /api/entries
  assert_json .total $((written + 1))
  cgi GET "/api/entries/$kept"
  assert_json .password kept
  entry 'site=After&password=room'
  assert_equal "$(db 'PRAGMA integrity_check')" ok
}
