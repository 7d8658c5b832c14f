# The tree keeps its shape: top level, layers, one name in several places.

setup() {
  load helpers/assert
  top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
  cd "$top"
  layers='base crypto http store domain route'
}

# may LAYER: the layers that it may include
may() {
  case $1 in
    base) echo base ;;
    crypto) echo base crypto ;;
    http) echo base crypto http ;;
    store) echo base crypto store ;;
    domain) echo base crypto http store domain ;;
    route) echo base crypto http store domain route ;;
  esac
}

@test "every include of common/ points to its own layer or to one on its left" {
  for layer in $layers; do
    while IFS=: read -r file _ line; do
      to=$(sed 's/.*#include "\([^"]*\)".*/\1/' <<<"$line")
      case $to in
        pages.h) [ "$layer" = route ] || fail "$file: $to" ;;
        */*) [[ " $(may "$layer") " == *" ${to%%/*} "* ]] || fail "$file includes $to" ;;
        *) fail "$file: $to is not written from common/" ;;
      esac
      [[ $to != ../* ]] || fail "$file: $to"
    done < <(grep -n '#include "' -r "common/$layer")
  done
}

@test "the domain knows no HTTP, http and store do not see each other, libcrypto is crypto's alone, SQLite is the store's" {
  if grep -rn '#include "http/' common/domain common/store common/crypto common/base; then fail "above"; fi
  if grep -rn '#include "store/' common/http common/crypto common/base; then fail "above"; fi
  if grep -rn '<openssl/' common cgi-bin | grep -v '^common/crypto/'; then fail "above"; fi
  if grep -rn '<sqlite3.h>' common cgi-bin | grep -v '^common/store/'; then fail "above"; fi
  if grep -rn 'getenv' common cgi-bin --include='*.c' | grep -v 'common/http/request.c\|common/base/conf.c\|common/base/version.c'; then fail "above"; fi
}

@test "public programs link no store" {
  for p in health generate not-found; do
    nm "build/sqlite/obj/cgi-bin/$p.o" >/dev/null
    if strings "build/sqlite/cgi-bin/$p" | grep -q 'SQLite format 3'; then fail "$p links SQLite"; fi
  done
  strings build/sqlite/cgi-bin/session | grep -q 'SQLite format 3' || fail "the search finds nothing at all"
}

@test "nothing else stands at the top" {
  for n in $(git ls-tree --name-only HEAD 2>/dev/null || ls -A); do
    case $n in
      .* | Makefile | cgi-bin | common | html | lighttpd.conf | tests | Dockerfile | Jenkinsfile | ops | README.md | LICENSE) ;;
      build | reports | var) ;;
      *) fail "at the top: $n" ;;
    esac
  done
}

@test "route files are short, no file is above 500 lines" {
  for f in cgi-bin/*.c; do
    n=$(wc -l <"$f")
    [ "$n" -le 170 ] || fail "$f: $n lines"
  done
  while read -r n f; do
    [ "$f" = total ] || [ "$n" -le 520 ] || fail "$f: $n lines"
  done < <(find common cgi-bin ops tests -name '*.[ch]' -o -name '*.sh' -o -name '*.bats' -o -name '*.bash' | grep -v 'utf8_folds\|tests/unit' | xargs wc -l)
}

@test "every program has its address, every address its program" {
  for f in cgi-bin/*.c; do
    n=$(basename "$f" .c)
    case $n in
      health-deep | not-found | api-entries) grep -q "/cgi-bin/$n" lighttpd.conf || fail "$n has no address" ;;
      register-* | login-* | entry-* | trash-* | settings-* | vault-* | import-* | admin-*) grep -q "\"^/${n%%-*}/([a-z|]*\b${n#*-}\b[a-z|]*)" lighttpd.conf || fail "$n has no address" ;;
      *) grep -q "\"^/([a-z|-]*\b$n\b[a-z|-]*)" lighttpd.conf || fail "$n has no address" ;;
    esac
  done
}
