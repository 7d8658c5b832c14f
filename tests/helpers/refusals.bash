# refusals.bash - the standard refusals that every route gives, in the order in which it gives them (STYLE.md 4, habit 5).

# refuses_strangers METHOD PATH [DATA]: no session is 401 for programs, a way to the login for browsers
refuses_strangers() {
  COOKIE='' cgi "$@"
  assert_status 401
  assert_json .error no_session
  COOKIE='' ACCEPT=text/html cgi "$@"
  assert_status 303
  assert_regex "$(header Location)" '^/(login|register)'
}

# refuses_foreign METHOD PATH [DATA]: every origin but ours, and none at all, is 403
refuses_foreign() {
  local o
  for o in https://evil.example null http://localhost:5001.evil.example http://localhost http://localhost:50011 ''; do
    ORIGIN=${o:--} cgi "$@"
    assert_equal "$o $status_code" "$o 403"
    assert_json .error foreign_origin
  done
  ORIGIN=- FETCH_SITE=cross-site cgi "$@"
  assert_status 403
  ORIGIN=- FETCH_SITE=same-site cgi "$@"
  assert_status 403
}

# refuses_methods PATH ALLOW METHOD...: 405 with Allow
refuses_methods() {
  local path=$1 allow=$2 m
  shift 2
  for m in "$@" TRACE PATCH get FOO; do
    cgi "$m" "$path"
    assert_equal "$m $status_code" "$m 405"
    assert_equal "$m $(header Allow)" "$m $allow"
  done
}

# refuses_large METHOD PATH BYTES: a body of one byte over the limit is 413, one of the limit is not
refuses_large() {
  local over at
  over=$(head -c $(($3 + 1)) /dev/zero | tr '\0' a)
  at=${over:1}
  cgi "$1" "$2" "$over"
  assert_status 413
  cgi "$1" "$2" "$at"
  [ "$status_code" != 413 ] || fail "a body of exactly $3 bytes was refused"
  LENGTH=99999999999999999999 cgi "$1" "$2" a=1
  assert_regex "$status_code" '^4(00|13)$'
}

# refuses_malformed METHOD PATH: unknown, repeated and malformed parameters are 400
refuses_malformed() {
  local d
  for d in 'nosuch=1' '%zz=1' 'a=%zz' 'a=%0' 'a=%00' '=1' '{"a":1' '{"a":{"b":1}}' '{"nosuch":1}' '[]' '{"a":"\ud800"}' "${@:3}"; do
    cgi "$1" "$2" "$d"
    assert_equal "$d: $status_code" "$d: 400"
    assert_json .error malformed
  done
  CTYPE=text/plain cgi "$1" "$2" 'a=1'
  assert_status 415
  LENGTH=50 cgi "$1" "$2" 'a=1'
  assert_status 400
}

# names_field METHOD PATH DATA FIELD CODE: 422 that names the one bad field
names_field() {
  cgi "$1" "$2" "$3"
  assert_status 422
  assert_json '.fields|keys|join(" ")' "$4"
  assert_json ".fields.$4" "$5"
}

# earlier_session PATH DATA: the form of another session (of bob's) comes back to alice, nothing of its secrets in it; csrf is the one to send it again with
earlier_session() {
  local old
  person bob
  page_token
  old=$csrf
  person alice
  csrf=$old page POST "$1" "$2"
  assert_status 403
  assert_regex "$body" 'earlier session'
  refute_regex "$body" "typed-secret|$old"
  csrf=$(form_value csrf)
}

# pressed_often PATH DATA LOCATION: twice at once and then once more, each answer leads there
pressed_often() {
  local i
  page_token
  for i in 1 2; do
    (page POST "$1" "$2" 2>/dev/null; header Location >"$BATS_TEST_TMPDIR/pressed$i") &
  done
  wait
  page POST "$1" "$2"
  header Location >"$BATS_TEST_TMPDIR/pressed3"
  assert_equal "$(sort -u "$BATS_TEST_TMPDIR"/pressed[123])" "$3"
}

# step_over STEP PATH DATA LOCATION SENTENCE: a browser with the cookie of a step that is over is led there, and told why
step_over() {
  jar_clear
  COOKIE="vsp=$1" ACCEPT=text/html cgi POST "$2" "$3"
  assert_status 303
  assert_equal "$(header Location)" "$4"
  ACCEPT=text/html cgi GET "$4"
  assert_regex "$body" "$5"
}
