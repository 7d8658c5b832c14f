setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

@test "twenty earlier versions are kept, the newest first" {
  entry 'site=Bank&password=p1'
  for i in $(seq 1 24); do
    cgi PUT "/api/entries/$id" "version=$i&password=p$((i + 1))"
    assert_status 200
  done
  cgi GET "/entry/history?id=$id"
  assert_json '.versions|length' 21
  assert_json '.versions[0].version' 25
  assert_json '.versions[0].current' true
  assert_json '.versions[20].version' 5
  refute_regex "$body" '"p[0-9]'
  assert_equal "$(db "SELECT count(*) FROM passwords WHERE password_id LIKE 'h#%'")" 20
  cgi POST /entry/history "id=$id&version=7"
  assert_json '.versions[]|select(.version==7).password' p7
  assert_json '[.versions[]|select(.password!="")]|length' 1
}

@test "the page: one password at a time, and a way to bring a version back" {
  entry 'site=Bank&password=old-one'
  cgi PUT "/api/entries/$id" 'version=1&password=new-one'
  page GET "/entry/history?id=$id"
  assert_status 200
  refute_regex "$body" 'old-one|new-one'
  assert_regex "$body" 'action="/entry/restore"'
  page POST /entry/history "id=$id&version=1"
  assert_status 200
  assert_regex "$body" old-one
  refute_regex "$body" new-one
}

@test "an old token put back in place of the present one does not open" {
  entry 'site=Bank&password=old'
  cgi PUT "/api/entries/$id" 'version=1&password=new'
  db "UPDATE passwords SET token=(SELECT token FROM passwords WHERE password_id LIKE 'h#$id%') WHERE password_id='e#$id'"
  cgi GET "/api/entries/$id"
  assert_status 500
}

@test "other people's history is not there" {
  entry 'site=Mine&password=1'
  person bob
  cgi GET "/entry/history?id=$id"
  assert_status 404
  cgi POST /entry/history "id=$id&version=1"
  assert_status 404
}

@test "standard refusals" {
  entry site=Mine
  refuses_strangers GET "/entry/history?id=$id"
  refuses_foreign POST /entry/history "id=$id&version=1"
  refuses_methods /entry/history 'GET, POST' PUT DELETE
  refuses_malformed POST /entry/history "id=$id&version=1&version=2"
  refuses_large POST /entry/history 16384
  names_field POST /entry/history "id=$id" version missing
}
