setup() {
  load helpers/begin
  vs_new
}

@test "health answers without the store" {
  rm -f "$DATA/vault.db"*
  cgi GET /health
  assert_status 200
  assert_json .ok true
}

@test "deep health looks into the store and tells when it is not there" {
  cgi GET '/health?deep=1'
  assert_status 200
  if [ "$STORE" = dynamodb ]; then
    sed -i 's|^DYNAMODB_ENDPOINT=.*|DYNAMODB_ENDPOINT=http://127.0.0.1:1/|;s|^DYNAMODB_SOCKET=.*|DYNAMODB_SOCKET=|' "$DATA/run/vaultsphere.conf"
    cgi GET '/health?deep=1'
    assert_status 503
    return
  fi
  rm -f "$DATA/vault.db"*
  cgi GET '/health?deep=1'
  assert_status 503
  head -c 8192 /dev/urandom >"$DATA/vault.db"
  cgi GET '/health?deep=1'
  assert_status 503
  refute_regex "$body" "$DATA"
}

@test "standard refusals" {
  refuses_methods /health 'GET' POST PUT DELETE
  cgi GET '/health?nosuch=1'
  assert_status 400
}
