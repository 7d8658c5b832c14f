setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

@test "an empty vault says what to do first" {
  page GET /vault
  assert_status 200
  assert_regex "$body" 'href="/entry/new"'
}

@test "the list: names, links, no secret" {
  entry 'site=Bank&username=alice&password=s3cret&notes=private-note&url=https://bank.example&tags=money'
  page GET /vault
  assert_status 200
  for t in Bank alice money "/entry\?id=$id"; do assert_regex "$body" "$t"; done
  refute_regex "$body" 's3cret|private-note'
  assert_regex "$(header Cache-Control)" no-store
}

@test "search keeps what was asked, and a search without result offers the way back" {
  entry 'site=Bank'
  entry 'site=Mail'
  page GET '/vault?q=bank'
  assert_regex "$body" 'value="bank"'
  assert_regex "$body" Bank
  refute_regex "$body" '>Mail<'
  page GET '/vault?q=%3Cb%3Enothing'
  assert_status 200
  assert_regex "$body" '&lt;b&gt;nothing'
  refute_regex "$body" '<b>nothing'
  assert_regex "$body" 'href="/vault"'
}

@test "tags with their numbers, favourites, sorting by address" {
  entry 'site=beta&tags=one'
  entry 'site=alpha&tags=one,two&favorite=1'
  page GET /vault
  assert_regex "$body" 'tag=one'
  assert_regex "$body" 'tag=two'
  names() { sed -n 's/.*\(alpha\|beta\).*/\1/p' <<<"$(grep -o '>\(alpha\|beta\)<' <<<"$body")" | tr '\n' ' '; }
  [[ $(names) == alpha*beta* ]] || fail "$(names)"
  page GET '/vault?sort=-site'
  [[ $(names) == beta*alpha* ]] || fail "$(names)"
  page GET '/vault?tag=two'
  [[ $(names) != *beta* ]] || fail "$(names)"
  page GET '/vault?favorites=1'
  [[ $(names) != *beta* ]] || fail "$(names)"
}

@test "a hundred to a page, and every entry on one of them" {
  # the same token under other ids would not open: these are made by the program
  for i in $(seq 101); do entry "site=Entry+number+$i"; done
  page GET /vault
  assert_equal "$(grep -o 'Entry number [0-9]*<' <<<"$body" | sort -u | wc -l)" 100
  assert_regex "$body" 'page=2'
  page GET '/vault?page=2'
  assert_equal "$(grep -o 'Entry number [0-9]*<' <<<"$body" | sort -u | wc -l)" 1
  page GET '/vault?page=999'
  assert_status 200
  assert_equal "$(grep -o 'Entry number [0-9]*<' <<<"$body" | sort -u | wc -l)" 1
}

@test "a damaged entry is told and does not hide the others" {
  entry 'site=Whole'
  entry 'site=Broken'
  db "UPDATE passwords SET token=substr(token,1,length(token)-10)||'AAAAAAAAAA' WHERE password_id='e#$id'"
  page GET /vault
  assert_status 200
  assert_regex "$body" Whole
  assert_regex "$body" 'cannot be read|damaged|could not be opened'
}

@test "standard refusals" {
  refuses_strangers GET /vault
  refuses_methods /vault 'GET' POST PUT DELETE
  for q in nosuch=1 'q=a&q=b' 'q=%ff' 'q=%00'; do
    cgi GET "/vault?$q"
    assert_equal "$q $status_code" "$q 400"
  done
  for q in page=0 page=x sort=size "q=$(printf '%0257d' 0)"; do
    cgi GET "/vault?$q"
    assert_equal "$q $status_code" "$q 422"
  done
}
