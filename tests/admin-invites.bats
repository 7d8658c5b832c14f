# Who may register: closed and opened at run time, invitations. alice is the first of her installation, so she is its admin.
setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  load helpers/admin
  begin_as alice
}

@test "registration closed at run time: at the first step, at the last, and opened again" {
  newcomer carol
  assert_status 201
  carol=$body
  carol_jar=$(sed -n 's/.*vsp=\([^;]*\).*/\1/p' <<<"$headers")
  cgi POST /admin registration=closed
  assert_status 200
  newcomer dave
  assert_status 403
  assert_json .error registration_closed
  COOKIE='' page GET /register
  assert_regex "$body" 'takes no new registrations'
  refute_regex "$body" '<form method="post" action="/register"'
  # carol was under way
  jar_clear
  jar[vsp]=$carol_jar body=$carol headers=''
  last_step
  assert_status 403
  assert_json .error registration_closed
  assert_equal "$(db "SELECT count(*) FROM users")" 2
  person alice
  cgi POST /admin registration=open
  assert_status 200
  newcomer dave
  assert_status 201
  names_field POST /admin registration=maybe registration invalid
}

@test "no admin opens wider than the configuration" {
  sed -i 's/REGISTRATION=open/REGISTRATION=invite/' "$DATA/run/vaultsphere.conf"
  cgi GET /admin
  assert_json .registration invite
  names_field POST /admin registration=open registration invalid
  page GET /admin
  refute_regex "$body" 'value="open"'
  newcomer carol
  assert_status 403
  assert_json .error invitation
  sed -i 's/REGISTRATION=invite/REGISTRATION=closed/' "$DATA/run/vaultsphere.conf"
  invite
  newcomer carol "$invite"
  assert_status 403
  assert_json .error registration_closed
}

@test "an invitation lets one person in, once; the database does not hold its code" {
  cgi POST /admin registration=invite
  COOKIE='' page GET /register
  assert_regex "$body" 'with an invitation only'
  newcomer carol
  assert_status 403
  assert_json .error invitation
  page POST /admin/invites do=make
  assert_status 201
  assert_regex "$body" 'http://localhost:5001/register\?invite=[A-Za-z0-9_-]{23}<'
  invite
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE owner||kind LIKE '%$invite%'")" 0
  cgi GET /admin/invites
  assert_json '.invites|length' 2
  refute_regex "$body" "$invite"
  COOKIE='' page GET "/register?invite=$invite"
  assert_regex "$body" 'You are invited'
  assert_regex "$body" "name=\"invite\" value=\"$invite\""
  jar_clear
  newcomer carol "$invite"
  assert_status 201
  last_step
  assert_status 201
  cgi GET /session
  assert_json .role user
  newcomer dave "$invite"
  assert_status 403
  COOKIE='' page GET "/register?invite=$invite"
  assert_regex "$body" 'does not hold any more'
  for v in x "${invite}A" "${invite:0:22}" "${invite:0:21}AA"; do
    newcomer dave "$v"
    assert_regex "$status_code" '^4(03|22)$'
  done
}

@test "an invitation for an email is for no other" {
  cgi POST /admin registration=invite
  names_field POST /admin/invites 'do=make&email=nobody' email invalid
  invite Carol@Example.org
  newcomer dave "$invite"
  assert_status 403
  assert_json .error invitation
  newcomer carol "$invite"
  assert_status 201
}

@test "an invitation that is over, or was taken back, lets nobody in" {
  cgi POST /admin registration=invite
  invite
  db "UPDATE accounts SET expires=strftime('%s')-1 WHERE owner='invites'"
  newcomer carol "$invite"
  assert_status 403
  invite
  newcomer carol "$invite"
  assert_status 201
  carol=$body carol_jar=$(sed -n 's/.*vsp=\([^;]*\).*/\1/p' <<<"$headers")
  cgi GET /admin/invites
  id=$(jq -r '.invites[-1].id' <<<"$body")
  cgi POST /admin/invites "do=revoke&id=$id"
  assert_status 204
  cgi POST /admin/invites "do=revoke&id=$id"
  assert_status 404
  newcomer dave "$invite"
  assert_status 403
  # and who was under way with it does not arrive
  jar_clear
  jar[vsp]=$carol_jar body=$carol headers=''
  last_step
  assert_status 403
  assert_equal "$(db 'SELECT count(*) FROM users')" 2
}

@test "one invitation, two who register at once: one account" {
  cgi POST /admin registration=invite
  invite
  ready() { # NAME
    jar_clear
    newcomer "$1" "$invite"
    jar_read
    totp_secret=$(jq -r .secret <<<"$body")
    cgi POST /register/totp "code=$(code)"
    jar_save "$BATS_TEST_TMPDIR/$1.jar"
    jq -r .phrase <<<"$body" >"$BATS_TEST_TMPDIR/$1.phrase"
  }
  last() { # NAME
    jar_clear
    jar_load "$BATS_TEST_TMPDIR/$1.jar"
    # shellcheck disable=SC2046
    set -- $(<"$BATS_TEST_TMPDIR/$1.phrase")
    cgi POST /register/phrase "word2=$2&word4=$4" 2>/dev/null
    echo "$status_code"
  }
  ready carol
  ready dave
  last carol >"$BATS_TEST_TMPDIR/1" &
  last dave >"$BATS_TEST_TMPDIR/2" &
  wait
  assert_equal "$(sort "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2" | tr '\n' ' ')" '201 403 '
  assert_equal "$(db 'SELECT count(*) FROM users')" 3
}

@test "two first registrations at once: one admin" {
  for round in 1 2 3; do
    BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR/$round
    mkdir -p "$BATS_TEST_TMPDIR"
    vs_new
    for n in carol dave; do
      jar_clear
      newcomer $n
      jar_read
      totp_secret=$(jq -r .secret <<<"$body")
      cgi POST /register/totp "code=$(code)"
      jar_save "$BATS_TEST_TMPDIR/$n.jar"
      jq -r .phrase <<<"$body" >"$BATS_TEST_TMPDIR/$n.phrase"
    done
    first() {
      jar_clear
      jar_load "$BATS_TEST_TMPDIR/$1.jar"
      # shellcheck disable=SC2046
      set -- $(<"$BATS_TEST_TMPDIR/$1.phrase")
      cgi POST /register/phrase "word2=$2&word4=$4" 2>/dev/null
    }
    first carol &
    first dave &
    wait
    assert_equal "$round $(db "SELECT group_concat(role) FROM (SELECT role FROM users ORDER BY role)")" "$round admin,user"
    assert_equal "$(admins)" 1
  done
}

@test "while nobody has an account, invite lets the first one in; closed nobody" {
  BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR/fresh
  mkdir -p "$BATS_TEST_TMPDIR"
  REGISTRATION=invite vs_new
  register carol
  cgi GET /session
  assert_json .role admin
  newcomer dave
  assert_status 403
}
