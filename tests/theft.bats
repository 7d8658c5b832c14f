# What a thief of the database, the logs and the run files finds of what people stored: nothing.

setup() {
  load helpers/cgi
  load helpers/account
  vs_new
}

@test "canaries in every field: none in database, WAL, logs, run files" {
  register alice
  n=0
  canaries=()
  canary() {
    n=$((n + 1))
    c="kanari$n$(head -c 9 /dev/urandom | base64 -w0 | tr -dc a-zA-Z0-9)"
    canaries+=("$c")
  }
  for f in site username password notes; do canary; declare "$f=$c"; done
  canary; url="https://$c.example/$c"
  canary; tag=$c
  canary; agent=$c
  log=$BATS_TEST_TMPDIR/stderr.log
  AGENT="$agent" cgi POST /api/entries "site=$site&url=$(urlencode "$url")&username=$username&password=$password&tags=$tag&notes=$notes" 2>>"$log"
  assert_status 201
  id=$(jq -r .id <<<"$body")
  printf '%s\n' "$errors" >>"$DATA/errors.log"
  canary; q=$c
  cgi GET "/api/entries?q=$q"
  printf '%s\n' "$errors" >>"$DATA/errors.log"
  canary
  cgi PUT "/api/entries/$id" "{\"version\":1,\"password\":\"$c\"}"
  canary
  cgi POST /login "username=alice&password=$c"
  printf '%s\n' "$errors" >>"$DATA/errors.log"
  canary
  cgi POST /login "username=$c&password=wrong-wrong"
  printf '%s\n' "$errors" >>"$DATA/errors.log"
  canary
  cgi POST /reset "username=alice&phrase=$c&password=short"
  printf '%s\n' "$errors" >>"$DATA/errors.log"
  AGENT="$agent" login alice
  cgi DELETE "/api/entries/$id"
  canaries+=("$PASSWORD" "${PASSWORD// /+}" "$totp_secret" "$phrase" "${jar[vs]}" "${jar[vsd]}")
  # the secret of the server stands in its configuration alone
  mv "$DATA/run/vaultsphere.conf" "$BATS_TEST_TMPDIR/kept.conf"
  canaries+=("$SECRET")
  for c in "${canaries[@]}"; do
    for form in "$c" "$(printf %s "$c" | base64 -w0 | cut -c1-12)" "$(printf %s "$c" | xxd -p | tr -d '\n' | cut -c1-24)"; do
      if grep -rqaF -- "$form" "$DATA"; then fail "found: $form in $(grep -rlaF -- "$form" "$DATA")"; fi
    done
  done
  [ "${#canaries[@]}" -ge 18 ] || fail "only ${#canaries[@]} canaries"
  # the drill can fail: what is stored in the clear is found
  grep -rqaF alice "$DATA" || fail "the search finds nothing at all"
}
