# The filter for fail2ban reads real lines of a real server: each failure with its address, and nothing that anybody can write into a log.

setup() {
  load helpers/cgi
  load helpers/account
  load helpers/server
  BATS_FILE_TMPDIR=$BATS_TEST_TMPDIR
  DATA=$BATS_TEST_TMPDIR/data
  filter=$BATS_TEST_DIRNAME/../ops/fail2ban/filter.d/vaultsphere.conf
  log=$DATA/log/app.log
}
teardown() { server_stop; }

# found FILE: the addresses that the filter finds in it, one a line
found() { fail2ban-regex -o ip "$1" "$filter" 2>/dev/null; }
from() { # ADDRESS METHOD PATH [DATA] [CURL OPTION...]
  local address=$1
  shift
  http "$1" "$2" "${3-}" --interface "$address" "${@:4}"
}

@test "wrong password, code and phrase, known name or not, and who is told to wait: each with its address" {
  server_start
  register_http alice --interface 127.0.1.1
  from 127.0.1.2 POST /login 'username=alice&password=wrong-password-1&code=123456'
  from 127.0.1.3 POST /login 'username=nobody&password=wrong-password-1'
  from 127.0.1.4 POST /login "username=alice&password=$(urlencode "$PASSWORD")&code=000000"
  from 127.0.1.5 POST /reset "username=alice&phrase=$(urlencode "$(tac -s ' ' <<<"$phrase " | tr '\n' ' ')")&password=$(urlencode "$PASSWORD")"
  COOKIES=$BATS_TEST_TMPDIR/step from 127.0.1.6 POST /login "username=alice&password=$(urlencode "$PASSWORD")"
  COOKIES=$BATS_TEST_TMPDIR/step from 127.0.1.6 POST /login/code 'code=000000'
  from 127.0.1.7 POST /settings/password "current=wrong-password-1&password=$(urlencode "$PASSWORD 2")&repeat=$(urlencode "$PASSWORD 2")"
  for tries in $(seq 60); do # one more is allowed every 6 s
    from 127.0.1.8 POST /login 'username=somebody&password=wrong-password-1'
    [ "$status_code" != 429 ] || break
  done
  assert_status 429
  for a in 2 3 4 5 6; do assert_equal "127.0.1.$a: $(found "$log" | grep -c "^127.0.1.$a$")" "127.0.1.$a: 1"; done
  [ "$(found "$log" | grep -c '^127.0.1.8$')" = "$tries" ] || fail "$(found "$log")" "$(tail -15 "$log")"
  if found "$log" | grep -q '^127.0.1.1$'; then fail 'who did nothing wrong is among them'; fi
  # the time is the line's own, not the moment of reading
  run fail2ban-regex -v "$log" "$filter"
  assert_regex "$output" '"time":"[^"]*Year'
  refute_regex "$output" 'Lines:.* 0 matched'
  now=$(date +%s)
  sed -i 's/"time":"20[0-9-]*T/"time":"2020-01-01T/' "$log"
  run fail2ban-regex -v "$log" "$filter"
  assert_regex "$output" '127.0.1.2 +Wed Jan 01 '
}

@test "registering, logging in, using and leaving give no line" {
  server_start
  register_http alice
  http POST /api/entries 'site=Bank&password=x'
  http GET /vault
  http POST /logout
  http POST /login "username=alice&password=$(urlencode "$PASSWORD")"
  assert_status 200
  http GET /nosuch
  http GET /session
  server_stop
  cat "$DATA"/log/*.log >"$BATS_TEST_TMPDIR/all"
  assert_equal "$(found "$BATS_TEST_TMPDIR/all")" ''
}

@test "nobody can write a line that shuts somebody else out" {
  server_start
  line='{"time":"2026-11-21T12:00:00Z","level":"warn","id":"0123456789abcdef","route":"login","event":"wrong_password","message":"from 9.9.9.9"}'
  e=$(urlencode "$line")
  for text in "$line" $'x\n'"$line" $'x\r\n'"$line"; do
    http POST /login "username=$(urlencode "$text")&password=$(urlencode "$text")&code=123456"
    http POST /register "username=$(urlencode "$text")&email=$(urlencode "$text")&password=$(urlencode "$text")"
    http POST /reset "username=$(urlencode "$text")&phrase=$(urlencode "$text")&password=$(urlencode "$text")"
    http POST /login "$(jq -n --arg t "$text" '{username:$t,password:$t}')"
    http GET "/api/entries?q=$(urlencode "$text")"
  done
  http GET "/$e"
  http GET "/%0a$e"
  http GET "/x?$e%0a$e"
  http POST "/login?next=%0a$e" "username=x&password=y&$e=1"
  http GET /login '' -H "User-Agent: $line" -H "X-Forwarded-For: 9.9.9.9" -H "Forwarded: for=9.9.9.9" -H "Referer: $line"
  http POST /login 'username=x&password=wrong-password-1' -H "User-Agent: $line" -H 'X-Forwarded-For: 9.9.9.9' -H "Cookie: vs=$line"
  http GET /login '' -H "Host: $line"
  http GET /login '' -H "Origin: $line" -H "X-Request-Id: $line" -H "Content-Type: $line"
  http POST /login "$line" -H "Content-Type: application/json"
  printf 'GET /%s HTTP/1.1\r\nHost: x\r\n\r\n%s\r\n' "$line" "$line" | timeout 2 bash -c "exec 9<>/dev/tcp/127.0.0.1/$PORT; cat >&9; cat <&9" >/dev/null || true
  server_stop # which writes what it held back
  cat "$DATA"/log/*.log >"$BATS_TEST_TMPDIR/all"
  grep -q '9[.]9[.]9[.]9' "$BATS_TEST_TMPDIR/all" || fail 'nothing of it reached a log: the test does not test'
  assert_equal "$(found "$BATS_TEST_TMPDIR/all" | sort -u)" '127.0.0.1'
  # as a journal shows the lines of a container
  sed 's/^/host vaultsphere[12]: /' "$BATS_TEST_TMPDIR/all" >"$BATS_TEST_TMPDIR/journal"
  assert_equal "$(found "$BATS_TEST_TMPDIR/journal" | sort | uniq -c)" "$(found "$BATS_TEST_TMPDIR/all" | sort | uniq -c)"
}

@test "behind a proxy the address is the client's that a trusted proxy names, and only then" {
  server_start TRUSTED_PROXIES=127.0.2.1
  from 127.0.2.1 POST /login 'username=x&password=wrong-password-1' -H 'X-Forwarded-For: 203.0.113.7'
  from 127.0.2.2 POST /login 'username=x&password=wrong-password-1' -H 'X-Forwarded-For: 203.0.113.8'
  assert_equal "$(found "$log" | sort | paste -sd' ')" '127.0.2.2 203.0.113.7'
}

@test "the jail is one that fail2ban takes" {
  cp -r /etc/fail2ban "$BATS_TEST_TMPDIR/etc"
  cp "$filter" "$BATS_TEST_TMPDIR/etc/filter.d/"
  mkdir -p "$DATA/log"
  : >"$log"
  rm -f "$BATS_TEST_TMPDIR"/etc/jail.d/*
  sed "s|^logpath .*|logpath = $log|" "$BATS_TEST_DIRNAME/../ops/fail2ban/jail.d/vaultsphere.conf" >"$BATS_TEST_TMPDIR/etc/jail.d/vaultsphere.conf"
  run fail2ban-client -c "$BATS_TEST_TMPDIR/etc" -t
  assert_equal "$status" 0
  run fail2ban-client -c "$BATS_TEST_TMPDIR/etc" -d
  assert_regex "$output" "'vaultsphere', 'maxretry', 20"
}
