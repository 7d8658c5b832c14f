# Certificates are renewed and taken up while people use the server: no request is lost.

setup() {
  load helpers/cgi
  load helpers/account
  load helpers/server
  BATS_FILE_TMPDIR=$BATS_TEST_TMPDIR
  DATA=$BATS_TEST_TMPDIR/data
  pem=$BATS_TEST_TMPDIR/pem
  mkdir -p "$pem"
}
teardown() {
  [ -z "${asking-}" ] || kill "$asking" 2>/dev/null || true
  server_stop
}

# certificate DAYS: of an authority of the test's own, as certbot leaves them: key, then certificate, under the same names
certificate() {
  [ -e "$pem/ca.crt" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=test' -keyout "$pem/ca.key" -out "$pem/ca.crt" 2>/dev/null
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=localhost' -keyout "$pem/key.new" -out "$pem/csr" 2>/dev/null
  openssl x509 -req -in "$pem/csr" -CA "$pem/ca.crt" -CAkey "$pem/ca.key" -CAcreateserial -days "$1" -extfile <(echo 'subjectAltName=DNS:localhost') -out "$pem/crt.new" 2>/dev/null
  mv "$pem/key.new" "$pem/key"
  mv "$pem/crt.new" "$pem/crt"
}
served() { openssl s_client -connect "localhost:$PORT" </dev/null 2>/dev/null | openssl x509 -noout -serial; }
in_file() { openssl x509 -in "$1" -noout -serial; }
becomes() { # SERIAL: within 20 s
  local now same=0
  for _ in $(seq 100); do
    now=$(served)
    # for half a second both answer
    [ "$now" = "$1" ] && same=$((same + 1)) || same=0
    [ "$same" -lt 5 ] || return 0
    sleep 0.2
  done
  fail "served: $now" "wanted: $1" "$(cat "$BATS_FILE_TMPDIR/start.out")"
}
# a client that asks all the time, each time with a handshake of its own
ask_all_the_time() { # CA
  : >"$BATS_TEST_TMPDIR/codes"
  (while :; do curl -s -o /dev/null --cacert "$1" --max-time 10 -w '%{http_code} %{errormsg}\n' "$url/health" >>"$BATS_TEST_TMPDIR/codes"; done) 3>&- &
  asking=$!
}
nothing_lost() {
  kill "$asking"
  wait "$asking" || true
  asking=
  echo "# asked $(wc -l <"$BATS_TEST_TMPDIR/codes") times" >&2
  [ "$(wc -l <"$BATS_TEST_TMPDIR/codes")" -gt 20 ] || fail 'hardly asked'
  assert_equal "$(sed 's/ *$//' "$BATS_TEST_TMPDIR/codes" | sort -u)" 200
}

@test "files of one's own: a new certificate is taken up with HUP, with USR1, and by itself; no request is lost" {
  certificate 1
  server_start TLS_CERT="$pem/crt" TLS_KEY="$pem/key"
  assert_equal "$(served)" "$(in_file "$pem/crt")"
  ask_all_the_time "$pem/ca.crt"
  for how in HUP USR1; do
    old=$(served)
    certificate 1
    kill -s $how "$server_pid"
    becomes "$(in_file "$pem/crt")"
    [ "$(served)" != "$old" ] || fail "$how: still $old"
  done
  nothing_lost
}

@test "a certificate that does not go with its key leaves the server with the one before, until both are there" {
  certificate 1
  server_start TLS_CERT="$pem/crt" TLS_KEY="$pem/key"
  old=$(served)
  ask_all_the_time "$pem/ca.crt"
  cp "$pem/key" "$pem/key.old"
  certificate 1
  mv "$pem/key" "$pem/key.right"
  mv "$pem/key.old" "$pem/key"
  kill -HUP "$server_pid"
  sleep 2
  assert_equal "$(served)" "$old"
  grep -q 'a fresh web server did not start, the one before stays' "$BATS_FILE_TMPDIR/start.out" || fail "$(cat "$BATS_FILE_TMPDIR/start.out")"
  mv "$pem/key.right" "$pem/key"
  kill -HUP "$server_pid"
  becomes "$(in_file "$pem/crt")"
  nothing_lost
}

@test "TLS=auto: what ends soon is renewed at start" {
  TLS_DAYS=20 "$BATS_TEST_DIRNAME/../ops/tls-auto.sh" "$DATA/tls"
  short=$(in_file "$DATA/tls/server.crt")
  authority=$(sha256sum <"$DATA/tls/ca.crt")
  server_start TLS=auto
  [ "$(served)" != "$short" ] || fail 'not renewed'
  openssl x509 -in "$DATA/tls/server.crt" -noout -checkend $((390 * 86400)) || fail 'not for long'
  assert_equal "$(sha256sum <"$DATA/tls/ca.crt")" "$authority" # people need not trust another one
  grep -q 'certificate was renewed; it lasts until' "$BATS_FILE_TMPDIR/start.out" || fail "$(cat "$BATS_FILE_TMPDIR/start.out")"
  assert_equal "$(stat -c %a "$DATA/tls/server.key" "$DATA/tls/server.crt" "$DATA/tls/ca.key" | sort -u)" 600
  kept=$(served)
  server_stop
  rm "$BATS_FILE_TMPDIR/start.out"
  server_start TLS=auto
  assert_equal "$(served)" "$kept"
}

@test "TLS=auto: what ends soon is renewed while the server runs, by itself; no request is lost" {
  server_start TLS=auto TLS_LOOK=1
  ask_all_the_time "$DATA/tls/ca.crt"
  # one that lasts a day comes in its place; the server notices, and that it ends soon
  # (made elsewhere: the server, too, makes one where there is none)
  cp -r "$DATA/tls" "$BATS_TEST_TMPDIR/short"
  rm "$BATS_TEST_TMPDIR/short/server.crt" "$BATS_TEST_TMPDIR/short/ca.srl" # or both would get the same next number
  TLS_DAYS=1 "$BATS_TEST_DIRNAME/../ops/tls-auto.sh" "$BATS_TEST_TMPDIR/short"
  short=$(in_file "$BATS_TEST_TMPDIR/short/server.crt")
  mv "$BATS_TEST_TMPDIR/short/server.key" "$BATS_TEST_TMPDIR/short/server.crt" "$DATA/tls/"
  for i in $(seq 150); do
    [ "$(in_file "$DATA/tls/server.crt")" = "$short" ] || break
    sleep 0.1
  done
  [ "$(in_file "$DATA/tls/server.crt")" != "$short" ] || fail 'not renewed'
  becomes "$(in_file "$DATA/tls/server.crt")"
  openssl x509 -in "$DATA/tls/server.crt" -noout -checkend $((390 * 86400))
  sleep 1
  nothing_lost
}

@test "a key that a kill left without its certificate is made again" {
  tls=$BATS_TEST_TMPDIR/tls
  "$BATS_TEST_DIRNAME/../ops/tls-auto.sh" "$tls"
  openssl ecparam -name prime256v1 -genkey -noout -out "$tls/server.key"
  "$BATS_TEST_DIRNAME/../ops/tls-auto.sh" "$tls"
  assert_equal "$(openssl x509 -in "$tls/server.crt" -noout -pubkey)" "$(openssl pkey -in "$tls/server.key" -pubout)"
}
