setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

@test "who, and until when" {
  cgi GET /session
  assert_status 200
  assert_json .username alice
  assert_json .role admin
  assert_regex "$(jq -r .expires <<<"$body")" '^20[0-9-]+T[0-9:]+Z$'
  assert_regex "$(jq -r .idle_expires <<<"$body")" '^20[0-9-]+T[0-9:]+Z$'
}

@test "an idle session is over, and so is one past its last hour" {
  db "UPDATE accounts SET expires=strftime('%s')-1 WHERE kind LIKE 'session#%'"
  cgi GET /session
  assert_status 401
}

@test "no use moves a session beyond its last hour" {
  db "UPDATE accounts SET created=created-28801 WHERE kind LIKE 'session#%'"
  cgi GET /session
  assert_status 401
}

@test "use moves the idle limit" {
  db "UPDATE accounts SET expires=expires-300 WHERE kind LIKE 'session#%'"
  before=$(db "SELECT max(expires) FROM accounts WHERE kind LIKE 'session#%'")
  cgi GET /session
  after=$(db "SELECT max(expires) FROM accounts WHERE kind LIKE 'session#%'")
  [ "$after" -gt "$before" ] || fail "still $after"
}

@test "every changed character of the cookie is refused" {
  value=${jar[vs]}
  for i in 0 1 2 20 60 100 130 141; do
    c=${value:i:1}
    [ "$c" = A ] && n=B || n=A
    COOKIE="vs=${value:0:i}$n${value:i+1}" cgi GET /session
    assert_equal "$i $status_code" "$i 401"
  done
  for v in "${value:0:142}" "${value}A" '' A "${value/-/+}="; do
    COOKIE="vs=$v" cgi GET /session
    [ "$v" = "$value=" ] || assert_regex "$status_code" '^40[01]$'
  done
}

@test "row and cookie of different people do not open each other" {
  a=${jar[vs]}
  db "UPDATE accounts SET box=(SELECT box FROM accounts WHERE kind LIKE 'session#%' AND username='bob') WHERE kind LIKE 'session#%' AND username='alice'"
  COOKIE="vs=$a" cgi GET /session
  assert_status 401
}

@test "a stolen cookie is worthless after logout" {
  stolen=$(jar_header)
  cgi POST /logout
  assert_status 204
  COOKIE=$stolen cgi GET /session
  assert_status 401
  COOKIE=$stolen cgi GET /api/entries
  assert_status 401
}

@test "a cookie twice, or any name twice in the environment, is malformed" {
  COOKIE="vs=${jar[vs]}; vs=${jar[vs]}" cgi GET /session
  assert_status 400
}

@test "with https the cookie is __Host- and Secure" {
  sed -i 's/SECURE=0/SECURE=1/' "$DATA/run/vaultsphere.conf"
  jar_clear
  login alice
  assert_regex "$headers" 'Set-Cookie: __Host-vs=[A-Za-z0-9_-]{143}; Path=/; .*Secure'
  assert_regex "$headers" 'HttpOnly'
  assert_regex "$headers" 'SameSite=Strict'
  refute_regex "$headers" 'Domain='
}

@test "standard refusals" {
  refuses_strangers GET /session
  refuses_methods /session GET POST PUT DELETE
}
