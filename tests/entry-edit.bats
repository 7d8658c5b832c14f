setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

@test "the form shows the entry and saves it; an empty password field keeps the password" {
  entry 'site=Bank&username=alice&password=kept&tags=one,two'
  page GET "/entry/edit?id=$id"
  assert_status 200
  assert_regex "$body" 'value="Bank"'
  assert_regex "$body" 'value="one, two"'
  refute_regex "$body" kept
  page POST /entry/edit "id=$id&version=1&site=Bank+2&username=alice&password=&tags=one"
  assert_status 303
  assert_equal "$(header Location)" "/entry?id=$id&done=entry-saved"
  cgi GET "/api/entries/$id"
  assert_json .site 'Bank 2'
  assert_json .password kept
  assert_json '.tags|join("+")' one
  page POST /entry/edit "id=$id&version=2&site=Bank+2&password=&clear_password=1"
  assert_status 303
  cgi GET "/api/entries/$id"
  assert_json .password ''
}

@test "a stale form is 409: both versions are shown, nothing is lost, and saving once more is a choice" {
  entry 'site=Bank&username=alice&password=kept'
  page GET "/entry/edit?id=$id"
  cgi PUT "/api/entries/$id" 'version=1&username=changed-elsewhere'
  page POST /entry/edit "id=$id&version=1&site=My+Bank&username=typed-here&notes=my+note"
  assert_status 409
  assert_regex "$body" changed-elsewhere
  assert_regex "$body" typed-here
  assert_regex "$body" 'my note'
  assert_regex "$body" 'name="version" value="2"'
  cgi GET "/api/entries/$id"
  assert_json .username changed-elsewhere
  page POST /entry/edit "id=$id&version=2&site=My+Bank&username=typed-here&notes=my+note"
  assert_status 303
  page GET "/entry/history?id=$id"
  assert_regex "$body" changed-elsewhere
}

@test "the same form sent twice saves once, also at once; so may programs" {
  entry 'site=Bank&password=one'
  pressed_often /entry/edit "id=$id&version=1&site=Bank&username=u&password=two" "/entry?id=$id&done=entry-saved"
  cgi PUT "/api/entries/$id" 'version=1&password=two'
  assert_status 200
  assert_json .version 2
  cgi GET "/entry/history?id=$id"
  assert_json '.versions|length' 2
  # one letter, a star or a tag apart it is another wish
  for differs in password=twO favorite=1 tags=a; do
    cgi PUT "/api/entries/$id" "version=1&$differs"
    assert_status 409
  done
}

@test "a form of an earlier session comes back with what was typed; what is stored is not in it" {
  entry 'site=Bank&username=stored-name'
  earlier_session /entry/edit "id=$id&version=1&site=Bank&notes=typed-note&password=typed-secret"
  assert_regex "$body" 'typed-note'
  refute_regex "$body" 'stored-name'
  page POST /entry/edit "id=$id&version=1&site=Bank&notes=typed-note"
  assert_status 303
}

@test "a mistake keeps what was typed" {
  entry 'site=Bank'
  page POST /entry/edit "id=$id&version=1&site=&username=typed"
  assert_status 422
  assert_regex "$body" 'value="typed"'
  page POST /entry/edit "id=$id&version=1&site=x&username=$(printf '%0513d' 0)"
  assert_status 422
  assert_regex "$body" 'aria-invalid="true"'
}

@test "a ticked box stays ticked, and what the form's generator made stays in the form" {
  entry 'site=Bank&password=one&totp=JBSWY3DPEHPK3PXP'
  page POST /entry/edit "id=$id&version=1&site=&clear_password=on&clear_totp=on"
  assert_status 422
  assert_regex "$body" 'name="clear_password" checked'
  assert_regex "$body" 'name="clear_totp" checked'
  page POST /entry/edit "id=$id&version=1&site=&made=on&password=Shown-Already-17"
  assert_status 422
  assert_regex "$body" 'value="Shown-Already-17"'
}

@test "a form whose entry was deleted meanwhile, or whose store is away, comes back with what was typed" {
  entry 'site=Bank&password=one'
  page_token
  store_away
  page POST /entry/edit "id=$id&version=1&site=Bank&username=typed&password=typed-secret"
  assert_status 503
  assert_regex "$body" 'value="typed"'
  assert_regex "$body" "name=\"id\" value=\"$id\""
  assert_regex "$body" "name=\"version\" value=\"1\""
  assert_regex "$body" 'has to be typed once more'
  refute_regex "$body" 'typed-secret|deleted in another window'
  store_back
  cgi DELETE "/api/entries/$id?version=1"
  page POST /entry/edit "id=$id&version=1&site=Bank&username=typed"
  assert_status 404
  assert_regex "$body" 'value="typed"'
  assert_regex "$body" 'deleted in another window'
  cgi POST /entry/restore "id=$id"
  page POST /entry/edit "id=$id&version=1&site=Bank&username=typed"
  assert_status 303
  # a form that only ever showed what is stored has nothing to keep
  store_away
  page GET "/entry/edit?id=$id"
  assert_status 503
  refute_regex "$body" '<form method="post" action="/entry/edit"'
}

@test "an entry that another person has, or that is in the trash, is not there" {
  entry site=Mine
  person bob
  csrf=
  page GET "/entry/edit?id=$id"
  assert_status 404
  page POST /entry/edit "id=$id&version=1&site=Stolen"
  assert_status 404
  person alice
  cgi DELETE "/api/entries/$id?version=1"
  page POST /entry/edit "id=$id&version=1&site=x"
  assert_status 404
}

@test "standard refusals" {
  entry site=Mine
  refuses_strangers POST /entry/edit "id=$id&version=1&site=x"
  refuses_foreign POST /entry/edit "id=$id&version=1&site=x"
  refuses_methods /entry/edit 'POST' GET PUT DELETE
  refuses_large POST /entry/edit 65536
  refuses_malformed POST /entry/edit "id=$id&version=1&site=a&site=b"
  names_field POST /entry/edit "id=$id&version=1" site missing
  names_field POST /entry/edit "id=$id&site=x" version missing
}
