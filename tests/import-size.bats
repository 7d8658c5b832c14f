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

@test "10,000 entries go in and out again, in rounds, and a file of 5 MB never touches the disk" {
  register_http maren
  local file=$BATS_TEST_TMPDIR/big.csv id rounds=0 took=$SECONDS
  python3 - >"$file" <<'P'
print("name,url,username,password,notes")
for i in range(10001):
    print(f"Site {i},https://s{i}.example,maren{i},plain-sight-{i:05d}-{'x' * 8},{'note ' * 60 if i % 2 else ''}")
P
  # slowly, so that half of it is on its way when we look where it is
  (http POST /import '' -F "file=@$file;type=text/csv" --max-time 60 --limit-rate 1500K && printf '%s' "$body" >"$BATS_TEST_TMPDIR/answer") &
  sleep 1
  for p in $(pgrep -P "$server_pid" -x lighttpd); do
    if find "/proc/$p/fd" -lname '*upload*' | grep -q .; then fail 'the web server writes the file to the disk'; fi
  done
  wait $!
  id=$(jq -r .id "$BATS_TEST_TMPDIR/answer")
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
