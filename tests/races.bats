setup_file() {
  load helpers/cgi
  load helpers/account
  vs_people alice
}

setup() {
  load helpers/cgi
  load helpers/account
  vs_copy "$VS_FIXTURE"
  out=$BATS_TEST_TMPDIR/out
  mkdir "$out"
}

@test "two registrations of one email: one wins, nothing is left of the other" {
  for round in 1 2 3; do
    for who in a b; do
      jar_clear
      ADDR=10.1.1.$round cgi POST /register "username=$who$round-user&email=same$round@example.org&password=$(urlencode "$PASSWORD")"
      totp_secret=$(jq -r .secret <<<"$body")
      cgi POST /register/totp "code=$(code)"
      set -- $(jq -r .phrase <<<"$body")
      declare "words_$who=word2=$2&word4=$4" "jar_$who=$(jar_header)"
    done
    for who in a b; do
      words=words_$who cookie=jar_$who
      (COOKIE=${!cookie} cgi POST /register/phrase "${!words}" 2>/dev/null; echo "$status_code" >"$out/$who") &
    done
    wait
    assert_equal "$(sort "$out/a" "$out/b" | tr '\n' ' ')" '201 409 '
    assert_equal "$(db "SELECT count(*) FROM users WHERE email_lower='same$round@example.org'")" 1
    assert_equal "$(db "SELECT count(*) FROM accounts WHERE owner='email#same$round@example.org'")" 1
  done
}

@test "six registrations of one user name: one wins" {
  for i in $(seq 6); do
    jar_clear
    ADDR=10.2.$i.1 cgi POST /register "username=wanted&email=user$i@example.org&password=$(urlencode "$PASSWORD")"
    totp_secret=$(jq -r .secret <<<"$body")
    cgi POST /register/totp "code=$(code)"
    set -- $(jq -r .phrase <<<"$body")
    words[i]="word2=$2&word4=$4" cookies[i]=$(jar_header)
  done
  for i in $(seq 6); do
    (COOKIE=${cookies[i]} cgi POST /register/phrase "${words[i]}" 2>/dev/null; echo "$status_code" >"$out/$i") &
  done
  wait
  assert_equal "$(cat "$out"/* | grep -c 201)" 1
  assert_equal "$(cat "$out"/* | grep -c 409)" 5
  assert_equal "$(db "SELECT count(*) FROM accounts WHERE kind='email'")" 2
}

@test "two updates of one version: one is stale, nothing is lost" {
  person alice
  for round in $(seq 5); do
    entry "site=Round$round&password=start"
    for who in a b c d; do
      (cgi PUT "/api/entries/$id" "{\"version\":1,\"password\":\"$who\"}" 2>/dev/null; echo "$status_code" >"$out/$who") &
    done
    wait
    assert_equal "$(cat "$out"/? | sort | tr '\n' ' ')" '200 409 409 409 '
    cgi GET "/api/entries/$id"
    assert_json .version 2
    winner=$(grep -l 200 "$out"/?)
    assert_json .password "${winner##*/}"
  done
}

@test "a delete racing an update: one wins, the entry is never lost" {
  person alice
  for round in $(seq 5); do
    entry "site=Round$round&password=start"
    (cgi PUT "/api/entries/$id" '{"version":1,"password":"changed"}' 2>/dev/null; echo "$status_code" >"$out/put") &
    (cgi DELETE "/api/entries/$id?version=1" '' 2>/dev/null; echo "$status_code" >"$out/delete") &
    wait
    case "$(cat "$out/put") $(cat "$out/delete")" in
      '200 409') cgi GET "/api/entries/$id"; assert_json .password changed ;;
      '409 204' | '404 204')
        cgi POST /entry/restore "id=$id"
        cgi GET "/api/entries/$id"
        assert_json .password start
        ;;
      *) fail "put $(cat "$out/put"), delete $(cat "$out/delete")" ;;
    esac
  done
}

@test "many writers of one person: every acknowledged entry is there" {
  person alice
  for i in $(seq 40); do
    (cgi POST /api/entries "site=Site$i" 2>/dev/null; echo "$status_code" >"$out/$i") &
  done
  wait
  assert_equal "$(cat "$out"/* | grep -c 201)" "$(db "SELECT count(*) FROM passwords WHERE password_id LIKE 'e#%'")"
  assert_equal "$(cat "$out"/* | grep -vc '201\|503')" 0
}
