# import: the whole way of a file, as programs and browsers take it, and back. What a file may hold: import-files.bats.

setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  load helpers/import
  begin_as alice
}

# part NAME TEXT [FILENAME]: one field of a multipart form whose boundary is b0undary
part() {
  printf -- '--b0undary\r\nContent-Disposition: form-data; name="%s"%s\r\n%s\r\n%s\r\n' "$1" "${3:+; filename=\"$3\"}" "${3:+$'Content-Type: text/csv\r\n'}" "$2"
}

@test "a browser's file goes to the preview when its columns are known" {
  page_token
  CTYPE='multipart/form-data; boundary=b0undary' ACCEPT=text/html cgi POST /import "$(part csrf "$csrf"; part file "$CHROME" 'my "file".csv' | sed 's/my "file"/my \\"file\\"/'; part text ''; printf -- '--b0undary--')"
  assert_status 303
  assert_regex "$(header Location)" '^/import/preview\?id=[a-z2-7]{26}$'
  page GET "$(header Location)"
  assert_status 200
  assert_regex "$body" 'New: 2'
  refute_regex "$body" 'secret2'
}

@test "a file without the session's token is refused" {
  CTYPE='multipart/form-data; boundary=b0undary' ACCEPT=text/html cgi POST /import "$(part file "$CHROME" a.csv; printf -- '--b0undary--')"
  assert_status 403
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind LIKE 'import%'")" 0
}

@test "multipart that is not whole is refused, and other routes take none" {
  local b
  for b in '' '--b0undary' '--b0undary--x' $'--b0undary\r\nX: y\r\n\r\na\r\n--b0undary--' $'--b0undary\r\n\r\na\r\n--b0undary--' \
    $'--b0undary\r\nContent-Disposition: form-data; name="text"\r\n\r\na' "$(part nosuch a)"$'\r\n--b0undary--' "$(part text a; part text b)"$'\r\n--b0undary--'; do
    CTYPE='multipart/form-data; boundary=b0undary' cgi POST /import "$b"
    [ -z "$b" ] || assert_equal "$b: $status_code" "$b: 400"
  done
  for b in 'multipart/form-data' 'multipart/form-data; boundary=' 'multipart/form-data; boundary=a b' "multipart/form-data; boundary=$(printf '%071d' 0)"; do
    CTYPE=$b cgi POST /import 'a=1'
    assert_equal "$b: $status_code" "$b: 415"
  done
  CTYPE='multipart/form-data; boundary=b0undary' cgi POST /api/entries "$(part site a; printf -- '--b0undary--')"
  assert_status 415
}

@test "new entries are written as the file has them" {
  imported "$CHROME"
  assert_json .created 2
  cgi GET '/api/entries?q=bank'
  id=$(jq -r '.entries[0].id' <<<"$body")
  cgi GET "/api/entries/$id"
  assert_equal "$(jq -r '[.site,.url,.username,.password,.notes,.version]|map(tostring)|join("|")' <<<"$body")" 'Bank|https://bank.example/login|maren|Pa55-wörd;"1"|two|1'
}

@test "the same file a second time changes nothing" {
  imported "$CHROME"
  imported "$CHROME" changed=overwrite
  assert_json .created 0
  assert_json .overwritten 0
  assert_json .same 2
  cgi GET /api/entries
  assert_json .total 2
}

@test "changed entries stay, are overwritten, or are added beside" {
  imported "$CHROME"
  local new=${CHROME/secret2/secret3} id
  cgi GET '/api/entries?q=mail'
  id=$(jq -r '.entries[0].id' <<<"$body")
  staged "$new"
  cgi GET "/import/preview?id=$import"
  assert_json .changed.count 1
  assert_json .same.count 1
  assert_json '.changed.rows[0].why' Password
  imported "$new" changed=leave
  assert_json .left 1
  cgi GET "/api/entries/$id"
  assert_json .password secret2
  imported "$new" changed=overwrite
  assert_json .overwritten 1
  cgi GET "/api/entries/$id"
  assert_json .password secret3
  assert_json .version 2
  cgi POST /entry/restore "id=$id&version=1"
  assert_status 204
  cgi GET "/api/entries/$id"
  assert_json .password secret2
  imported "$new" changed=add
  assert_json .created 1
  cgi GET /api/entries
  assert_json .total 3
}

@test "undo: what was added goes, what was overwritten is as before, what was changed since stays" {
  imported "$CHROME"
  local first=$import id mail
  imported "${CHROME/secret2/secret3}
Shop,https://shop.example,u,p,
Forum,https://forum.example,u,p," changed=overwrite
  assert_json .created 2
  assert_json .overwritten 1
  cgi GET '/api/entries?q=forum'
  id=$(jq -r '.entries[0].id' <<<"$body")
  cgi PUT "/api/entries/$id" '{"version":1,"notes":"mine now"}'
  assert_status 200
  page GET "/import/done?id=$import"
  assert_regex "$body" 'Undo the import'
  cgi POST /import/done "id=$import"
  assert_json .state undone
  assert_json .taken_back 2
  assert_json .kept 1
  cgi GET /api/entries
  assert_json .total 3
  cgi GET '/api/entries?q=mail'
  mail=$(jq -r '.entries[0].id' <<<"$body")
  cgi GET "/api/entries/$mail"
  assert_json .password secret2
  assert_json .version 3
  # twice is once, and the import before can be taken back too
  cgi POST /import/done "id=$import"
  assert_json .taken_back 2
  cgi POST /import/done "id=$first"
  assert_json .state undone
  assert_json .taken_back 1
  assert_json .kept 1
}

@test "undo ends after 24 hours, and a file is gone after one" {
  imported "$CHROME"
  db "UPDATE accounts SET expires=expires-86401 WHERE kind LIKE 'import%'"
  cgi POST /import/done "id=$import"
  assert_status 404
  staged "$CHROME"
  db "UPDATE accounts SET expires=expires-3601 WHERE kind LIKE 'import%'"
  cgi GET "/import/preview?id=$import"
  assert_status 404
}

@test "nothing of a file stands in the clear, and nothing of it is left when it is in" {
  staged "$CHROME"
  refute_regex "$(db "SELECT * FROM accounts")" 'bank|secret2|maren,'
  refute_regex "$(db "SELECT * FROM accounts")" "$(printf %s 'Bank,https' | base64 | cut -c1-12)"
  cgi POST /import/preview "id=$import"
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind LIKE 'import.text%'")" 0
  # a new file takes the place of one that was left lying
  staged "$CHROME"
  staged "$CHROME"
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind LIKE 'import.text%'")" 1
}

@test "an import is its owner's alone" {
  staged "$CHROME"
  local mine=$import
  person bob
  cgi GET "/import/preview?id=$mine"
  assert_status 404
  cgi POST /import/preview "id=$mine"
  assert_status 404
  cgi GET "/import/done?id=$mine"
  assert_status 404
}

@test "a second click leads to what the first one made, and writes nothing" {
  imported "$CHROME"
  page POST /import/preview "id=$import"
  assert_status 303
  assert_regex "$(header Location)" "^/import/done\\?id=$import"
  cgi GET /api/entries
  assert_json .total 2
}

# 150 entries are three writes
many_rows() {
  printf 'name,url,username,password,note'
  local i
  for ((i = 1; i <= 150; i++)); do printf '\nSite %d,https://s%d.example,maren,pw%d,' "$i" "$i" "$i"; done
}

@test "an import that was killed half-way goes on: nothing is lost, nothing is there twice" {
  [ "$STORE" = sqlite ] || skip 'counts the calls that write to a file; storm.bats kills on DynamoDB'
  # the sanitizer of leaks does not run under a tracer
  export ASAN_OPTIONS=detect_leaks=0
  staged "$(many_rows)"
  cp -a "$DATA" "$BATS_TEST_TMPDIR/keep"
  local n half=0 calls=pwrite64,fdatasync,fsync,ftruncate
  for n in 12 40 70 100 130 160 190 220 250 280; do
    rm -rf "$DATA" && cp -a "$BATS_TEST_TMPDIR/keep" "$DATA"
    STRACE="strace -f -o $BATS_TEST_TMPDIR/trace -e trace=$calls -e inject=$calls:signal=SIGKILL:when=$n" cgi POST /import/preview "id=$import" 2>/dev/null || true
    cgi GET '/api/entries?limit=1'
    [ "$(jq .total <<<"$body")" = 0 ] || [ "$(jq .total <<<"$body")" = 150 ] || half=$((half + 1))
    cgi POST /import/preview "id=$import"
    assert_status 200
    assert_json .state done
    assert_json .created 150
    assert_json .same 0
    assert_equal "$(db "SELECT count(*) FROM passwords WHERE password_id LIKE 'e#%'")" 150
    cgi GET '/api/entries?q=site&limit=1000'
    assert_equal "$(jq '[.entries[].site] | unique | length' <<<"$body")" 150
    grep -q 'killed by SIGKILL' "$BATS_TEST_TMPDIR/trace" || break
  done
  [ "$half" -ge 2 ] || fail "only $half of the kills came between two writes"
  # taken back half-way, and then the rest
  cp -a "$DATA" "$BATS_TEST_TMPDIR/all"
  half=0
  for n in 5 20 40 60 80; do
    rm -rf "$DATA" && cp -a "$BATS_TEST_TMPDIR/all" "$DATA"
    STRACE="strace -f -o $BATS_TEST_TMPDIR/trace -e trace=$calls -e inject=$calls:signal=SIGKILL:when=$n" cgi POST /import/done "id=$import" 2>/dev/null || true
    cgi GET '/api/entries?limit=1'
    [ "$(jq .total <<<"$body")" = 0 ] || [ "$(jq .total <<<"$body")" = 150 ] || half=$((half + 1))
    cgi POST /import/done "id=$import"
    assert_json .state undone
    assert_json .taken_back 150
    assert_json .kept 0
    cgi GET '/api/entries?limit=1'
    assert_json .total 0
    grep -q 'killed by SIGKILL' "$BATS_TEST_TMPDIR/trace" || break
  done
  [ "$half" -ge 1 ] || fail 'no kill came between two writes of the undoing'
}

@test "a disk that is full: it says so, and goes on where it stopped once there is room" {
  [ "$STORE" = sqlite ] || skip 'a disk of its own is what a file has'
  staged "$(many_rows)"
  local size
  size=$(stat -c %s "$DATA/vault.db")
  # room for the first of three writes, in blocks of 1,024 bytes
  run_limited() { (ulimit -f "$1"; cgi POST /import/preview "id=$import" 2>/dev/null; echo "$status_code") | tail -1; }
  assert_equal "$(run_limited $((size / 1024 + 150)))" 507
  cgi GET '/api/entries?limit=1'
  assert_status 200
  [ "$(jq .total <<<"$body")" -lt 150 ] || fail 'all of it found room'
  cgi POST /import/preview "id=$import"
  assert_json .created 150
  assert_equal "$(db "SELECT count(*) FROM passwords WHERE password_id LIKE 'e#%'")" 150
}

@test "undo keeps an overwritten entry that was changed since, one that is gone, and one that is damaged" {
  imported "$CHROME
Shop,https://shop.example,u,p,"
  imported "${CHROME//wörd/other}
Shop,https://shop.example,u,p2," changed=overwrite
  assert_json .overwritten 2
  local bank shop
  cgi GET '/api/entries?q=bank'
  bank=$(jq -r '.entries[0].id' <<<"$body")
  cgi PUT "/api/entries/$bank" '{"version":2,"password":"mine now"}'
  cgi GET '/api/entries?q=shop'
  shop=$(jq -r '.entries[0].id' <<<"$body")
  cgi DELETE "/api/entries/$shop"
  cgi POST /import/done "id=$import"
  assert_json .state undone
  assert_json .kept 2
  assert_json .taken_back 0
  cgi GET "/api/entries/$bank"
  assert_json .password 'mine now'
}

@test "rows of an import that were damaged or exchanged: nothing is written" {
  staged "$CHROME"
  local first=$import
  db "UPDATE accounts SET box=replace(box,substr(box,20,4),'AAAA') WHERE kind='import.text#$first#00000'"
  cgi GET "/import/preview?id=$first"
  assert_status 503
  cgi POST /import/preview "id=$first"
  assert_status 503
  staged "$CHROME"
  db "DELETE FROM accounts WHERE kind='import.text#$import#00000'"
  cgi POST /import/preview "id=$import"
  assert_status 404
  staged "$CHROME"
  db "UPDATE accounts SET box='vs1.AQAAAQ' WHERE kind='import#$import'"
  cgi GET "/import/preview?id=$import"
  assert_status 503
  # two pieces of one file that changed places
  staged "site,password,notes
$(for i in {1..9}; do printf 'S%d,p,%09000d\n' "$i" 0; done)"
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind LIKE 'import.text#$import#%'")" 2
  db "UPDATE accounts SET box=(SELECT b.box FROM accounts b WHERE b.kind='import.text#$import#' || (CASE accounts.kind WHEN 'import.text#$import#00000' THEN '00001' ELSE '00000' END))
    WHERE kind LIKE 'import.text#$import#%'"
  cgi GET "/import/preview?id=$import"
  assert_status 503
  imported "$CHROME"
  db "UPDATE accounts SET box=replace(box,substr(box,20,4),'AAAA') WHERE kind='import.done#$import#00000'"
  cgi POST /import/done "id=$import"
  assert_status 503
  cgi GET /api/entries
  assert_json .total 2
}

@test "refusals" {
  refuses_strangers GET "/import/preview?id=aaaaaaaaaaaaaaaaaaaaaaaaae"
  refuses_strangers POST /import 'text=a'
  refuses_foreign POST /import 'text=a'
  refuses_foreign POST /import/preview 'id=aaaaaaaaaaaaaaaaaaaaaaaaae'
  refuses_foreign POST /import/map 'id=aaaaaaaaaaaaaaaaaaaaaaaaae'
  refuses_foreign POST /import/done 'id=aaaaaaaaaaaaaaaaaaaaaaaaae'
  refuses_methods /import POST GET PUT DELETE
  refuses_methods /import/map 'GET, POST' PUT DELETE
  refuses_methods /import/preview 'GET, POST' PUT DELETE
  refuses_methods /import/done 'GET, POST' PUT DELETE
  refuses_malformed POST /import
  refuses_malformed POST /import/preview 'id=aaaaaaaaaaaaaaaaaaaaaaaaae&c1=site'
  refuses_large POST /import/map 16384
  LENGTH=5308417 cgi POST /import 'a=1'
  assert_status 413
  cgi POST /import/preview 'id=zzz'
  assert_status 404
  staged "$CHROME"
  names_field POST /import/preview "id=$import&new=maybe" new invalid
}
