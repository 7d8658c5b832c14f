setup_file() {
  load helpers/begin
  vs_people alice
}

setup() {
  load helpers/begin
  begin_as alice
}

NEW='quiet lantern over the lagoon 5'

reset() { # PHRASE [PASSWORD]
  cgi POST /reset "username=alice&phrase=$(urlencode "$1")&password=$(urlencode "${2:-$NEW}")"
}

@test "the phrase sets a new password; every entry survives, every session ends, nobody is signed in" {
  entry 'site=Bank&password=kept-through-reset'
  reset "$phrase"
  assert_status 200
  assert_equal "$(jq -r '.phrase|split(" ")|length' <<<"$body")" 5
  cgi GET /session
  assert_status 401
  jar_clear
  cgi POST /login "username=alice&password=$(urlencode "$PASSWORD")&code=$(fresh_code)"
  assert_status 401
  login alice "$NEW"
  cgi GET "/api/entries/$id"
  assert_json .password kept-through-reset
}

@test "the phrase is used once, the new one works" {
  reset "$phrase"
  assert_status 200
  second=$(jq -r .phrase <<<"$body")
  reset "$phrase"
  assert_status 401
  reset "$second"
  assert_status 200
}

@test "the typed form is forgiving" {
  set -- $phrase
  reset "  ${1^^}, $2. $3
$4   $5 "
  assert_status 200
}

@test "wrong phrase and unknown name: the same bytes" {
  reset 'abacus abdomen abdominal abide abiding'
  assert_status 401
  assert_json .error phrase
  a=$(jq -c 'del(.request_id)' <<<"$body")
  cgi POST /reset "username=nobody&phrase=abacus+abdomen+abdominal+abide+abiding&password=$(urlencode "$NEW")"
  assert_equal "$(jq -c 'del(.request_id)' <<<"$body")" "$a"
}

@test "the authenticator stays" {
  reset "$phrase"
  jar_clear
  cgi POST /login "username=alice&password=$(urlencode "$NEW")&code=000000"
  assert_status 401
  login alice "$NEW"
}

@test "reset against password change: one wins" {
  for _ in 1 2; do
    c=$(fresh_code)
    (ADDR=10.1.1.1 cgi POST /settings/password "current=$(urlencode "$PASSWORD")&code=$c&password=another+good+phrase+12" 2>/dev/null
      echo "$status_code" >"$BATS_TEST_TMPDIR/change") &
    (ADDR=10.1.1.2 cgi POST /reset "username=alice&phrase=$(urlencode "$phrase")&password=$(urlencode "$NEW")" 2>/dev/null
      echo "$status_code" >"$BATS_TEST_TMPDIR/reset") &
    wait
    both="$(cat "$BATS_TEST_TMPDIR/change") $(cat "$BATS_TEST_TMPDIR/reset")"
    echo "$both" >&2
    jar_clear
    case $both in
      '204 409' | '204 401') login alice 'another good phrase 12' ;;
      '409 200' | '401 200') login alice "$NEW" ;;
      *) fail "password change and reset answered: $both" ;;
    esac
    # again from the beginning
    rm -rf "$DATA"
    vs_copy "$VS_FIXTURE"
    person alice
  done
}

@test "a browser gets the form back without secrets, and the words once" {
  ACCEPT=text/html cgi POST /reset "username=alice&phrase=not+a+phrase&password=$(urlencode "$NEW")"
  assert_status 422
  assert_regex "$body" 'value="alice"'
  refute_regex "$body" 'not a phrase'
  refute_regex "$body" 'lantern'
  ACCEPT=text/html cgi POST /reset "username=alice&phrase=$(urlencode "$phrase")&password=$(urlencode "$NEW")"
  assert_status 200
}

@test "standard refusals" {
  refuses_foreign POST /reset 'username=a'
  refuses_methods /reset POST GET PUT DELETE
  refuses_large POST /reset 16384
  refuses_malformed POST /reset 'username=a&username=b'
  names_field POST /reset "username=alice&phrase=$(urlencode "$phrase")&password=short" password too_short
  names_field POST /reset "username=alice&phrase=one+two&password=$(urlencode "$NEW")" phrase invalid
  names_field POST /reset "username=alice&password=$(urlencode "$NEW")" phrase missing
}
