setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

@test "the page shows everything but the password; a POST shows it" {
  entry 'site=Bank&username=alice&password=s3cret-Pass&notes=hello+there&url=https://bank.example/x&tags=money'
  page GET "/entry?id=$id"
  assert_status 200
  for t in Bank alice 'hello there' 'href="https://bank.example/x"' money; do assert_regex "$body" "$t"; done
  refute_regex "$body" s3cret
  assert_regex "$(header Cache-Control)" no-store
  page POST "/entry?id=$id"
  [ "$status_code" = 200 ] || page POST /entry "id=$id"
  assert_status 200
  shown=$(sed 's/<[^>]*>//g' <<<"$body")
  assert_regex "$shown" 's3cret-Pass'
  assert_regex "$(header Cache-Control)" no-store
}

@test "for programs: one entry; its password on POST only" {
  entry 'site=Bank&password=s3cret'
  cgi GET "/entry?id=$id"
  assert_json .entry.site Bank
  refute_regex "$body" s3cret
  cgi POST /entry "id=$id"
  assert_json .password s3cret
}

@test "markup in an entry stays text" {
  entry 'site=%3Cscript%3Ealert(1)%3C/script%3E&notes=%22%3E%3Cimg+src%3Dx%3E&username=%27%26amp;'
  page GET "/entry?id=$id"
  assert_regex "$body" '&lt;script&gt;alert'
  refute_regex "$body" '<script>alert'
  refute_regex "$body" '<img src=x'
}

@test "only http and https become a link" {
  for u in 'javascript:alert(1)' 'JaVaScRiPt:alert(1)' 'data:text/html,x' ' javascript:alert(1)' 'vbscript:x' 'file:///etc/passwd'; do
    entry "site=S&url=$(urlencode "$u")"
    page GET "/entry?id=$id"
    refute_regex "$body" 'href="[ ]*[jJ][aA][vV]'
    refute_regex "$body" 'href="(data|file|vbscript):'
  done
  entry 'site=S&url=bank.example/a?b=c'
  page GET "/entry?id=$id"
  assert_regex "$body" 'href="https://bank.example/a\?b=c"'
}

@test "not there, not ours, not an id" {
  entry site=Mine
  person bob
  page GET "/entry?id=$id"
  assert_status 404
  page GET /entry
  assert_regex "$status_code" '^4(00|22)$'
  page GET '/entry?id=nonsense'
  assert_regex "$status_code" '^4(00|04|22)$'
}

@test "standard refusals" {
  entry site=Mine
  refuses_strangers GET "/entry?id=$id"
  refuses_foreign POST /entry "id=$id"
  refuses_methods /entry 'GET, POST' PUT DELETE
  refuses_malformed POST /entry "id=$id&id=$id"
  refuses_large POST /entry 16384
}
