setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

@test "from the trash, with its history" {
  entry 'site=Bank&password=one'
  cgi PUT "/api/entries/$id" 'version=1&password=two'
  cgi DELETE "/api/entries/$id?version=2"
  cgi POST /entry/restore "id=$id"
  assert_regex "$status_code" '^20[04]$'
  cgi GET "/api/entries/$id"
  assert_json .password two
  cgi GET "/entry/history?id=$id"
  assert_json '.versions|length' 2
}

@test "an earlier version becomes the newest; the present one is kept" {
  entry 'site=Bank&password=one'
  cgi PUT "/api/entries/$id" 'version=1&password=two'
  cgi POST /entry/restore "id=$id&version=1"
  assert_regex "$status_code" '^20[04]$'
  cgi GET "/api/entries/$id"
  assert_json .password one
  assert_json .version 3
  cgi POST /entry/history "id=$id&version=2"
  assert_json '.versions[]|select(.version==2).password' two
}

@test "what is not there cannot come back" {
  entry site=Mine
  cgi POST /entry/restore id=aaaaaaaaaaaaaaaaaaaaaaaaaa
  assert_status 404
  cgi POST /entry/restore "id=$id&version=9"
  assert_status 404
  cgi DELETE "/api/entries/$id?version=1"
  person bob
  cgi POST /entry/restore "id=$id"
  assert_status 404
}

@test "standard refusals" {
  entry site=Mine
  cgi DELETE "/api/entries/$id?version=1"
  refuses_strangers POST /entry/restore "id=$id"
  refuses_foreign POST /entry/restore "id=$id"
  refuses_methods /entry/restore POST GET PUT DELETE
  refuses_malformed POST /entry/restore "id=$id&id=$id"
  refuses_large POST /entry/restore 16384
  names_field POST /entry/restore version=1 id missing
}
