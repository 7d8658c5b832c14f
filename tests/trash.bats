setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

@test "what was deleted, and for how long still" {
  page GET /trash
  assert_status 200
  entry 'site=Bank&password=kept'
  cgi DELETE "/api/entries/$id?version=1"
  cgi GET /trash
  assert_json .total 1
  assert_json '.entries[0].site' Bank
  assert_json '.entries[0].days_left' 30
  refute_regex "$body" kept
  page GET /trash
  assert_regex "$body" Bank
  assert_regex "$body" 'action="/entry/restore"'
  assert_regex "$body" 'action="/trash/empty"'
  cgi GET /api/entries
  assert_json .total 0
}

@test "after 30 days it is gone" {
  entry site=Bank
  cgi DELETE "/api/entries/$id?version=1"
  expires=$(db "SELECT expires FROM passwords WHERE password_id='t#$id'")
  days=$(((expires - $(date +%s) + 43200) / 86400))
  assert_equal "$days" 30
  db "UPDATE passwords SET expires=strftime('%s')-1 WHERE password_id='t#$id'"
  cgi GET /trash
  assert_json .total 0
  cgi POST /entry/restore "id=$id"
  assert_status 404
}

@test "everyone has a trash of his own" {
  entry site=Mine
  cgi DELETE "/api/entries/$id?version=1"
  person bob
  cgi GET /trash
  assert_json .total 0
}

@test "standard refusals" {
  refuses_strangers GET /trash
  refuses_methods /trash 'GET' POST PUT DELETE
  cgi GET '/trash?nosuch=1'
  assert_status 400
}
