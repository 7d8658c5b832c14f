# One person's way through the product with tools that are not ours: oathtool, zbarimg, python's cryptography.

setup() {
  load helpers/cgi
  load helpers/account
  vs_new
}

python() {
  local p=$BATS_TEST_DIRNAME/../build/venv/bin/python
  [ -x "$p" ] || p=python3
  "$p" "$@"
}

@test "register by the scanned QR code, store, lose the password, recover, open the vault from outside" {
  cgi POST /register "username=alice&email=alice@example.org&password=$(urlencode "$PASSWORD")"
  assert_status 201
  jq -r .qr_png <<<"$body" | cut -d, -f2 | base64 -d >"$BATS_TEST_TMPDIR/qr.png"
  uri=$(zbarimg -q --raw "$BATS_TEST_TMPDIR/qr.png")
  totp_secret=$(sed 's/.*secret=\([A-Z2-7]*\).*/\1/' <<<"$uri")
  cgi POST /register/totp "code=$(code)"
  assert_status 200
  phrase=$(jq -r .phrase <<<"$body")
  set -- $phrase
  cgi POST /register/phrase "word2=$2&word4=$4"
  assert_status 201

  cgi POST /api/entries '{"site":"Bänk","url":"https://bank.example","username":"ålice","password":"pä$$ & \"quote\" <b>","notes":"line one\nline two","tags":["money","home"],"favorite":true}'
  assert_status 201
  bank=$(jq -r .id <<<"$body")
  cgi PUT "/api/entries/$bank" '{"version":1,"password":"second & last"}'
  assert_status 200
  entry 'site=Mail&username=a@example.org&password=mail-password&totp=jbsw+y3dp+ehpk+3pxp'
  cgi GET '/api/entries?q=bank+money'
  assert_json .total 1

  cgi POST /reset "username=alice&phrase=$(urlencode "$phrase")&password=$(urlencode 'a new phrase for the vault 9')"
  assert_status 200
  jar_clear
  login alice 'a new phrase for the vault 9'

  # the whole vault, from a copy of the database, the configuration and the password
  sqlite3 "$DATA/vault.db" ".backup $BATS_TEST_TMPDIR/copy.db"
  printf '%s' 'a new phrase for the vault 9' | python "$BATS_TEST_DIRNAME/open_vault.py" "$BATS_TEST_TMPDIR/copy.db" "$DATA/run/vaultsphere.conf" alice >"$BATS_TEST_TMPDIR/vault.json"
  assert_equal "$(jq -r 'sort_by(.site)|.[0].site' "$BATS_TEST_TMPDIR/vault.json")" Bänk
  assert_equal "$(jq -r 'sort_by(.site)|.[0].password' "$BATS_TEST_TMPDIR/vault.json")" 'second & last'
  assert_equal "$(jq -r 'sort_by(.site)|.[0].notes' "$BATS_TEST_TMPDIR/vault.json")" $'line one\nline two'
  assert_equal "$(jq -r 'sort_by(.site)|.[1].password' "$BATS_TEST_TMPDIR/vault.json")" mail-password
  assert_equal "$(jq -r 'sort_by(.site)|.[1].totp' "$BATS_TEST_TMPDIR/vault.json")" JBSWY3DPEHPK3PXP

  # with another password, another secret or a changed byte it does not open
  refuse() { if printf '%s' "$1" | python "$BATS_TEST_DIRNAME/open_vault.py" "$2" "$3" alice >/dev/null 2>&1; then fail "opened: $4"; fi; }
  refuse "$PASSWORD" "$BATS_TEST_TMPDIR/copy.db" "$DATA/run/vaultsphere.conf" 'the old password'
  sed "s|^SESSION_SECRET=.*|SESSION_SECRET=$(head -c 32 /dev/urandom | base64 -w0)|" "$DATA/run/vaultsphere.conf" >"$BATS_TEST_TMPDIR/other.conf"
  refuse 'a new phrase for the vault 9' "$BATS_TEST_TMPDIR/copy.db" "$BATS_TEST_TMPDIR/other.conf" 'without the secret'
  sqlite3 "$BATS_TEST_TMPDIR/copy.db" "UPDATE passwords SET version=version+1"
  refuse 'a new phrase for the vault 9' "$BATS_TEST_TMPDIR/copy.db" "$DATA/run/vaultsphere.conf" 'a changed version'
}
