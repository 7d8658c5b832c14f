# Who may do what: every route of the table x {no session, a pending step, an ended session, another person, a foreign origin}.

setup_file() {
  load helpers/cgi
  load helpers/account
  vs_people alice bob
  person alice
  entry 'site=Bank&username=alice&password=first'
  printf '%s' "$id" >"$VS_FIXTURE/entry"
  cgi PUT "/api/entries/$id" '{"version":1,"password":"second"}'
  entry 'site=Trashed'
  printf '%s' "$id" >"$VS_FIXTURE/trashed"
  cgi DELETE "/api/entries/$id"
  assert_status 204
}

setup() {
  load helpers/cgi
  load helpers/account
  load helpers/routes
  vs_copy "$VS_FIXTURE"
  id=$(<"$VS_FIXTURE/entry")
  trashed=$(<"$VS_FIXTURE/trashed")
}

# every ROUTE that needs AUTH and every verb it takes: calls CHECK program path verb
every() {
  local auth=$1 check=$2 program path a verbs verb n=0
  while read -r program path a verbs; do
    [ "$a" = "$auth" ] || continue
    for verb in ${verbs//,/ }; do
      "$check" "$program" "$path" "$verb"
      n=$((n + 1))
    done
  done < <(routes)
  [ "$n" -gt 0 ] || fail "no route needs $auth"
}

is_refused() { # program path verb: 401 for programs; browsers are sent away; nothing of alice in the answer
  cgi "$3" "$2"
  assert_equal "$1 $3 $status_code" "$1 $3 401"
  refute_regex "$body" 'Bank|alice'
  ACCEPT=text/html cgi "$3" "$2"
  assert_equal "$1 $3 browser $status_code" "$1 $3 browser 303"
  refute_regex "$body$headers" 'Bank|alice'
}

@test "every route that needs a session refuses strangers" {
  jar_clear
  # a page-only GET is 405 for programs: asked as a browser in is_refused, so only its second half counts
  stranger() { if cgi "$3" "$2" && [ "$status_code" = 405 ]; then only_browser "$@"; else is_refused "$@"; fi; }
  only_browser() {
    ACCEPT=text/html cgi "$3" "$2"
    assert_equal "$1 $3 $status_code" "$1 $3 303"
  }
  every session stranger
}

@test "a pending login opens no route that needs a session" {
  jar_clear
  cgi POST /login "username=alice&password=$(urlencode "$PASSWORD")"
  assert_status 200
  step=${jar[vsp]}
  pending() {
    COOKIE="vs=$step; vsp=$step" ACCEPT=text/html cgi "$3" "$2"
    assert_equal "$1 $3 $status_code" "$1 $3 303"
    assert_regex "$(header Location)" '^/login'
  }
  every session pending
}

@test "an ended session opens nothing" {
  person alice
  over=$(jar_header)
  cgi POST /logout
  assert_status 204
  ended() {
    COOKIE=$over ACCEPT=text/html cgi "$3" "$2"
    assert_equal "$1 $3 $status_code" "$1 $3 303"
  }
  every session ended
}

@test "a session does not replace the step before" {
  person alice
  without_step() {
    ACCEPT=text/html cgi "$3" "$2"
    assert_equal "$1 $3 $status_code" "$1 $3 303"
  }
  every login without_step
  every back without_step
  every register without_step
}

# What an address gives that is not there, without what differs from one request to the next.
bytes() {
  printf '%s\n%s\n%s' "$status_code" "$(sed 's/^X-Request-Id:.*//I' <<<"$headers")" "$(sed 's/"request_id":"[^"]*"//;s/class="mono">[a-z2-7]*</class="mono"></;s/csrf" value="[^"]*"/csrf"/g' <<<"$body")"
}
# hides PROGRAM PATH VERB: whatever is asked of it, the answer is that of an address that is not there
hides() {
  local there accept m
  for m in "$3" GET POST PUT DELETE PATCH; do
    for accept in '' text/html; do
      ACCEPT=$accept cgi "$m" "$2"
      there=$(bytes)
      ACCEPT=$accept cgi "$m" /nosuch
      assert_equal "$1 $m $there" "$1 $m $(bytes)"
    done
  done
  ORIGIN=https://evil.example cgi POST "$2"
  there=$(bytes)
  ORIGIN=https://evil.example cgi POST /nosuch
  assert_equal "$1 $there" "$1 $(bytes)"
}

@test "what is for the machine itself or for admins is not there for anybody else, with a session or without" {
  not_local() {
    for from in 10.1.2.3 2001:db8::1 128.0.0.1; do
      ADDR=$from cgi "$3" "$2"
      assert_equal "$1 $from $status_code" "$1 $from 404"
    done
    # a proxy on this machine passes on what others ask
    ADDR=127.0.0.1 ENV='HTTP_X_FORWARDED_FOR=10.1.2.3' cgi "$3" "$2"
    assert_status 404
    ADDR=::1 ENV='HTTP_FORWARDED=for=127.0.0.1' cgi "$3" "$2"
    assert_status 404
    hides "$@"
  }
  person bob
  every local_or_admin not_local
  jar_clear
  every local_or_admin not_local
  COOKIE='vs=x; vs=y' every local_or_admin hides
  person alice # the first of the installation is its admin
  from_afar() {
    ADDR=10.1.2.3 cgi "$3" "$2"
    assert_status 200
  }
  every local_or_admin from_afar
}

@test "what is for admins is not there for users, for strangers, after the session; not even on the machine itself" {
  person bob
  every admin hides
  person alice
  over=$(jar_header)
  cgi POST /logout
  COOKIE=$over every admin hides
  jar_clear
  ADDR=127.0.0.1 every admin hides
}

@test "no route takes a change from a foreign origin" {
  person alice
  before=$(db 'SELECT count(*),sum(version) FROM passwords')
  foreign() {
    [ "$3" = GET ] && return
    local o
    for o in https://evil.example null -; do
      ORIGIN=$o cgi "$3" "$2"
      assert_equal "$1 $3 $o $status_code" "$1 $3 $o 403"
    done
  }
  for auth in session login back register none; do every "$auth" foreign; done
  assert_equal "$(db 'SELECT count(*),sum(version) FROM passwords')" "$before"
  cgi GET /session
  assert_status 200
}

@test "no browser form without its token changes anything" {
  person alice
  untokened() {
    [ "$3" = POST ] || return 0
    ACCEPT=text/html cgi "$3" "$2" csrf=AAAAAAAAAAAAAAAAAAAAAA
    assert_equal "$1 $3 $status_code" "$1 $3 403"
  }
  every session untokened
  person alice
  every admin untokened
}

# Another person's ids give the very bytes that ids of nobody give.
@test "ids of another person are not there: same bytes as ids of nobody" {
  nobody=aaaaaaaaaaaaaaaaaaaaaaaaae
  person bob
  page_token
  answer() { printf '%s %s' "$status_code" "$(sed 's/"request_id":"[^"]*"//;s/data-left="[0-9]*"//;s/[a-z2-7]\{16\}//g' <<<"$body" | sed "s/$1//g")"; }
  compare() { # METHOD PATH DATA with @ for the id
    local mine
    for v in "$id" "$trashed"; do
      cgi "$1" "${2//@/$v}" "${3//@/$v}"
      mine=$(answer "$v")
      cgi "$1" "${2//@/$nobody}" "${3//@/$nobody}"
      assert_equal "$1 $2 $mine" "$1 $2 $(answer "$nobody")"
      assert_status 404
    done
  }
  before=$(db 'SELECT count(*),sum(version),sum(length(token)) FROM passwords')
  compare GET /api/entries/@ ''
  compare PUT /api/entries/@ '{"version":2,"site":"x"}'
  compare DELETE /api/entries/@ ''
  compare GET '/entry?id=@' ''
  compare POST /entry 'id=@'
  ACCEPT=text/html compare GET '/entry/edit?id=@' ''
  compare POST /entry/edit 'id=@&version=2&site=x'
  ACCEPT=text/html compare GET '/entry/delete?id=@' ''
  compare POST /entry/delete 'id=@&version=2'
  compare POST /entry/restore 'id=@'
  compare POST /entry/restore 'id=@&version=1'
  compare POST /entry/favorite 'id=@&version=2&on=1'
  compare GET '/entry/history?id=@' ''
  compare POST /entry/history 'id=@&version=1'
  assert_equal "$(db 'SELECT count(*),sum(version),sum(length(token)) FROM passwords')" "$before"
}

@test "one person's list, search, trash, sessions and activity hold nothing of another's" {
  person bob
  for p in '/api/entries' '/api/entries?q=bank' /trash /vault /settings/sessions /settings/activity; do
    cgi GET "$p"
    assert_status 200
    refute_regex "$body" 'Bank|Trashed|alice'
  done
  person alice
  cgi GET /settings/sessions
  theirs=$(jq -r '.sessions[0].id' <<<"$body")
  person bob
  cgi POST /settings/sessions "end=$theirs&current=$(urlencode "$PASSWORD")"
  assert_status 404
  person alice
  cgi GET /session
  assert_status 200
}
