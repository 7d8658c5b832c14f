setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

@test "sets and takes away the star, and leads back" {
  entry 'site=Bank&password=kept'
  page POST /entry/favorite "id=$id&version=1&on=1&back=/vault%3Fq%3Db"
  assert_status 303
  assert_equal "$(header Location)" '/vault?q=b'
  cgi GET "/api/entries/$id"
  assert_json .favorite true
  assert_json .password kept
  cgi POST /entry/favorite "id=$id&version=2&on=0"
  assert_json .favorite false
  cgi GET "/entry/history?id=$id"
  assert_json '.versions|length' 1
}

@test "never leads away from here" {
  for b in https://evil.example //evil.example '/\evil.example' 'javascript:x' $'/a\r\nSet-Cookie: x'; do
    entry site=S
    page POST /entry/favorite "id=$id&version=1&on=1&back=$(urlencode "$b")"
    assert_status 303
    assert_equal "$(header Location)" /vault
    refute_regex "$headers" 'evil|javascript|Set-Cookie: *x'
  done
}

@test "a stale version is 409; other people's entries are not there" {
  entry site=Mine
  cgi POST /entry/favorite "id=$id&version=2&on=1"
  assert_status 409
  person bob
  cgi POST /entry/favorite "id=$id&version=1&on=1"
  assert_status 404
}

@test "standard refusals" {
  entry site=Mine
  refuses_strangers POST /entry/favorite "id=$id&version=1&on=1"
  refuses_foreign POST /entry/favorite "id=$id&version=1&on=1"
  refuses_methods /entry/favorite POST GET PUT DELETE
  refuses_malformed POST /entry/favorite "id=$id&version=1&on=1&on=0"
  refuses_large POST /entry/favorite 16384
  names_field POST /entry/favorite "id=$id&on=1" version missing
}
