# import-size: a whole file's way through the real server: 10,000 entries, nothing of them on the disk in the clear.

setup() {
  load helpers/cgi
  load helpers/account
  load helpers/server
  DATA=$BATS_TEST_TMPDIR/data
  server_start
}
teardown() {
  server_stop
}

# watch_files, files_in_memory: every file that the web server made meanwhile, and that it is one of memory. It holds a part of a body for a moment, too short to be met.
watch_files() {
  [ "$(stat -f -c %T "$DATA")" != tmpfs ] || skip 'the data folder itself lies in memory here'
  strace -qq -f -e trace=openat,open,creat -o "$BATS_TEST_TMPDIR/files" -p "$(pgrep -P "$server_pid" -x lighttpd)" 3>&- &
  tracer=$!
  until grep -q "^TracerPid:.*[1-9]" "/proc/$(pgrep -P "$server_pid" -x lighttpd)/status"; do sleep 0.01; done
}
files_in_memory() {
  local made
  kill $tracer
  wait $tracer || :
  made=$(sed -n 's/.*"\(.*upload[^"]*\)".*O_CREAT.*/\1/p' "$BATS_TEST_TMPDIR/files" | xargs -r -n 1 dirname | sort | uniq -c)
  echo "made by the web server: ${made:-none}" >&3
  while read -r _ folder; do
    [ -z "$folder" ] || assert_equal "$folder $(stat -f -c %T "$folder")" "$folder tmpfs"
  done <<<"$made"
}

@test "10,000 entries go in and out again, in rounds, and a file of 5 MB never touches the disk" {
  register_http maren
  local file=$BATS_TEST_TMPDIR/big.csv id rounds=0 took=$SECONDS
  python3 - >"$file" <<'P'
print("name,url,username,password,notes")
for i in range(10001):
    print(f"Site {i},https://s{i}.example,maren{i},plain-sight-{i:05d}-{'x' * 8},{'note ' * 60 if i % 2 else ''}")
P
  watch_files
  http POST /import '' -F "file=@$file;type=text/csv" --max-time 60
  files_in_memory
  id=$(jq -r .id <<<"$body")
  ! grep -rqa 'plain-sight-0' "$DATA" || fail "the file stands in the clear in the data folder"
  http GET "/import/preview?id=$id"
  assert_json .fresh.count 10000
  assert_json .more_rows 10000
  assert_json '.fresh.rows|length' 100
  while http POST /import/preview "id=$id"; do
    assert_status 200
    rounds=$((rounds + 1))
    [ "$(jq -r .state <<<"$body")" = running ] || break
  done
  echo "import: $rounds rounds, $((SECONDS - took)) s" >&3
  assert_json .state done
  assert_json .created 10000
  http GET '/api/entries?limit=1'
  assert_json .total 10000
  # and out again, in the clear
  watch_files
  http POST /export "current=$(urlencode "$PASSWORD")&format=json&confirm=plain"
  assert_regex "${body: -3000}" plain-sight-0
  files_in_memory
  took=$SECONDS
  while http POST /import/done "id=$id"; do
    assert_status 200
    [ "$(jq -r .state <<<"$body")" = undoing ] || break
  done
  echo "undo: $((SECONDS - took)) s" >&3
  assert_json .taken_back 10000
  http GET '/api/entries?limit=1'
  assert_json .total 0
  ! grep -rqa 'plain-sight-0' "$DATA" || fail "something of the file stands in the clear in the data folder"
}

@test "a file beyond the limit is refused, and other addresses keep their own" {
  register_http maren
  head -c 5400000 /dev/zero | tr '\0' a >"$BATS_TEST_TMPDIR/huge.csv"
  http POST /import '' -F "file=@$BATS_TEST_TMPDIR/huge.csv"
  assert_status 413
  head -c 70000 /dev/zero | tr '\0' a >"$BATS_TEST_TMPDIR/some"
  http POST /import/map '' --data-binary "@$BATS_TEST_TMPDIR/some"
  assert_status 413
}
