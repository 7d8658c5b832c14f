setup_file() {
  load helpers/begin
  vs_people alice
}

setup() {
  load helpers/begin
  begin_as alice
}

@test "POST ends the session and drops the cookie" {
  cgi POST /logout
  assert_status 204
  assert_equal "$body" ''
  [ -z "${jar[vs]-}" ] || fail "the cookie is still there"
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind LIKE 'session#%'")" 0
}

@test "a browser needs the form token, and lands on the login page" {
  ACCEPT=text/html cgi POST /logout
  assert_status 403
  ACCEPT=text/html cgi POST /logout csrf=AAAAAAAAAAAAAAAAAAAAAA
  assert_status 403
  page POST /logout
  assert_equal "$status_code $(header Location)" '303 /login?done=signed-out'
}

@test "a write racing a logout never succeeds after the logout was answered" {
  cookie=$(jar_header)
  for round in 1 2 3; do
    jar_clear
    login alice
    cookie=$(jar_header)
    out=$BATS_TEST_TMPDIR/race$round
    mkdir "$out"
    for i in $(seq 12); do
      (
        for k in $(seq 6); do
          began=$(date +%s%N)
          COOKIE=$cookie cgi POST /api/entries "site=race$i-$k" 2>>"$out/err"
          echo "$began $status_code" >>"$out/$i"
        done
      ) &
    done
    sleep 0.1
    COOKIE=$cookie cgi POST /logout 2>/dev/null
    answered=$(date +%s%N)
    assert_status 204
    wait
    late=$(awk -v t="$answered" '$1 > t && $2 != 401' "$out"/[0-9]* | wc -l)
    assert_equal "$late" 0
    # and none that was let in before the logout may have landed after it: the store holds exactly what was acknowledged
    acked=$(cat "$out"/[0-9]* | grep -c ' 201$')
    stored=$(db "SELECT count(*) FROM passwords WHERE password_id LIKE 'e#%'")
    total=$((${total:-0} + acked))
    assert_equal "$stored" "$total"
  done
}

@test "standard refusals" {
  refuses_strangers POST /logout
  refuses_foreign POST /logout
  refuses_methods /logout POST GET PUT DELETE
  refuses_large POST /logout 1024
  refuses_malformed POST /logout
}
