# The tree: which layer may include which (ARCHITECTURE 1), what lies at the top, and what a program that needs no store does not carry.

setup() {
  load helpers/assert
  root=$BATS_TEST_DIRNAME/..
  VS_BUILD=${VS_BUILD:-build/sqlite}
  case $VS_BUILD in /*) ;; *) VS_BUILD=$root/$VS_BUILD ;; esac
}

# wrong_includes FOLDER: one line for every #include "..." that the layers forbid
wrong_includes() {
  (cd "$1" && find common cgi-bin ops/tools -name '*.[ch]' -exec awk '
    BEGIN {
      split("base crypto http store domain route", names)
      allowed["base"] = " base "
      allowed["crypto"] = " base crypto "
      allowed["http"] = " base crypto http "
      allowed["store"] = " base crypto store "
      allowed["domain"] = " base crypto http store domain "
      allowed["route"] = " base crypto http store domain route "
      allowed["program"] = allowed["route"]
    }
    FNR == 1 { layer = FILENAME ~ /^common\// ? FILENAME : "program"; sub(/^common\//, "", layer); sub(/\/.*/, "", layer) }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
      name = $0
      sub(/^[^"]*"/, "", name)
      sub(/".*/, "", name)
      if (name == "pages.h" && layer ~ /^(program|route)$/)
        next
      from = name
      sub(/\/.*/, "", from)
      if (name !~ /^[a-z]+\/[a-z0-9_]+\.h$/)
        print FILENAME ": " name " is not written from common/"
      else if (index(allowed[layer], " " from " ") == 0)
        print FILENAME ": " layer " must not see " from " (" name ")"
    }' {} +)
}

# tree NAME LINE: a small tree whose file common/NAME holds LINE
tree() {
  rm -rf "$BATS_TEST_TMPDIR/tree"
  mkdir -p "$BATS_TEST_TMPDIR"/tree/{cgi-bin,ops/tools,common/{base,crypto,http,store,domain,route}}
  printf '#include <stdio.h>\n%s\n' "$2" >"$BATS_TEST_TMPDIR/tree/$1"
}

@test "no layer includes what stands to its right" {
  assert_equal "$(wrong_includes "$root")" ''
}

@test "every wrong arrow is seen" {
  while read -r file include; do
    tree "$file" "#include \"$include\""
    [ -n "$(wrong_includes "$BATS_TEST_TMPDIR/tree")" ] || fail "$file may include $include"
  done <<'LIST'
common/base/a.c crypto/hash.h
common/crypto/a.c http/reply.h
common/crypto/a.h store/store.h
common/http/a.c store/store.h
common/store/a.c http/page.h
common/http/a.h domain/user.h
common/domain/a.c route/route.h
common/http/a.c pages.h
common/domain/a.c ../http/page.h
common/route/a.c route.h
cgi-bin/a.c ../common/route/route.h
cgi-bin/a.c common/route/route.h
LIST
}

@test "every right arrow is let through" {
  while read -r file include; do
    tree "$file" "  #  include \"$include\""
    assert_equal "$(wrong_includes "$BATS_TEST_TMPDIR/tree")" ''
  done <<'LIST'
common/base/a.c base/buf.h
common/crypto/a.c base/buf.h
common/store/a.c crypto/hash.h
common/domain/a.c store/store.h
common/route/a.c http/reply.h
cgi-bin/a.c route/route.h
cgi-bin/a.c pages.h
LIST
}

@test "the top level holds what it is meant to hold and no more" {
  cd "$root"
  got=$(git ls-files | cut -d/ -f1 | sort -u | grep -vxE '\..*|Makefile|cgi-bin|common|html|lighttpd\.conf|tests|Dockerfile|Jenkinsfile|ops|README\.md|LICENSE' || true)
  assert_equal "$got" ''
}

@test "one name, one route: every program has its page or answers without one, and every page belongs to a program" {
  cd "$root"
  for f in cgi-bin/*.c; do
    for p in $(grep -o '&page_[a-z_]*' "$f" | sort -u); do
      p=${p#&page_}
      [ -e "html/pages/${p//_/-}.html" ] || fail "$f names page_$p, which html/pages does not have"
    done
  done
  for f in html/pages/[a-z]*.html; do
    p=$(basename "$f" .html)
    grep -rqE "page_${p//-/_}\b" cgi-bin common || fail "$f is shown by no program"
  done
}

@test "route files stay short: tables, handlers, main" {
  cd "$root"
  while read -r lines f; do
    [ "$f" = total ] || [ "$lines" -le "${ROUTE_LINES_MAX:-160}" ] || fail "$f has $lines lines"
  done < <(wc -l cgi-bin/*.c)
}

@test "programs that need no store carry no SQLite; those that need it do" {
  has() { grep -cF 'SQLite format 3' "$VS_BUILD/cgi-bin/$1" || true; }
  for p in health generate not-found; do
    [ "$(has $p)" = 0 ] || fail "$p carries SQLite"
    # shellcheck disable=SC2046
    [ -z "$(nm "$VS_BUILD/cgi-bin/$p" 2>/dev/null | grep -i sqlite)" ] || fail "$p has symbols of SQLite"
  done
  for p in vault login health-deep; do
    [ "$(has $p)" != 0 ] || fail "$p was expected to carry SQLite: this test sees nothing"
  done
}
