# An account that its owner closed: kept for 7 days, taken back by a log-in, then gone. alice is the admin, bob closes.
setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as bob
}

PROVE() { printf 'current=%s&code=%s' "$(urlencode "$PASSWORD")" "$(fresh_code)"; }
close_account() {
  cgi POST /settings/delete "$(PROVE)&confirm=bob"
  assert_status 204
}
enter() { cgi POST /login "username=${1:-bob}&password=$(urlencode "$PASSWORD")&code=$(fresh_code)"; }
sweep() { VAULTSPHERE_CONF=$DATA/run/vaultsphere.conf run "$VS_BUILD/tools/vs-admin" sweep; }
# the days are over: what the clock would do. The date stands under the record's mac as well, so the record alone cannot be turned back.
days_over() {
  db "UPDATE users SET expires=strftime('%s')-1 WHERE username='bob'; UPDATE accounts SET expires=strftime('%s')-1 WHERE expires>0 AND (owner='directory' OR owner LIKE 'email#bob%'); UPDATE accounts SET until=strftime('%s')-1 WHERE owner='closing'"
}

@test "closed at once: every session ends, no log-in is more than the way back" {
  entry 'site=Bank&password=first'
  bob=$(jar_header)
  close_account
  COOKIE=$bob cgi GET /session
  assert_status 401
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind LIKE 'session#%' AND username='bob'")" 0
  jar_clear
  # both ways of a log-in end at the same page, without a session
  enter
  assert_status 200
  assert_json .next /login/back
  assert_regex "$(jq -r .closing <<<"$body")" "^$(date -u -d '+7 days' +%F)T"
  refute_regex "$headers" 'Set-Cookie: vs='
  jar_clear
  cgi POST /login "username=bob&password=$(urlencode "$PASSWORD")"
  assert_json .next /login/code
  page POST /login/code "code=$(fresh_code)"
  assert_status 303
  assert_equal "$(header Location)" /login/back
  refute_regex "$headers" 'Set-Cookie: vs='
  page GET /login/back
  assert_status 200
  assert_regex "$body" 'You closed the account bob'
  assert_regex "$body" 'Take the account back'
  cgi GET /vault
  assert_status 401
}

@test "taken back: everything is there, and it goes on as if nothing had been" {
  entry 'site=Bank&password=first'
  close_account
  jar_clear
  enter
  back=$(jar_header)
  ACCEPT=text/html cgi POST /login/back
  assert_status 303
  assert_equal "$(header Location)" '/vault?done=account-back'
  cgi GET /api/entries
  assert_json .total 1
  assert_equal "$(db "SELECT expires FROM users WHERE username='bob'")" 0
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE owner='closing'")" 0
  assert_equal "$(db "SELECT sum(expires) FROM accounts WHERE owner='directory' OR kind='email'")" 0
  cgi GET /settings/activity
  assert_equal "$(jq -c '[.events[].event]' <<<"$body")" '["back","closed","registered"]'
  # the step is used up
  COOKIE=$back cgi POST /login/back
  assert_status 401
  jar_clear
  login bob
}

@test "without the code there is no way back, and the code counts once" {
  close_account
  jar_clear
  cgi POST /login "username=bob&password=$(urlencode "$PASSWORD")&code=000000"
  assert_status 401
  cgi POST /login/back
  assert_status 401
  cgi POST /login "username=bob&password=$(urlencode "$PASSWORD")"
  # the cookie of the code step is none of this one
  cgi POST /login/back
  assert_status 401
  one=$(fresh_code)
  cgi POST /login/code "code=$one"
  assert_json .next /login/back
  jar_clear
  cgi POST /login "username=bob&password=$(urlencode "$PASSWORD")&code=$one"
  assert_status 401
}

@test "after the days: gone, with every entry; the name is free, and nothing of before is in it" {
  entry 'site=Bank&password=first'
  cgi PUT "/api/entries/$id" '{"version":1,"password":"second"}'
  uid=$(db "SELECT uid FROM users WHERE username='bob'")
  close_account
  jar_clear
  enter
  back=$(jar_header)
  days_over
  enter
  assert_status 401
  assert_json .error credentials
  COOKIE=$back cgi POST /login/back
  assert_status 401
  sweep
  assert_equal "$status" 0
  assert_regex "$output" 'accounts removed: 1'
  assert_equal "$(db "SELECT count(*) FROM users WHERE username='bob'")" 0
  assert_equal "$(db "SELECT count(*) FROM passwords WHERE user_id='$uid'")" 0
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE owner='$uid' OR owner='closing'")" 0
  jar_clear
  register bob
  cgi GET /api/entries
  assert_json .total 0
}

@test "the sweep does nothing before the day, and nothing to somebody who has the name by now" {
  entry 'site=Bank&password=first'
  close_account
  sweep
  assert_equal "$(db "SELECT count(*) FROM passwords")" 1
  days_over
  jar_clear
  register bob
  entry 'site=Other'
  sweep
  assert_regex "$output" 'accounts removed: 1'
  assert_equal "$(db "SELECT count(*) FROM passwords")" 1
  cgi GET /api/entries
  assert_json .total 1
  jar_clear
  login bob
}

@test "a sweep goes on where it was cut short: many entries" {
  uid=$(db "SELECT uid FROM users WHERE username='bob'")
  close_account
  [ "$STORE" = dynamodb ] && many=60 || many=700
  db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<$many) INSERT INTO passwords(user_id,password_id,version,token) SELECT '$uid','e#'||i,1,'x' FROM n"
  days_over
  sweep
  assert_equal "$status" 0
  assert_equal "$(db "SELECT count(*) FROM passwords WHERE user_id='$uid'")" 0
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE owner='closing'")" 0
}

@test "disabled while it was closed: no way back" {
  close_account
  jar_clear
  enter
  back=$(jar_header)
  VAULTSPHERE_CONF=$DATA/run/vaultsphere.conf "$VS_BUILD/tools/vs-admin" disable bob
  COOKIE=$back cgi POST /login/back
  assert_regex "$status_code" '^40[13]$'
  refute_regex "$headers" 'Set-Cookie: vs='
  enter
  assert_status 403
  assert_json .error account_disabled
}

@test "an admin who closes is none until he is back" {
  VAULTSPHERE_CONF=$DATA/run/vaultsphere.conf "$VS_BUILD/tools/vs-admin" admin bob
  jar_clear
  login bob
  assert_equal "$(db "SELECT tokens FROM accounts WHERE owner='install'")" 2
  close_account
  assert_equal "$(db "SELECT tokens FROM accounts WHERE owner='install'")" 1
  jar_clear
  enter
  cgi POST /login/back
  assert_status 200
  assert_equal "$(db "SELECT tokens FROM accounts WHERE owner='install'")" 2
  cgi GET /admin
  assert_status 200
}

@test "standard refusals" {
  refuses_strangers POST /login/back
  refuses_foreign POST /login/back
  refuses_methods /login/back POST GET PUT DELETE
}
