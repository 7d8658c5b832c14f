# Health: what is found, that it is found once, where it is ignored, and that nothing of the account's password is kept.

setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

STRONG='kR7#mv2Q!tZp9_fW4x&Lj0'
add() { # SITE PASSWORD [MORE]
  entry "site=$1&password=$(urlencode "$2")${3:+&$3}"
}
sites() { # FINDING: the sites of a finding in the last answer
  jq -r ".$1.entries|map(.site)|join(\" \")" <<<"$body"
}

@test "weak, reused, without https: each with its entries, counted once; the arithmetic fits" {
  add A "$STRONG-a"
  add B secret1
  add C "$STRONG-shared"
  add D "$STRONG-shared" 'url=http://d.example/'
  add E "$STRONG-e" 'url=HTTP://e.example/'
  add F "$STRONG-f" 'url=https://f.example/http://'
  entry 'site=G&url=g.example'
  cgi GET /vault/health
  assert_status 200
  assert_equal "$(sites weak)" B
  assert_equal "$(sites reused)" 'C D'
  assert_equal "$(sites http)" 'D E'
  assert_equal "$(sites old)" ''
  assert_json .total 7
  assert_json .attention 4
  assert_json .in_order 3
  assert_json .percent 42
  assert_json .rated 6
  assert_json .unrated 1
  assert_json '[.levels[].count]|add' 6
  assert_json '.reused.entries|map(.shared)|unique|join(" ")' 2
  assert_json .compared false
  refute_regex "$body" "$STRONG|secret1"
}

@test "reused: groups by password, in the order of their names; empty passwords are no group" {
  for p in z:one a:two m:one b:two k:one; do add "${p%:*}" "$STRONG-${p#*:}"; done
  entry site=empty1
  entry site=empty2
  cgi GET /vault/health
  assert_equal "$(sites reused)" 'a b k m z'
  assert_json '.reused.entries|map(.shared|tostring)|join(" ")' '2 2 3 3 3'
  page GET /vault/health
  assert_regex "$body" 'The same password in 3 entries'
  assert_regex "$body" 'The same password in 2 entries'
}

@test "old: by when the password was changed, not the entry" {
  add New "$STRONG-new"
  cgi PUT "/api/entries/$id" 'version=1&notes=changed'
  assert_json .password_changed "$(jq -r .created <<<"$body")"
  # time cannot be turned: the row's times can, and a document without a time of its own says what the row says
  add Older "$STRONG-older"
  db "UPDATE passwords SET updated=updated-3*365*86400 WHERE password_id='e#$id'" >/dev/null
  cgi GET /vault/health
  assert_equal "$(sites old)" Older
  assert_json '.old.entries[0].password_changed|length' 20
  # an entry changed since, its password not: still old
  cgi PUT "/api/entries/$id" 'version=1&notes=changed'
  assert_status 200
  cgi GET /vault/health
  assert_equal "$(sites old)" Older
  cgi PUT "/api/entries/$id" "version=2&password=$(urlencode "$STRONG-fresh")"
  cgi GET /vault/health
  assert_equal "$(sites old)" ''
}

@test "the account's password is compared only when it is typed and right; nothing of it is stored" {
  add Same "$PASSWORD"
  add Other wrong-wrong-wrong
  cgi GET /vault/health
  assert_equal "$(sites same)" ''
  before=$(db 'SELECT count(*),sum(version),sum(length(token)) FROM passwords')
  cgi POST /vault/health "current=$(urlencode "$PASSWORD")"
  assert_status 200
  assert_equal "$(sites same)" Same
  assert_json .compared true
  assert_equal "$(db 'SELECT count(*),sum(version),sum(length(token)) FROM passwords')" "$before"
  refute_regex "$body" "$PASSWORD"
  # a password that is not proven is compared with nothing
  names_field POST /vault/health 'current=wrong-wrong-wrong' current wrong
  page POST /vault/health 'current=wrong-wrong-wrong'
  assert_status 422
  refute_regex "$body" 'id="same"'
  names_field POST /vault/health '' current missing
  page POST /vault/health "current=$(urlencode "$PASSWORD")"
  assert_status 200
  assert_regex "$body" 'Same as your account password'
  refute_regex "$body" "$PASSWORD"
  page POST /vault/health 'current=wrong-wrong-wrong'
  assert_regex "$body" 'id="current-error"'
}

@test "guessing the account's password on this page is throttled like in the settings" {
  add Same "$PASSWORD"
  for _ in $(seq 30); do
    cgi POST /vault/health 'current=wrong-wrong-wrong'
    [ "$status_code" = 429 ] && return
    assert_status 422
  done
  fail 'thirty wrong passwords in a row'
}

@test "ignored findings count nowhere, stand at the end with their reason, and come back" {
  add Router secret1 'url=http://192.168.1.1/'
  cgi POST /vault/ignore "id=$id&finding=weak&on=1&reason=It+takes+no+more"
  assert_status 200
  assert_json .version 2
  cgi GET /vault/health
  assert_equal "$(sites weak)" ''
  assert_equal "$(sites http)" Router
  assert_json .attention 1
  assert_json '.ignored.entries[0]|.site+" "+.finding+" "+.reason' 'Router weak It takes no more'
  cgi POST /vault/ignore "id=$id&finding=http&on=1&reason=In+the+house"
  cgi GET /vault/health
  assert_json .attention 0
  assert_json .ignored.count 2
  page GET /vault/health
  assert_regex "$body" 'Nothing needs attention'
  assert_regex "$body" 'Weak: It takes no more'
  assert_regex "$body" 'Stop ignoring'
  refute_regex "$(db 'SELECT * FROM passwords')" 'It takes no more'
  # edits and earlier versions leave it; it makes no version of its own
  cgi PUT "/api/entries/$id" "version=3&password=secret2"
  cgi POST /entry/restore "id=$id&version=3"
  assert_regex "$status_code" '^20'
  cgi GET "/entry?id=$id"
  assert_json .history_count 2
  cgi GET /vault/health
  assert_json .ignored.count 2
  cgi POST /vault/ignore "id=$id&finding=weak&on=0"
  cgi GET /vault/health
  assert_equal "$(sites weak)" Router
  assert_json .ignored.count 1
}

@test "the page: the sentence, the chart as numbers too, Fix and Ignore for each finding" {
  add A secret1
  add B "$STRONG"
  page GET /vault/health
  assert_status 200
  assert_regex "$body" '1 of 2 entries needs attention'
  assert_regex "$body" '<svg class="chart"'
  assert_regex "$body" '<table class="numbers">'
  assert_regex "$body" "2 − 1 = 1 of 2 entries, 1 ÷ 2 = 50 %"
  assert_regex "$body" 'href="/entry/edit\?id=[a-z2-7]{26}#password" aria-label="Fix A"'
  assert_regex "$body" 'href="/vault/ignore\?id=[a-z2-7]{26}&amp;finding=weak"'
  refute_regex "$body" 'aria-label="Fix B"'
  assert_regex "$body" '<li><a href="/vault/health" aria-current="page"'
}

@test "an empty vault, and markup in names" {
  page GET /vault/health
  assert_regex "$body" 'Nothing to look at yet'
  refute_regex "$body" '<svg class="chart"'
  cgi GET /vault/health
  assert_json .percent 100
  entry 'site=%3Cscript%3Ealert(1)%3C/script%3E&password=secret1&url=http://%22onx='
  page GET /vault/health
  assert_regex "$body" '&lt;script&gt;alert'
  refute_regex "$body" '<script>alert'
}

@test "long lists: ten of each, then a hundred to a page; every row on one page exactly" {
  for i in $(seq 100 230); do add "S$i" secret1; done
  cgi GET /vault/health
  assert_json .weak.count 131
  assert_json '.weak.entries|length' 10
  assert_json .weak.next_page 1
  seen=
  for p in 1 2; do
    cgi GET "/vault/health?kind=weak&page=$p"
    seen+="$(jq -r '.weak.entries[].site' <<<"$body")"$'\n'
  done
  assert_json .weak.next_page 0
  assert_equal "$(sort -u <<<"${seen%$'\n'}" | wc -l)" 131
  assert_equal "$(wc -l <<<"${seen%$'\n'}")" 131
  cgi GET '/vault/health?kind=reused&page=2'
  assert_json '.reused.entries|length' 31
  assert_json '.weak.entries|length' 0
  page GET '/vault/health?kind=weak&page=1'
  assert_regex "$body" 'kind=weak&amp;page=2" rel="next"'
  page GET /vault/health
  assert_regex "$body" 'Show all: 131'
  names_field GET '/vault/health?kind=nosuch' '' kind invalid
}

@test "the trash and other people's entries are not looked at" {
  add Mine secret1
  cgi DELETE "/api/entries/$id"
  cgi GET /vault/health
  assert_json .total 0
  add Mine secret1
  person bob
  add Theirs secret1
  cgi GET /vault/health
  assert_json .total 1
  assert_json .reused.count 0
}

@test "standard refusals" {
  refuses_strangers GET /vault/health
  refuses_foreign POST /vault/health "current=$(urlencode "$PASSWORD")"
  refuses_methods /vault/health 'GET, POST' PUT DELETE
  refuses_malformed POST /vault/health 'current=a&current=b'
  refuses_large POST /vault/health 16384
}
