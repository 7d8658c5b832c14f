setup() {
  load helpers/begin
  vs_new
}

@test "no session is needed; the default is strong" {
  cgi POST /generate ''
  assert_status 200
  p=$(jq -r .password <<<"$body")
  [ ${#p} -ge 16 ] || fail "$p"
  [ "$(jq .bits <<<"$body")" -ge 90 ] || fail "$body"
}

@test "one of every chosen set, none of the others, the length asked for" {
  for n in 8 9 33 128; do
    for sets in lower upper digits symbols lower,digits lower,upper,digits,symbols; do
      cgi POST /generate "length=$n&$(sed "s/,/=1\&/g" <<<"$sets")=1"
      p=$(jq -r .password <<<"$body")
      assert_equal "$n $sets ${#p}" "$n $sets $n"
      for s in lower:a-z upper:A-Z digits:0-9; do
        if [[ ,$sets, == *,${s%%:*},* ]]; then assert_regex "$p" "[${s#*:}]"; else LC_ALL=C refute_regex "$p" "[${s#*:}]"; fi
      done
      if [[ $sets == *symbols* ]]; then assert_regex "$p" '[^a-zA-Z0-9]'; else refute_regex "$p" '[^a-zA-Z0-9]'; fi
    done
  done
}

@test "words are the EFF's, in number and form as asked, at 12.9 bits each" {
  cgi POST /generate 'words=6&separator=-'
  assert_regex "$(jq -r .password <<<"$body")" '^([a-z-]+-){5}[a-z-]+$'
  assert_regex "$(jq .bits <<<"$body")" '^7[78]$'
  cgi POST /generate 'kind=words&words=4&separator=.&capitals=1'
  assert_regex "$(jq -r .password <<<"$body")" '^([A-Z][a-z-]+\.){3}[A-Z][a-z-]+$'
}

@test "lookalikes left out" {
  for i in 1 2 3 4 5; do
    cgi POST /generate 'length=128&lower=1&upper=1&digits=1&no_lookalikes=1'
    refute_regex "$(jq -r .password <<<"$body")" '[Il1O0o]'
  done
}

@test "every answer is another" {
  for i in 1 2 3 4 5 6 7 8; do
    cgi POST /generate length=12
    jq -r .password <<<"$body"
  done | sort | uniq -d | { ! grep . ; }
}

@test "the page: a form that stays as chosen, and the password in it" {
  ACCEPT=text/html cgi GET /generate
  assert_status 200
  ACCEPT=text/html cgi POST /generate 'kind=characters&length=24&lower=1'
  assert_status 200
  assert_regex "$body" 'name="length"[^>]*value="24"'
  assert_regex "$(header Cache-Control)" no-store
}

@test "standard refusals" {
  refuses_foreign POST /generate length=12
  refuses_methods /generate 'POST' GET PUT DELETE
  refuses_malformed POST /generate 'length=12&length=13'
  refuses_large POST /generate 16384
  for d in length=0 length=x length=100000 length=-5; do names_field POST /generate "$d" length invalid; done
  names_field POST /generate 'words=1000' words invalid
  names_field POST /generate 'lower=0' lower missing
}

@test "somebody who is logged in keeps the way through the vault, and takes the password into a new entry" {
  register alice
  csrf=
  ACCEPT=text/html cgi POST /generate "length=20&csrf="
  assert_regex "$body" 'href="/vault/health"'
  token=$(sed -n 's/.*action="\/entry\/new".*name="csrf" value="\([^"]*\)".*/\1/p' <<<"$body")
  made=$(sed -n 's/.*<input type="hidden" name="password" value="\([^"]*\)".*/\1/p' <<<"$body" | sed 's/&lt;/</g;s/&gt;/>/g;s/&quot;/"/g;s/&#39;/'"'"'/g;s/&amp;/\&/g')
  ACCEPT=text/html cgi POST /entry/new "csrf=$token&action=draft&password=$(urlencode "$made")"
  assert_status 200
  assert_regex "$body" 'name="password"[^>]*value="[^"]{20}'
  jar_clear
  ACCEPT=text/html cgi GET /generate
  refute_regex "$body" 'href="/vault/health"'
  assert_regex "$body" 'href="/login"'
}
