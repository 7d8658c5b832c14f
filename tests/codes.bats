# One-time codes kept in entries: every hash, length and period against oathtool; where the key may be seen and where not.

setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

KEY=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP

# shows_code HASH DIGITS PERIOD [KEY]: POST do=code of the entry $id answers what oathtool says for a second of the request's
shows_code() {
  local from to t want=
  from=$(date +%s)
  cgi POST /entry "id=$id&do=code"
  to=$(date +%s)
  assert_status 200
  assert_json .period "$3"
  for ((t = from; t <= to; t++)); do
    want+=" $(oathtool --totp="$1" --digits="$2" --time-step-size="$3s" --base32 --now "@$t" "${4:-$KEY}")/$(($3 - t % $3))"
  done
  got="$(jq -r .code <<<"$body")/$(jq -r .remaining <<<"$body")"
  [[ "$want " == *" $got "* ]] || fail "$*: $got is none of$want"
}

@test "codes are oathtool's for three hashes, 6 to 8 digits and periods from 1 to 300 s" {
  for hash in SHA1 SHA256 SHA512; do
    for digits in 6 7 8; do
      for period in 30 60; do
        entry "site=S&totp=$(urlencode "otpauth://totp/Bank:alice?secret=$KEY&issuer=Bank&algorithm=$hash&digits=$digits&period=$period")"
        shows_code "$hash" "$digits" "$period"
      done
    done
  done
  for period in 1 15 299 300; do
    entry "site=S&totp=$(urlencode "otpauth://totp/x?secret=$KEY&period=$period")"
    shows_code SHA1 6 "$period"
  done
}

@test "a bare key is taken as people type it: spaces, hyphens, lower case, padding" {
  for typed in "$KEY" 'jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp' ' JBSWY3DP-EHPK3PXP-JBSWY3DP-EHPK3PXP ' "$KEY======"; do
    entry "site=S&totp=$(urlencode "$typed")"
    shows_code SHA1 6 30
    cgi GET "/api/entries/$id"
    assert_json .totp "$KEY"
  done
  # a key whose last bits fill no byte, as some sites hand out
  entry 'site=S&totp=abcdefghijklmnopqrstuvwxyz'
  shows_code SHA1 6 30 ABCDEFGHIJKLMNOPQRSTUVWXYZ
}

@test "an address is kept as it is, with all that it says" {
  uri="otpauth://totp/Big%20Bank:alice@example.org?secret=$KEY&issuer=Big%20Bank&image=https%3A%2F%2Fbank.example%2Fi.png"
  entry "site=S&totp=$(urlencode " $uri ")"
  cgi GET "/api/entries/$id"
  assert_json .totp "$uri"
  assert_json .has_totp true
}

@test "what is no key is a field error that names it; nothing is saved and nothing is lost" {
  entry "site=Bank&username=alice&password=kept&totp=$KEY"
  n=0
  while IFS= read -r bad; do
    names_field PUT "/api/entries/$id" "version=1&totp=$(urlencode "$bad")" totp invalid
    n=$((n + 1))
  done <<X
not a key!
JBSWY3DP1
word
492 039
otpauth://hotp/x?secret=$KEY&counter=1
otpauth://totp/x?issuer=Bank
otpauth://totp/x?secret=
otpauth://totp/x?secret=$KEY&digits=5
otpauth://totp/x?secret=$KEY&digits=9
otpauth://totp/x?secret=$KEY&period=0
otpauth://totp/x?secret=$KEY&period=301
otpauth://totp/x?secret=$KEY&algorithm=MD5
otpauth://totp/x?secret=$KEY&secret=$KEY
otpauth://totp/x?secret=%zz
https://totp/x?secret=$KEY
X
  assert_equal "$n" 15
  names_field PUT "/api/entries/$id" "version=1&totp=$(printf '%01025d' 0 | tr 0 A)" totp too_long
  page POST /entry/edit "id=$id&version=1&site=Bank&username=typed-here&notes=a+note&totp=not+a+key+at+all!"
  assert_status 422
  assert_regex "$body" 'id="totp-error"'
  assert_regex "$body" 'value="typed-here"'
  assert_regex "$body" 'a note'
  refute_regex "$body" 'not a key at all'
  cgi GET "/api/entries/$id"
  assert_json .version 1
  assert_json .totp "$KEY"
  assert_json .password kept
}

@test "the key is in no list, no page and no row of the database; the list says that there is one" {
  entry "site=With&totp=$KEY"
  entry 'site=Without'
  cgi GET /api/entries
  assert_json '[.entries[]|.site+"="+(.has_totp|tostring)]|join(" ")' 'With=true Without=false'
  refute_regex "$body" "$KEY|\"totp\""
  entry "site=With+again&totp=$KEY"
  for p in "/entry?id=$id" "/entry/edit?id=$id" "/entry/history?id=$id" /vault; do
    page GET "$p"
    assert_status 200
    refute_regex "$body" "$KEY"
  done
  page POST /entry "id=$id"
  refute_regex "$body" "$KEY"
  cgi GET "/entry?id=$id"
  refute_regex "$body" "$KEY|remaining"
  assert_json .entry.has_totp true
  refute_regex "$(db 'SELECT * FROM passwords')" "$KEY"
}

@test "the page shows the code after a POST, in two groups, with the seconds left; never the password with it" {
  entry "site=Bank&password=s3cret-Pass&totp=$KEY"
  page GET "/entry?id=$id"
  assert_regex "$body" 'name="do" value="code"'
  refute_regex "$body" 'data-code='
  page POST /entry "id=$id&do=code"
  assert_status 200
  assert_regex "$body" 'data-code="[0-9]{6}" data-remaining="[0-9]+" data-period="30">[0-9]{3} [0-9]{3}<'
  assert_regex "$body" 'Seconds left: [0-9]+ of 30\.'
  refute_regex "$body" s3cret
  assert_regex "$(header Cache-Control)" no-store
  cgi POST /entry "id=$id&do=code"
  assert_json 'keys|join(" ")' 'code period remaining'
  cgi POST /entry "id=$id"
  refute_regex "$body" '"code"'
  names_field POST /entry "id=$id&do=nosuch" do invalid
}

@test "an entry without a key has no code to show" {
  entry 'site=Bank'
  page GET "/entry?id=$id"
  refute_regex "$body" 'value="code"'
  names_field POST /entry "id=$id&do=code" do missing
  page POST /entry "id=$id&do=code"
  assert_status 422
  assert_regex "$body" 'holds no key for one-time codes'
}

@test "the form: empty keeps the key, a new one replaces it, the box removes it; earlier versions bring theirs back" {
  entry "site=Bank&totp=$KEY"
  page POST /entry/edit "id=$id&version=1&site=Bank+2&totp="
  assert_status 303
  shows_code SHA1 6 30
  page POST /entry/edit "id=$id&version=2&site=Bank+2&totp=GEZDGNBVGY3TQOJQ"
  assert_status 303
  shows_code SHA1 6 30 GEZDGNBVGY3TQOJQ
  page POST /entry/edit "id=$id&version=3&site=Bank+2&clear_totp=1"
  assert_status 303
  names_field POST /entry "id=$id&do=code" do missing
  page GET "/entry/history?id=$id"
  assert_regex "$body" 'a key is stored'
  page POST /entry/restore "id=$id&version=1"
  assert_status 303
  shows_code SHA1 6 30
  cgi PUT "/api/entries/$id" 'version=5&totp='
  assert_json .has_totp false
}

@test "through trash and back, and through a conflict, the key stays" {
  entry "site=Bank&totp=$KEY"
  cgi PUT "/api/entries/$id" 'version=1&username=elsewhere'
  page POST /entry/edit "id=$id&version=1&site=Mine"
  assert_status 409
  assert_regex "$body" 'One-time codes</th><td>stored'
  refute_regex "$body" "$KEY"
  page POST /entry/edit "id=$id&version=2&site=Mine"
  assert_status 303
  cgi DELETE "/api/entries/$id"
  cgi POST /entry/restore "id=$id"
  shows_code SHA1 6 30
}

@test "the form's generator keeps a key that was typed" {
  page POST /entry/new "site=Bank&totp=$KEY&action=generate"
  assert_status 200
  assert_regex "$body" "name=\"totp\"[^>]*value=\"$KEY\""
  cgi GET /api/entries
  assert_json .total 0
}

@test "nobody but its owner gets a code" {
  entry "site=Bank&totp=$KEY"
  person bob
  cgi POST /entry "id=$id&do=code"
  assert_status 404
  person alice
  refuses_strangers POST /entry "id=$id&do=code"
  refuses_foreign POST /entry "id=$id&do=code"
}
