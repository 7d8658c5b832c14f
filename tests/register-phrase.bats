setup() {
  load helpers/cgi
  load helpers/account
  load helpers/refusals
  vs_new
  cgi POST /register "username=alice&email=alice@example.org&password=$(urlencode "$PASSWORD")"
  totp_secret=$(jq -r .secret <<<"$body")
  cgi POST /register/totp "code=$(code)"
  phrase=$(jq -r .phrase <<<"$body")
}

@test "words 2 and 4 create the account; case and outer space are forgiven" {
  set -- $phrase
  cgi POST /register/phrase "word2=+${2^^}+&word4=$4"
  assert_status 201
  assert_json .username alice
  assert_regex "$headers" 'Set-Cookie: vs='
}

@test "wrong words are named and create nothing; five wrong tries end it" {
  set -- $phrase
  cgi POST /register/phrase "word2=$2&word4=wrong"
  assert_status 422
  assert_json '.fields|keys|join(" ")' word4
  for _ in 1 2 3; do
    cgi POST /register/phrase "word2=wrong&word4=wrong"
    assert_status 422
  done
  cgi POST /register/phrase "word2=wrong&word4=wrong"
  assert_status 401
  cgi POST /register/phrase "word2=$2&word4=$4"
  assert_status 401
  assert_equal "$(db 'SELECT count(*) FROM users')" 0
}

@test "the second step cannot be left out" {
  jar_clear
  cgi POST /register "username=bob&email=bob@example.org&password=$(urlencode "$PASSWORD")"
  cgi POST /register/phrase "word2=a&word4=b"
  assert_status 401
}

@test "the account is created once, whatever is repeated" {
  set -- $phrase
  saved=${jar[vsp]}
  cgi POST /register/phrase "word2=$2&word4=$4"
  assert_status 201
  COOKIE="vsp=$saved" cgi POST /register/phrase "word2=$2&word4=$4"
  assert_status 401
  assert_equal "$(db 'SELECT count(*) FROM users')" 1
}

@test "standard refusals" {
  refuses_strangers POST /register/phrase 'word2=a&word4=b'
  refuses_foreign POST /register/phrase 'word2=a&word4=b'
  refuses_methods /register/phrase POST GET PUT DELETE
  refuses_large POST /register/phrase 16384
  refuses_malformed POST /register/phrase 'word2=1&word2=2'
  names_field POST /register/phrase 'word2=a' word4 missing
}
