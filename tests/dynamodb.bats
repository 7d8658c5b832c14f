# What DynamoDB can do to us, and how often we ask it. Runs on the programs of that store alone.

setup_file() {
  load helpers/begin
  [ "$STORE" = dynamodb ] || return 0
  vs_people alice
}

setup() {
  load helpers/begin
  load helpers/dynamodb
  [ "$STORE" = dynamodb ] || skip 'about DynamoDB'
  begin_as alice
  # the idle limit moves now, so that no later request of a test writes it
  sed -i 's/^SESSION_IDLE=.*/SESSION_IDLE=28800/' "$DATA/run/vaultsphere.conf"
  cgi GET /session
  proxy_start
}

teardown() {
  hop_stop
  proxy_stop
}

# units NAME COMMAND...: runs the requests and says what they cost, as a line of ops/DYNAMODB.md: | NAME | calls | read units | write units |
units() {
  local name=$1
  shift
  : >"$proxy_dir/units"
  "$@"
  awk -v n="$name" '{ r += $2; w += $3 } END { printf "| %s | %d | %g | %g |\n", n, NR, r, w }' "$proxy_dir/units" | tee -a "$BATS_TEST_TMPDIR/lines" >&2
}

took_ms() {
  local t0
  t0=$(date +%s%3N)
  "$@"
  took=$(($(date +%s%3N) - t0))
}

@test "round trips: list 2, get 1, create 2, update 2, login 3" {
  entry 'site=Bank&password=one'
  calls >/dev/null
  cgi GET /api/entries
  assert_equal "$(calls)" 'GetItem Query '
  cgi GET "/api/entries/$id"
  assert_equal "$(calls)" 'BatchGetItem '
  cgi POST /api/entries site=Second
  assert_equal "$(calls)" 'GetItem TransactWriteItems '
  cgi PUT "/api/entries/$id" 'version=1&password=two'
  assert_status 200
  assert_equal "$(calls)" 'BatchGetItem TransactWriteItems '
  jar_clear
  c=$(fresh_code)
  calls >/dev/null
  cgi POST /login "username=alice&password=$(urlencode "$PASSWORD")&code=$c"
  assert_status 200
  made=$(calls)
  [ "$(wc -w <<<"$made")" -le 3 ] || fail "login: $made"
}

@test "one failure of any kind is met by another try; nothing is written twice" {
  for f in throttle e500 e503 refuse cut garbage crc lost twice conflict; do
    fault "{\"fault\":\"$f\",\"times\":1,\"only\":\"Transact|PutItem|UpdateItem\"}"
    cgi POST /api/entries "site=Created-under-$f&password=kept"
    assert_equal "$f $status_code" "$f 201"
    id=$(jq -r .id <<<"$body")
    fault "{\"fault\":\"$f\",\"times\":1,\"only\":\"Transact|PutItem|UpdateItem\"}"
    cgi PUT "/api/entries/$id" "version=1&password=changed-under-$f"
    assert_equal "$f $status_code" "$f 200"
    assert_json .version 2
    fault "{\"fault\":\"$f\",\"times\":1,\"only\":\"Get|Query\"}"
    cgi GET "/api/entries/$id"
    assert_equal "$f $status_code" "$f 200"
    assert_json .password "changed-under-$f"
    assert_json .version 2
    fault "{\"fault\":\"$f\",\"times\":1,\"only\":\"Transact|PutItem|UpdateItem|DeleteItem\"}"
    cgi DELETE "/api/entries/$id?version=2"
    assert_equal "$f $status_code" "$f 204"
  done
}

@test "what lasts is told in time: 503 with Retry-After, and nothing is half done" {
  entry 'site=Bank&password=kept'
  for f in throttle e500 refuse timeout drip garbage conflict; do
    fault "{\"fault\":\"$f\"}"
    took_ms cgi PUT "/api/entries/$id" 'version=1&password=late'
    assert_equal "$f $status_code" "$f 503"
    assert_regex "$(header Retry-After)" '^[0-9]+$'
    [ "$took" -le 8000 ] || fail "$f: $took ms"
    fault '{}'
    cgi GET "/api/entries/$id"
    assert_json .password kept
  done
}

@test "an answer that was lost for good is not told as success, and the next try sees what was done" {
  entry 'site=Bank&password=kept'
  fault '{"fault":"lost","only":"Transact"}'
  cgi PUT "/api/entries/$id" 'version=1&password=perhaps'
  assert_regex "$status_code" '^(503|200)$'
  fault '{}'
  cgi GET "/api/entries/$id"
  assert_regex "$(jq -r .password <<<"$body")" '^(kept|perhaps)$'
}

@test "mixed faults: every acknowledged write is there once, nothing else" {
  fault '{"fault":["throttle","e500","e503","refuse","cut","garbage","crc","lost","twice","conflict"],"rate":0.2}'
  acknowledged=0
  for i in $(seq "${FAULT_RUNS:-60}"); do
    took_ms cgi POST /api/entries "site=Entry-$i"
    [ "$took" -le 8500 ] || fail "$took ms"
    case $status_code in
      201) acknowledged=$((acknowledged + 1)) ;;
      503) [ -n "$(header Retry-After)" ] || fail 'no Retry-After' ;;
      *) fail "answered $status_code" ;;
    esac
  done
  fault '{}'
  cgi GET '/api/entries?limit=1000'
  there=$(jq '[.entries[].site]|length' <<<"$body") once=$(jq '[.entries[].site]|unique|length' <<<"$body")
  assert_equal "$there" "$once"
  [ "$there" -ge "$acknowledged" ] || fail "$acknowledged acknowledged, $there there"
  # a 503 may have been written; it is one entry then, never half of one
  [ "$acknowledged" -ge $((${FAULT_RUNS:-60} * 8 / 10)) ] || fail "only $acknowledged went through"
}

@test "a write that was under way when the session ended is refused" {
  entry 'site=There&password=start'
  fault '{"fault":"hold","times":1,"only":"Transact"}'
  (cgi PUT "/api/entries/$id" 'version=1&password=late' 2>/dev/null; echo "$status_code" >"$BATS_TEST_TMPDIR/status") &
  job=$!
  for _ in $(seq 100); do
    [ -e "$proxy_dir/held" ] && break
    sleep 0.02
  done
  db "DELETE FROM accounts WHERE kind LIKE 'session#%'"
  touch "$proxy_dir/go"
  wait $job
  assert_equal "$(cat "$BATS_TEST_TMPDIR/status")" 401
  login alice
  cgi GET "/api/entries/$id"
  assert_json .password start
}

# held SQL COMMAND...: a transaction of COMMAND (the first, or the one after SKIP others) is on its way, and SQL comes first
held() {
  local sql=$1 job
  shift
  fault "{\"fault\":\"hold\",\"skip\":${SKIP:-0},\"times\":1,\"only\":\"Transact\"}"
  ("$@" 2>/dev/null; printf '%s\n%s' "$status_code" "$body" >"$BATS_TEST_TMPDIR/held"; jar_read; jar_save "$BATS_TEST_TMPDIR/held.jar") &
  job=$!
  for _ in $(seq 150); do
    [ -e "$proxy_dir/held" ] && break
    sleep 0.02
  done
  [ -e "$proxy_dir/held" ] || fail 'it did not come to a transaction'
  db "$sql"
  touch "$proxy_dir/go"
  wait $job
  { read -r status_code; body=$(cat); } <"$BATS_TEST_TMPDIR/held"
}
# under_way NAME [INVITE]: a registration before its last step; sets words
under_way() {
  jar_clear
  cgi POST /register "username=$1&email=$1@example.org&password=$(urlencode "$PASSWORD")${2:+&invite=$2}"
  assert_status 201
  totp_secret=$(jq -r .secret <<<"$body")
  cgi POST /register/totp "code=$(code)"
  # shellcheck disable=SC2046
  set -- $(jq -r .phrase <<<"$body")
  words="word2=$2&word4=$4"
}

@test "somebody else was the first of all while a registration was under way: no second admin" {
  db "DELETE FROM accounts WHERE owner='install'"
  under_way late-user
  held "INSERT INTO accounts(owner,kind,tokens,rev) VALUES('install','state',1,1)" cgi POST /register/phrase "$words"
  assert_status 201
  assert_equal "$(db "SELECT role FROM users WHERE username='late-user'")" user
  assert_equal "$(db "SELECT tokens FROM accounts WHERE owner='install'")" 1
}

@test "an invitation that another one used up meanwhile, or that was taken back, makes no account" {
  cgi POST /admin/invites do=make
  assert_status 201
  invite=$(jq -r .link <<<"$body")
  under_way late-user "${invite##*=}"
  held "DELETE FROM accounts WHERE owner='invites'" cgi POST /register/phrase "$words"
  assert_status 403
  assert_json .error invitation
  assert_equal "$(db "SELECT count(*) FROM users WHERE username='late-user'")" 0
}

@test "an admin who stopped being one meanwhile: the last one stays" {
  alice=$(jar_header)
  jar_clear
  register late-user
  ALICE() { COOKIE=$alice cgi POST /admin/user "name=$1&do=$2&current=$(urlencode "$PASSWORD")"; }
  ALICE late-user admin
  assert_status 200
  # what an act at the same moment writes; the first transaction is the throttle's, for the password
  SKIP=1 held "UPDATE accounts SET tokens=1,rev=rev+1 WHERE owner='install'" ALICE late-user user
  assert_status 409
  assert_equal "$(db "SELECT role FROM users WHERE username='late-user'")" admin
}

@test "a single write whose answer was lost is known for our own: it is not counted twice" {
  jar_clear
  cgi POST /register "username=late-user&email=late@example.org&password=$(urlencode "$PASSWORD")"
  for f in lost twice cut crc; do
    fault "{\"fault\":\"$f\",\"times\":1,\"only\":\"UpdateItem\"}"
    cgi POST /register/totp code=000000
    assert_status 401
  done
  assert_equal "$(db "SELECT tries FROM accounts WHERE kind LIKE 'pending%' OR kind LIKE 'step%' OR kind LIKE 'register%'")" 4
}

@test "a try that is counted meanwhile does not take the recovery phrase away" {
  jar_clear
  cgi POST /register "username=late-user&email=late@example.org&password=$(urlencode "$PASSWORD")"
  totp_secret=$(jq -r .secret <<<"$body")
  # the right code was counted; the phrase is on its way while another request counts a wrong one
  fault '{"fault":"hold","skip":1,"times":1,"only":"UpdateItem"}'
  (cgi POST /register/totp "code=$(code)" 2>/dev/null; printf '%s %s' "$status_code" "$(jq -r .phrase <<<"$body")" >"$BATS_TEST_TMPDIR/phrase") &
  job=$!
  for _ in $(seq 100); do
    [ -e "$proxy_dir/held" ] && break
    sleep 0.02
  done
  cgi POST /register/totp code=000000
  assert_status 401
  touch "$proxy_dir/go"
  wait $job
  read -r told words <"$BATS_TEST_TMPDIR/phrase" || true
  assert_equal "$told" 200
  assert_equal "$(wc -w <<<"$words")" 5
  # shellcheck disable=SC2086
  set -- $words
  cgi POST /register/phrase "word2=$2&word4=$4"
  assert_status 201
}

@test "pages that never end are an end: 503, at once" {
  entry 'site=Bank&password=kept'
  for empty in true false; do
    fault "{\"fault\":\"endless\",\"only\":\"Query\",\"empty\":$empty}"
    took_ms cgi GET /api/entries
    assert_status 503
    [ "$took" -le 2000 ] || fail "$took ms"
    assert_regex "$errors" 'the same page'
  done
}

@test "reads that may be old are never what a write is based on" {
  fault '{"fault":"stale"}'
  # every read of ours asks for the present state, so that a replica's lag shows nothing
  cgi GET /api/entries
  entry 'site=Bank&password=one'
  cgi GET "/api/entries/$id"
  cgi PUT "/api/entries/$id" 'version=1&password=two'
  cgi GET "/api/entries/$id"
  assert_json .password two
  cgi GET /api/entries
  assert_json '.entries|length' 1
  # even a store that breaks that promise makes no lost update: the condition names the version that was read
  fault '{"fault":"old"}'
  cgi GET "/api/entries/$id"
  assert_json .version 1
  cgi PUT "/api/entries/$id" 'version=1&password=lost'
  assert_status 409
  cgi DELETE "/api/entries/$id?version=1"
  assert_status 409
  fault '{}'
  cgi GET "/api/entries/$id"
  assert_json .password two
  # a session that was ended is over everywhere at once
  fault '{"fault":"stale"}'
  cgi GET /session
  over=$(jar_header)
  cgi POST /logout
  COOKIE=$over cgi GET /session
  assert_status 401
}

@test "a wrong clock is made good once, and told to the processes after it" {
  real=$(date +%s)
  for off in 3000 -3000; do
    rm -f "$DATA/run/clock"
    fault "{\"now\":$((real + off))}"
    calls >/dev/null
    cgi POST /api/entries "site=At-$off"
    assert_status 201
    assert_regex "$errors" "clock is -?(299[0-9]|300[0-9]) s off"
    assert_equal "$(calls)" 'GetItem GetItem TransactWriteItems '
    cgi POST /api/entries "site=After-$off"
    assert_status 201
    assert_equal "$(calls)" 'GetItem TransactWriteItems '
    # the clock was set right meanwhile
    fault "{\"now\":$(date +%s)}"
    cgi GET /api/entries
    assert_status 200
    assert_equal "$(calls)" 'GetItem GetItem Query '
    assert_equal "$(awk '$1 < 60 && $1 > -60 { print "right" }' "$DATA/run/clock")" right
  done
  # no clock is wrong by years: what says so is forged or broken
  rm -f "$DATA/run/clock"
  fault "{\"now\":$((real + 400 * 86400))}"
  cgi GET /api/entries
  assert_status 503
  [ ! -e "$DATA/run/clock" ] || fail 'it was believed'
}

@test "credentials that have expired and cannot be renewed: 503, and the log says why" {
  fault '{"refuse_key":"test"}'
  cgi GET /api/entries
  assert_status 503
  assert_regex "$errors" 'ExpiredTokenException'
  fault '{}'
  cgi GET /api/entries
  assert_status 200
}

@test "botocore computes the same signatures: through socket, pool and TLS, with and without a session token, from small bodies to 1 MiB" {
  hop_start
  fault '{"record":true}'
  check() { "$BATS_TEST_DIRNAME/../${B:-build}/venv/bin/python" "$BATS_TEST_DIRNAME/helpers/sigv4.py" "$proxy_dir/requests" "$@"; }
  VAULTSPHERE_CONF=$DATA/run/vaultsphere.conf "$VS_BUILD/tools/vs-tables" setup
  entry "site=Bank&notes=$(head -c 9000 /dev/zero | tr '\0' n)"
  cgi POST /api/entries '{"site":"Ünïcödé ✓ \" \\ / + % & =","tags":["a","b"]}'
  assert_status 201
  cgi PUT "/api/entries/$id" 'version=1&password=two+%26'
  cgi GET "/entry/history?id=$id"
  cgi GET /api/entries
  # the largest that we ever send: a transaction of 1 MiB, as a move between stores makes it
  python3 - >"$BATS_TEST_TMPDIR/large" <<'P'
import hashlib, json
print('{"vaultsphere":1,"items":3}')
total = 0
for i in range(3):
    line = json.dumps({"t": "passwords", "k": ["nobody", f"e#{i}"], "a": {"version": 1, "token": "x" * 349000}}, separators=(",", ":"))
    total ^= int(hashlib.sha256((line + "\n").encode()).hexdigest(), 16)
    print(line)
print('{"end":true,"items":3,"sum":"%064x"}' % total)
P
  VAULTSPHERE_CONF=$DATA/run/vaultsphere.conf "$VS_BUILD/tools/vs-move" import "$BATS_TEST_TMPDIR/cp" <"$BATS_TEST_TMPDIR/large"
  run check test
  echo "$output" >&2
  assert_equal "$status" 0
  assert_regex "$output" 'bodies of [0-9]{2} to 1[01][0-9]{5} bytes, 0 wrong'
  # the comparison can fail
  run check other
  assert_equal "$status" 1
  : >"$proxy_dir/requests"
  token=$(head -c 900 /dev/urandom | base64 -w0)
  echo "AWS_SESSION_TOKEN=$token" >>"$DATA/run/vaultsphere.conf"
  entry 'site=With a token'
  cgi GET /api/entries
  run check test "$token"
  assert_equal "$status" 0
}

@test "what each action costs stands in ops/DYNAMODB.md as it is measured" {
  fault '{"measure":true}'
  # entries of a usual size: about 500 bytes sealed
  usual() { printf 'site=Site-%s&url=https://www.site-%s.example/login&username=alice@example.org&password=Xk7-mQ2vLw9-%s&tags=work' "$1" "$1" "$1"; }
  units 'new entry, by the form' cgi POST /entry/new "$(usual 0)&new_id=aaaaaaaaaaaaaaaaaaaaaaaaaa"
  cgi DELETE '/api/entries/aaaaaaaaaaaaaaaaaaaaaaaaaa?version=1'
  cgi POST /trash/empty confirm=1
  units 'new entry' entry "$(usual 1)"
  units 'read an entry' cgi GET "/api/entries/$id"
  units 'change an entry' cgi PUT "/api/entries/$id" 'version=1&password=Yk8-changed-12'
  units 'mark as favourite' cgi POST /entry/favorite "id=$id&version=2&on=1"
  units 'delete (to the trash)' cgi DELETE "/api/entries/$id?version=3"
  units 'bring back' cgi POST /entry/restore "id=$id"
  for i in $(seq 2 10); do entry "$(usual "$i")"; done
  units 'list of 10' cgi GET /api/entries
  for i in $(seq 11 100); do entry "$(usual "$i")"; done
  units 'list, search or page of 100' cgi GET /api/entries
  cgi DELETE "/api/entries/$id?version=1"
  units 'empty the trash (one entry)' cgi POST /trash/empty confirm=1
  assert_status 200
  units 'activity page' cgi GET /settings/activity
  cgi POST /logout
  db "UPDATE users SET totp_last=0"
  units 'log in (known device)' cgi POST /login "username=alice&password=$(urlencode "$PASSWORD")&code=$(code)"
  assert_status 200
  units 'log out' cgi POST /logout
  units 'wrong password' cgi POST /login "username=alice&password=wrong-password-here&code=123456"
  jar_clear
  units 'register, all three steps' register dora
  doc=$BATS_TEST_DIRNAME/../ops/DYNAMODB.md
  while read -r line; do
    grep -qF "$line" "$doc" || { echo "not in ops/DYNAMODB.md: $line" >&2; bad=1; }
  done <"$BATS_TEST_TMPDIR/lines"
  [ -z "${bad-}" ] || fail 'the table in ops/DYNAMODB.md is not what was measured'
}

@test "the emulator away: 503, and right again when it is back" {
  proxy_stop
  took_ms cgi GET /api/entries
  assert_status 503
  [ "$took" -le 8000 ] || fail "$took ms"
  cgi GET '/health?deep=1'
  assert_status 503
}

@test "the policy allows exactly the calls that are made" {
  : >"$proxy_dir/rights"
  # whatever the product does: an installation from nothing, a life of an account, entries, the end of it
  sed -i "s|_TABLE=${VS_TABLES}|_TABLE=fresh-${VS_TABLES}|" "$DATA/run/vaultsphere.conf"
  VAULTSPHERE_CONF=$DATA/run/vaultsphere.conf "$VS_BUILD/tools/vs-tables" setup
  jar_clear
  register carol
  entry 'site=Bank&password=one'
  cgi PUT "/api/entries/$id" 'version=1&password=two'
  cgi GET "/entry/history?id=$id"
  cgi DELETE "/api/entries/$id?version=2"
  cgi POST /entry/restore "id=$id"
  cgi DELETE "/api/entries/$id?version=2"
  cgi POST /trash/empty confirm=1
  assert_json .removed 1
  cgi GET /settings/activity
  cgi POST /logout
  jar_clear
  db_fresh() { VS_TABLES=fresh-$VS_TABLES db "$1"; }
  db_fresh "UPDATE users SET totp_last=0"
  cgi POST /login "username=carol@example.org&password=$(urlencode "$PASSWORD")&code=$(code)"
  assert_status 200
  db_fresh "UPDATE users SET totp_last=0"
  cgi POST /settings/sessions "current=$(urlencode "$PASSWORD")"
  cgi POST /reset "username=carol&phrase=$(urlencode "$phrase")&password=$(urlencode 'quiet lantern over the lagoon 5')"
  assert_status 200
  cgi GET '/health?deep=1'
  jq -r '.Statement[].Action | if type == "array" then .[] else . end' "$BATS_TEST_DIRNAME/../ops/iam-policy.json" | sed 's/dynamodb://' | LC_ALL=C sort >"$BATS_TEST_TMPDIR/allowed"
  LC_ALL=C sort "$proxy_dir/rights" >"$BATS_TEST_TMPDIR/made"
  diff "$BATS_TEST_TMPDIR/allowed" "$BATS_TEST_TMPDIR/made" || fail 'the policy (<) and the calls (>) differ'
}
