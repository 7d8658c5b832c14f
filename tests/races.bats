setup_file() {
  load helpers/cgi
  load helpers/account
  vs_people alice
}

setup() {
  load helpers/cgi
  load helpers/account
  vs_copy "$VS_FIXTURE"
  out=$BATS_TEST_TMPDIR/out
  mkdir "$out"
}

@test "two registrations of one email: one wins, nothing is left of the other" {
  for round in 1 2 3; do
    for who in a b; do
      jar_clear
      ADDR=10.1.1.$round cgi POST /register "username=$who$round-user&email=same$round@example.org&password=$(urlencode "$PASSWORD")"
      totp_secret=$(jq -r .secret <<<"$body")
      cgi POST /register/totp "code=$(code)"
      set -- $(jq -r .phrase <<<"$body")
      declare "words_$who=word2=$2&word4=$4" "jar_$who=$(jar_header)"
    done
    for who in a b; do
      words=words_$who cookie=jar_$who
      (COOKIE=${!cookie} cgi POST /register/phrase "${!words}" 2>/dev/null; echo "$status_code" >"$out/$who") &
    done
    wait
    assert_equal "$(sort "$out/a" "$out/b" | tr '\n' ' ')" '201 409 '
    assert_equal "$(db "SELECT count(*) FROM users WHERE email_lower='same$round@example.org'")" 1
    assert_equal "$(db "SELECT count(*) FROM accounts WHERE owner='email#same$round@example.org'")" 1
  done
}

@test "six registrations of one user name: one wins" {
  for i in $(seq 6); do
    jar_clear
    ADDR=10.2.$i.1 cgi POST /register "username=wanted&email=user$i@example.org&password=$(urlencode "$PASSWORD")"
    totp_secret=$(jq -r .secret <<<"$body")
    cgi POST /register/totp "code=$(code)"
    set -- $(jq -r .phrase <<<"$body")
    words[i]="word2=$2&word4=$4" cookies[i]=$(jar_header)
  done
  for i in $(seq 6); do
    (COOKIE=${cookies[i]} cgi POST /register/phrase "${words[i]}" 2>/dev/null; echo "$status_code" >"$out/$i") &
  done
  wait
  assert_equal "$(cat "$out"/* | grep -c 201)" 1
  assert_equal "$(cat "$out"/* | grep -c 409)" 5
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind='email'")" 2
}

@test "two updates of one version: one is stale, nothing is lost" {
  person alice
  for round in $(seq 5); do
    entry "site=Round$round&password=start"
    for who in a b c d; do
      (cgi PUT "/api/entries/$id" "{\"version\":1,\"password\":\"$who\"}" 2>/dev/null; echo "$status_code" >"$out/$who") &
    done
    wait
    assert_equal "$(cat "$out"/? | sort | tr '\n' ' ')" '200 409 409 409 '
    cgi GET "/api/entries/$id"
    assert_json .version 2
    winner=$(grep -l 200 "$out"/?)
    assert_json .password "${winner##*/}"
  done
}

@test "a delete racing an update: one wins, the entry is never lost" {
  person alice
  for round in $(seq 5); do
    entry "site=Round$round&password=start"
    (cgi PUT "/api/entries/$id" '{"version":1,"password":"changed"}' 2>/dev/null; echo "$status_code" >"$out/put") &
    (cgi DELETE "/api/entries/$id?version=1" '' 2>/dev/null; echo "$status_code" >"$out/delete") &
    wait
    case "$(cat "$out/put") $(cat "$out/delete")" in
      '200 409') cgi GET "/api/entries/$id"; assert_json .password changed ;;
      '409 204' | '404 204')
        cgi POST /entry/restore "id=$id"
        cgi GET "/api/entries/$id"
        assert_json .password start
        ;;
      *) fail "put $(cat "$out/put"), delete $(cat "$out/delete")" ;;
    esac
  done
}

@test "many writers of one person: every acknowledged entry is there" {
  person alice
  for i in $(seq 40); do
    (cgi POST /api/entries "site=Site$i" 2>/dev/null; echo "$status_code" >"$out/$i") &
  done
  wait
  assert_equal "$(cat "$out"/* | grep -c 201)" "$(db "SELECT count(*) FROM passwords WHERE password_id LIKE 'e#%'")"
  assert_equal "$(cat "$out"/* | grep -vc '201\|503')" 0
}

# hold_lock: another program writes to the file from now on; what it is told on descriptor 8 happens under its lock.
hold_lock() {
  [ "$STORE" = sqlite ] || skip 'holds the lock of a database file; dynamodb.bats holds the call instead'
  mkfifo "$BATS_TEST_TMPDIR/sql"
  sqlite3 -cmd '.timeout 5000' "$DATA/vault.db" <"$BATS_TEST_TMPDIR/sql" >"$BATS_TEST_TMPDIR/held" &
  holder=$!
  exec 8>"$BATS_TEST_TMPDIR/sql"
  printf "BEGIN IMMEDIATE;\n.print held\n" >&8
  for _ in $(seq 500); do [ ! -s "$BATS_TEST_TMPDIR/held" ] || return 0; sleep 0.01; done
  fail 'the lock was not had'
}
release_lock() {
  echo 'COMMIT;' >&8
  exec 8>&-
  wait "$holder"
  rm "$BATS_TEST_TMPDIR/sql" "$BATS_TEST_TMPDIR/held"
}
# before_lock N: until N programs of this installation have read what is there and sleep before the lock. Who may not look into them is given a second.
before_lock() {
  local p n
  for _ in $(seq 50); do
    n=0
    for p in $(pgrep -f "^$VS_BUILD/cgi-bin/"); do
      if grep -qsz "^VAULTSPHERE_CONF=$DATA/" "/proc/$p/environ" && grep -qs nanosleep "/proc/$p/wchan"; then n=$((n + 1)); fi
    done
    [ "$n" -lt "$1" ] || return 0
    sleep 0.02
  done
}

# meanwhile SQL COMMAND...: COMMAND reads, then waits for the write lock that we hold; SQL happens in between, and then it may write.
meanwhile() {
  local sql=$1 job
  shift
  hold_lock
  ("$@" 2>/dev/null; echo "$status_code" >"$out/status"; printf '%s' "$body" >"$out/body") &
  job=$!
  before_lock 1
  [ ! -e "$out/status" ] || fail "it did not wait: $(cat "$out/status") $(cat "$out/body")"
  printf '%s;\n' "$sql" >&8
  release_lock
  wait $job
  status_code=$(cat "$out/status") body=$(cat "$out/body")
  rm "$out/status"
  request_line=$*
}

LOGOUT="DELETE FROM accounts WHERE kind LIKE 'session#%'"

@test "a write that was under way when the session ended is refused: create, change, delete, restore, star" {
  person alice
  entry 'site=There&password=start'
  there=$id
  entry 'site=Gone'
  gone=$id
  cgi DELETE "/api/entries/$gone?version=1"
  before=$(db 'SELECT count(*), sum(version), group_concat(password_id) FROM (SELECT * FROM passwords ORDER BY password_id)')
  row=$(db "SELECT quote(owner)||','||quote(kind)||','||quote(created)||','||quote(expires)||','||quote(auth_ver)||','||quote(box) FROM accounts WHERE kind LIKE 'session#%'")
  while read -r method path data; do
    meanwhile "$LOGOUT" cgi "$method" "$path" "$data"
    assert_status 401
    assert_equal "$(db 'SELECT count(*), sum(version), group_concat(password_id) FROM (SELECT * FROM passwords ORDER BY password_id)')" "$before"
    login alice
  done <<EOF
POST /api/entries site=Late
PUT /api/entries/$there version=1&password=late
DELETE /api/entries/$there?version=1
POST /entry/restore id=$gone
POST /entry/favorite id=$there&version=1&on=1
POST /trash/empty confirm=1
EOF
}

@test "what another one changed meanwhile is not overwritten" {
  person alice
  entry 'site=There&password=start'
  for request in "PUT /api/entries/$id version=1&password=late" "PUT /api/entries/$id version=1&tags=late" "DELETE /api/entries/$id?version=1" \
    "POST /entry/favorite id=$id&version=1&on=1"; do
    read -r method path data <<<"$request"
    meanwhile "UPDATE passwords SET version=2 WHERE password_id='e#$id'" cgi "$method" "$path" "$data"
    assert_status 409
    db "UPDATE passwords SET version=1 WHERE password_id='e#$id'"
    cgi GET "/api/entries/$id"
    assert_json .password start
    assert_json '.tags|length' 0
  done
}

@test "an email that was taken meanwhile: no second account" {
  jar_clear
  cgi POST /register "username=late-user&email=late@example.org&password=$(urlencode "$PASSWORD")"
  totp_secret=$(jq -r .secret <<<"$body")
  cgi POST /register/totp "code=$(code)"
  # shellcheck disable=SC2046
  set -- $(jq -r .phrase <<<"$body")
  meanwhile "INSERT INTO accounts(owner,kind,rev,username) VALUES('email#late@example.org','email',1,'other')" cgi POST /register/phrase "word2=$2&word4=$4"
  assert_status 409
  assert_equal "$(db "SELECT count(*) FROM users WHERE username='late-user'")" 0
}

@test "a code that another login used meanwhile is refused" {
  person alice
  jar_clear
  c=$(fresh_code)
  meanwhile "UPDATE users SET rev=rev+1, totp_last=$(date +%s)/30+1 WHERE username='alice'" cgi POST /login "username=alice&password=$(urlencode "$PASSWORD")&code=$c"
  assert_status 401
}

@test "a reset that came between ends a change of password" {
  person alice
  hash=$(db "SELECT login_hash FROM users WHERE username='alice'")
  meanwhile "UPDATE users SET rev=rev+1, auth_ver=auth_ver+1 WHERE username='alice'; $LOGOUT" \
    cgi POST /settings/password "current=$(urlencode "$PASSWORD")&code=$(fresh_code)&password=$(urlencode 'quiet lantern over the lagoon 5')"
  assert_regex "$status_code" '^(401|409)$'
  assert_equal "$(db "SELECT login_hash FROM users WHERE username='alice'")" "$hash"
}

# A staged import of ROWS rows; sets import
staged() {
  cgi POST /import "$(for ((i = 0; i <= $1; i++)); do if [ "$i" = 0 ]; then echo name,url,username,password; else echo "Site $i,https://s$i.example,maren,pw$i"; fi; done | jq -Rs '{text: .}')"
  assert_status 200
  import=$(jq -r .id <<<"$body")
}

@test "two posts of one import at the same moment: both wait for the lock, one writes, nothing is there twice" {
  person alice
  staged 60
  hold_lock
  for who in a b; do
    (cgi POST /import/preview "id=$import" 2>/dev/null; echo "$status_code" >"$out/$who"; jq -r .state <<<"$body" >"$out/$who.state") &
  done
  before_lock 2 # that is the overlap
  [ ! -e "$out/a" ] && [ ! -e "$out/b" ] || fail 'one of them did not wait'
  release_lock
  wait
  assert_equal "$(cat "$out/a" "$out/b" | sort | tr '\n' ' ')" '200 200 '
  # the one that came second may have looked while the other still wrote
  assert_regex "$(sort -u "$out/a.state" "$out/b.state" | tr '\n' ' ')" '^done (running )?$'
  assert_equal "$(db "SELECT count(*) FROM passwords WHERE password_id LIKE 'e#%'")" 60
}

@test "an import whose session ended meanwhile writes nothing and takes nothing back" {
  person alice
  staged 2
  meanwhile "$LOGOUT" cgi POST /import/preview "id=$import"
  assert_status 401
  assert_equal "$(db "SELECT count(*) FROM passwords")" 0
  login alice
  cgi POST /import/preview "id=$import"
  assert_json .created 2
  meanwhile "$LOGOUT" cgi POST /import/done "id=$import"
  assert_status 401
  assert_equal "$(db "SELECT count(*) FROM passwords WHERE password_id LIKE 'e#%'")" 2
  login alice
  # neither does a file that is handed in
  meanwhile "$LOGOUT" cgi POST /import '{"text":"site,password\na,b"}'
  assert_status 401
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind LIKE 'import.text%'")" 0
}

@test "an entry that was changed while an import wrote is not overwritten, and not taken back" {
  person alice
  staged 1
  cgi POST /import/preview "id=$import"
  cgi GET /api/entries
  id=$(jq -r '.entries[0].id' <<<"$body")
  cgi POST /import '{"text":"name,url,username,password\nSite 1,https://s1.example,maren,other"}'
  other=$(jq -r .id <<<"$body")
  meanwhile "UPDATE passwords SET version=2 WHERE password_id='e#$id'" cgi POST /import/preview "id=$other&changed=overwrite"
  assert_status 409
  db "UPDATE passwords SET version=1 WHERE password_id='e#$id'"
  cgi GET "/api/entries/$id"
  assert_json .password pw1
  meanwhile "UPDATE passwords SET version=2 WHERE password_id='e#$id'" cgi POST /import/done "id=$import"
  assert_status 200
  assert_json .kept 1
  assert_equal "$(db "SELECT count(*) FROM passwords WHERE password_id='e#$id'")" 1
}
