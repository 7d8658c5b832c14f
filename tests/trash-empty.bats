setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

gone() { # ID: no row of it is left
  assert_equal "$(db "SELECT count(*) FROM passwords WHERE password_id LIKE '%$1%'")" 0
}

@test "removes all that is in the trash, with its history, and nothing else" {
  entry 'site=One&password=1'
  one=$id
  cgi PUT "/api/entries/$one" 'version=1&password=2'
  cgi DELETE "/api/entries/$one?version=2"
  entry 'site=Two&password=1'
  two=$id
  cgi PUT "/api/entries/$two" 'version=1&password=2'
  cgi POST /trash/empty confirm=1
  assert_json .removed 1
  gone "$one"
  cgi GET "/entry/history?id=$two"
  assert_json '.versions|length' 2
}

@test "or one entry alone" {
  entry site=One
  one=$id
  cgi DELETE "/api/entries/$one?version=1"
  entry site=Two
  cgi DELETE "/api/entries/$id?version=1"
  cgi POST /trash/empty "confirm=1&id=$one"
  assert_json .removed 1
  gone "$one"
  cgi GET /trash
  assert_json '.entries|map(.site)|join(" ")' Two
}

@test "not without a word of confirmation, and never another person's" {
  entry site=One
  cgi DELETE "/api/entries/$id?version=1"
  names_field POST /trash/empty '' confirm missing
  person bob
  cgi POST /trash/empty confirm=1
  assert_json .removed 0
  cgi POST /trash/empty "confirm=1&id=$id"
  person alice
  cgi GET /trash
  assert_json .total 1
}

@test "standard refusals" {
  refuses_strangers POST /trash/empty confirm=1
  refuses_foreign POST /trash/empty confirm=1
  refuses_methods /trash/empty POST GET PUT DELETE
  refuses_malformed POST /trash/empty 'confirm=1&confirm=1'
  refuses_large POST /trash/empty 16384
}
