# ask.bash - a client that asks every 20 ms while something changes (tools/ask.py), and must not see an error.

# ask [JAR]: asks $url from here on, with JAR as a signed-in person; BY: what is put before the command (a machine's network). Sets asker.
ask() {
  ${BY-} "$BATS_TEST_DIRNAME/tools/ask.py" "$url" "$@" >"$BATS_TEST_TMPDIR/asked" 2>&1 3>&- &
  asker=$!
  until grep -qs asking "$BATS_TEST_TMPDIR/asked"; do
    kill -0 "$asker" 2>/dev/null || fail "$(cat "$BATS_TEST_TMPDIR/asked")" || return
    sleep 0.05
  done
}

# asked [MINIMUM]: it has asked more often than that, and every request was answered; sets requests, failures, entries
asked() {
  sleep 0.3
  ask_end
  read -r _ requests _ failures _ entries _ < <(grep ^requests "$BATS_TEST_TMPDIR/asked")
  cat "$BATS_TEST_TMPDIR/asked" >&2
  echo "# $BATS_TEST_DESCRIPTION: $(grep ^requests "$BATS_TEST_TMPDIR/asked")" >&3
  [ "$requests" -gt "${1:-20}" ] || fail 'hardly asked' || return
  assert_equal "failures $failures" 'failures 0'
}

# ask_end: for teardown, as a failed test leaves it asking
ask_end() {
  [ -n "${asker-}" ] || return 0
  kill "$asker" 2>/dev/null || :
  wait "$asker" || :
  asker=
}
