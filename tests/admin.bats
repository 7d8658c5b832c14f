# Admins and the people they look after. alice is the first of her installation, so she is its admin; bob is not.
setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  load helpers/admin
  begin_as alice
}

@test "the first of an installation is its admin, everybody after is not" {
  cgi GET /session
  assert_json .role admin
  cgi GET /settings
  assert_json .user.role admin
  page GET /settings
  assert_regex "$body" 'href="/admin"'
  person bob
  cgi GET /session
  assert_json .role user
  page GET /settings
  refute_regex "$body" 'href="/admin"'
  assert_equal "$(admins)" 1
}

@test "admin: counts and the way to register" {
  cgi GET /admin
  assert_status 200
  assert_equal "$(jq -c '[.users,.admins,.disabled,.closing,.invites,.registration,.operator]' <<<"$body")" '[2,1,0,0,0,"open","open"]'
  page GET /admin
  assert_regex "$body" '<dt>Users</dt><dd>2</dd>'
  assert_regex "$body" 'value="open" checked'
}

@test "admin/users: names, roles, states, days; no email, nothing of a vault" {
  person bob
  entry 'site=Bank&username=bob-at-bank&password=first'
  person alice
  cgi GET /admin/users
  assert_status 200
  assert_equal "$(jq -c '[.users[]|[.username,.role,.state]]' <<<"$body")" '[["alice","admin","active"],["bob","user","active"]]'
  assert_regex "$(jq -r '.users[1].last_login' <<<"$body")" "^$(date -u +%F)T00:00:00Z\$"
  assert_json .after ''
  refute_regex "$body" 'example.org|Bank|bob-at-bank'
  page GET /admin/users
  assert_regex "$body" 'href="/admin/user\?name=bob"'
  refute_regex "$body" 'example.org|Bank'
  page GET '/admin/user?name=bob'
  assert_regex "$body" 'value="disable"'
  refute_regex "$body" 'example.org|Bank'
  cgi GET '/admin/user?name=nobody'
  assert_status 404
}

@test "admin/users in pages: every name once, in order" {
  db "$(for i in $(seq -w 60); do echo "INSERT INTO users SELECT 'many$i',created,updated,expires,rev,uid,email_lower||'$i',role,auth_ver,pw_ver,rc_ver,totp_ver,key_gen,kdf_pw,login_hash,wrap_pw,kdf_rc,salt_rc,rec_hash,wrap_rc,totp_box,totp_last,sessions,settings,rec_mac FROM users WHERE username='bob'; INSERT INTO accounts(owner,kind,role,created,expires) VALUES('directory','many$i','user',1,0);"; done)" 2>/dev/null ||
    for i in $(seq -w 60); do db "INSERT INTO accounts(owner,kind,role,created,expires) VALUES('directory','many$i','user',1,0)"; done
  after='' seen=''
  for _ in 1 2 3 4; do
    cgi GET "/admin/users?after=$after"
    assert_status 200
    seen+=$(jq -r '.users[].username' <<<"$body")$'\n'
    after=$(jq -r .after <<<"$body")
    [ -n "$after" ] || break
  done
  assert_equal "$(grep -c many <<<"$seen")" "$(sort -u <<<"$seen" | grep -c many)"
  assert_equal "$(head -2 <<<"$seen" | tr '\n' ' ')" 'alice bob '
  # a record that was not made by us is named as such, and does not stand in the way
  [ "$STORE" = dynamodb ] || assert_regex "$(jq -c '[.users[].state]' <<<"$body")" damaged
}

@test "disabled: sessions end at once, no log-in, told to who proves the password alone; enabled: all is back" {
  person bob
  entry 'site=Bank&password=first'
  bob=$(jar_header)
  person alice
  act bob disable
  assert_status 200
  assert_json .user.state disabled
  COOKIE=$bob cgi GET /session
  assert_status 401
  COOKIE=$bob cgi POST /api/entries 'site=x'
  assert_status 401
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind LIKE 'session#%' AND username='bob'")" 0
  # with the wrong password: the bytes that everybody gets
  strip() { sed 's/"request_id":"[^"]*"//' <<<"$body"; }
  COOKIE='' cgi POST /login 'username=bob&password=wrong-password-here'
  wrong=$(strip)
  assert_status 401
  COOKIE='' cgi POST /login 'username=nobody-here&password=wrong-password-here'
  assert_equal "$(strip)" "$wrong"
  COOKIE='' cgi POST /login "username=bob&password=$(urlencode "$PASSWORD")"
  assert_status 403
  assert_json .error account_disabled
  refute_regex "$headers" 'Set-Cookie'
  person bob
  COOKIE='' cgi POST /login "username=bob&password=$(urlencode "$PASSWORD")&code=$(fresh_code)"
  assert_status 403
  # the phrase sets a password and opens nothing else
  COOKIE='' cgi POST /reset "username=bob&phrase=$(urlencode "$phrase")&password=$(urlencode 'another good horse battery 8')"
  assert_status 200
  COOKIE='' cgi POST /login "username=bob&password=$(urlencode 'another good horse battery 8')&code=$(fresh_code)"
  assert_status 403
  person alice
  act bob enable
  assert_status 200
  person bob
  jar_clear
  login bob 'another good horse battery 8'
  cgi GET /api/entries
  assert_json .total 1
  cgi GET /settings/activity
  assert_equal "$(jq -c '[.events[]|select(.event|test("abled"))|[.event,.about]]' <<<"$body")" '[["enabled","alice"],["disabled","alice"]]'
  person alice
  cgi GET /settings/activity
  assert_equal "$(jq -c '[.events[]|select(.event|test("^did_"))|[.event,.about]]' <<<"$body")" '[["did_enable","bob"],["did_disable","bob"]]'
}

@test "a log-in that had passed the password when the user was disabled goes no further" {
  COOKIE='' cgi POST /login "username=bob&password=$(urlencode "$PASSWORD")"
  step=$(sed -n 's/.*vsp=\([^;]*\).*/\1/p' <<<"$headers")
  person alice
  act bob disable
  person bob
  secret=$(fresh_code)
  COOKIE="vsp=$step" cgi POST /login/code "code=$secret"
  assert_regex "$status_code" '^40[13]$'
  refute_regex "$headers" 'Set-Cookie: vs='
}

@test "an admin made by an admin, from the next log-in on; and no longer" {
  person bob
  before=$(jar_header)
  person alice
  act bob admin
  assert_status 200
  assert_equal "$(admins)" 2
  COOKIE=$before cgi GET /session
  assert_status 401
  person bob
  jar_clear
  login bob
  cgi GET /admin
  assert_status 200
  bob=$(jar_header)
  person alice
  act bob user
  assert_status 200
  assert_equal "$(admins)" 1
  COOKIE=$bob cgi GET /admin
  assert_status 404
  COOKIE=$bob cgi GET /session
  assert_status 401
}

@test "acts ask for the admin's own password, and for the form's token" {
  names_field POST /admin/user 'name=bob&do=disable&current=wrong-password' current wrong
  page POST /admin/user 'name=bob&do=disable&current=wrong-password'
  assert_status 422
  assert_regex "$body" 'value="disable"'
  ACCEPT=text/html cgi POST /admin/user "name=bob&do=disable&$(own)&csrf=AAAAAAAAAAAAAAAAAAAAAA"
  assert_status 403
  names_field POST /admin/user "name=bob&do=nosuch&$(own)" do invalid
  cgi POST /admin/user "name=nobody&do=disable&$(own)"
  assert_status 404
  cgi GET '/admin/user?name=bob'
  assert_json .user.state active
}

@test "the last admin can neither be disabled nor demoted nor leave, by nobody" {
  for do in disable user; do
    act alice "$do"
    assert_status 409
    assert_json .error last_admin
    name=$do
    [ "$do" != user ] || name=user
    tool "$name" alice
    assert_equal "$do $status" "$do 1"
    assert_regex "$output" 'last admin'
  done
  cgi POST /settings/delete "$(own)&code=$(fresh_code)&confirm=alice"
  assert_status 409
  assert_json .error last_admin
  assert_equal "$(admins)" 1
  cgi GET /admin
  assert_status 200
  # with a second one the first may go
  act bob admin
  act alice user
  assert_status 204
  assert_equal "$(admins)" 1
  person alice
  cgi GET /session
  assert_status 401
}

@test "two admins who demote each other at once leave one" {
  act bob admin
  person bob
  jar_clear
  login bob
  bob=$(jar_header)
  person alice
  alice=$(jar_header)
  for round in 1 2 3; do
    (COOKIE=$alice act bob user 2>/dev/null) &
    (COOKIE=$bob act alice user 2>/dev/null) &
    wait
    assert_equal "$round $(admins)" "$round 1"
    assert_equal "$(db "SELECT count(*) FROM users WHERE role='admin'")" 1
    # both again, for the next round
    ADDR=10.9.8.$round
    tool admin alice
    tool admin bob
    assert_equal "$(admins)" 2
    person alice
    jar_clear
    login alice
    alice=$(jar_header)
    person bob
    jar_clear
    login bob
    bob=$(jar_header)
  done
}

@test "a role that was written into the database opens nothing" {
  person bob
  # in the session's row: the box was sealed for the other role
  db "UPDATE accounts SET role='admin' WHERE kind LIKE 'session#%' AND username='bob'"
  cgi GET /admin
  assert_status 404
  cgi GET /session
  assert_status 401
  # in the record: its mac was made over the other role
  jar_clear
  db "UPDATE users SET role='admin' WHERE username='bob'"
  cgi POST /login "username=bob&password=$(urlencode "$PASSWORD")&code=$(fresh_code)"
  assert_status 503
  # in the directory: shown, and no more than that
  db "UPDATE users SET role='user' WHERE username='bob'"
  db "UPDATE accounts SET role='admin' WHERE owner='directory' AND kind='bob'"
  login bob
  cgi GET /admin
  assert_status 404
}

@test "the row of a session of an admin who is none any more opens nothing when somebody puts it back" {
  act bob admin
  person bob
  jar_clear
  login bob
  bob=$(jar_header)
  db "UPDATE accounts SET owner='kept' WHERE kind LIKE 'session#%' AND username='bob'"
  uid=$(db "SELECT uid FROM users WHERE username='bob'")
  person alice
  act bob user
  db "UPDATE accounts SET owner='$uid' WHERE owner='kept'"
  COOKIE=$bob cgi GET /session
  assert_status 200
  assert_json .role admin
  COOKIE=$bob cgi GET /admin
  assert_status 404
}

@test "an admin's word that nobody knows closes" {
  db "UPDATE accounts SET event='nonsense' WHERE owner='install'"
  newcomer carol
  assert_status 403
  assert_json .error registration_closed
}

@test "the tool: lists, disables, enables, makes admins, fills the directory" {
  tool list
  assert_equal "$status" 0
  assert_regex "$output" 'alice +admin +active'
  tool disable bob
  assert_equal "$status" 0
  tool list
  assert_regex "$output" 'bob +user +disabled'
  person bob
  cgi GET /session
  assert_status 401
  tool enable bob
  tool admin BOB
  assert_equal "$status" 0
  assert_equal "$(admins)" 2
  tool user bob
  tool admin nobody
  assert_equal "$status" 1
  assert_regex "$output" 'no user nobody'
  tool nonsense
  assert_equal "$status" 2
  # as an older version leaves it: people, and neither a directory nor a word about admins
  db "DELETE FROM accounts WHERE owner IN ('directory','install')"
  tool setup
  assert_equal "$status" 0
  assert_equal "$(admins | wc -l)" 1
  tool fill
  assert_equal "$status" 0
  assert_regex "$output" 'users listed: 2, admins who can log in: 1'
  assert_equal "$(admins)" 1
  assert_equal "$(db "SELECT group_concat(kind) FROM (SELECT kind FROM accounts WHERE owner='directory' ORDER BY kind)")" 'alice,bob'
}

@test "an installation older than admins: the next to register does not become one" {
  db "DELETE FROM accounts WHERE owner IN ('directory','install')"
  tool setup
  newcomer carol
  assert_status 201
  jar_clear
  last_step
  assert_status 201
  cgi GET /session
  assert_json .role user
}

@test "standard refusals" {
  person alice
  refuses_malformed POST /admin
  refuses_malformed POST /admin/user
  refuses_malformed POST /admin/invites
  refuses_large POST /admin 16384
  refuses_foreign POST /admin registration=closed
  refuses_methods /admin 'GET, POST' PUT DELETE
  refuses_methods /admin/users GET POST PUT DELETE
  refuses_methods /admin/user 'GET, POST' PUT DELETE
  refuses_methods /admin/invites 'GET, POST' PUT DELETE
}
