setup() {
  load helpers/begin
  vs_new
}

@test "three steps make an account and sign in" {
  register alice
  assert_json .username alice
  cgi GET /session
  assert_status 200
  assert_json .username alice
  assert_json .role admin
}

@test "the first step answers 201 with secret, otpauth address, QR code as SVG and PNG" {
  cgi POST /register "username=alice&email=alice@example.org&password=$(urlencode "$PASSWORD")"
  assert_status 201
  assert_json .next /register/totp
  assert_regex "$(jq -r .secret <<<"$body")" '^[A-Z2-7]{32}$'
  assert_regex "$(jq -r .uri <<<"$body")" '^otpauth://totp/'
  assert_regex "$(jq -r .qr <<<"$body")" '^<svg '
  assert_regex "$(jq -r .qr_png <<<"$body")" '^data:image/png;base64,'
}

@test "the QR code carries the address: read back by zbarimg from the PNG and from the SVG" {
  cgi POST /register "username=alice&email=alice@example.org&password=$(urlencode "$PASSWORD")"
  uri=$(jq -r .uri <<<"$body")
  jq -r .qr_png <<<"$body" | sed 's/^data:image.png;base64,//' | base64 -d >"$BATS_TEST_TMPDIR/qr.png"
  assert_equal "$(zbarimg -q --raw "$BATS_TEST_TMPDIR/qr.png")" "$uri"
  jq -r .qr <<<"$body" >"$BATS_TEST_TMPDIR/qr.svg"
  rsvg-convert -w 400 "$BATS_TEST_TMPDIR/qr.svg" -o "$BATS_TEST_TMPDIR/svg.png"
  assert_equal "$(zbarimg -q --raw "$BATS_TEST_TMPDIR/svg.png")" "$uri"
}

@test "nothing of an account exists before the last step" {
  cgi POST /register "username=alice&email=alice@example.org&password=$(urlencode "$PASSWORD")"
  totp_secret=$(jq -r .secret <<<"$body")
  assert_equal "$(db 'SELECT count(*) FROM users')" 0
  cgi POST /register/totp "code=$(code)"
  assert_equal "$(db 'SELECT count(*) FROM users')" 0
}

@test "a taken user name or email is said at the last step only, and nothing is created" {
  register alice
  jar_clear
  cgi POST /register "username=Alice&email=other@example.org&password=$(urlencode "$PASSWORD")"
  assert_status 201
  totp_secret=$(jq -r .secret <<<"$body")
  cgi POST /register/totp "code=$(code)"
  phrase=$(jq -r .phrase <<<"$body")
  set -- $phrase
  cgi POST /register/phrase "word2=$2&word4=$4"
  assert_status 409
  assert_json .error taken
  jar_clear
  cgi POST /register "username=bob&email=ALICE@example.org&password=$(urlencode "$PASSWORD")"
  totp_secret=$(jq -r .secret <<<"$body")
  cgi POST /register/totp "code=$(code)"
  phrase=$(jq -r .phrase <<<"$body")
  set -- $phrase
  cgi POST /register/phrase "word2=$2&word4=$4"
  assert_status 409
  assert_equal "$(db 'SELECT count(*) FROM users')" 1
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind='email'")" 1
}

@test "one bad field is named" {
  ok="username=alice&email=alice@example.org&password=$(urlencode "$PASSWORD")"
  names_field POST /register "email=alice@example.org&password=$(urlencode "$PASSWORD")" username missing
  names_field POST /register "${ok/username=alice/username=al}" username too_short
  names_field POST /register "${ok/username=alice/username=-alice}" username invalid
  names_field POST /register "${ok/username=alice/username=al+ice}" username invalid
  names_field POST /register "${ok/alice@example.org/alice}" email invalid
  names_field POST /register "username=alice&email=alice@example.org&password=short" password too_short
  names_field POST /register "username=alice&email=alice@example.org&password=aaaaaaaaaaaaaaa" password weak
  names_field POST /register "username=alicealicealice&email=alice@example.org&password=alicealicealice" password common
  names_field POST /register "$ok&repeat=other" repeat different
}

@test "standard refusals" {
  refuses_foreign POST /register 'username=a'
  refuses_methods /register POST GET PUT DELETE
  refuses_large POST /register 16384
  refuses_malformed POST /register 'username=a&username=b' 'usernam=a'
}

@test "a closed installation says so and creates nothing" {
  sed -i 's/REGISTRATION=open/REGISTRATION=closed/' "$DATA/run/vaultsphere.conf"
  cgi POST /register "username=alice&email=alice@example.org&password=$(urlencode "$PASSWORD")"
  assert_status 403
  assert_json .error registration_closed
  ACCEPT=text/html cgi GET /register
  assert_status 200
  refute_regex "$body" 'name="password"'
}

@test "a browser is led from step to step" {
  ACCEPT=text/html cgi POST /register "username=alice&email=alice@example.org&password=$(urlencode "$PASSWORD")&repeat=$(urlencode "$PASSWORD")"
  assert_status 303
  assert_equal "$(header Location)" /register/totp
  ACCEPT=text/html cgi GET /register/totp
  assert_status 200
  totp_secret=$(tr -d '\n' <<<"$body" | grep -o 'secret=[A-Z2-7]*' | head -1 | cut -d= -f2)
  ACCEPT=text/html cgi POST /register/totp "code=$(code)"
  assert_equal "$status_code $(header Location)" '303 /register/phrase'
  ACCEPT=text/html cgi GET /register/phrase
  assert_status 200
  cgi POST /register/totp "code=000000"
  phrase=$(jq -r .phrase <<<"$body")
  set -- $phrase
  ACCEPT=text/html cgi POST /register/phrase "word2=$2&word4=$4&accept=on"
  assert_equal "$status_code $(header Location)" '303 /vault?done=registered'
}

@test "a browser gets the form back with what it typed, never the password" {
  ACCEPT=text/html cgi POST /register "username=alice&email=nonsense&password=Secret-Typed-Password-9"
  assert_status 422
  assert_regex "$body" 'value="alice"'
  assert_regex "$body" 'value="nonsense"'
  refute_regex "$body" 'Secret-Typed'
}

@test "every stored byte is free of what was typed" {
  register alice
  for word in "$PASSWORD" "${PASSWORD// /+}" "$totp_secret" "$phrase" "${phrase%% *}"; do
    if grep -qaF -- "$word" "$DATA"/vault.db* "$DATA"/run/*; then fail "found in the store: $word"; fi
  done
}
