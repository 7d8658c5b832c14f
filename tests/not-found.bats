setup() {
  load helpers/cgi
  load helpers/refusals
  vs_new
}

@test "an address that is none: 404 with a way on, for browsers and for programs" {
  cgi GET /nosuch
  assert_status 404
  assert_json .error not_found
  ACCEPT=text/html cgi GET /nosuch
  assert_status 404
  assert_regex "$body" 'href="/'
  cgi POST /nosuch a=1
  assert_regex "$status_code" '^40[0345]$'
}

@test "the address asked for is not repeated in the answer" {
  ACCEPT=text/html cgi GET '/%3Cscript%3Ealert(1)%3C/script%3E'
  refute_regex "$body" 'alert\('
}
