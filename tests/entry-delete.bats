setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

@test "asks first, then moves to the trash with a way back" {
  entry 'site=Bank&password=kept'
  page GET "/entry/delete?id=$id"
  assert_status 200
  assert_regex "$body" Bank
  page POST /entry/delete "id=$id&version=1"
  assert_status 303
  assert_equal "$(header Location)" "/vault?done=entry-deleted&undo=$id"
  page GET "/vault?done=entry-deleted&undo=$id"
  assert_regex "$body" 'action="/entry/restore"'
  assert_regex "$body" "value=\"$id\""
  page POST /entry/restore "id=$id"
  assert_status 303
  cgi GET "/api/entries/$id"
  assert_json .password kept
}

@test "an entry changed meanwhile is not deleted, and the page says so" {
  entry 'site=Bank'
  cgi PUT "/api/entries/$id" 'version=1&site=Bank+2'
  page POST /entry/delete "id=$id&version=1"
  assert_status 409
  assert_regex "$body" 'Bank 2'
  cgi GET "/api/entries/$id"
  assert_status 200
}

@test "pressed twice, also at once, it is deleted once, and the way back is offered both times" {
  entry site=Mine
  pressed_often /entry/delete "id=$id&version=1" "/vault?done=entry-deleted&undo=$id"
  cgi POST /entry/delete "id=$id&version=2"
  assert_status 404
  for press in 1 2; do
    cgi POST /entry/restore "id=$id"
    assert_status 204
  done
  cgi GET "/api/entries/$id"
  assert_json .version 1
}

@test "another person's: not there" {
  entry site=Mine
  person bob
  cgi POST /entry/delete "id=$id&version=1"
  assert_status 404
}

@test "standard refusals" {
  entry site=Mine
  refuses_strangers POST /entry/delete "id=$id&version=1"
  refuses_foreign POST /entry/delete "id=$id&version=1"
  refuses_methods /entry/delete 'POST' GET PUT DELETE
  refuses_malformed POST /entry/delete "id=$id&version=1&version=2"
  refuses_large POST /entry/delete 16384
  names_field POST /entry/delete "id=$id" version missing
}
