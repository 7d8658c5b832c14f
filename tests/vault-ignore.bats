setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

@test "the form asks for a reason and leads back" {
  entry 'site=Router&password=secret1'
  page GET "/vault/ignore?id=$id&finding=weak"
  assert_status 200
  assert_regex "$body" 'Ignore this for Router'
  assert_regex "$body" 'The password is weak'
  refute_regex "$body" 'without https'
  page POST /vault/ignore "id=$id&finding=weak&on=1&reason=fine"
  assert_status 303
  assert_equal "$(header Location)" '/vault/health?done=finding-ignored'
  page POST /vault/ignore "id=$id&finding=weak&on=0"
  assert_equal "$(header Location)" '/vault/health?done=finding-back'
}

@test "without a reason nothing is ignored" {
  entry 'site=Router&password=secret1'
  page POST /vault/ignore "id=$id&finding=weak&on=1&reason="
  assert_status 422
  assert_regex "$body" 'id="reason-error"'
  assert_regex "$body" 'name="finding" value="weak"'
  names_field POST /vault/ignore "id=$id&finding=weak&on=1&reason=++" reason missing
  names_field POST /vault/ignore "id=$id&finding=weak&on=1&reason=$(printf '%0201d' 0)" reason too_long
  names_field POST /vault/ignore "id=$id&on=1&reason=x" finding missing
  names_field POST /vault/ignore "id=$id&finding=nosuch&on=1&reason=x" finding invalid
  cgi GET "/api/entries/$id"
  assert_json .version 1
}

@test "not there, not ours" {
  entry 'site=Mine&password=secret1'
  person bob
  csrf=
  page GET "/vault/ignore?id=$id&finding=weak"
  assert_status 404
  cgi POST /vault/ignore "id=$id&finding=weak&on=1&reason=x"
  assert_status 404
  cgi POST /vault/ignore "id=$id&finding=weak&on=0"
  assert_status 404
}

@test "standard refusals" {
  entry 'site=Mine&password=secret1'
  d="id=$id&finding=weak&on=1&reason=x"
  refuses_strangers POST /vault/ignore "$d"
  refuses_foreign POST /vault/ignore "$d"
  refuses_methods /vault/ignore 'POST' GET PUT DELETE
  refuses_large POST /vault/ignore 16384
  refuses_malformed POST /vault/ignore "$d&finding=old"
}
