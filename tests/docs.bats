# The operator's documents: what they name exists, and what they quote is what the programs say.

setup() {
  load helpers/assert
  cd "$BATS_TEST_DIRNAME/.."
  docs=(ops/RUNBOOK.md ops/TROUBLESHOOTING.md ops/UPGRADE.md)
}
# what stands in code, a piece a line: spans and fenced blocks
pieces() {
  local block
  for f in "$@"; do
    awk '/^```/ { block = !block; next } block { print; next } { while (match($0, /`[^`]+`/)) { print substr($0, RSTART + 1, RLENGTH - 2); $0 = substr($0, RSTART + RLENGTH) } }' "$f"
  done
}

@test "every make target is one, and every variable handed to it is read" {
  found=0
  while read -r target; do
    found=$((found + 1))
    grep -qE "^$target:|^\.PHONY:.* $target( |$)" Makefile || fail "no target $target"
  done < <(pieces "${docs[@]}" README.md | grep -oE '^make [a-z-]+' | cut -d' ' -f2 | sort -u)
  [ "$found" -gt 8 ]
  for v in $(pieces "${docs[@]}" | grep -oE '^make [a-z-]+ .*' | grep -oE '\b[A-Z_]+=' | sort -u); do
    grep -qF "\$(${v%=})" Makefile || fail "the Makefile does not read $v"
  done
}

@test "every file named is there" {
  found=0
  for p in $(cat "${docs[@]}" README.md | grep -oE '\b(ops|tests|common|cgi-bin|html)/[A-Za-z0-9_./-]*[A-Za-z0-9_]' | sort -u); do
    found=$((found + 1))
    [ -e "$p" ] || [ -e "${p%.}" ] || fail "$p"
  done
  [ "$found" -gt 15 ]
  for p in $(grep -ohE '\]\([A-Z]+\.md' "${docs[@]}" | tr -d '](' | sort -u); do [ -e "ops/$p" ] || fail "$p"; done
}

@test "every part that one refers to another for is there" {
  # [RUNBOOK.md](RUNBOOK.md), Lost secret
  while IFS='|' read -r file part; do
    grep -qE "^##+ .*${part}" "ops/$file" || fail "$file has no part \"$part\""
  done < <(grep -ohE '\]\((RUNBOOK|UPGRADE)\.md\), [A-Z][a-z]+( [a-z]+){0,2}' "${docs[@]}" | sed -E 's/^\]\(([A-Z.md]+)\), (.*)$/\1|\2/' | sort -u)
}

@test "every command of a script is one that it knows" {
  found=0
  while read -r script word; do
    found=$((found + 1))
    [ -x "$script" ] || fail "$script is no program"
    case $word in
      '' | [A-Z.]* | var* | */*) ;;
      *) grep -qF -e "$word" "$script" || fail "$script does not know $word" ;;
    esac
  done < <(pieces "${docs[@]}" | grep -oE '^(/opt/vaultsphere/|ops/)[a-z-]+\.sh( [^ ]+)?' | sed 's|^/opt/vaultsphere/|ops/|')
  [ "$found" -gt 4 ]
  # and the tools
  while read -r tool word; do
    grep -qE "\{ \"$word\"|\"$word\"" "ops/tools/$tool.c" || fail "$tool does not know $word"
  done < <(pieces "${docs[@]}" | grep -oE '^vs-[a-z]+ [a-z]+' | sort -u)
  # installed names are what make install installs
  for name in $(cat "${docs[@]}" ops/vaultsphere-backup.service | grep -oE '\bvaultsphere-(backup|restore|rotate-secret|move)\b' | sort -u); do
    grep -q "bin/$name" Makefile || fail "$name is not installed"
  done
}

@test "every sentence in the troubleshooting page's first column is one that a program says" {
  # text as the programs print it: C strings joined, backslashes gone
  find ops common cgi-bin -name '*.c' -o -name '*.h' -o -name '*.sh' | sort | xargs cat | tr -d '\\' | tr '\n\t' '  ' >"$BATS_TEST_TMPDIR/source"
  found=0
  while IFS= read -r piece; do
    # the pieces between what varies
    while IFS= read -r part; do
      part=$(sed -E 's/^[ .,:]+//;s/[ ]+$//' <<<"$part")
      [ ${#part} -ge 6 ] || continue
      found=$((found + 1))
      grep -qF -e "$part" "$BATS_TEST_TMPDIR/source" || [[ $part == 'Address already in use' ]] || fail "nobody says: $part"
    done < <(sed 's/…/\n/g' <<<"$piece")
  done < <(grep '^| ' ops/TROUBLESHOOTING.md | cut -d'|' -f2 | grep -oE '`[^`]+`' | tr -d '`')
  [ "$found" -gt 50 ] || fail "$found"
}

@test "every sentence that the run book quotes is one that a program says" {
  find ops common cgi-bin -name '*.c' -o -name '*.h' -o -name '*.sh' | sort | xargs cat | tr -d '\\' >"$BATS_TEST_TMPDIR/source"
  for s in 'VaultSphere answers at' 'both hold the same' 'is whole' 'a new secret is in use' 'secrets that are not there any more' 'the database is there but DATA/secret is not' \
    'was SESSION_SECRET_PREVIOUS dropped too early' 'The server has no room left' 'there is no room left on the disk' 'a fresh web server did not start, the one before stays' \
    wrong_password throttled dynamodb_try settings-of-backup before-restore before-migration; do
    grep -qF -e "$s" ops/RUNBOOK.md ops/UPGRADE.md || fail "the page does not say it: $s"
    grep -qF -e "$s" "$BATS_TEST_TMPDIR/source" || fail "nobody says: $s"
  done
}

@test "the units of systemd are ones that it takes" {
  command -v systemd-analyze >/dev/null || skip 'no systemd-analyze'
  cp ops/vaultsphere-backup.service ops/vaultsphere-backup.timer "$BATS_TEST_TMPDIR/"
  run systemd-analyze verify --man=no "$BATS_TEST_TMPDIR/vaultsphere-backup.timer"
  refute_regex "$output" 'Unknown|Failed|Invalid|not executable'
  run systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' ops/vaultsphere-backup.timer)"
  assert_equal "$status" 0
}
