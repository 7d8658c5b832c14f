setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

@test "the form makes an entry and leads to it" {
  page GET /entry/new
  assert_status 200
  page POST /entry/new 'site=Bank&username=alice&password=kept&tags=a,+b&notes=n'
  assert_status 303
  at=$(header Location)
  assert_regex "$at" '^/entry\?id=[a-z2-7]{26}&done=entry-created$'
  id=$(sed 's/.*id=\(.*\)&.*/\1/' <<<"$at")
  cgi GET "/api/entries/$id"
  assert_json .password kept
  assert_json '.tags|join("+")' a+b
}

@test "a mistake keeps what was typed, except the password, and says where it is" {
  page POST /entry/new 'site=&username=alice&password=typed-secret&notes=long+note'
  assert_status 422
  assert_regex "$body" 'value="alice"'
  assert_regex "$body" 'long note'
  assert_regex "$body" 'aria-invalid="true"'
  refute_regex "$body" typed-secret
  assert_regex "$body" 'has to be typed once more'
  cgi GET /api/entries
  assert_json .total 0
  page POST /entry/new 'site=&username=alice'
  refute_regex "$body" 'has to be typed once more'
}

@test "what the form's generator made stays in the form until it is saved" {
  page POST /entry/new 'site=&action=generate'
  assert_regex "$body" 'name="made" value="on"'
  page POST /entry/new 'site=&made=on&password=Shown-Already-17'
  assert_status 422
  assert_regex "$body" 'value="Shown-Already-17"'
  assert_regex "$body" 'name="made" value="on"'
  refute_regex "$body" 'has to be typed once more'
  page POST /entry/new "site=Bank&made=on&password=$(printf '%01025d' 0)"
  assert_status 422
  assert_regex "$body" 'id="password-error"'
}

@test "while the store is away the form comes back with what was typed, and the same form saves afterwards" {
  page_token
  store_away
  page POST /entry/new 'site=Bank&username=alice&password=typed-secret&notes=long+note'
  assert_status 503
  assert_regex "$(header Retry-After)" '^[0-9]+$'
  assert_regex "$body" 'value="alice"'
  assert_regex "$body" 'long note'
  assert_regex "$body" 'The server is busy'
  assert_regex "$body" "name=\"csrf\" value=\"$csrf\""
  refute_regex "$body" typed-secret
  page POST /entry/new 'action=draft&password=Made-By-The-Generator'
  assert_status 503
  assert_regex "$body" 'value="Made-By-The-Generator"'
  ORIGIN=http://elsewhere.example page POST /entry/new 'site=Bank&username=alice'
  assert_status 403
  refute_regex "$body" 'value="alice"'
  csrf='"><b>' page POST /entry/new 'site=Bank'
  refute_regex "$body" '<b>'
  cgi POST /entry/new 'site=Bank'
  assert_status 503
  assert_json .error try_later
  store_back
  page POST /entry/new 'site=Bank&username=alice'
  assert_status 303
}

@test "the form's own generator: a strong password in the field, all else kept, nothing saved" {
  page POST /entry/new 'site=Bank&username=alice&action=generate'
  assert_status 200
  assert_regex "$body" 'value="Bank"'
  made=$(sed -n 's/.*name="password"[^>]*value="\([^"]*\)".*/\1/p;s/.*value="\([^"]*\)"[^>]*name="password".*/\1/p' <<<"$body" | head -1)
  [ ${#made} -ge 16 ] || fail "no password in the field: '$made'"
  cgi GET /api/entries
  assert_json .total 0
}

@test "the same form sent twice makes one entry; with something else in it, or after that one was deleted, it makes another" {
  page GET /entry/new
  new=$(form_value new_id)
  assert_regex "$new" '^[a-z2-7]{26}$'
  page GET /entry/new
  [ "$(form_value new_id)" != "$new" ] || fail 'two forms, one id'
  for _ in 1 2; do
    page POST /entry/new "new_id=$new&site=Bank&username=alice&password=one&tags=a"
    assert_status 303
    assert_equal "$(header Location)" "/entry?id=$new&done=entry-created"
  done
  cgi GET /api/entries
  assert_json .total 1
  page POST /entry/new "new_id=$new&site=Bank&username=alice&password=two&tags=a"
  assert_status 303
  refute_regex "$(header Location)" "$new"
  cgi GET /api/entries
  assert_json .total 2
  cgi GET "/api/entries/$new"
  assert_json .password one
  cgi DELETE "/api/entries/$new?version=1"
  page POST /entry/new "new_id=$new&site=Bank&username=alice&password=one&tags=a"
  assert_status 303
  refute_regex "$(header Location)" "$new"
  cgi POST /entry/restore "id=$new"
  cgi GET /api/entries
  assert_json .total 3
}

@test "Save pressed twice at once: one entry" {
  for round in 1 2 3; do
    page GET /entry/new
    new=$(form_value new_id)
    pressed_often /entry/new "new_id=$new&site=Bank$round&password=one" "/entry?id=$new&done=entry-created"
    cgi GET /api/entries
    assert_json .total "$round"
  done
}

@test "the form keeps its id through a mistake and through its generator; one that is none of ours is refused" {
  page POST /entry/new 'new_id=aaaaaaaaaaaaaaaaaaaaaaaaaa&site='
  assert_status 422
  assert_equal "$(form_value new_id)" aaaaaaaaaaaaaaaaaaaaaaaaaa
  page POST /entry/new 'new_id=aaaaaaaaaaaaaaaaaaaaaaaaaa&site=&action=generate'
  assert_equal "$(form_value new_id)" aaaaaaaaaaaaaaaaaaaaaaaaaa
  page POST /entry/new 'action=draft&password=Made-By-The-Generator'
  assert_regex "$(form_value new_id)" '^[a-z2-7]{26}$'
  names_field POST /entry/new 'site=x&new_id=../../etc' new_id invalid
}

@test "a form of an earlier session comes back with what was typed, and saves from there" {
  earlier_session /entry/new 'site=Bank&username=typed&password=typed-secret'
  assert_regex "$body" 'value="typed"'
  cgi GET /api/entries
  assert_json .total 0
  page POST /entry/new 'site=Bank&username=typed'
  assert_status 303
}

@test "without the form's token nothing is saved" {
  ACCEPT=text/html cgi POST /entry/new 'site=Bank'
  assert_status 403
  ACCEPT=text/html cgi POST /entry/new 'site=Bank&csrf=AAAAAAAAAAAAAAAAAAAAAA'
  assert_status 403
  cgi GET /api/entries
  assert_json .total 0
}

@test "standard refusals" {
    refuses_strangers POST /entry/new site=x
  refuses_foreign POST /entry/new site=x
  refuses_methods /entry/new 'POST' GET PUT DELETE
  refuses_large POST /entry/new 65536
  refuses_malformed POST /entry/new 'site=a&site=b'
  names_field POST /entry/new username=x site missing
}
