setup_file() {
  load helpers/begin
  vs_people alice
}

setup() {
  load helpers/begin
  begin_as alice
}

NEW='quiet lantern over the lagoon 5'
proof() { printf 'current=%s&code=%s' "$(urlencode "$PASSWORD")" "$(fresh_code)"; }

# Another session of the same person, in $other.
other_session() {
  local mine
  mine=$(declare -p jar)
  jar_clear
  login alice
  other=$(jar_header)
  eval "${mine/declare -A/declare -gA}"
}

other_is_over() {
  COOKIE=$other cgi GET /session
  assert_status 401
  cgi GET /session
  assert_status 200
}

@test "settings: who one is, and links to every panel" {
  cgi GET /settings
  assert_json .user.username alice
  assert_json .user.email alice@example.org
  page GET /settings
  for p in password phrase totp sessions activity delete; do assert_regex "$body" "/settings/$p"; done
}

@test "settings/password: the new one works, the old one not; entries stay, other sessions end, this one goes on" {
  entry 'site=Bank&password=kept'
  other_session
  cgi POST /settings/password "$(proof)&password=$(urlencode "$NEW")"
  assert_status 204
  other_is_over
  cgi GET "/api/entries/$id"
  assert_json .password kept
  jar_clear
  cgi POST /login "username=alice&password=$(urlencode "$PASSWORD")&code=$(fresh_code)"
  assert_status 401
  login alice "$NEW"
}

@test "settings/phrase: five new words; the old ones are dead" {
  other_session
  cgi POST /settings/phrase "$(proof)"
  assert_status 200
  new=$(jq -r .phrase <<<"$body")
  other_is_over
  cgi POST /reset "username=alice&phrase=$(urlencode "$phrase")&password=$(urlencode "$NEW")"
  assert_status 401
  cgi POST /reset "username=alice&phrase=$(urlencode "$new")&password=$(urlencode "$NEW")"
  assert_status 200
}

@test "settings/totp: a new authenticator in two steps; the old one is dead" {
  other_session
  old=$totp_secret
  cgi POST /settings/totp "$(proof)"
  assert_status 200
  new=$(jq -r .secret <<<"$body")
  COOKIE=$other cgi GET /session
  assert_status 200
  cgi POST /settings/totp new_code=000000
  assert_status 422
  totp_secret=$new
  cgi POST /settings/totp "new_code=$(code)"
  assert_status 204
  other_is_over
  jar_clear
  totp_secret=$old
  cgi POST /login "username=alice&password=$(urlencode "$PASSWORD")&code=$(fresh_code)"
  assert_status 401
  totp_secret=$new
  login alice
}

@test "settings/totp: the second step belongs to this person's session alone" {
  cgi POST /settings/totp "new_code=000000"
  assert_status 422
  page GET /settings/totp
  assert_status 200
}

@test "settings/sessions: listed; one is ended by its id, all others at once" {
  other_session
  cgi GET /settings/sessions
  assert_json '.sessions|length' 2
  victim=$(jq -r '.sessions[]|select(.current|not)|.id' <<<"$body")
  names_field POST /settings/sessions "end=$victim&current=wrong-password" current wrong
  cgi POST /settings/sessions "end=$victim&current=$(urlencode "$PASSWORD")"
  assert_status 204
  other_is_over
  other_session
  cgi POST /settings/sessions "end=others&current=$(urlencode "$PASSWORD")"
  assert_status 204
  other_is_over
  cgi POST /settings/sessions "end=nosuch&current=$(urlencode "$PASSWORD")"
  assert_status 404
}

@test "settings/sessions: browser and address are named to their owner, in the store they are sealed" {
  AGENT='Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' ADDR=203.0.113.77 login alice
  cgi GET /settings/sessions
  assert_json '.sessions[0].browser' 'Firefox on Linux'
  assert_json '.sessions[0].address' 203.0.113.77
  if grep -qaF 203.0.113.77 "$DATA"/vault.db* || grep -qa Firefox "$DATA"/vault.db*; then fail "address or browser in clear"; fi
}

@test "settings/activity: what happened, newest first, failures marked" {
  names_field POST /settings/password "current=wrong-password&code=000000&password=$(urlencode "$NEW")" current wrong
  cgi POST /settings/password "$(proof)&password=$(urlencode "$NEW")"
  cgi GET /settings/activity
  assert_json '[.events[].event]|join(" ")' 'password_changed wrong_password registered'
  assert_json '[.events[].bad]|map(tostring)|join(" ")' 'false true false'
  page GET /settings/activity
  assert_status 200
}

@test "settings/delete: user name typed out, password and code; the export is offered before" {
  page GET /settings/delete
  assert_regex "$body" 'href="/export"'
  names_field POST /settings/delete "$(proof)&confirm=alic" confirm wrong
  names_field POST /settings/delete "current=wrong-password&code=000000&confirm=alice" current wrong
  cgi GET /session
  assert_status 200
}

@test "a wrong code, a used code and a wrong password change nothing" {
  before=$(db 'SELECT login_hash,rec_hash,totp_box,auth_ver FROM users')
  c=$(fresh_code)
  names_field POST /settings/password "current=$(urlencode "$PASSWORD")&code=000000&password=$(urlencode "$NEW")" code wrong
  names_field POST /settings/phrase "current=wrong-password&code=$c" current wrong
  names_field POST /settings/totp "current=$(urlencode "$PASSWORD")&code=000000" code wrong
  names_field POST /settings/totp "code=$c" current missing
  names_field POST /settings/password "$(proof)&password=short" password too_short
  names_field POST /settings/password "$(proof)&password=$(urlencode "$NEW")&repeat=x" repeat different
  assert_equal "$(db 'SELECT login_hash,rec_hash,totp_box,auth_ver FROM users')" "$before"
}

@test "every panel is a page" {
  for p in '' /password /phrase /totp /sessions /activity /delete; do
    page GET "/settings$p"
    assert_status 200
    assert_regex "$body" '<!DOCTYPE html>'
  done
}

@test "standard refusals" {
  for p in password phrase totp delete; do
    refuses_strangers POST "/settings/$p" current=a
    refuses_foreign POST "/settings/$p" current=a
    refuses_methods "/settings/$p" POST GET PUT DELETE
    refuses_large POST "/settings/$p" 16384
    refuses_malformed POST "/settings/$p" 'current=a&current=b' 'curren=a'
  done
  refuses_strangers POST /settings/sessions end=others
  refuses_foreign POST /settings/sessions end=others
  refuses_methods /settings/sessions 'GET, POST' PUT DELETE
  refuses_malformed POST /settings/sessions 'end=a&end=b'
  refuses_strangers GET /settings
  refuses_strangers GET /settings/activity
  refuses_methods /settings GET POST
  refuses_methods /settings/activity GET POST
}
