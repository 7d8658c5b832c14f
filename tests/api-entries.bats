setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

many() { # N CHARACTER: that many of it
  printf "%0$1d" 0 | sed "s/0/$2/g"
}

@test "create, read, replace, delete: what went in comes out" {
  cgi POST /api/entries '{"site":"Bank","url":"https://bank.example/login","username":"alice","password":"p\u00e4ss \u4e2d \"quoted\"","notes":"two\nlines","tags":["money","daily"],"favorite":true}'
  assert_status 201
  id=$(jq -r .id <<<"$body")
  assert_equal "$(header Location)" "/api/entries/$id"
  assert_json .version 1
  cgi GET "/api/entries/$id"
  assert_status 200
  assert_json .site Bank
  assert_json .url https://bank.example/login
  assert_json .username alice
  assert_json .password 'päss 中 "quoted"'
  assert_json .notes $'two\nlines'
  assert_json '.tags|sort|join("+")' 'daily+money'
  assert_json .favorite true
  cgi PUT "/api/entries/$id" '{"version":1,"site":"Bank of Elsewhere","password":"another"}'
  assert_status 200
  assert_json .version 2
  cgi GET "/api/entries/$id"
  assert_json .site 'Bank of Elsewhere'
  assert_json .password another
  assert_json .username alice
  cgi DELETE "/api/entries/$id?version=2"
  assert_status 204
  cgi GET "/api/entries/$id"
  assert_status 404
}

@test "a stale version is 409 and changes nothing" {
  entry 'site=Mail&password=first'
  cgi PUT "/api/entries/$id" 'version=1&password=second'
  assert_status 200
  cgi PUT "/api/entries/$id" 'version=1&password=third'
  assert_status 409
  cgi PUT "/api/entries/$id" 'version=7&password=third'
  assert_status 409
  cgi DELETE "/api/entries/$id?version=1"
  assert_status 409
  cgi GET "/api/entries/$id"
  assert_json .password second
  assert_json .version 2
  cgi PUT "/api/entries/$id" 'password=x'
  assert_status 422
  assert_json .fields.version missing
}

@test "limits are counted in characters: the last is kept whole, one more is named" {
  local f n
  while read -r f n; do
    local text
    text=$(many "$n" é)
    for d in "site=S&$f=$(urlencode "$text")"; do
      [ "$f" != site ] || d="site=$(urlencode "$text")"
      cgi POST /api/entries "$d"
      assert_equal "$f $status_code" "$f 201"
      id=$(jq -r .id <<<"$body")
      cgi GET "/api/entries/$id"
      assert_equal "$f $(jq -r ".$f|length" <<<"$body")" "$f $n"
      [ "$(jq -r ".$f" <<<"$body")" = "$text" ] || fail "$f came back changed"
      names_field POST /api/entries "${d}x" "$f" too_long
    done
  done <<<'site 256
username 512
url 2048
password 1024
notes 10000'
  cgi POST /api/entries "{\"site\":\"S\",\"tags\":$(jq -cn '[range(50)|"tag\(.)"]')}"
  assert_status 201
  assert_json '.tags|length' 50
  names_field POST /api/entries "{\"site\":\"S\",\"tags\":$(jq -cn '[range(51)|"tag\(.)"]')}" tags too_many
}

@test "text that is not UTF-8 is refused, and so are control characters in one line" {
  for d in 'site=%ff' 'site=%c3%28' 'site=%ed%a0%80' 'site=%f8%88%80%80%80' 'site=%c0%af'; do
    cgi POST /api/entries "$d"
    assert_equal "$d $status_code" "$d 400"
  done
  cgi POST /api/entries 'site=a%0ab'
  assert_status 422
  assert_json .fields.site invalid
}

@test "no site is named; an entry needs nothing else" {
  names_field POST /api/entries 'username=x' site missing
  names_field POST /api/entries 'site=' site missing
  cgi POST /api/entries 'site=only'
  assert_status 201
  id=$(jq -r .id <<<"$body")
  names_field PUT "/api/entries/$id" 'version=1&site=' site missing
}

@test "search: every word, in any field, without regard to case and accents" {
  entry 'site=Caf%C3%A9+M%C3%BCnchen&username=Zo%C3%AB&notes=Stra%C3%9Fe+5&tags=Essen'
  entry 'site=Bank&username=alice&url=https://bank.example&tags=money'
  found() { # QUERY NUMBER
    cgi GET "/api/entries?q=$(urlencode "$1")"
    assert_equal "$1: $(jq -r .total <<<"$body")" "$1: $2"
  }
  found cafe 1
  found CAFÉ 1
  found 'munchen zoe' 1
  found 'zoe munchen strasse' 1
  found 'cafe bank' 0
  found essen 1
  found 'bank.example' 1
  found nothing 0
  found '' 2
  found '   ' 2
}

@test "a password is in no list and not searched" {
  entry 'site=Shop&password=needle-in-hay'
  cgi GET /api/entries
  refute_regex "$body" needle
  assert_json '.entries[0].password' null
  cgi GET '/api/entries?q=needle'
  assert_json .total 0
}

@test "sort, tag, favourites" {
  entry 'site=beta&username=x&tags=one'
  entry 'site=%C3%84lpha&username=z&favorite=1'
  entry 'site=Gamma&username=y&tags=one,two'
  order() {
    cgi GET "/api/entries?$1"
    assert_equal "$1: $(jq -r '.entries|map(.site)|join(" ")' <<<"$body")" "$1: $2"
  }
  order '' 'Älpha beta Gamma'
  order sort=site 'Älpha beta Gamma'
  order sort=-site 'Gamma beta Älpha'
  order sort=username 'beta Gamma Älpha'
  order tag=one 'beta Gamma'
  order tag=two Gamma
  order tag=three ''
  order favorites=1 Älpha
  cgi GET '/api/entries?sort=size'
  assert_status 422
  assert_json .fields.sort invalid
}

@test "paging walks the whole list once" {
  for i in 1 2 3 4 5 6 7; do entry "site=Site+$i"; done
  cgi GET '/api/entries?limit=3'
  assert_json .total 7
  walked=$(jq -r '.entries[].site' <<<"$body")
  while next=$(jq -r .next <<<"$body") && [ -n "$next" ]; do
    cgi GET "/api/entries?limit=3&after=$next"
    walked+=$'\n'$(jq -r '.entries[].site' <<<"$body")
  done
  assert_equal "$walked" "$(printf 'Site %s\n' 1 2 3 4 5 6 7)"
  for d in limit=0 limit=1001 limit=x limit=-1 limit=99999999999999999999; do
    cgi GET "/api/entries?$d"
    assert_equal "$d $status_code" "$d 422"
  done
}

@test "other people's entries are not there" {
  entry 'site=Mine&password=secret'
  person bob
  cgi GET "/api/entries/$id"
  assert_status 404
  cgi PUT "/api/entries/$id" 'version=1&password=stolen'
  assert_status 404
  cgi DELETE "/api/entries/$id?version=1"
  assert_status 404
  cgi GET /api/entries
  assert_json .total 0
}

@test "a row moved to another person, entry or version does not open, and says so without losing anything" {
  entry 'site=One&password=1'
  one=$id
  entry 'site=Two&password=2'
  db "UPDATE passwords SET token=(SELECT token FROM passwords WHERE password_id='e#$one') WHERE password_id='e#$id'"
  cgi GET "/api/entries/$id"
  assert_status 500
  assert_json .error damaged
  refute_regex "$body" One
  cgi GET /api/entries
  assert_status 200
  assert_json .total 1
  cgi GET "/api/entries/$one"
  assert_json .password 1
  assert_equal "$(db "SELECT count(*) FROM passwords WHERE password_id LIKE 'e#%'")" 2
}

@test "standard refusals" {
  entry site=Mine
  refuses_strangers GET /api/entries
  refuses_strangers POST /api/entries site=x
  refuses_strangers DELETE "/api/entries/$id"
  refuses_foreign POST /api/entries site=x
  refuses_foreign PUT "/api/entries/$id" 'version=1&site=x'
  refuses_foreign DELETE "/api/entries/$id?version=1"
  refuses_methods /api/entries 'GET, POST' PUT DELETE
  refuses_methods "/api/entries/$id" 'GET, PUT, DELETE' POST
  refuses_large POST /api/entries 65536
  refuses_malformed POST /api/entries 'site=a&site=b' '{"site":"a","site":"b"}'
  for p in /api/entries/ /api/entries/x "/api/entries/$id/x" "/api/entries/${id}x" /api/entries/../entries; do
    cgi GET "$p"
    assert_equal "$p $status_code" "$p 404"
  done
}
