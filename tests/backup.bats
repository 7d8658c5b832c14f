# Backup and restore of a whole installation: encrypted, checked before anything is written, into either store.

setup_file() {
  load helpers/cgi
  load helpers/account
  vs_people alice
  age-keygen -o "$BATS_FILE_TMPDIR/key" 2>/dev/null
  age-keygen -y "$BATS_FILE_TMPDIR/key" >"$BATS_FILE_TMPDIR/key.pub"
}

setup() {
  load helpers/cgi
  load helpers/account
  top=$BATS_TEST_DIRNAME/..
  builds=$(dirname "$VS_BUILD")
  vs_copy "$VS_FIXTURE"
  printf '%s\n' "$SECRET" >"$DATA/secret"
  person alice
  key=$BATS_FILE_TMPDIR/key
  file=$BATS_TEST_TMPDIR/vault.age
}

# the environment of an operator, for DATA and our tables; set with operator, used as env "${as[@]}"
operator() {
  as=(-u SESSION_SECRET BUILD="$builds" STORE="$STORE" DATA="$DATA" KEY="$key.pub"
    AWS_ENDPOINT_URL_DYNAMODB="https://localhost:${VS_POOL_PORT-}" DYNAMODB_CA="${VS_POOL_CA-}" AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
    DYNAMODB_USERS_TABLE="${VS_TABLES-}Users" DYNAMODB_ACCOUNTS_TABLE="${VS_TABLES-}Accounts" DYNAMODB_PASSWORDS_TABLE="${VS_TABLES-}Passwords")
}
# backup [NAME=VALUE...] ARGUMENT...: as an operator calls it
backup() {
  operator
  while [[ ${1-} == [A-Z]*=* ]]; do
    as+=("$1")
    shift
  done
  run env "${as[@]}" "$top/ops/backup.sh" "$@"
  printf '%s\n' "$output" >&2
}
made() { # a backup in $file
  backup "${1:-$file}"
  assert_equal "$status" 0
}
restore() { backup KEY="$key" "${@:2}" restore "$1"; } # FROM [NAME=VALUE...]

# another place, of STORE or the one named: a folder and tables of its own
elsewhere() {
  DATA=$BATS_TEST_TMPDIR/elsewhere
  VS_TABLES=b$$-$RANDOM$RANDOM-
}
# what a start would write, with what is in DATA/secret
configure() { # [STORE]
  mkdir -p "$DATA/run"
  conf=$(find "$VS_FIXTURE" -name vaultsphere.conf)
  local name=${conf#"$VS_FIXTURE"}
  sed -e "s|^STORE=.*|STORE=${1:-$STORE}|;s|^SQLITE_PATH=.*|SQLITE_PATH=$DATA/vault.db|;s|^RUN_DIR=.*|RUN_DIR=$DATA/run|" \
    -e "s|^SESSION_SECRET=.*|SESSION_SECRET=$(head -1 "$DATA/secret")|;s|^SESSION_SECRET_PREVIOUS=.*|SESSION_SECRET_PREVIOUS=$(sed 1d "$DATA/secret" | paste -sd,)|" \
    -e '/^DYNAMODB\|^AWS\|^POOL/d' "$conf" >"$DATA$name"
  [ "${1:-$STORE}" = sqlite ] || ddb_conf "$DATA$name"
}
fill() { # entries with history and trash
  for i in $(seq "$1"); do entry "site=Site-$i&username=u$i&password=secret-$i&notes=Ünïcode \"quoted\" $i&tags=a,b"; done
  cgi PUT "/api/entries/$id" "version=1&password=changed"
  last=$id
  entry 'site=Thrown away'
  cgi DELETE "/api/entries/$id?version=1"
}
vault() { # every entry with its password, the trash, the history
  local i
  cgi GET '/api/entries?limit=100&sort=site'
  jq -S '.entries|sort_by(.id)' <<<"$body"
  for i in $(jq -r '.entries[].id' <<<"$body" | sort); do
    cgi GET "/api/entries/$i"
    jq -S . <<<"$body"
  done
  cgi GET /trash
  jq -S . <<<"$body"
  cgi GET "/entry/history?id=$last"
  jq -S 'del(.now)' <<<"$body"
}

@test "restored elsewhere: the session goes on, a login with password and code works, every entry, version and deleted one is the same" {
  fill 12
  before=$(vault)
  assert_regex "$before" 'secret-7'
  assert_regex "$before" 'Thrown away'
  made
  assert_regex "$output" 'is whole: [0-9]+ bytes'
  elsewhere
  restore "$file"
  assert_equal "$status" 0
  assert_regex "$output" 'made 20.* by version [0-9][0-9A-Za-z.+-]* from '"$STORE"', 1 users, .* 14 passwords'
  assert_equal "$(cat "$DATA/secret")" "$SECRET"
  configure
  assert_equal "$(vault)" "$before"
  jar_clear
  login alice
  assert_equal "$(vault)" "$before"
}

@test "a backup of one store restores into the other" {
  [ "$STORE" = dynamodb ] || skip 'needs both stores'
  fill 3
  before=$(vault)
  made
  elsewhere
  restore "$file" STORE=sqlite
  assert_equal "$status" 0
  configure sqlite
  VS_BUILD=$builds/sqlite
  assert_equal "$(vault)" "$before"
  made_there=$BATS_TEST_TMPDIR/second.age
  backup STORE=sqlite "$made_there"
  assert_equal "$status" 0
  elsewhere
  DATA=$BATS_TEST_TMPDIR/third
  restore "$made_there"
  assert_equal "$status" 0
  configure dynamodb
  VS_BUILD=$builds/dynamodb
  assert_equal "$(vault)" "$before"
}

@test "what is made is nobody else's: backup, key, secret, database, settings" {
  umask 022
  made
  assert_equal "$(stat -c %a "$file")" 600
  elsewhere
  restore "$file"
  configure
  assert_equal "$(find "$DATA" -type f ! -name vaultsphere.conf ! -perm 600 -printf '%f %m\n')" ''
  assert_equal "$(stat -c %a "$DATA")" 700
  backup key "$BATS_TEST_TMPDIR/new.key"
  assert_equal "$status" 0
  assert_equal "$(stat -c %a "$BATS_TEST_TMPDIR/new.key" "$DATA/backup.pub" | sort -u)" 600
  sum=$(sha256sum <"$BATS_TEST_TMPDIR/new.key")
  backup key "$BATS_TEST_TMPDIR/new.key"
  assert_equal "$status" 1
  assert_regex "$output" 'nothing is overwritten'
  assert_equal "$(sha256sum <"$BATS_TEST_TMPDIR/new.key")" "$sum"
  # and it is the one that backups are made for, where no other is named
  backup KEY= "$BATS_TEST_TMPDIR/by-default.age" 2>&1
  assert_equal "$status" 0
  backup KEY="$BATS_TEST_TMPDIR/new.key" verify "$BATS_TEST_TMPDIR/by-default.age"
  assert_equal "$status" 0
}

@test "what root restores or rotates belongs to whom the folder belongs to" {
  [ "$(id -u)" = 0 ] || skip 'only root gives files away'
  made
  elsewhere
  mkdir -p "$DATA"
  chown 990:991 "$DATA"
  restore "$file"
  assert_equal "$status" 0
  configure
  chown -R 990:991 "$DATA/run"
  env -u SESSION_SECRET BUILD="$builds" STORE=sqlite DATA="$DATA" WAIT=0 "$top/ops/rotate-secret.sh"
  backup key "$BATS_TEST_TMPDIR/root.key"
  assert_equal "$(find "$DATA" ! -uid 990 -o ! -gid 991)" ''
  [ -e "$DATA/secret" ] && [ -e "$DATA/run/vaultsphere.conf" ] && [ -e "$DATA/settings-of-backup" ]
}

@test "no plain text, no secret and no key of ours is in the file" {
  fill 2
  made
  for text in Site-1 secret-1 alice "$SECRET" '"passwords"' vaultsphere-backup; do
    if grep -qaF -e "$text" "$file"; then fail "$text is in the backup"; fi
  done
}

@test "changed, cut, lengthened, for another key, no backup at all: refused with a sentence, and nothing is written" {
  fill 3
  made
  elsewhere
  size=$(stat -c %s "$file")
  bad=$BATS_TEST_TMPDIR/bad.age
  refused() { # SENTENCE
    restore "$bad"
    assert_equal "$1: $status" "$1: 1"
    assert_regex "$output" "$1"
    assert_regex "$output" 'Nothing was changed'
    if [ -e "$DATA/secret" ] || [ -e "$DATA/vault.db" ]; then fail "written: $(ls "$DATA")"; fi
  }
  for at in 30 150 $((size / 2)) $((size - 5)); do
    cp "$file" "$bad"
    old=$(xxd -s "$at" -l 1 -p "$bad")
    printf '%02x' $((0x$old ^ 1)) | xxd -r -p | dd of="$bad" bs=1 seek="$at" conv=notrunc status=none
    refused 'damaged|does not verify|this key does not open'
  done
  for keep in 100 $((size / 2)) $((size - 1)); do
    head -c "$keep" "$file" >"$bad"
    refused 'damaged|cut'
  done
  cat "$file" <(echo more) >"$bad"
  refused 'does not verify'
  age -r "$(age-keygen 2>/dev/null | age-keygen -y)" <"$key" >"$bad"
  refused 'this key does not open the backup'
  echo hello | age -r "$(cat "$key.pub")" >"$bad"
  refused 'no backup of VaultSphere'
  printf 'vaultsphere-backup 2\n' | age -r "$(cat "$key.pub")" >"$bad"
  refused 'newer version'
  age -d -i "$key" "$file" | head -n -1 | age -r "$(cat "$key.pub")" >"$bad"
  refused 'ended too soon'
  age -d -i "$key" "$file" | sed 's/"site":/"site":/;0,/"created":1/s//"created":2/' | age -r "$(cat "$key.pub")" >"$bad"
  refused 'number or sum'
  echo nonsense >"$bad"
  refused 'no backup'
}

@test "nothing is written over a vault or under a running server; with --force the old one stays beside it" {
  fill 2
  made
  mine=$(vault)
  entry 'site=Later'
  later=$(vault)
  restore "$file"
  assert_equal "$status" 1
  assert_regex "$output" 'holds data already'
  assert_equal "$(vault)" "$later"
  if [ "$STORE" = dynamodb ]; then
    backup KEY="$key" restore "$file" --force
    assert_equal "$status" 1
    assert_regex "$output" 'name other tables'
    assert_equal "$(vault)" "$later"
    return
  fi
  hold_vault "$VS_BUILD/tools/vs-store"
  backup KEY="$key" restore "$file" --force
  kill $held
  wait $held || true
  assert_equal "$status" 1
  assert_regex "$output" 'stop it, then restore. Nothing was changed'
  assert_equal "$(vault)" "$later"
  # another installation's vault and secret are put aside, and go together still
  head -c 32 /dev/urandom | base64 >"$DATA/secret"
  other=$(cat "$DATA/secret")
  backup KEY="$key" restore "$file" --force
  assert_equal "$status" 0
  assert_equal "$(vault)" "$mine"
  assert_equal "$(cat "$DATA/secret")" "$SECRET"
  assert_equal "$(cat "$DATA"/secret.before-restore-*)" "$other"
  assert_equal "$(sqlite3 "$(echo "$DATA"/vault.db.before-restore-*Z)" "SELECT count(*) FROM passwords WHERE password_id LIKE 'e#%'")" 3
  assert_equal "$(find "$DATA" -name '*.restore-*')" ''
}

@test "secrets of the environment that do not open the backup are refused" {
  made
  elsewhere
  backup KEY="$key" SESSION_SECRET="$(head -c 32 /dev/urandom | base64)" restore "$file"
  assert_equal "$status" 1
  assert_regex "$output" 'secrets are not among SESSION_SECRET'
  backup KEY="$key" SESSION_SECRET="$(head -c 32 /dev/urandom | base64)" SESSION_SECRET_PREVIOUS="$SECRET" restore "$file"
  assert_equal "$status" 0
  [ ! -e "$DATA/secret" ] || fail 'a secret was written although it comes from the environment'
}

@test "a full disk and a kill half-way leave the backup that was there, and no half one under its name" {
  fill 40
  made
  sum=$(sha256sum <"$file")
  operator
  # shellcheck disable=SC2016 # expanded by the inner shell
  run bash -c 'ulimit -f 16; exec env "$@"' - "${as[@]}" "$top/ops/backup.sh" "$file"
  assert_equal "$status" 1
  assert_regex "$output" 'Earlier backups are untouched'
  assert_equal "$(sha256sum <"$file")" "$sum"
  assert_equal "$(find "$BATS_TEST_TMPDIR" -name '*.part-*')" ''
  # age writes a part and then hangs
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\n%s "$@" | { head -c 300; sleep 30; }\n' "$(command -v age)" >"$BATS_TEST_TMPDIR/bin/age"
  chmod +x "$BATS_TEST_TMPDIR/bin/age"
  for sig in KILL TERM; do
    setsid env "${as[@]}" PATH="$BATS_TEST_TMPDIR/bin:$PATH" "$top/ops/backup.sh" "$file" >/dev/null 2>&1 3>&- &
    begun=$!
    for i in $(seq 300); do
      [ -z "$(find "$BATS_TEST_TMPDIR" -name 'vault.age.part-*' -size +0)" ] || break
      sleep 0.02
    done
    [ -n "$(find "$BATS_TEST_TMPDIR" -name 'vault.age.part-*' -size +0)" ] || fail 'never began'
    kill -s $sig -- "-$begun"
    wait $begun || true
    assert_equal "$(sha256sum <"$file")" "$sum"
    [ $sig = KILL ] || assert_equal "$(find "$BATS_TEST_TMPDIR" -name 'vault.age.part-*')" ''
    rm -f "$file".part-*
  done
  restore "$file" DATA="$BATS_TEST_TMPDIR/again" DYNAMODB_USERS_TABLE="x$VS_TABLES" DYNAMODB_ACCOUNTS_TABLE="y$VS_TABLES" DYNAMODB_PASSWORDS_TABLE="z$VS_TABLES"
  assert_equal "$status" 0
}

@test "a folder gets a file for each moment; KEEP removes the oldest of ours and nothing else" {
  mkdir "$BATS_TEST_TMPDIR/kept"
  for t in 20260101T000000Z 20260102T000000Z 20260103T000000Z; do echo old >"$BATS_TEST_TMPDIR/kept/vaultsphere-$t.age"; done
  echo mine >"$BATS_TEST_TMPDIR/kept/notes.txt"
  backup KEEP=2 "$BATS_TEST_TMPDIR/kept"
  assert_equal "$status" 0
  assert_equal "$(cd "$BATS_TEST_TMPDIR/kept" && find . -name '*.age' | wc -l)" 2
  [ -e "$BATS_TEST_TMPDIR/kept/vaultsphere-20260103T000000Z.age" ] && [ -e "$BATS_TEST_TMPDIR/kept/notes.txt" ]
  backup KEEP=0 "$BATS_TEST_TMPDIR/kept"
  assert_equal "$status" 1
  # one that fails removes nothing
  backup KEEP=1 KEY=/nonexistent "$BATS_TEST_TMPDIR/kept"
  assert_equal "$status" 1
  assert_equal "$(cd "$BATS_TEST_TMPDIR/kept" && find . -name '*.age' | wc -l)" 2
}

@test "what it refuses: no key, a private key, a file that is no backup, no installation, nothing to say" {
  backup KEY="$key" "$file"
  assert_regex "$output" 'is a private key'
  backup KEY=/nonexistent "$file"
  assert_regex "$output" 'no key to encrypt with'
  echo precious >"$file"
  backup "$file"
  assert_equal "$status" 1
  assert_regex "$output" 'nothing is overwritten'
  assert_equal "$(cat "$file")" precious
  backup "$BATS_TEST_TMPDIR/no/such.age"
  assert_regex "$output" 'is not there'
  backup ''
  assert_regex "$output" 'say where to'
  rm "$DATA/secret"
  backup "$file.new"
  assert_regex "$output" 'no vault opens without it'
  [ ! -e "$file.new" ]
  backup - >"$BATS_TEST_TMPDIR/none" # nothing goes out before all is found to be there
}

@test "a backup to standard output, and the configuration of a running server is left alone" {
  fill 1
  sum=$(cat "$DATA"/*.conf "$DATA"/run/*.conf 2>/dev/null | sha256sum)
  operator
  env "${as[@]}" KEY="$(cat "$key.pub")" "$top/ops/backup.sh" - >"$file"
  backup KEY="$key" verify "$file"
  assert_equal "$status" 0
  assert_equal "$(cat "$DATA"/*.conf "$DATA"/run/*.conf 2>/dev/null | sha256sum)" "$sum"
}

@test "what is written while a backup runs is in it whole or not at all" {
  [ "$STORE" = sqlite ] || skip 'DynamoDB has no moment'
  db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<20000) INSERT INTO passwords(user_id,password_id,token) SELECT 'x',printf('%06d',i),hex(randomblob(200)) FROM n"
  python3 - "$DATA/vault.db" 3>&- <<'P' &
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
for i in range(100000):
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO users(username) VALUES(?)", ("w%06d" % i,))
    db.execute("INSERT INTO passwords(user_id,password_id) VALUES(?,'e')", ("w%06d" % i,))
    db.execute("COMMIT")
P
  writer=$!
  for i in $(seq 300); do
    [ "$(db 'SELECT count(*)>9 FROM users')" != 1 ] || break
    sleep 0.05
  done
  made
  kill $writer
  wait $writer || true
  items=$(age -d -i "$key" "$file" | grep -o '"k":\["w[0-9]*"\(,"e"\)\?\]')
  users=$(grep -c '"\]' <<<"$(grep -v ',"e"' <<<"$items")")
  entries=$(grep -c ',"e"' <<<"$items")
  [ "$users" -gt 0 ] || fail 'nothing was written meanwhile'
  assert_equal "$entries" "$users"
}

@test "installed, the same commands work" {
  [ "$STORE" = sqlite ] || skip 'once is enough'
  make -s -C "$top" B="$(realpath --relative-to="$top" "$builds")" install DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr >/dev/null
  bin=$BATS_TEST_TMPDIR/root/usr/bin
  DATA=$DATA KEY=$key.pub "$bin/vaultsphere-backup" "$file"
  DATA=$BATS_TEST_TMPDIR/there KEY=$key "$bin/vaultsphere-restore" "$file"
  cmp "$DATA/secret" "$BATS_TEST_TMPDIR/there/secret"
  assert_regex "$(DATA=$BATS_TEST_TMPDIR/there "$bin/vaultsphere-rotate-secret" status)" 'newest secret: needed by 1 people'
}
