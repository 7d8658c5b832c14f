setup() {
  load helpers/begin
  vs_new
  cgi POST /register "username=alice&email=alice@example.org&password=$(urlencode "$PASSWORD")"
  totp_secret=$(jq -r .secret <<<"$body")
}

@test "GET shows secret and QR code again" {
  cgi GET /register/totp
  assert_status 200
  assert_json .secret "$totp_secret"
}

@test "the right code gives five words, once more for a repeated step" {
  cgi POST /register/totp "code=$(code)"
  assert_status 200
  assert_equal "$(jq -r '.phrase|split(" ")|length' <<<"$body")" 5
  phrase=$(jq -r .phrase <<<"$body")
  cgi POST /register/totp "code=$(code)"
  assert_status 200
  assert_json .phrase "$phrase"
}

@test "spaces in the code are accepted, steps before and after too, no further one" {
  c=$(code 30)
  cgi POST /register/totp "code=${c:0:3}+${c:3}"
  assert_status 200
}

@test "a code two steps away is refused" {
  for shift in -90 90; do
    cgi POST /register/totp "code=$(code $shift)"
    assert_status 401
    assert_json .fields.code wrong
  done
}

@test "five wrong codes end the step" {
  for _ in 1 2 3 4 5; do
    cgi POST /register/totp "code=000000"
    assert_status 401
  done
  cgi POST /register/totp "code=$(code)"
  assert_status 401
  assert_json .error no_session
}

@test "one bad field is named" {
  names_field POST /register/totp "code=12345" code invalid
  names_field POST /register/totp "" code missing
}

@test "standard refusals" {
  refuses_strangers POST /register/totp code=000000
  refuses_foreign POST /register/totp code=000000
  refuses_methods /register/totp 'GET, POST' PUT DELETE
  refuses_large POST /register/totp 16384
  refuses_malformed POST /register/totp 'code=1&code=2' 'cod=1'
}

@test "the cookie of another kind of step opens nothing" {
  COOKIE="vs=${jar[vsp]}" cgi GET /session
  assert_status 401
  COOKIE="vsp=${jar[vsp]}x" cgi GET /register/totp
  assert_status 401
  COOKIE="vsp=${jar[vsp]}; vsp=${jar[vsp]}" cgi GET /register/totp
  assert_status 400
}
