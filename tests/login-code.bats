setup_file() {
  load helpers/begin
  vs_people alice
}

setup() {
  load helpers/begin
  begin_as alice
  jar_clear
  cgi POST /login "username=alice&password=$(urlencode "$PASSWORD")"
  assert_status 200
}

@test "the right code signs in, and the step is over" {
  step=${jar[vsp]}
  cgi POST /login/code "code=$(fresh_code)"
  assert_status 200
  assert_json .username alice
  [ -z "${jar[vsp]-}" ] || fail "the step's cookie is still there"
  COOKIE="vsp=$step" cgi POST /login/code "code=$(fresh_code)"
  assert_status 401
  assert_json .error no_session
}

@test "a browser that sends it twice, or whose step is over, is told so where it can begin again" {
  step=${jar[vsp]}
  cgi POST /login/code "code=$(fresh_code)"
  assert_status 200
  step_over "$step" /login/code "code=$(fresh_code)" '/login?done=login-over' 'had ended, or was sent twice'
}

@test "a wrong code is named; after five the step is over" {
  for _ in 1 2 3 4 5; do
    cgi POST /login/code code=000000
    assert_status 401
    assert_json .error code
    assert_json .fields.code wrong
  done
  cgi POST /login/code "code=$(fresh_code)"
  assert_status 401
  assert_json .error no_session
}

@test "a browser is told of its last tries" {
  for _ in 1 2 3; do ACCEPT=text/html cgi POST /login/code code=000000; done
  assert_status 401
  assert_regex "$body" 'Tries left: 2'
}

@test "an old step is over" {
  db "UPDATE accounts SET expires=1 WHERE kind LIKE 'pending#%'"
  cgi POST /login/code "code=$(fresh_code)"
  assert_status 401
  assert_json .error no_session
}

@test "50 parallel posts of one code: one wins" {
  c=$(fresh_code)
  cookie=$(jar_header)
  out=$BATS_TEST_TMPDIR/race
  mkdir "$out"
  for i in $(seq 50); do
    (COOKIE=$cookie ADDR=10.1.$i.1 cgi POST /login/code "code=$c" 2>"$out/$i.err"; echo "$status_code" >"$out/$i") &
  done
  wait
  cat "$out"/? "$out"/?? | sort | uniq -c >&2
  assert_equal "$(cat "$out"/? "$out"/?? | grep -c 200)" 1
  assert_equal "$(cat "$out"/? "$out"/?? | grep -c '^5')" "$(cat "$out"/? "$out"/?? | grep -c 503)"
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind LIKE 'session#%'")" 2
}

@test "a step of before a password change signs nobody in" {
  step=$(jar_header)
  person alice
  cgi POST /settings/password "current=$(urlencode "$PASSWORD")&code=$(fresh_code)&password=another+good+phrase+12"
  assert_status 204
  COOKIE=$step cgi POST /login/code "code=$(fresh_code)"
  assert_status 401
}

@test "standard refusals" {
  refuses_strangers POST /login/code code=000000
  refuses_foreign POST /login/code code=000000
  refuses_methods /login/code POST GET PUT DELETE
  refuses_large POST /login/code 16384
  refuses_malformed POST /login/code 'code=1&code=2'
  names_field POST /login/code '' code missing
  names_field POST /login/code 'code=abc' code invalid
}
