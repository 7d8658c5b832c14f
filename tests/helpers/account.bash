# account.bash - people with vaults: registered through the programs themselves, codes by oathtool.

PASSWORD='correct horse battery staple 7'

# code [SECONDS]: the authenticator's code now, or that far from now
code() {
  oathtool --totp --base32 --now "@$(($(date +%s) + ${1:-0}))" "$totp_secret"
}

# fresh_code: a code that was not used yet, whatever was used before (time cannot be turned, the record's counter can)
fresh_code() {
  db "UPDATE users SET totp_last=0" >/dev/null
  code
}

# register NAME [PASSWORD]: all three steps; sets totp_secret, phrase and the session in the jar
register() {
  local name=$1 password=${2:-$PASSWORD}
  cgi POST /register "username=$name&email=$name@example.org&password=$(urlencode "$password")"
  assert_status 201
  totp_secret=$(gojq -r .secret <<<"$body")
  cgi POST /register/totp "code=$(code)"
  assert_status 200
  phrase=$(gojq -r .phrase <<<"$body")
  # shellcheck disable=SC2086
  set -- $phrase
  cgi POST /register/phrase "word2=$2&word4=$4"
  assert_status 201
}

# login NAME [PASSWORD]: one call
login() {
  cgi POST /login "username=$1&password=$(urlencode "${2:-$PASSWORD}")&code=$(fresh_code)"
  assert_status 200
}

# vs_people NAME...: for setup_file: an installation with these people; VS_FIXTURE names it, person() signs one in
vs_people() {
  VS_FIXTURE=$BATS_FILE_TMPDIR/fixture
  BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
  vs_new "$VS_FIXTURE"
  local name
  for name in "$@"; do
    jar_clear
    register "$name"
    jar_save "$VS_FIXTURE/$name.jar"
    printf '%s\n%s\n' "$totp_secret" "$phrase" >"$VS_FIXTURE/$name.keys"
  done
  export VS_FIXTURE
}

# person NAME: go on as this one of the fixture's people
person() {
  jar_clear
  csrf=
  jar_load "$VS_FIXTURE/$1.jar"
  { read -r totp_secret; read -r phrase; } <"$VS_FIXTURE/$1.keys"
}

# entry DATA: a new entry; sets id and version
entry() {
  cgi POST /api/entries "$1"
  assert_status 201
  id=$(gojq -r .id <<<"$body")
  version=$(gojq -r .version <<<"$body")
}
