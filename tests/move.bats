# The way of a whole installation from one store into the other and back: nothing lost, nothing changed, whatever interrupts it.

setup_file() {
  load helpers/cgi
  load helpers/account
  [ "$STORE" = dynamodb ] || return 0
  # the installation to move is made on a file: by the programs for it
  VS_BUILD=$(dirname "$VS_BUILD")/sqlite STORE=sqlite vs_people alice bob
  export VS_FIXTURE
}

setup() {
  load helpers/cgi
  load helpers/account
  load helpers/dynamodb
  [ "$STORE" = dynamodb ] || skip 'needs both stores'
  top=$BATS_TEST_DIRNAME/..
  as_sqlite vs_copy "$VS_FIXTURE"
  printf '%s\n' "$SECRET" >"$DATA/secret"
  as_sqlite person alice
  VS_TABLES=m$$-$RANDOM$RANDOM-
}

# the programs of the other store on the same data
as_sqlite() { VS_BUILD=$(dirname "$VS_BUILD")/sqlite STORE=sqlite "$@"; }

# move TO [NAME=VALUE...]: ops/move.sh as an operator calls it
move() {
  local to=$1
  shift
  run env BUILD="$(dirname "$VS_BUILD")" DATA="$DATA" AWS_ENDPOINT_URL_DYNAMODB="${ENDPOINT:-https://localhost:$VS_POOL_PORT}" DYNAMODB_CA="$VS_POOL_CA" \
    AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test DYNAMODB_USERS_TABLE="${VS_TABLES}Users" DYNAMODB_ACCOUNTS_TABLE="${VS_TABLES}Accounts" \
    DYNAMODB_PASSWORDS_TABLE="${VS_TABLES}Passwords" "$@" "$top/ops/move.sh" "$to"
  printf '%s\n' "$output" >&2
}
# the same in the background, as a process group: $begun
move_begin() {
  local to=$1
  shift
  setsid env BUILD="$(dirname "$VS_BUILD")" DATA="$DATA" AWS_ENDPOINT_URL_DYNAMODB="$ENDPOINT" AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \
    DYNAMODB_USERS_TABLE="${VS_TABLES}Users" DYNAMODB_ACCOUNTS_TABLE="${VS_TABLES}Accounts" DYNAMODB_PASSWORDS_TABLE="${VS_TABLES}Passwords" "$@" \
    "$top/ops/move.sh" "$to" >"$BATS_TEST_TMPDIR/begun.out" 2>&1 3>&- &
  begun=$!
}
# what the move wrote names a pool of its own, which is gone: here is ours
pool_here() { sed -i "s|^DYNAMODB_SOCKET=.*|DYNAMODB_SOCKET=$VS_POOL_SOCKET|;s|^DYNAMODB_ENDPOINT=.*|DYNAMODB_ENDPOINT=$VS_POOL_ENDPOINT|" "$DATA/run/vaultsphere.conf"; }
dump() { sqlite3 "$DATA/vault.db" 'SELECT * FROM users ORDER BY 1; SELECT * FROM accounts ORDER BY 1,2; SELECT * FROM passwords ORDER BY 1,2'; }
fill() { # entries with history and trash
  local i
  for i in $(seq "$1"); do as_sqlite entry "site=Site-$i&password=secret-$i&notes=Ünïcode \"quoted\" $i"; done
  as_sqlite cgi PUT "/api/entries/$id" "version=1&password=changed"
  as_sqlite entry 'site=Thrown away'
  as_sqlite cgi DELETE "/api/entries/$id?version=1"
}

@test "to DynamoDB and back: same items, same people, same sessions, and every entry opens on both" {
  fill 30
  before=$(dump)
  move dynamodb VERIFY_USER=alice <<<"$PASSWORD"
  assert_equal "$status" 0
  assert_regex "$output" 'move: passwords: 32 items'
  assert_regex "$output" '32 of 32 entries, earlier versions and deleted ones of alice open'
  assert_regex "$output" 'Start with STORE=dynamodb'
  assert_equal "$(dump)" "$before"
  pool_here
  # alice goes on in the session that she had, with the programs of the other store
  cgi GET '/api/entries?limit=100'
  assert_status 200
  assert_json '.entries|length' 30
  cgi GET "/api/entries/$(jq -r '.entries[]|select(.site=="Site-30").id' <<<"$body")"
  assert_json .password changed
  assert_json .notes 'Ünïcode "quoted" 30'
  person bob
  jar_clear
  cgi POST /login "username=bob&password=$(urlencode "$PASSWORD")&code=$(fresh_code)"
  assert_status 200
  # and back, into a new file
  mv "$DATA/vault.db" "$BATS_TEST_TMPDIR/first.db"
  rm -f "$DATA"/vault.db-*
  move sqlite VERIFY_USER=alice <<<"$PASSWORD"
  assert_equal "$status" 0
  assert_equal "$(sqlite3 "$DATA/vault.db" 'SELECT * FROM passwords ORDER BY 1,2')" "$(sqlite3 "$BATS_TEST_TMPDIR/first.db" 'SELECT * FROM passwords ORDER BY 1,2')"
  as_sqlite person alice
  as_sqlite cgi GET '/api/entries?limit=100'
  assert_json '.entries|length' 30
}

@test "killed half-way it goes on where it was; nothing is there twice, nothing is missing" {
  fill 60
  before=$(dump)
  proxy_start
  fault '{"fault":"slow","only":"Transact"}'
  ENDPOINT=${VS_PROXY%/} move_begin dynamodb DYNAMODB_POOL=off
  for _ in $(seq 500); do
    [ -e "$DATA/move-to-dynamodb" ] && break
    sleep 0.02
  done
  kill -9 -- "-$begun"
  wait "$begun" || true
  fault '{}'
  came=$(head -1 "$DATA/move-to-dynamodb")
  ENDPOINT=${VS_PROXY%/} move dynamodb DYNAMODB_POOL=off VERIFY_USER=alice <<<"$PASSWORD"
  proxy_stop
  assert_equal "$status" 0
  # what moving needs beyond the product's own rights stands in a policy of its own
  rights() { jq -r '.Statement[].Action | if type == "array" then .[] else . end' "$top/ops/$1" | sed 's/dynamodb://' | sort; }
  assert_equal "$(comm -23 <(sort "$proxy_dir/rights") <(rights iam-policy.json))" "$(rights iam-policy-move.json)"
  assert_regex "$output" 'going on where it was interrupted'
  [ "$came" -gt 0 ] && [ "$came" -lt 60 ] || fail "checkpoint at $came"
  assert_equal "$(dump)" "$before"
  [ ! -e "$DATA/move-to-dynamodb" ] || fail 'the checkpoint is still there'
}

@test "what it refuses: a store that holds data, a running server, nothing to move, a wrong word" {
  move elsewhere
  assert_equal "$status" 1
  assert_regex "$output" 'say where to'
  move dynamodb
  assert_equal "$status" 0
  move dynamodb
  assert_equal "$status" 1
  assert_regex "$output" 'holds data already'
  VS_TABLES=n$$-$RANDOM-
  hold_vault "$(dirname "$VS_BUILD")/sqlite/tools/vs-store"
  move dynamodb
  kill $held
  assert_equal "$status" 1
  assert_regex "$output" 'stop it first'
  DATA=$BATS_TEST_TMPDIR/nothing
  mkdir "$DATA"
  move dynamodb
  assert_equal "$status" 1
  assert_regex "$output" 'no installation'
}

@test "a changed item is found by the comparison; a wrong password and a damaged entry by opening" {
  fill 3
  move dynamodb
  assert_equal "$status" 0
  conf=$DATA/run/vaultsphere.conf
  t=$(($(date +%s) + 3600))
  sum() { VAULTSPHERE_CONF=$conf "$(dirname "$VS_BUILD")/$1/tools/vs-move" sum "$t"; }
  pool_here
  assert_equal "$(sum dynamodb)" "$(sum sqlite)"
  db "UPDATE passwords SET version=version+1 WHERE password_id LIKE 't#%'"
  [ "$(sum dynamodb)" != "$(sum sqlite)" ] || fail 'a changed version was not seen'
  run env VAULTSPHERE_CONF="$conf" "$VS_BUILD/tools/vs-move" open alice <<<"$PASSWORD"
  assert_equal "$status" 1
  assert_regex "$output" '4 of 5 entries'
  run env VAULTSPHERE_CONF="$conf" "$VS_BUILD/tools/vs-move" open alice <<<'wrong password here'
  assert_equal "$status" 1
  assert_regex "$output" 'password is not right'
  run env VAULTSPHERE_CONF="$conf" "$VS_BUILD/tools/vs-move" open nobody <<<"$PASSWORD"
  assert_regex "$output" 'no such person'
}

@test "an export holds no key and no plain text, and a cut or foreign one is not taken for whole" {
  fill 3
  as_sqlite cgi GET /api/entries
  conf=$DATA/run/vaultsphere.conf
  from=$(dirname "$VS_BUILD")/sqlite/tools/vs-move
  VAULTSPHERE_CONF=$conf "$from" export >"$BATS_TEST_TMPDIR/out"
  if grep -qE 'Site-|secret-|Thrown' "$BATS_TEST_TMPDIR/out"; then fail 'plain text in the export'; fi
  if grep -qF "$SECRET" "$BATS_TEST_TMPDIR/out"; then fail 'the secret in the export'; fi
  new=$BATS_TEST_TMPDIR/new.conf
  sed "s|^SQLITE_PATH=.*|SQLITE_PATH=$BATS_TEST_TMPDIR/new.db|" "$conf" >"$new"
  "$(dirname "$from")/vs-store" setup "$BATS_TEST_TMPDIR/new.db"
  run env VAULTSPHERE_CONF="$new" "$from" import "$BATS_TEST_TMPDIR/cp" < <(head -n -1 "$BATS_TEST_TMPDIR/out")
  assert_equal "$status" 1
  assert_regex "$output" 'ended too soon'
  run env VAULTSPHERE_CONF="$new" "$from" import "$BATS_TEST_TMPDIR/cp2" <<<'{"some":"thing"}'
  assert_equal "$status" 1
  assert_regex "$output" 'no export of VaultSphere'
  for bad in '{"t":"nosuch","k":["a"],"a":{}}' '{"t":"users","k":["a","b"],"a":{}}' '{"t":"users","k":["a"],"a":{"token":"x"}}' \
    '{"t":"users","k":["a"],"a":{"created":"x"}}' '{"t":"users","k":[]}' '[]' '{"t":"users","k":["a"],"a":{"created":1}'; do
    run env VAULTSPHERE_CONF="$new" "$from" import "$BATS_TEST_TMPDIR/cp3" < <(head -1 "$BATS_TEST_TMPDIR/out"; echo "$bad"; echo '{"end":true}')
    assert_equal "$bad $status" "$bad 1"
    assert_regex "$output" 'no item of ours'
  done
  assert_equal "$(sqlite3 "$BATS_TEST_TMPDIR/new.db" "SELECT count(*) FROM users WHERE username='a'")" 0
}
