# vs-store: setup, check, stat, backup, restore, hold.

setup() {
  load helpers/assert
  VS_BUILD=${VS_BUILD:-$BATS_TEST_DIRNAME/../build/sqlite}
  case $VS_BUILD in /*) ;; *) VS_BUILD=$BATS_TEST_DIRNAME/../$VS_BUILD ;; esac
  tool=$VS_BUILD/tools/vs-store
  db=$BATS_TEST_TMPDIR/vault.db
}

# vs EXIT_STATUS ARGUMENT...: run the tool; its output is in $output
vs() {
  local want=$1
  shift
  run "$tool" "$@"
  [ "$status" = "$want" ] || fail "vs-store $*: status $status, wanted $want" "$output"
}

filled() {
  vs 0 setup "$db"
  sqlite3 "$db" "INSERT INTO users(username,uid) VALUES('alice','u1'),('bob','u2');
    INSERT INTO accounts(owner,kind,expires) VALUES('u1','session#1',5),('u1','log',NULL);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<300) INSERT INTO passwords(user_id,password_id,token) SELECT 'u1',printf('%03d',i),hex(randomblob(300)) FROM n;" >/dev/null
}

dump() { sqlite3 "file:$1?mode=ro" .dump 2>&1; }

@test "setup makes a private database with our marks, and a second run finds it ready" {
  vs 0 setup "$db"
  assert_regex "$output" 'created, schema 1, checked'
  assert_equal "$(stat -c %a "$db")" 600
  assert_equal "$(sqlite3 "$db" 'PRAGMA application_id; PRAGMA user_version; PRAGMA journal_mode;' | paste -sd' ')" '1448300616 1 wal'
  vs 0 setup "$db"
  assert_regex "$output" 'ready, schema 1, checked'
  vs 0 setup "$db" --full
  assert_regex "$output" 'checked in full'
}

@test "setup narrows the mode of a database that others can read" {
  filled
  chmod 644 "$db"
  vs 0 setup "$db"
  assert_equal "$(stat -c %a "$db")" 600
}

@test "setup does not make folders, and says so" {
  vs 1 setup "$BATS_TEST_TMPDIR/no/vault.db"
  assert_regex "$output" 'its folder is not there'
}

@test "setup refuses what is no database, what is foreign, and what is newer" {
  head -c 9000 /dev/urandom >"$db"
  vs 1 setup "$db"
  assert_regex "$output" 'damaged, no database'
  rm "$db"
  sqlite3 "$db" 'CREATE TABLE t(x)'
  vs 5 setup "$db"
  assert_regex "$output" 'another program'
  assert_equal "$(sqlite3 "$db" .tables)" t
  rm "$db"
  filled
  sqlite3 "$db" 'PRAGMA user_version=99' >/dev/null
  vs 5 setup "$db"
  assert_regex "$output" 'newer version'
  vs 5 check "$db"
  vs 5 backup "$db" "$db.copy"
  vs 5 stat "$db"
}

@test "an older schema is copied aside before the migration" {
  # version 0 that is ours stands for an older release: its one step is the schema itself
  sqlite3 "$db" "PRAGMA application_id=1448300616; CREATE TABLE users(x); CREATE TABLE accounts(x); CREATE TABLE passwords(x);" >/dev/null
  run "$tool" setup "$db"
  assert_equal "$status" 1 # the tables are there already: the step fails as a whole
  assert_equal "$(sqlite3 "$db" 'PRAGMA user_version')" 0
  copy=$(echo "$db".before-migration-*)
  [ -f "$copy" ] || fail "no copy: $(ls "$BATS_TEST_TMPDIR")"
  assert_equal "$(sqlite3 "$copy" 'SELECT count(*) FROM sqlite_schema')" 3
  vs 5 stat "$db"
  assert_regex "$output" 'run vs-store setup'
}

@test "damage is found by setup, check and restore" {
  filled
  "$tool" setup "$db" >/dev/null # copies the log into the database
  pages=$(($(stat -c %s "$db") / 4096))
  cp "$db" "$db.bad"
  for p in $(seq $((pages / 2)) $((pages - 1))); do
    dd if=/dev/urandom of="$db.bad" bs=4096 seek="$p" count=1 conv=notrunc status=none
  done
  vs 1 setup "$db.bad"
  vs 1 check "$db.bad"
  assert_regex "$output" 'integrity_check says'
  vs 1 restore "$db.bad" "$db"
  vs 0 check "$db"
  assert_regex "$output" 'sound'
}

@test "stat counts" {
  filled
  vs 0 stat "$db"
  for line in 'schema 1' 'users 2' 'accounts 2' 'passwords 300' 'expired 1' 'page_size 4096'; do
    assert_regex "$output" "$line"
  done
}

@test "backup is one private file with the same content, and overwrites nothing" {
  filled
  vs 0 backup "$db" "$db.copy" --progress
  assert_regex "$output" '100 %'
  assert_equal "$(stat -c %a "$db.copy")" 600
  assert_equal "$(dump "$db.copy")" "$(dump "$db")"
  assert_equal "$(echo "$db".copy*)" "$db.copy"
  sum=$(md5sum <"$db.copy")
  vs 2 backup "$db" "$db.copy"
  assert_equal "$(md5sum <"$db.copy")" "$sum"
  vs 1 backup "$db" "$BATS_TEST_TMPDIR/no/copy"
  vs 1 backup "$BATS_TEST_TMPDIR/none.db" "$db.c2"
}

@test "restore puts the copy in place and keeps what was there, its log included" {
  filled
  "$tool" backup "$db" "$db.copy"
  before=$(dump "$db")
  sqlite3 "$db" "INSERT INTO users(username) VALUES('carol')" >/dev/null
  after=$(dump "$db")
  vs 0 restore "$db.copy" "$db"
  assert_equal "$(dump "$db")" "$before"
  assert_equal "$(stat -c %a "$db")" 600
  assert_equal "$(sqlite3 "$db" 'PRAGMA journal_mode')" wal
  kept=$(echo "$db".before-restore-*T*Z)
  assert_equal "$(dump "$kept")" "$after"
  vs 0 setup "$db"
}

@test "restore works where no database was, and refuses a source that is none" {
  filled
  "$tool" backup "$db" "$db.copy"
  vs 0 restore "$db.copy" "$BATS_TEST_TMPDIR/new.db"
  assert_equal "$(dump "$BATS_TEST_TMPDIR/new.db")" "$(dump "$db")"
  : >"$db.empty"
  vs 5 restore "$db.empty" "$db"
  vs 1 restore "$BATS_TEST_TMPDIR/none" "$db"
  vs 1 restore "$db.copy" "$BATS_TEST_TMPDIR/no/new.db"
  vs 0 check "$db"
}

@test "a damaged database is replaced by restore and kept" {
  filled
  "$tool" backup "$db" "$db.copy"
  want=$(dump "$db")
  head -c 20000 /dev/urandom >"$db"
  sum=$(md5sum <"$db")
  vs 0 restore "$db.copy" "$db"
  assert_equal "$(dump "$db")" "$want"
  assert_equal "$(md5sum <"$(echo "$db".before-restore-*Z)")" "$sum"
}

@test "restore refuses while the server holds the database; hold goes with the program" {
  filled
  "$tool" backup "$db" "$db.copy"
  "$tool" hold "$db" sleep 30 3>&- &
  pid=$!
  for _ in $(seq 100); do
    "$tool" restore "$db.copy" "$db" >/dev/null 2>&1 || break
    rm -f "$db".before-restore-*
    sleep 0.02
  done
  vs 3 restore "$db.copy" "$db"
  assert_regex "$output" 'server is running'
  vs 0 setup "$db" # a start beside a running server is no matter
  kill "$pid"
  wait "$pid" || true
  vs 0 restore "$db.copy" "$db"
  vs 1 hold "$BATS_TEST_TMPDIR/none.db" true
  vs 1 hold "$db" /no/such/program
  vs 0 hold "$db" echo --full
  assert_equal "$output" --full
}

@test "with the lock held, no process reads the log again" {
  filled
  probe='strace -f -e trace=ftruncate'
  run $probe "$tool" stat "$db"
  assert_regex "$output" 'ftruncate\([0-9]+, 3\)'
  run "$tool" hold "$db" strace -e trace=ftruncate "$tool" stat "$db"
  refute_regex "$output" 'ftruncate\([0-9]+, 3\)'
}

@test "wrong calls print the usage" {
  for words in "" "setup" "nothing $db" "setup $db more" "backup $db" "check $db --fast" "hold $db"; do
    # shellcheck disable=SC2086
    vs 2 $words
    assert_regex "$output" 'vs-store restore FROM PATH'
  done
}

# Every system call of a command fails once. Whatever happens: the database stays sound and is the old or the new one, a failure is told by
# the exit status, and no part of a copy is left.
calls='openat:EACCES fsync:EIO fdatasync:EIO pwrite64:ENOSPC ftruncate:EIO fcntl:EIO rename:ENOSPC renameat2:EROFS link:EPERM unlink:EIO
  chmod:EPERM newfstatat:EIO pread64:EIO mmap:ENOMEM'
each_call_fails() { # COMMAND...: $db is put back before each
  local call n got
  for call in $calls; do
    for n in $(seq 1 14); do
      [ "$call$n" != fcntl:EIO10 ] || break # giving a lock back never fails; SQLite would try for ten seconds
      rm -f "$db" "$db"-* "$db".* "$BATS_TEST_TMPDIR"/out*
      cp "$BATS_TEST_TMPDIR/safe" "$db"
      cp "$BATS_TEST_TMPDIR/safe-wal" "$db-wal"
      run strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -e trace="${call%:*}" -e inject="${call%:*}:error=${call#*:}:when=$n" "$tool" "$@"
      grep -q INJECTED "$BATS_TEST_TMPDIR/trace" || break
      injected=$((injected + 1))
      got=$(sqlite3 "$db" 'SELECT count(*) FROM users' 2>&1)
      [ "$got" = 3 ] || [ "$got" = 2 ] || fail "$* $call $n: $got"
      [ "$status" != 0 ] || [ "$got" = "$expected" ] || fail "$* $call $n: said to be done, but $got users" "$output"
      assert_equal "$call $n: $(sqlite3 "$db" 'PRAGMA integrity_check')" "$call $n: ok"
      [ "$call" = unlink:EIO ] || [ -z "$(find "$BATS_TEST_TMPDIR" -name "*part-*")" ] || fail "$* $call $n: a part is left"
      [ ! -e "$BATS_TEST_TMPDIR/out" ] || assert_equal "$call $n: $(sqlite3 "$BATS_TEST_TMPDIR/out" 'SELECT count(*) FROM users')" "$call $n: 3"
    done
  done
}

# a database with something in its log, and a copy of an earlier moment
prepared() {
  filled
  "$tool" backup "$db" "$BATS_TEST_TMPDIR/copy" >/dev/null
  # the CLI leaves by a signal: so the log stays
  sqlite3 "$db" ".dbconfig no_ckpt_on_close on" "INSERT INTO users(username) VALUES('carol')" >/dev/null
  [ -s "$db-wal" ] || fail "no log"
  cp "$db" "$BATS_TEST_TMPDIR/safe"
  cp "$db-wal" "$BATS_TEST_TMPDIR/safe-wal"
  injected=0
}

@test "backup: any one system call may fail" {
  prepared
  expected=3
  each_call_fails backup "$db" "$BATS_TEST_TMPDIR/out"
  [ $injected -gt 60 ] || fail "$injected"
}

@test "restore: any one system call may fail" {
  prepared
  expected=2
  each_call_fails restore "$BATS_TEST_TMPDIR/copy" "$db"
  [ $injected -gt 60 ] || fail "$injected"
}

@test "setup, stat and hold: any one system call may fail" {
  prepared
  expected=3
  each_call_fails setup "$db"
  each_call_fails stat "$db"
  calls='openat:EACCES fcntl:EIO' each_call_fails hold "$db" true
  [ $injected -gt 100 ] || fail "$injected"
}
