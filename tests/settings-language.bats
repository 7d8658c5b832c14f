# Languages: what the browser asks for, what the person sets, and that both give whole pages.

setup_file() {
  load helpers/begin
  vs_people alice bob
}

setup() {
  load helpers/begin
  begin_as alice
}

# in_language LANG: the last answer's header, the page's lang and dir, and a word of the frame
in_language() {
  assert_equal "$(header Content-Language)" "$1"
  case $1 in
    de) assert_regex "$body" '<html lang="de" dir="ltr">' && assert_regex "$body" '>Tresor<' ;;
    en) assert_regex "$body" '<html lang="en">' && assert_regex "$body" '>Vault<' ;;
  esac
}

@test "the browser's list decides: the first language that there is, English in the end" {
  while IFS='|' read -r header language; do
    ENV="HTTP_ACCEPT_LANGUAGE=$header" page GET /vault
    assert_status 200
    assert_equal "$header: $(header Content-Language)" "$header: $language"
    in_language "$language"
  done <<'X'
de|de
de-AT,de;q=0.9,en;q=0.8|de
DE|de
en-GB,de|en
fr,de;q=0.5,en;q=0.4|de
fr-FR,fr|en
den|en
|en
*|en
,,,de|de
X
  page GET /vault
  in_language en
  assert_regex "$(header Vary)" 'Accept-Language, Cookie'
}

@test "what the person sets goes before what the browser asks, and comes back at the next login" {
  page GET /settings/language
  assert_status 200
  assert_regex "$body" 'value="auto" checked'
  page POST /settings/language language=de
  assert_status 303
  assert_equal "$(header Location)" '/settings/language?done=language-saved'
  page GET '/settings/language?done=language-saved'
  in_language de
  assert_regex "$body" 'Die Sprache wurde gespeichert'
  assert_regex "$body" 'value="de" checked'
  ENV=HTTP_ACCEPT_LANGUAGE=en page GET /vault
  in_language de
  # another browser: nothing but the account knows it
  jar_clear
  csrf=
  login alice
  assert_equal "${jar[vsl]-}" de
  page GET /vault
  in_language de
  page POST /settings/language language=auto
  assert_equal "${jar[vsl]-none}" none
  page GET /vault
  in_language en
  jar_clear
  csrf=
  login alice
  assert_equal "${jar[vsl]-none}" none
}

@test "in two steps too" {
  page POST /settings/language language=de
  jar_clear
  csrf=
  cgi POST /login "username=alice&password=$(urlencode "$PASSWORD")"
  assert_status 200
  cgi POST /login/code "code=$(fresh_code)"
  assert_status 200
  assert_equal "${jar[vsl]-}" de
}

@test "sentences of the programs: errors, fields, bounds with their numbers, what was done, dates, strength" {
  jar[vsl]=de
  cgi GET /entry
  assert_regex "$body" 'Einige Felder brauchen noch einen Blick'
  page POST /entry/new "site=&notes=$(printf '%010214d' 0)"
  assert_status 422
  assert_regex "$body" '<title>Fehler: Neuer Eintrag · VaultSphere</title>'
  assert_regex "$body" 'Notizen: höchstens 10\.000 Zeichen möglich; Ihre Eingabe hat 10\.214\.'
  page POST /entry/new site=
  assert_regex "$body" 'Dienst fehlt\. Bitte füllen Sie das Feld aus\.'
  entry 'site=Bank&password=secret1'
  page GET "/entry?id=$id&done=entry-created"
  assert_regex "$body" 'Der Eintrag wurde gespeichert\.'
  assert_regex "$body" '(sehr schwach|schwach)'
  assert_regex "$body" '>[0-9]{1,2}\. (Jan\.|Feb\.|März|Apr\.|Mai|Juni|Juli|Aug\.|Sept\.|Okt\.|Nov\.|Dez\.) 20[0-9]{2}<'
  page GET /vault
  assert_regex "$body" 'Name, A bis Z'
  page GET /settings/activity
  assert_regex "$body" 'Tresor angelegt'
  COOKIE=vsl=de ACCEPT=text/html cgi GET /nosuch
  assert_status 404
  assert_regex "$body" 'Diese Seite gibt es im Tresor nicht'
  cgi GET /nosuch
  assert_json .error not_found
}

@test "a cookie that names no language, and one that comes twice" {
  jar[vsl]=xx
  page GET /vault
  in_language en
  jar[vsl]=$(printf '%0300d' 0)
  page GET /vault
  assert_status 200
  in_language en
  COOKIE="$(jar_header); vsl=de; vsl=en" page GET /vault
  assert_status 400
}

@test "every page in German: no template is left out" {
  jar[vsl]=de
  entry 'site=Bank&password=secret1'
  for p in /vault /entry/new "/entry?id=$id" "/entry/edit?id=$id" "/entry/delete?id=$id" "/entry/history?id=$id" /trash /vault/health "/vault/ignore?id=$id&finding=weak" \
    /generate /settings /settings/password /settings/phrase /settings/totp /settings/sessions /settings/activity /settings/language /settings/delete; do
    page GET "$p"
    assert_equal "$p $status_code" "$p 200"
    in_language de
    refute_regex "$body" '>(Save|Cancel|Settings|Password|Log out|Delete|Vault|Health)[ <]'
  done
}

@test "standard refusals" {
  refuses_strangers GET /settings/language
  refuses_strangers POST /settings/language language=de
  refuses_foreign POST /settings/language language=de
  refuses_methods /settings/language 'GET, POST' PUT DELETE
  refuses_malformed POST /settings/language 'language=de&language=en'
  refuses_large POST /settings/language 16384
  names_field POST /settings/language '' language missing
  names_field POST /settings/language language=xx language invalid
}
