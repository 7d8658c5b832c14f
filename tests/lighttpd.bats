# Through the real web server: addresses, limits, headers on every answer, logs.

setup_file() {
  load helpers/cgi
  load helpers/account
  load helpers/server
  DATA=$BATS_FILE_TMPDIR/data
  server_start TRUSTED_PROXIES=127.0.0.1
  export DATA url server_pid PORT
  BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR COOKIES=$BATS_FILE_TMPDIR/alice register_http alice
}

teardown_file() {
  kill "$server_pid" 2>/dev/null || true
}

setup() {
  load helpers/cgi
  load helpers/account
  load helpers/server
  COOKIES=$BATS_TEST_TMPDIR/cookies
  cp "$BATS_FILE_TMPDIR/alice" "$COOKIES"
}

@test "pages and programs answer at their addresses" {
  for p in / /help /about; do
    http GET "$p" '' -H 'Accept: text/html'
    assert_status 200
    assert_regex "$(header Content-Type)" '^text/html'
  done
  for p in /register /login /reset /generate /vault /trash /settings /entry/new /settings/password; do
    http GET "$p" '' -H 'Accept: text/html'
    assert_equal "$p $status_code" "$p 200"
  done
  http GET /health
  assert_json .ok true
  http GET '/health?deep=1'
  assert_json .ok true
  http GET /api/entries
  assert_status 200
}

@test "what is not named is not there: programs by their files, suffixes, dot segments" {
  for p in /cgi-bin/login /login/ /login/x /login.html /index.html /vault/x /api /api/ /api/entries/ /api/entries/a/b /.. /../etc/passwd /%2e%2e/x \
    /login%2fcode /assets/ /assets/../index.html /nosuch /html /app.css //login '/login;x' /names /.done; do
    http GET "$p"
    assert_regex "$p $status_code" ' (400|404)$'
    refute_regex "$body" 'root:'
  done
  http GET /nosuch
  assert_json .error not_found
  http GET /nosuch '' -H 'Accept: text/html'
  assert_status 404
  assert_regex "$body" '<!DOCTYPE html>'
}

@test "methods that no route takes are refused, TRACE included" {
  for m in TRACE OPTIONS PATCH CONNECT FOO; do
    http "$m" /login
    assert_regex "$m $status_code" ' (400|405|501)$'
  done
  http TRACE / ''
  assert_regex "$status_code" '^(400|403|405|501)$'
}

@test "every answer carries every security header once: programs, files, errors" {
  for p in / /login /nosuch /health /session /api/entries; do
    for accept in text/html '*/*'; do
      http GET "$p" '' -H "Accept: $accept"
      for h in Content-Security-Policy X-Content-Type-Options Referrer-Policy Cross-Origin-Opener-Policy Cross-Origin-Embedder-Policy \
        Cross-Origin-Resource-Policy Permissions-Policy Cache-Control; do
        assert_equal "$p $h $(grep -ci "^$h:" <<<"$headers")" "$p $h 1"
      done
      refute_regex "$headers" '[Ss]erver: .*lighttpd'
    done
  done
}

@test "compressed is what everybody may read, and the list only where no other site can have caused the request" {
  encoding() { # PATH [CURL OPTION...]
    http GET "$1" '' -H 'Accept: text/html' -H 'Accept-Encoding: gzip' "${@:2}"
    printf '%s %s' "$status_code" "$(header Content-Encoding)"
  }
  for i in $(seq 4); do http POST /api/entries "site=Bank+$i&username=someone@example.org&tags=home,money"; done
  css=$(sed -n 's/.*href="\(\/assets\/app\.[^"]*\)".*/\1/p' "$BATS_TEST_DIRNAME/../$(basename "$(dirname "$VS_BUILD")")/html/index.html")
  assert_equal "$(encoding "$css")" '200 gzip'
  assert_equal "$(encoding /)" '200 gzip'
  for s in same-origin none; do
    assert_equal "$s $(encoding '/vault?q=bank' -H "Sec-Fetch-Site: $s")" "$s 200 gzip"
  done
  for s in cross-site same-site same-origin,cross-site x; do
    assert_equal "$s $(encoding '/vault?q=bank' -H "Sec-Fetch-Site: $s")" "$s 200 "
  done
  assert_equal "$(encoding '/vault?q=bank')" '200 '
  for p in /api/entries /session /entry/new /generate /settings /trash; do
    assert_equal "$p $(encoding $p -H 'Sec-Fetch-Site: same-origin')" "$p 200 "
  done
}

@test "a body above the limit is 413 and never reaches a program" {
  head -c 70000 /dev/zero | tr '\0' a >"$BATS_TEST_TMPDIR/big"
  status_code=$(curl -s -o /dev/null -w '%{http_code}' -X POST -H "Origin: $url" --data-binary "@$BATS_TEST_TMPDIR/big" "$url/login")
  assert_status 413
}

@test "a header above 8 KiB, a cookie of 5 KiB, raw control bytes are refused" {
  http GET /session '' -H "X-Long: $(head -c 9000 /dev/zero | tr '\0' a)"
  assert_regex "$status_code" '^(400|431)$'
  COOKIES=/dev/null http GET /session '' -H "Cookie: vs=$(head -c 5000 /dev/zero | tr '\0' a)"
  assert_regex "$status_code" '^4(00|01|31)$'
  http GET '/vault?q=%ff'
  assert_status 400
  http GET '/vault?q=%01'
  assert_status 400
}

@test "two Content-Lengths, Transfer-Encoding beside a length, a bad length: refused" {
  raw() { printf '%b' "$1" | timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/$PORT; cat >&3; head -1 <&3" | tr -d '\r'; }
  assert_regex "$(raw "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\na=1")" ' 400'
  assert_regex "$(raw "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: -3\r\n\r\na=1")" ' 400'
  assert_regex "$(raw "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")" ' 4'
  assert_regex "$(raw "GET / HTTP/1.1\r\n\r\n")" ' 400'
}

@test "slow clients are let go" {
  start=$(date +%s)
  timeout 20 bash -c "exec 3<>/dev/tcp/127.0.0.1/$PORT; printf 'GET / HTTP/1.1\r\nHost: loc' >&3; cat <&3 >/dev/null" || true
  [ $(($(date +%s) - start)) -lt 18 ] || fail "the connection was kept"
}

@test "the access log: JSON, a path without its query, the request id of the answer; no cookie, no secret" {
  http GET '/api/entries?q=kanarienvogel'
  id=$(header X-Request-Id)
  for _ in $(seq 100); do if grep -qF "$id" "$DATA/log/access.log"; then break; fi; sleep 0.1; done # lines are held back for some seconds
  line=$(grep -F "$id" "$DATA/log/access.log" | tail -1)
  [ -n "$line" ] || fail "no line with $id: $(tail -3 "$DATA/log/access.log")"
  jq -e '.path and .status == 200 and .method == "GET"' <<<"$line" >/dev/null || fail "$line"
  if grep -rq kanarienvogel "$DATA/log"; then fail "the query stands in a log"; fi
  value=$(awk '$6 == "vs" { print $7 }' "$COOKIES")
  [ -n "$value" ] || fail "no session cookie"
  if grep -rqF "${value:20:40}" "$DATA/log"; then fail "the cookie stands in a log"; fi
}

@test "X-Forwarded-For counts from a trusted proxy: each client has a bucket of its own" {
  for i in $(seq 12); do
    http POST /login "username=nobody&password=wrong-wrong" -H "X-Forwarded-For: 198.51.100.$i" -b ''
    [ "$i" -gt 10 ] || assert_equal "$i $status_code" "$i 401"
  done
  # at the same time: ten, and one for every six seconds that they took
  began=$(date +%s)
  codes=$(seq 20 | xargs -P 20 -I{} curl -s -o /dev/null -w '%{http_code}\n' -H "Origin: $url" -H 'X-Forwarded-For: 203.0.113.9' \
    -d 'username=nobody{}&password=wrong-wrong' "$url/login")
  most=$((11 + ($(date +%s) - began) / 6))
  [ "$(grep -c 401 <<<"$codes")" -le $most ] || fail "more than $most: $(sort <<<"$codes" | uniq -c)"
  assert_regex "$codes" 429
}

@test "static files: assets for a year, pages not at all" {
  http GET / '' -H 'Accept: text/html'
  css=$(grep -o '/assets/app\.[0-9a-f]*\.css' <<<"$body" | head -1)
  [ -n "$css" ] || fail "no style sheet named in the page"
  http GET "$css"
  assert_status 200
  assert_regex "$(header Cache-Control)" 'max-age=3[0-9]{7}'
  assert_regex "$(header Content-Type)" '^text/css'
  http GET /assets/none.css
  assert_status 404
  refute_regex "$headers" 'max-age=3'
}

@test "the whole way of a browser without scripts" {
  H='Accept: text/html,application/xhtml+xml'
  http GET /entry/new '' -H "$H"
  csrf=$(form_value csrf)
  http POST /entry/new "site=Bank&username=me&password=pw&csrf=$csrf&action=save" -H "$H"
  assert_status 303
  at=$(header Location)
  http GET "$at" '' -H "$H"
  assert_status 200
  assert_regex "$body" Bank
  refute_regex "$body" '>pw<'
  http POST /logout "csrf=$csrf" -H "$H"
  assert_equal "$status_code $(header Location)" '303 /login?done=signed-out'
  http GET /vault '' -H "$H"
  assert_status 303
}

@test "bad input of a thousand shapes gives no 5xx and no crash line" {
  before=$(wc -l <"$DATA/log/error.log")
  n=0
  for p in /login /register /reset /api/entries /vault /entry /generate /session /settings/password; do
    for d in 'a' '=' '&' '%' '%4' '%00' '{' '{}' '[' 'null' '"x"' '{"a":1e999}' 'username=%ff' "$(printf 'a=\xff')" 'version=99999999999999999999' 'id=../../x'; do
      for m in GET POST PUT DELETE; do
        http "$m" "$p" "$d" 2>/dev/null
        [[ $status_code == [234]* ]] || fail "$m $p $d: $status_code $body"
        n=$((n + 1))
      done
    done
  done
  echo "$n requests" >&2
  if grep -qE 'SIGSEGV|core|signal|killed' "$DATA/log/error.log" "$DATA/log/app.log"; then fail "$(tail -5 "$DATA/log/error.log")"; fi
}

@test "static pages and error pages in the language that is asked for or set, by the programs' own rule" {
  lang() { # COOKIE ACCEPT-LANGUAGE: of a static page, and of a page that a program made
    local of_file
    COOKIES=$BATS_TEST_TMPDIR/none
    http GET /help '' -H 'Accept: text/html' -H "Accept-Language: $2" -H "Cookie: $1"
    assert_status 200
    of_file=$(header Content-Language)
    assert_regex "$body" "<html lang=\"$of_file\""
    http GET /login '' -H 'Accept: text/html' -H "Accept-Language: $2" -H "Cookie: $1"
    assert_equal "$1/$2 $(header Content-Language)" "$1/$2 $of_file"
    printf '%s' "$of_file"
  }
  while IFS='|' read -r cookie header want; do
    assert_equal "$cookie/$header $(lang "$cookie" "$header" 2>/dev/null)" "$cookie/$header $want"
  done <<'X'
|de|de
|de-AT,de;q=0.9,en;q=0.8|de
|en-US,en;q=0.9,de;q=0.8|en
|fr, de;q=0.5, en;q=0.4|de
|fr,en,de|en
|den|en
|fr|en
vsl=de|en|de
vsl=en|de|en
a=b; vsl=de|en|de
xvsl=de|en|en
vsl=dex|en|en
X
  http GET / '' -H 'Accept-Language: de'
  assert_regex "$body" 'Ihre Passwörter in ruhigem Wasser'
  asset=$(grep -o '/assets/app\.[a-z0-9]*\.css' <<<"$body")
  http GET "$asset" '' -H 'Accept-Language: de'
  assert_status 200
  http GET /robots.txt '' -H 'Accept-Language: de'
  assert_status 200
  http POST /login "$(head -c 70000 /dev/zero | tr '\0' a)" -H 'Accept: text/html' -H 'Accept-Language: de'
  assert_status 413
  assert_regex "$body" 'Zu groß'
  for p in /de /de/ /de/index.html /de/help; do
    http GET "$p"
    assert_status 404
  done
}
