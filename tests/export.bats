# export: the file and what guards it, and its way back in.

setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
  PROOF=current=$(urlencode "$PASSWORD")
}

python() {
  local p=$BATS_TEST_DIRNAME/../${B:-build}/venv/bin/python
  [ -x "$p" ] || p=python3
  "$p" "$@"
}

full_entry() {
  entry "$(jq -n '{site: "Bänk \"1\"", url: "https://bank.example/a?b=c", username: "maren", password: " p\"w;, ", notes: "one\ntwo, \"three\"", tags: ["home", "money"],
    totp: "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=8", favorite: true}')"
  cgi POST /vault/ignore "id=$id&finding=weak&on=1&reason=fine"
  assert_status 200
}

# everything of a vault but ids and versions, in order
contents() {
  local i
  cgi GET '/api/entries?sort=site'
  for i in $(jq -r '.entries[].id' <<<"$body"); do
    cgi GET "/api/entries/$i"
    jq -cS 'del(.id,.version)' <<<"$body"
  done
}

@test "encrypted: another program's library opens it, and a wrong passphrase does not" {
  full_entry
  cgi POST /export "$PROOF&passphrase=twelve+letters+or+more&repeat=twelve+letters+or+more"
  assert_status 200
  assert_equal "$(header Content-Disposition)" 'attachment; filename="vaultsphere-encrypted.json"'
  assert_equal "$(header Cache-Control)" no-store
  refute_regex "$body" 'maren|bank.example'
  printf %s "$body" >"$BATS_TEST_TMPDIR/e.json"
  run python "$BATS_TEST_DIRNAME/open_export.py" "$BATS_TEST_TMPDIR/e.json" 'twelve letters or more'
  [ "$status" = 0 ] || fail "$output"
  assert_equal "$(jq -r '.entries[0]|[.site,.password,.totp,.ignored.weak]|join("|")' <<<"$output")" 'Bänk "1"| p"w;, |otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=8|fine'
  run python "$BATS_TEST_DIRNAME/open_export.py" "$BATS_TEST_TMPDIR/e.json" 'twelve letters or less'
  [ "$status" != 0 ] || fail 'a wrong passphrase opened it'
}

@test "a way out and in again: another account has equal entries, times too" {
  full_entry
  entry 'site=Plain'
  local file was kind
  was=$(contents)
  for kind in "passphrase=twelve+letters+or+more&repeat=twelve+letters+or+more" 'format=json&confirm=plain' 'format=csv&confirm=plain'; do
    person alice
    cgi POST /export "$PROOF&$kind"
    assert_status 200
    file=$body
    # bash cuts the last line end off; the file is the same without it
    sleep 1.1
    person bob
    cgi POST /import "$(jq -n --arg t "$file" --arg p "$([[ $kind == pass* ]] && echo 'twelve letters or more')" '{text: $t} + if $p == "" then {} else {passphrase: $p} end')"
    assert_status 200
    assert_json .next /import/preview
    import=$(jq -r .id <<<"$body")
    cgi POST /import/preview "id=$import"
    assert_json .created 2
    if [[ $kind == *csv* ]]; then
      assert_equal "$(contents | jq -cS 'del(.ignored)')" "$(jq -cS 'del(.ignored)' <<<"$was")"
    else
      assert_equal "$(contents)" "$was"
    fi
    cgi POST /import/done "id=$import"
    assert_json .taken_back 2
  done
}

@test "an encrypted file wants its passphrase, and one that was changed does not open" {
  full_entry
  cgi POST /export "$PROOF&passphrase=twelve+letters+or+more&repeat=twelve+letters+or+more"
  local file=$body
  names_field POST /import "$(jq -n --arg t "$file" '{text: $t}')" passphrase missing
  names_field POST /import "$(jq -n --arg t "$file" '{text: $t, passphrase: "twelve letters"}')" passphrase wrong
  names_field POST /import "$(jq -n --arg t "${file/\"box\":\"/\"box\":\"AAAA}" '{text: $t, passphrase: "twelve letters or more"}')" passphrase wrong
}

@test "nothing leaves without the password, a passphrase, or the word" {
  full_entry
  names_field POST /export 'format=json&confirm=plain' current missing
  names_field POST /export 'format=json&confirm=plain&current=wrong' current wrong
  names_field POST /export "$PROOF&format=json" confirm invalid
  names_field POST /export "$PROOF&format=csv&confirm=Plain" confirm invalid
  names_field POST /export "$PROOF" passphrase too_short
  names_field POST /export "$PROOF&passphrase=short&repeat=short" passphrase too_short
  names_field POST /export "$PROOF&passphrase=twelve+letters+or+more&repeat=other" repeat different
  refute_regex "$headers" 'Content-Disposition'
  page POST /export "current=wrong&format=json&confirm=plain"
  assert_status 422
  refute_regex "$body" 'maren'
  page GET /export
  assert_status 200
}

@test "an entry that does not open is said, not left out in silence" {
  full_entry
  entry 'site=Other'
  db "UPDATE passwords SET token='gAAAAA' WHERE password_id='e#$id'"
  cgi POST /export "$PROOF&format=json&confirm=plain"
  assert_status 500
  assert_json .error damaged
}

@test "refusals" {
  refuses_strangers POST /export "$PROOF&format=json&confirm=plain"
  refuses_foreign POST /export "$PROOF&format=json&confirm=plain"
  refuses_methods /export POST GET PUT DELETE
  refuses_malformed POST /export
  refuses_large POST /export 16384
}
