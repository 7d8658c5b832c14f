# The SQLite store under load, with a full disk, and killed at every point. The release programs, and a worker of its own.

setup_file() {
  cd "$BATS_TEST_DIRNAME/.." || return 1
  # shellcheck disable=SC2046 # a list
  ${CC:-gcc} -std=c17 -O1 -D_GNU_SOURCE -include common/base/banned.h -Icommon -o "$BATS_FILE_TMPDIR/worker" tests/faults/store_worker.c \
    common/store/store_item.c common/store/store_sqlite*.c $(ls common/base/*.c | grep -v /lang.c) "$(dirname "${VS_BUILD:-build/sqlite}")"/gen/{routes,version}.c -lsqlite3 -lm
}

setup() {
  load helpers/assert
  VS_BUILD=${VS_BUILD:-$BATS_TEST_DIRNAME/../build/sqlite}
  case $VS_BUILD in /*) ;; *) VS_BUILD=$BATS_TEST_DIRNAME/../$VS_BUILD ;; esac
  tool=$VS_BUILD/tools/vs-store worker=$BATS_FILE_TMPDIR/worker
  dir=$BATS_TEST_TMPDIR
  new_db
}

new_db() {
  db=$dir/vault.db
  rm -f "$db" "$db"-*
  "$tool" setup "$db" >/dev/null
  use "$db"
  [ -z "${holding:-}" ] || hold_again
}

# A holder, there before and after the kill as the web server is.
hold_again() {
  [ -z "${holder:-}" ] || { kill "$holder"; wait "$holder" 2>/dev/null || true; }
  "$tool" hold "$db" sleep 600 3>&- >/dev/null 2>&1 &
  holder=$!
  until [[ $(readlink "/proc/$holder/exe") == */sleep ]]; do sleep 0.003; done
}

teardown() {
  [ -z "${holder:-}" ] || kill "$holder" 2>/dev/null || true
}

use() {
  printf 'STORE=sqlite\nSQLITE_PATH=%s\n' "$1" >"$dir/conf"
  export VAULTSPHERE_CONF=$dir/conf
}

# After a writer was killed: every acknowledged number is there, nothing is there in part, the file is sound.
intact() { # WHERE
  local last
  last=$(grep -E '^[0-9]+$' "$dir/acked" | tail -1)
  "$worker" verify "${last:-0}" >"$dir/found" 2>"$dir/why" || fail "$1: $(cat "$dir/why" "$dir/found")"
  assert_equal "$1: $("$tool" check "$db" 2>&1)" "$1: vs-store: $db: sound"
}

# One writer, killed at the n-th call of each kind that changes a file, for n = 1, 2, ... until it ends by itself.
killed_at_every_call() {
  local call n kills=0 rest
  # a log just below its checkpoint, so that the runs meet commit, checkpoint, and a log that begins again
  for call in write pwrite64 fdatasync fsync ftruncate; do
    for n in $(seq 1 "$1"); do
      new_db
      "$worker" write 1 20 >"$dir/acked" || fail "first writes"
      strace -f -qq -o /dev/null -e trace=$call -e inject=$call:signal=KILL:when="$n" "$worker" write 21 8 >>"$dir/acked" && break
      kills=$((kills + 1))
      intact "$call $n"
      rest=$(tail -1 "$dir/found")
      "$worker" write $((rest + 1)) 3 >>"$dir/acked" || fail "$call $n: no more writes"
      intact "$call $n, going on"
    done
  done
  echo "# killed $kills times" >&3
  [ "$kills" -gt 80 ]
}

@test "killed at every writing system call: nothing acknowledged is lost, nothing is half there" {
  killed_at_every_call 75
}

@test "the same while the lock of the index is held, so that SQLite repairs the index and not the log" {
  holding=1
  killed_at_every_call 75
  "$tool" backup "$db" "$dir/copy" >/dev/null
  run "$tool" restore "$dir/copy" "$db"
  assert_equal "$status" 3 # it was held to the end
}

@test "an acknowledged write was synced before" {
  strace -o "$dir/trace" -e trace=pwrite64,fdatasync,write "$worker" write 1 5 >/dev/null
  # between the last page of a transaction in the log and the acknowledgement on standard output lies the sync of the log
  awk '/^pwrite64/ { dirty = 1; n++ } /^fdatasync/ { dirty = 0 } /^write\(1/ { acks++; if (dirty) bad++ } END { print acks, bad + 0; exit !(n > acks) }' "$dir/trace" >"$dir/order"
  assert_equal "$(cat "$dir/order")" "5 0"
}

@test "killed at random moments, again and again on the same database" {
  : >"$dir/acked"
  next=1
  for round in $(seq 25); do
    "$worker" write "$next" 100000 >>"$dir/acked" 3>&- &
    pid=$!
    sleep "0.0$((RANDOM % 90 + 10))"
    kill -9 "$pid"
    wait "$pid" 2>/dev/null || true
    intact "round $round"
    next=$(($(cat "$dir/found") + 1))
  done
  [ "$next" -gt 100 ]
}

@test "a backup of a busy database is one moment of it, and restores" {
  for i in 1 2 3; do "$worker" busy 4 3>&- & done
  sqlite3 "$db" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<20000)
    INSERT INTO passwords(user_id,password_id,token) SELECT 'u',printf('%05d',i),hex(randomblob(350)) FROM n" >/dev/null 2>&1 ||
    sqlite3 -cmd '.timeout 3000' "$db" "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<20000)
    INSERT INTO passwords(user_id,password_id,token) SELECT 'u',printf('%05d',i),hex(randomblob(350)) FROM n" >/dev/null
  for i in 1 2 3 4 5; do
    "$tool" backup "$db" "$dir/copy$i" 2>"$dir/err" || fail "$(cat "$dir/err")"
    use "$dir/copy$i"
    assert_equal "$("$worker" sum)" "1000 agree"
    use "$db"
  done
  wait
  assert_equal "$("$worker" sum)" "1000 agree"
  assert_equal "$("$tool" check "$db" 2>&1)" "vs-store: $db: sound"
  revs=$(for i in 1 2 3 4 5; do sqlite3 "$dir/copy$i" "SELECT rev FROM accounts WHERE owner='scale'"; done)
  assert_equal "$(sort -nu <<<"$revs" | wc -l)" 5 # each a later moment
  "$tool" restore "$dir/copy3" "$db" || fail "restore"
  assert_equal "$("$worker" sum)" "1000 agree"
  assert_equal "$(sqlite3 "$db" "SELECT rev FROM accounts WHERE owner='scale'")" "$(sed -n 3p <<<"$revs")"
  assert_equal "$("$tool" stat "$db" | grep passwords)" "passwords 20001"
}

@test "restore meets no half state: killed at every call, the old or the new database is there" {
  "$worker" write 1 5 >/dev/null
  "$tool" backup "$db" "$dir/copy" >/dev/null
  "$worker" write 6 5 >/dev/null
  cp "$db" "$dir/old.db"
  cp "$db-wal" "$dir/old.db-wal"
  kills=0
  for call in rename renameat2 link unlink fsync pwrite64 openat; do
    for n in $(seq 1 60); do
      rm -f "$db"*
      cp "$dir/old.db" "$db"
      cp "$dir/old.db-wal" "$db-wal"
      strace -f -qq -o /dev/null -e trace=$call -e inject=$call:signal=KILL:when="$n" "$tool" restore "$dir/copy" "$db" >/dev/null 2>&1 && break
      kills=$((kills + 1))
      found=$("$worker" verify 0 2>&1) || fail "$call $n: $found"
      [ "$found" = 10 ] || [ "$found" = 5 ] || fail "$call $n: $found"
      assert_equal "$call $n: $("$tool" check "$db" 2>&1)" "$call $n: vs-store: $db: sound"
    done
  done
  [ "$kills" -gt 15 ] || fail "only $kills kills"
}

@test "a full disk: refused as a whole, readable, and going on once there is room" {
  mkdir "$dir/small"
  unshare -m true 2>/dev/null || skip "mounting is not allowed here"
  mount -t tmpfs -o size=600k none "$dir/small" 2>/dev/null || skip "mounting is not allowed here"
  db=$dir/small/vault.db
  "$tool" setup "$db" >/dev/null
  use "$db"
  dd if=/dev/zero of="$dir/small/ballast" bs=4096 count=40 status=none
  "$worker" write 1 5000 >"$dir/acked" 2>"$dir/err" && { umount "$dir/small"; fail "never full"; }
  grep -q store_full "$dir/err" || { umount "$dir/small"; fail "$(cat "$dir/err")"; }
  run intact "full"
  [ "$status" = 0 ] || { umount -l "$dir/small"; fail "$output"; }
  last=$(cat "$dir/found")
  run "$tool" backup "$db" "$dir/small/copy"
  backup_status=$status left=$(ls "$dir/small")
  rm "$dir/small/ballast"
  "$worker" write $((last + 1)) 3 >>"$dir/acked" || true
  run intact "room again"
  umount -l "$dir/small"
  assert_equal "$status" 0
  assert_equal "$backup_status" 4
  refute_regex "$left" copy
  assert_equal "$(cat "$dir/found")" $((last + 3))
}
