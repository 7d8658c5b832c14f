# kill -9 at every write-type system call of every changing operation: no acknowledged write is lost, nothing is half done.

setup_file() {
  load helpers/begin
  vs_people alice
  person alice
  entry 'site=Bank&password=first-password'
  printf '%s' "$id" >"$VS_FIXTURE/entry"
  entry 'site=Trashed&password=in-the-trash'
  printf '%s' "$id" >"$VS_FIXTURE/trashed"
  cgi DELETE "/api/entries/$id"
  assert_status 204
}

setup() {
  load helpers/begin
  begin_as alice
  id=$(<"$VS_FIXTURE/entry")
  trashed=$(<"$VS_FIXTURE/trashed")
  CALLS=write,pwrite64,pwritev,writev,fsync,fdatasync,ftruncate,unlink,rename,fallocate,openat
}

# killed N METHOD PATH DATA: the request, killed when it is about to make its Nth such call; sets status_code (none when no answer came out)
killed() {
  local n=$1
  shift
  STRACE="strace -f -o $BATS_TEST_TMPDIR/trace -e trace=$CALLS -e inject=$CALLS:signal=SIGKILL:when=$n" cgi "$@" 2>/dev/null || true
}

# at_every_call BEFORE AFTER METHOD PATH DATA: state (a function that prints it) is BEFORE or AFTER whenever the request dies, AFTER once it was answered
at_every_call() {
  local before=$1 after=$2 n=0 got step=1
  shift 2
  while :; do
    n=$((n + step))
    restore_copy
    killed "$n" "$@"
    got=$(state)
    case $status_code:$got in
      none:"$before" | none:"$after") ;;
      2*:"$after" | 303:"$after") ;;
      *) fail "call $n of $*" "answer: $status_code" "state: $got" "before: $before" "after: $after" ;;
    esac
    assert_equal "$(sqlite3 "$DATA/vault.db" 'PRAGMA integrity_check')" ok
    grep -q 'killed by SIGKILL' "$BATS_TEST_TMPDIR/trace" || break
    [ "$n" -lt 200 ] || fail "more than 200 calls"
  done
  [ "$n" -gt 3 ] || fail "only $n calls were tried"
  echo "$n calls" >&2
  assert_equal "$got" "$after"
}

keep_copy() { rm -rf "$BATS_TEST_TMPDIR/keep" && cp -a "$DATA" "$BATS_TEST_TMPDIR/keep"; }
restore_copy() { rm -rf "$DATA" && cp -a "$BATS_TEST_TMPDIR/keep" "$DATA"; }

list_state() {
  cgi GET '/api/entries?sort=site' 2>/dev/null
  local a
  a=$(jq -c '[.entries[]|[.site,.version]]' <<<"$body")
  cgi GET /trash 2>/dev/null
  printf '%s %s' "$a" "$(jq -c '[.entries[].site]' <<<"$body")"
}

@test "create" {
  state() { list_state; }
  keep_copy
  at_every_call '[["Bank",1]] ["Trashed"]' '[["Bank",1],["New",1]] ["Trashed"]' POST /api/entries 'site=New&password=x'
}

@test "update" {
  state() {
    cgi GET "/api/entries/$id" 2>/dev/null
    local a
    a=$(jq -c '[.password,.version]' <<<"$body")
    cgi GET "/entry/history?id=$id" 2>/dev/null
    printf '%s %s' "$a" "$(jq -c '[.versions[].version]' <<<"$body")"
  }
  keep_copy
  at_every_call '["first-password",1] [1]' '["second",2] [2,1]' PUT "/api/entries/$id" '{"version":1,"password":"second"}'
}

@test "delete and restore" {
  state() { list_state; }
  keep_copy
  at_every_call '[["Bank",1]] ["Trashed"]' '[] ["Bank","Trashed"]' DELETE "/api/entries/$id" ''
  restore_copy
  at_every_call '[["Bank",1]] ["Trashed"]' '[["Bank",1],["Trashed",1]] []' POST /entry/restore "id=$trashed"
}

@test "logout" {
  state() {
    cgi GET /session 2>/dev/null
    echo "$status_code"
  }
  # the cookie must survive its own removal from the jar
  cookie=$(jar_header)
  export COOKIE=$cookie
  keep_copy
  at_every_call 200 401 POST /logout ''
  unset COOKIE
}

@test "last step of a registration" {
  jar_clear
  cgi POST /register "username=carol&email=carol@example.org&password=$(urlencode "$PASSWORD")"
  totp_secret=$(jq -r .secret <<<"$body")
  cgi POST /register/totp "code=$(code)"
  set -- $(jq -r .phrase <<<"$body")
  COOKIE=$(jar_header)
  keep_copy
  state() { db "SELECT (SELECT count(*) FROM users WHERE username='carol') || (SELECT count(*) FROM accounts WHERE owner='email#carol@example.org') || (SELECT count(*) FROM accounts WHERE kind LIKE 'session#%' AND username='carol')"; }
  at_every_call 000 111 POST /register/phrase "word2=$2&word4=$4"
}

@test "password change" {
  c=$(fresh_code)
  cookie=$(jar_header)
  COOKIE=$cookie
  keep_copy
  state() {
    local v
    v=$(db 'SELECT auth_ver || "/" || pw_ver FROM users')
    cgi GET "/api/entries/$id" 2>/dev/null
    printf '%s %s' "$v" "$(jq -r .password <<<"$body")"
  }
  at_every_call '1/1 first-password' '2/2 first-password' POST /settings/password "current=$(urlencode "$PASSWORD")&code=$c&password=another+good+phrase+12"
}

@test "reset by phrase" {
  keep_copy
  state() { db 'SELECT auth_ver || "/" || pw_ver || "/" || rc_ver || "/" || (SELECT count(*) FROM accounts WHERE kind LIKE "session#%") FROM users'; }
  at_every_call '1/1/1/1' '2/2/2/0' POST /reset "username=alice&phrase=$(urlencode "$phrase")&password=another+good+phrase+12"
}
