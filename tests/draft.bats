# What somebody typed outlives the session: kept sealed, shown again to the same person in the same browser, to nobody else.

setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
  entry 'site=Bank&password=stored'
  page_token
}

FORM='site=Typed+site&url=typed.example&username=typed-user&password=typed-password&notes=typed+notes&tags=one,two&favorite=on&action=save'
session_over() { db "UPDATE accounts SET expires=1 WHERE kind LIKE 'session#%'"; }
# signed in again as NAME, in the same browser: the cookies of the draft stay
again() {
  local draft=${jar[vsf]-}
  person "$1"
  jar_clear
  login "$1"
  [ -z "$draft" ] || jar[vsf]=$draft
}
shows_typed() { # PATH
  page GET "$1"
  assert_status 200
  for t in 'value="Typed site"' 'value="typed.example"' 'value="typed-user"' 'value="typed-password"' 'typed notes' 'value="one, *two"' 'name="favorite" checked' 'session had ended'; do
    assert_regex "$body" "$t"
  done
}

@test "a new entry sent too late is there again after the login, and can be saved" {
  session_over
  page POST /entry/new "$FORM&new_id=aaaaaaaaaaaaaaaaaaaaaaaaaa"
  assert_status 303
  assert_equal "$(header Location)" '/login?next=%2Fentry%2Fnew%3Fdraft%3D1&done=draft-kept'
  [ -n "${jar[vsf]-}" ] || fail 'no cookie for the draft'
  [ -z "${jar[vs]-}" ] || fail 'the dead cookie is still there'
  page GET '/login?next=%2Fentry%2Fnew%3Fdraft%3D1&done=draft-kept'
  assert_regex "$body" 'kept for an hour'
  # nothing of it can be read in the store
  refute_regex "$(db "SELECT * FROM accounts WHERE kind LIKE 'draft#%'")" 'Typed|typed'
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind LIKE 'draft#%'")" 1
  again alice
  shows_typed '/entry/new?draft=1'
  shows_typed '/entry/new?draft=1' # F5
  assert_regex "$body" 'name="new_id" value="aaaaaaaaaaaaaaaaaaaaaaaaaa"' # sent twice, it is one entry still
  csrf=
  page POST /entry/new "$FORM"
  assert_status 303
  cgi GET '/api/entries?q=typed'
  assert_json '.entries|length' 1
}

@test "changes of an entry too; when somebody else changed it meanwhile, both versions are shown" {
  session_over
  page POST /entry/edit "id=$id&version=1&$FORM"
  assert_equal "$(header Location)" "/login?next=%2Fentry%2Fedit%3Fdraft%3D1%26id%3D$id&done=draft-kept"
  again alice
  shows_typed "/entry/edit?draft=1&id=$id"
  assert_regex "$body" 'name="version" value="1"'
  cgi PUT "/api/entries/$id" 'version=1&site=Changed+elsewhere'
  assert_status 200
  csrf=
  page POST /entry/edit "id=$id&version=1&$FORM"
  assert_status 409
  assert_regex "$body" 'Changed elsewhere'
  assert_regex "$body" 'Typed site'
}

@test "whoever else signs in in that browser, or the same person in another one, sees a plain form" {
  session_over
  page POST /entry/new "$FORM"
  again bob
  page GET '/entry/new?draft=1'
  assert_status 200
  refute_regex "$body" 'Typed|typed'
  person alice
  jar_clear
  login alice
  page GET '/entry/new?draft=1'
  assert_status 200
  refute_regex "$body" 'Typed|typed'
}

@test "kept for an hour, one for each session" {
  session_over
  ended=$(jar_header)
  page POST /entry/new "$FORM"
  COOKIE=$ended page POST /entry/new "$FORM"
  assert_status 303
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind LIKE 'draft#%'")" 1
  assert_equal "$(db "SELECT expires-created FROM accounts WHERE kind LIKE 'draft#%'")" 3600
  db "UPDATE accounts SET expires=1 WHERE kind LIKE 'draft#%'"
  again alice
  page GET '/entry/new?draft=1'
  refute_regex "$body" 'Typed|typed'
}

@test "nothing is kept for a foreign form, a wrong token, a forged cookie, a program" {
  session_over
  ended=$(jar_header)
  keeps_nothing() {
    assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind LIKE 'draft#%'")" 0
    refute_regex "$headers" 'vsf='
  }
  ORIGIN=https://evil.example ACCEPT=text/html COOKIE=$ended cgi POST /entry/new "$FORM&csrf=$csrf"
  assert_status 403
  keeps_nothing
  ACCEPT=text/html COOKIE=$ended cgi POST /entry/new "$FORM&csrf=AAAAAAAAAAAAAAAAAAAAAA"
  assert_status 303
  keeps_nothing
  ACCEPT=text/html COOKIE=$ended cgi POST /entry/new "$FORM"
  keeps_nothing
  ACCEPT=text/html COOKIE="vs=$(head -c 107 /dev/urandom | base64 -w0 | tr '+/' '-_' | head -c 143)" cgi POST /entry/new "$FORM&csrf=$csrf"
  assert_status 303
  keeps_nothing
  COOKIE=$ended cgi POST /entry/new "$FORM&csrf=$csrf"
  assert_status 401
  keeps_nothing
  ACCEPT=text/html COOKIE=$ended cgi POST /entry/new "nosuch=1&csrf=$csrf"
  keeps_nothing
}
