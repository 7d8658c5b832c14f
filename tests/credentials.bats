# Where the credentials for DynamoDB come from: a container's endpoint, EC2's metadata; one fetch for all, early enough, never on a disk of others.

setup_file() {
  load helpers/begin
  [ "$STORE" = dynamodb ] || return 0
  vs_people alice
}

setup() {
  load helpers/begin
  load helpers/dynamodb
  [ "$STORE" = dynamodb ] || skip 'about DynamoDB'
  begin_as alice
  proxy_start
  lender=$BATS_TEST_TMPDIR/lender
  mkdir "$lender"
  lender_port=$(free_port)
  python3 "$BATS_TEST_DIRNAME/faults/credentials.py" "$lender_port" "$lender" 3>&- &
  lender_pid=$!
  listens "$lender_port"
  sed -i '/^AWS_/d' "$DATA/run/vaultsphere.conf"
  mkdir -m 700 "$DATA/memory"
  printf 'AWS_REGION=us-east-1\nCREDENTIALS_DIR=%s\n' "$DATA/memory" >>"$DATA/run/vaultsphere.conf"
  shared=$DATA/memory/credentials
  fault '{"record":true}'
  lend FIRST 21600
}

teardown() {
  proxy_stop
  [ -z "${lender_pid-}" ] || kill "$lender_pid" 2>/dev/null || true
}

lend() { printf '{"id":"%s","seconds":%s,"slow":%s}' "$1" "$2" "${3:-0}" >"$lender/lend"; }
instance() { echo "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:$lender_port" >>"$DATA/run/vaultsphere.conf"; }
container() {
  echo 'Bearer of-the-container' >"$lender/container-token"
  cp "$lender/container-token" "$DATA/token"
  printf 'AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:%s/container\nAWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=%s\n' "$lender_port" "$DATA/token" >>"$DATA/run/vaultsphere.conf"
}
asked() { grep -c "${1:-role\$\|container}" "$lender/asked" 2>/dev/null; }
# the access keys and session tokens that the last requests were signed with
signed() { jq -r '.headers|map({(.[0]|ascii_downcase):.[1]})|add|"\(.authorization|capture("Credential=(?<k>[^/]*)").k) \(."x-amz-security-token")"' "$proxy_dir/requests" | sort -u | tr '\n' ';'; }

@test "the instance's role by IMDSv2: a token by PUT, then the role, then the credentials; kept for all in one file of ours" {
  instance
  cgi GET /api/entries
  assert_status 200
  assert_equal "$(tr '\n' ',' <"$lender/asked")" 'PUT /latest/api/token,GET /latest/meta-data/iam/security-credentials/,GET /latest/meta-data/iam/security-credentials/vaultsphere-role,'
  assert_equal "$(signed)" 'FIRST token-of-FIRST;'
  assert_equal "$(stat -c '%a %U' "$shared")" "600 $(id -un)"
  cgi GET /api/entries
  assert_status 200
  assert_equal "$(asked)" 1
}

@test "a container's endpoint, with the token of its file" {
  container
  cgi GET /api/entries
  assert_status 200
  assert_equal "$(cat "$lender/asked")" 'GET /container'
  assert_equal "$(signed)" 'FIRST token-of-FIRST;'
}

@test "an address that is no container's endpoint gets nothing" {
  for uri in http://10.1.2.3/creds http://evil.example/ "http://127.0.0.1.evil.example/" "http://localhost.evil.example/" "https://127.0.0.1@evil.example/"; do
    sed -i '/^AWS_CONTAINER/d' "$DATA/run/vaultsphere.conf"
    echo "AWS_CONTAINER_CREDENTIALS_FULL_URI=$uri" >>"$DATA/run/vaultsphere.conf"
    cgi GET /api/entries
    assert_status 503
    assert_regex "$errors" 'no address of ECS'
  done
}

@test "forty processes at once: one fetch" {
  instance
  lend FIRST 21600 0.3
  for _ in $(seq 40); do
    (cgi GET /api/entries 2>/dev/null; echo "$status_code" >>"$BATS_TEST_TMPDIR/codes") &
  done
  wait $(jobs -p | grep -v "^$lender_pid\$\|^$proxy_pid\$")
  assert_equal "$(sort "$BATS_TEST_TMPDIR/codes" | uniq -c | awk '{print $1,$2}')" '40 200'
  assert_equal "$(asked)" 1
}

@test "renewed a quarter of an hour before the end by one, while the others go on with what they have" {
  instance
  lend FIRST 600
  cgi GET /api/entries
  assert_status 200
  lend SECOND 21600 0.7
  touch -d '1 minute ago' "$shared.lock"
  # the one that renews is held for a while; the others do not wait for it
  (cgi GET /api/entries 2>/dev/null; echo "$status_code" >"$BATS_TEST_TMPDIR/renewer") &
  renewer=$!
  for _ in $(seq 150); do [ "$(asked)" = 1 ] || break; sleep 0.01; done
  t0=$(date +%s%3N)
  cgi GET /api/entries
  assert_status 200
  [ $(($(date +%s%3N) - t0)) -lt 450 ] || fail 'the others waited'
  for _ in 1 2; do
    cgi GET /api/entries
    assert_status 200
  done
  wait $renewer
  assert_equal "$(cat "$BATS_TEST_TMPDIR/renewer")" 200
  assert_equal "$(asked)" 2
  : >"$proxy_dir/requests"
  cgi GET /api/entries
  assert_equal "$(signed)" 'SECOND token-of-SECOND;'
}

@test "ended in the middle of a run: refused once, fetched once, done; the person sees nothing" {
  instance
  cgi GET /api/entries
  lend SECOND 21600
  fault '{"record":true,"refuse_key":"FIRST"}'
  cgi POST /api/entries 'site=While it ended'
  assert_status 201
  assert_equal "$(asked)" 2
  cgi GET /api/entries
  assert_json '.entries|map(.site)|join(",")' 'While it ended'
  assert_equal "$(asked)" 2
}

@test "the endpoint away: those that are still good go on; with none it is a 503 that says so" {
  instance
  lend FIRST 600
  cgi GET /api/entries
  kill $lender_pid
  wait $lender_pid 2>/dev/null || true
  touch -d '1 minute ago' "$shared.lock"
  cgi GET /api/entries
  assert_status 200
  assert_regex "$errors" 'gave none'
  # not every request waits for an endpoint that is away
  cgi GET /api/entries
  assert_status 200
  assert_equal "$errors" ''
  rm "$shared"
  cgi GET /api/entries
  assert_status 503
  assert_regex "$(header Retry-After)" '^[0-9]+$'
  assert_regex "$errors" 'dynamodb_credentials'
  refute_regex "$errors$body" 'secret-of'
}

@test "a file of credentials that others could have written or read is not used" {
  instance
  cgi GET /api/entries
  sed -i 's/FIRST/FORGED/g' "$shared"
  chmod 0644 "$shared"
  : >"$proxy_dir/requests"
  cgi GET /api/entries
  assert_status 200
  assert_equal "$(signed)" 'FIRST token-of-FIRST;'
  mv "$shared" "$DATA/elsewhere"
  sed -i 's/FIRST/FORGED/g' "$DATA/elsewhere"
  ln -s "$DATA/elsewhere" "$shared"
  : >"$proxy_dir/requests"
  cgi GET /api/entries
  assert_equal "$(signed)" 'FIRST token-of-FIRST;'
  if [ "$(id -u)" = 0 ]; then
    rm "$shared"
    sed 's/FIRST/FORGED/g' "$DATA/elsewhere" >"$shared"
    chmod 600 "$shared"
    chown nobody "$shared"
    : >"$proxy_dir/requests"
    cgi GET /api/entries
    assert_equal "$(signed)" 'FIRST token-of-FIRST;'
  fi
}
