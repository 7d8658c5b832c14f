# A new SESSION_SECRET: nobody is logged out, hashes move when people log in, and an old secret goes no sooner than it may.

setup_file() {
  load helpers/cgi
  load helpers/account
  vs_people alice bob
}

setup() {
  load helpers/cgi
  load helpers/account
  load helpers/server
  top=$BATS_TEST_DIRNAME/..
  vs_copy "$VS_FIXTURE"
  printf '%s\n' "$SECRET" >"$DATA/secret"
  conf=$DATA/run/vaultsphere.conf
  person alice
}
teardown() {
  [ -z "${asking-}" ] || kill "$asking" 2>/dev/null || true
  server_stop
}

rotate() { # [NAME=VALUE...] ARGUMENT...
  local -a set=()
  while [[ ${1-} == [A-Z]*=* ]]; do
    set+=("$1")
    shift
  done
  run env -u SESSION_SECRET BUILD="$(dirname "$VS_BUILD")" STORE="$STORE" DATA="$DATA" WAIT=0 \
    AWS_ENDPOINT_URL_DYNAMODB="https://localhost:${VS_POOL_PORT-}" DYNAMODB_CA="${VS_POOL_CA-}" AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \
    DYNAMODB_USERS_TABLE="${VS_TABLES-}Users" DYNAMODB_ACCOUNTS_TABLE="${VS_TABLES-}Accounts" DYNAMODB_PASSWORDS_TABLE="${VS_TABLES-}Passwords" \
    "${set[@]}" "$top/ops/rotate-secret.sh" "$@"
  printf '%s\n' "$output" >&2
}
rotated() {
  rotate
  assert_equal "$status" 0
}
new_phrase() {
  cgi POST /settings/phrase "current=$(urlencode "$PASSWORD")&code=$(fresh_code)"
  assert_status 200
}

@test "sessions live on, new logins use the new secret, hashes move with them" {
  entry 'site=Bank&password=before'
  old=$(cat "$DATA/secret")
  rotated
  assert_equal "$(sed -n 2p "$DATA/secret")" "$old"
  assert_equal "$(wc -l <"$DATA/secret")" 2
  assert_equal "$(sed -n 's/^SESSION_SECRET=//p' "$conf")" "$(head -1 "$DATA/secret")"
  assert_equal "$(sed -n 's/^SESSION_SECRET_PREVIOUS=//p' "$conf")" "$old"
  assert_equal "$(stat -c '%a' "$DATA/secret")" 600
  assert_equal "$(stat -c '%a' "$conf")" 640
  [ ! -e "$DATA/secret.next" ]
  cgi GET "/api/entries/$id"
  assert_json .password before
  rotate status
  assert_regex "$output" 'newest secret: needed by 0 people'
  assert_regex "$output" 'previous secret 1: needed by 2 people \(2 passwords, 2 recovery phrases, 2 records\)'
  person bob
  jar_clear
  login bob
  rotate status
  assert_regex "$output" 'newest secret: needed by 1 people \(1 passwords, 0 recovery phrases, 1 records\)'
  assert_regex "$output" 'previous secret 1: needed by 2 people \(1 passwords, 2 recovery phrases, 1 records\)'
  # what was made since needs the new secret alone; what was made before needs the old one
  sed -i 's/^SESSION_SECRET_PREVIOUS=.*/SESSION_SECRET_PREVIOUS=/' "$conf"
  cgi GET /session
  assert_status 200
  jar_clear
  login bob
  person alice
  cgi GET /session
  assert_status 401
}

@test "an old secret is dropped when nobody needs it: not before, and not while a session of before may live" {
  rotated
  rotate drop
  assert_equal "$status" 1
  assert_regex "$output" '2 people still need a previous secret'
  for name in alice bob; do
    person $name
    jar_clear
    login $name
    rotate drop
    assert_equal "$status" 1 # their phrases are under the old one still
    new_phrase
  done
  rotate status
  assert_regex "$output" 'newest secret: needed by 2 people \(2 passwords, 2 recovery phrases, 2 records\)'
  assert_regex "$output" 'previous secret 1: needed by 0 people'
  rotate drop
  assert_equal "$status" 1
  assert_regex "$output" 'sessions that were opened before the rotation may live until 20'
  touch -d '9 hours ago' "$DATA/secret"
  rotate drop
  assert_equal "$status" 0
  assert_equal "$(wc -l <"$DATA/secret")" 1
  assert_equal "$(sed -n 's/^SESSION_SECRET_PREVIOUS=//p' "$conf")" ''
  cgi GET /session
  assert_status 200
  jar_clear
  login bob
  rotate drop
  assert_equal "$status" 1
  assert_regex "$output" 'no previous secret'
}

@test "dropped too early, by force: it is said who cannot log in, and what puts it right does" {
  rotated
  kept=$(sed -n 2p "$DATA/secret")
  person bob
  jar_clear
  login bob
  rotate drop --force
  assert_equal "$status" 0
  assert_regex "$output" '2 people needed them: they cannot log in until it is put back'
  rotate status
  assert_equal "$status" 0
  assert_regex "$output" 'secrets that are not there any more: needed by 2 people \(1 passwords, 2 recovery phrases, 1 records\)'
  person alice
  jar_clear
  cgi POST /login "username=alice&password=$(urlencode "$PASSWORD")&code=$(fresh_code)"
  assert_status 503
  assert_regex "$errors" 'dropped too early'
  printf '%s\n' "$kept" >>"$DATA/secret"
  sed -i "s|^SESSION_SECRET_PREVIOUS=.*|SESSION_SECRET_PREVIOUS=$kept|" "$conf"
  login alice
}

@test "interrupted at any moment, nobody is locked out and the next call finishes with the same new secret" {
  entry 'site=Bank&password=before'
  for step in 1 2 3 4; do
    rm -f "$DATA/secret.next"
    printf '%s\n' "$SECRET" >"$DATA/secret"
    mkdir -p "$BATS_TEST_TMPDIR/bin"
    # the process ends at its nth rename
    printf '#!/bin/sh\nn=$(cat "%s/n"); n=$((n - 1)); echo $n >"%s/n"; if [ $n = 0 ]; then kill -9 $PPID; exit 1; fi; exec /bin/mv "$@"\n' "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/bin/mv"
    chmod +x "$BATS_TEST_TMPDIR/bin/mv"
    echo $step >"$BATS_TEST_TMPDIR/n"
    rotate PATH="$BATS_TEST_TMPDIR/bin:$PATH"
    [ "$status" != 0 ] || fail "$step: not interrupted"
    cgi GET "/api/entries/$id"
    assert_json .password before
    next=$(cat "$DATA/secret.next")
    rotated
    assert_equal "$step: $(cat "$DATA/secret")" "$step: $next"$'\n'"$SECRET"
    cgi GET "/api/entries/$id"
    assert_json .password before
  done
}

@test "what it refuses: no secret, one of the environment, more than can stand together" {
  rotate SESSION_SECRET="$SECRET"
  assert_equal "$status" 1
  assert_regex "$output" 'comes from the environment'
  rotate SESSION_SECRET="$SECRET" status
  assert_equal "$status" 0
  assert_regex "$output" 'newest secret: needed by 2 people'
  for i in 1 2 3 4 5 6 7; do rotated; done
  assert_equal "$(sort -u "$DATA/secret" | wc -l)" 8
  sum=$(sha256sum <"$DATA/secret")
  rotate
  assert_equal "$status" 1
  assert_regex "$output" 'there are 8 secrets already'
  assert_equal "$(sha256sum <"$DATA/secret")" "$sum"
  cgi GET /session
  assert_status 200
  # those that nobody needs may go, the one that everybody needs stays
  touch -d '9 hours ago' "$DATA/secret"
  rotate drop
  assert_equal "$status" 0
  assert_equal "$(tail -1 "$DATA/secret")" "$SECRET"
  assert_equal "$(wc -l <"$DATA/secret")" 2
  rm "$DATA/secret"
  rotate
  assert_equal "$status" 1
  assert_regex "$output" 'there is no secret'
}

@test "beside a server whose configuration is not where it looks, it does not say that the new one is in use" {
  if [ "$STORE" = sqlite ]; then
    "$VS_BUILD/tools/vs-store" hold "$DATA/vault.db" sleep 60 3>&- &
    held=$!
    for i in $(seq 100); do "$VS_BUILD/tools/vs-store" idle "$DATA/vault.db" 2>/dev/null || break; done
  fi
  mkdir "$BATS_TEST_TMPDIR/elsewhere"
  rotate RUN="$BATS_TEST_TMPDIR/elsewhere"
  [ "$STORE" != sqlite ] || kill $held
  assert_equal "$status" 0
  assert_regex "$output" 'takes it at its next start'
  refute_regex "$output" 'is in use'
  cgi GET /session
  assert_status 200
}

@test "a backup from before a rotation restores, and one from after it holds both secrets" {
  age-keygen -o "$BATS_TEST_TMPDIR/key" 2>/dev/null
  age-keygen -y "$BATS_TEST_TMPDIR/key" >"$BATS_TEST_TMPDIR/key.pub"
  [ "$STORE" = sqlite ] || skip 'backup.bats has both stores'
  export BUILD STORE
  BUILD=$(dirname "$VS_BUILD")
  entry 'site=Bank&password=before'
  DATA=$DATA KEY=$BATS_TEST_TMPDIR/key.pub "$top/ops/backup.sh" "$BATS_TEST_TMPDIR/before.age"
  rotated
  DATA=$DATA KEY=$BATS_TEST_TMPDIR/key.pub "$top/ops/backup.sh" "$BATS_TEST_TMPDIR/after.age"
  both=$(cat "$DATA/secret")
  for when in before after; do
    DATA=$DATA KEY=$BATS_TEST_TMPDIR/key "$top/ops/backup.sh" restore "$BATS_TEST_TMPDIR/$when.age" --force
    sleep 1.1 # what is put aside bears the second in its name
    [ $when = before ] && want=$SECRET || want=$both
    assert_equal "$(cat "$DATA/secret")" "$want"
    sed -i "s|^SESSION_SECRET=.*|SESSION_SECRET=$(head -1 "$DATA/secret")|;s|^SESSION_SECRET_PREVIOUS=.*|SESSION_SECRET_PREVIOUS=$(sed 1d "$DATA/secret")|" "$conf"
    jar_clear
    login alice
    cgi GET "/api/entries/$id"
    assert_json .password before
  done
}

@test "behind the server: somebody who asks all the time notices nothing, neither then nor after a restart" {
  [ "$STORE" = sqlite ] || skip 'once is enough'
  rm -rf "$DATA"
  BATS_FILE_TMPDIR=$BATS_TEST_TMPDIR
  COOKIES=$BATS_TEST_TMPDIR/alice.cookies
  server_start
  register_http alice
  (while :; do curl -s -o /dev/null -b "$COOKIES" --max-time 10 -w '%{http_code}\n' "$url/session" >>"$BATS_TEST_TMPDIR/codes"; done) 3>&- &
  asking=$!
  rotate WAIT=2
  assert_equal "$status" 0
  kill -USR1 "$server_pid"
  sleep 1.5
  kill "$asking"
  wait "$asking" || true
  asking=
  [ "$(wc -l <"$BATS_TEST_TMPDIR/codes")" -gt 50 ] || fail 'hardly asked'
  assert_equal "$(sort -u "$BATS_TEST_TMPDIR/codes")" 200
  server_stop
  rm "$BATS_FILE_TMPDIR/start.out"
  server_start
  http GET /session
  assert_json .username alice
  # bob comes with the new secret
  COOKIES=$BATS_TEST_TMPDIR/bob.cookies register_http bob
  rotate status
  assert_regex "$output" 'newest secret: needed by 1 people'
}
