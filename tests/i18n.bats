# The catalogues and the tool that reads them.

setup() {
  load helpers/assert
  top=$BATS_TEST_DIRNAME/..
  tr=$top/ops/build/translate.py
}

# copy: the sources in a folder of the test's own, where they may be spoilt
copy() {
  mkdir -p "$BATS_TEST_TMPDIR/top/ops"
  cp -r "$top/ops/build" "$BATS_TEST_TMPDIR/top/ops/"
  cp -r "$top/html" "$top/common" "$top/cgi-bin" "$BATS_TEST_TMPDIR/top/"
  cd "$BATS_TEST_TMPDIR/top" || return
}
says() { # PATTERN: check fails and says so
  run ops/build/translate.py check
  [ "$status" = 1 ] || fail "check took it: $output"
  assert_regex "$output" "$1"
}

@test "the catalogues are whole: every text has its key, every key its text, in every language" {
  run "$tr" check
  assert_equal "$output" ''
  [ "$status" = 0 ]
}

@test "a missing, an unused, a torn and an empty text are found" {
  copy
  echo '<p>A sentence that nobody translated.</p>' >>html/pages/vault.html
  says 'vault.html: no key in en.json: A sentence that nobody translated'
  cp "$top/html/pages/vault.html" html/pages/
  sed -i 's/TR("Vault created")/TR("Vault made")/' common/domain/activity.c
  says 'activity.c: no key in en.json: Vault made'
  says 'is nowhere in the sources: Vault created'
  cp "$top/common/domain/activity.c" common/domain/
  sed -i '/"p.vault":/d' html/i18n/de.json
  says 'de.json: p.vault is missing'
  cp "$top/html/i18n/de.json" html/i18n/
  sed -i 's/\(bis {{last}} von \){{total}}/\1allen/' html/i18n/de.json
  says 'de.json: .* has other holes than the English text'
  cp "$top/html/i18n/de.json" html/i18n/
  sed -i 's/"p.vault": ".*"/"p.vault": " "/' html/i18n/de.json
  says 'de.json: p.vault is empty'
  cp "$top/html/i18n/de.json" html/i18n/fr.json
  cp "$top/html/i18n/de.json" html/i18n/
  says 'lang.h'
}

@test "the sentences of the scripts: one that is missing, left over, torn, empty or used by nobody is found" {
  copy
  local js=html/js
  spoil() { # SED-COMMAND FILE PATTERN
    sed -i "$1" "$js/$2"
    says "$3"
    cp "$top/$js/$2" "$js/"
  }
  spoil '/^  undo: /d' words-de.js 'words-de.js: undo is missing'
  spoil "s/^  undo: /  other: 'x',\\n&/" words-de.js 'words-de.js: other is not in words.js'
  spoil "s/noch \${s} s/noch s/" words-de.js 'words-de.js: left has other holes'
  spoil "s/^  undo: .*/  undo: '',/" words-de.js 'words-de.js: undo .* is empty'
  spoil "s/'schwach', //" words-de.js 'words-de.js: levels has 4 texts, the English one 5'
  spoil "s/^  undo: /  other: 'x',\\n&/" words.js 'words.js: other is used by no script'
  spoil '/^  undo: /d' words.js 'words.js: undo is used and not there'
}

@test "a page is cut and put together again without a change" {
  for f in "$top"/html/pages/[!_]*.html "$top"/html/static/*.html; do
    "$top/ops/build/expand.sh" "$f" "$top/html/pages" /dev/null >"$BATS_TEST_TMPDIR/page"
    "$tr" page en <"$BATS_TEST_TMPDIR/page" | sed 's/<html lang="en" dir="ltr">/<html lang="en">/' | diff "$BATS_TEST_TMPDIR/page" - >"$BATS_TEST_TMPDIR/diff" ||
      fail "$f: $(cat "$BATS_TEST_TMPDIR/diff")"
  done
}

@test "in German a page keeps its tags, sections and values" {
  skeleton() { grep -oE '<[^>]*>|\{\{[^}]*\}\}' "$1" | sed -E 's/ (aria-label|placeholder|title|alt)="[^"]*"//; s/<html[^>]*>//' | sort; }
  for f in "$top"/html/pages/[!_]*.html "$top"/html/static/*.html; do
    "$top/ops/build/expand.sh" "$f" "$top/html/pages" /dev/null >"$BATS_TEST_TMPDIR/en"
    "$tr" page de <"$BATS_TEST_TMPDIR/en" >"$BATS_TEST_TMPDIR/de"
    diff <(skeleton "$BATS_TEST_TMPDIR/en") <(skeleton "$BATS_TEST_TMPDIR/de") >"$BATS_TEST_TMPDIR/diff" || fail "$f: $(cat "$BATS_TEST_TMPDIR/diff")"
  done
}

@test "sentences, attributes, inline tags and sections" {
  given() { printf '%s\n' "$1" | "$tr" page "${2:-de}"; }
  assert_equal "$(given '<p>It is in the <a href="/trash">trash</a> for 30 days.</p>')" '<p>Er liegt 30 Tage im <a href="/trash">Papierkorb</a>.</p>'
  assert_equal "$(given '<button aria-label="Edit {{.site}}">{{#x}}Cancel{{/x}}</button>')" '<button aria-label="{{.site}} bearbeiten">{{#x}}Abbrechen{{/x}}</button>'
  assert_equal "$(given '<p>Not in the catalogue, {{x}} &amp; Vault</p>')" '<p>Not in the catalogue, {{x}} &amp; Vault</p>'
  assert_equal "$(given '<title>{{title_error}}Vault · VaultSphere</title>')" '<title>{{title_error}}Tresor · VaultSphere</title>'
  assert_equal "$(given '<html lang="en"><p>a</p>' rtl)" '<html lang="ar" dir="rtl"><p>a</p>'
}

@test "the pseudo-locale is 40 % longer and loses no hole" {
  long=$(printf '<p>{{first}} entries of <b>{{total}}</b> need attention.</p>' | "$tr" page qps)
  assert_regex "$long" '\{\{first\}\}.*<b>\{\{total\}\}</b>'
  refute_regex "$long" 'entries'
  [ "${#long}" -ge 60 ] || fail "$long"
}
