# admin.bash - what an admin does, and people who register. Needs cgi.bash and account.bash.

own() { printf 'current=%s' "$(urlencode "$PASSWORD")"; }
# act NAME DO: as the admin who is signed in
act() { cgi POST /admin/user "name=$1&do=$2&$(own)"; }
tool() { VAULTSPHERE_CONF=$DATA/run/vaultsphere.conf run "$VS_BUILD/tools/vs-admin" "$@"; }
admins() { db "SELECT tokens FROM accounts WHERE owner='install'"; }
# newcomer NAME [INVITE]: the first step of a registration
newcomer() { COOKIE='' cgi POST /register "username=$1&email=$1@example.org&password=$(urlencode "$PASSWORD")${2:+&invite=$2}"; }
# last_step: the other two, after newcomer; leaves the answer of the last one
last_step() {
  jar_read
  totp_secret=$(gojq -r .secret <<<"$body")
  cgi POST /register/totp "code=$(code)"
  phrase=$(gojq -r .phrase <<<"$body")
  # shellcheck disable=SC2086
  set -- $phrase
  cgi POST /register/phrase "word2=$2&word4=$4"
}
invite() { # [EMAIL]: sets invite
  cgi POST /admin/invites "do=make&email=${1-}"
  assert_status 201
  link=$(gojq -r .link <<<"$body")
  invite=${link##*=}
}
