setup() {
  load helpers/begin
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

@test "a browser that sends the last step twice is told that it is done" {
  set -- $phrase
  step=${jar[vsp]}
  cgi POST /register/phrase "word2=$2&word4=$4"
  assert_status 201
  step_over "$step" /register/phrase "word2=$2&word4=$4" '/register?done=register-over' 'is done already: then log in'
}

@test "standard refusals" {
  refuses_strangers POST /register/phrase 'word2=a&word4=b'
  refuses_foreign POST /register/phrase 'word2=a&word4=b'
  refuses_methods /register/phrase POST GET PUT DELETE
  refuses_large POST /register/phrase 16384
  refuses_malformed POST /register/phrase 'word2=1&word2=2'
  names_field POST /register/phrase 'word2=a' word4 missing
}

@test "a busy server uses up no tries: the right words count whenever there is room again" {
  set -- $phrase
  python3 -c "
import fcntl, struct, sys, time
run = sys.argv[1]
slots = [open(run + '/kdf.' + n, 'a+') for n in '01']
for s in slots:
    fcntl.flock(s, fcntl.LOCK_EX)
f = open(run + '/kdf.wait', 'a+')
fcntl.fcntl(f, fcntl.F_SETLK, struct.pack('hhqqi', fcntl.F_WRLCK, 0, 0, 0, 0))
print('held', flush=True)
time.sleep(30)" "$DATA/run" >"$BATS_TEST_TMPDIR/held" 3>&- &
  holder=$!
  for _ in $(seq 100); do
    [ -s "$BATS_TEST_TMPDIR/held" ] && break
    sleep 0.02
  done
  for _ in 1 2 3 4 5 6 7; do
    cgi POST /register/phrase "word2=$2&word4=$4"
    assert_status 503
  done
  kill $holder
  wait $holder 2>/dev/null || true
  cgi POST /register/phrase "word2=$2&word4=$4"
  assert_status 201
}
