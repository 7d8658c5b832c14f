# What the compiler and linker were asked for is read back from the programs (STYLE.md 4, habit 20).

setup() {
  load helpers/assert
  B=$(cd "$BATS_TEST_DIRNAME/../${VS_BUILD:-build/sqlite}" 2>/dev/null && pwd || (cd "$VS_BUILD" && pwd))
  top=$BATS_TEST_DIRNAME/..
}

@test "programs are static: no interpreter, nothing to load" {
  for p in "$B"/cgi-bin/*; do
    readelf -lW "$p" | grep -q INTERP && fail "$p needs an interpreter"
    readelf -dW "$p" | grep -q NEEDED && fail "$p needs a library"
  done
  true
}

@test "position-independent, but for those that carry the password rater" {
  fixed=$(sed -n 's/^FIXED := //p' "$top/Makefile")
  for p in "$B"/cgi-bin/*; do
    n=$(basename "$p")
    type=$(readelf -hW "$p" | awk '/Type:/ { print $2 }')
    if [[ " $fixed " == *" $n "* ]]; then assert_equal "$n $type" "$n EXEC"; else assert_equal "$n $type" "$n DYN"; fi
  done
}

@test "RELRO, no executable stack, no segment both writable and executable" {
  for p in "$B"/cgi-bin/*; do
    readelf -lW "$p" | grep -q GNU_RELRO || fail "$p: no RELRO"
    readelf -lW "$p" | grep GNU_STACK | grep -q 'RW ' || fail "$p: stack"
    readelf -lW "$p" | grep LOAD | grep -q 'RWE' && fail "$p: RWE segment"
  done
  true
}

@test "stack protector, fortified calls, CET in our objects" {
  n=0
  for o in "$B"/obj/common/*/*.o; do
    readelf -nW "$o" | grep -q 'x86 feature: IBT, SHSTK' || fail "$o: no CET mark"
    nm "$o" | grep -q '__stack_chk_fail' && n=$((n + 1))
  done
  [ "$n" -ge 15 ] || fail "only $n objects with stack protector"
  nm "$B"/obj/common/base/log.o | grep -q '_chk' || fail "nothing fortified"
}

@test "known-bad sources are refused: banned calls, silent conversion, shadowing, bad format" {
  flags=$(sed 's/-MMD -MP//' "$B/.flags")
  [ -n "$flags" ] || fail "no flags"
  refused() {
    printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/bad.c"
    if (cd "$top" && $flags -c -o /dev/null "$BATS_TEST_TMPDIR/bad.c") >/dev/null 2>&1; then fail "compiled: $1"; fi
  }
  taken() {
    printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/good.c"
    (cd "$top" && $flags -c -o /dev/null "$BATS_TEST_TMPDIR/good.c") || fail "refused: $1"
  }
  taken 'int f(int a); int f(int a) { return a; }'
  refused 'void f(char *a); void f(char *a) { strcpy(a, "x"); }'
  refused 'void f(char *a); void f(char *a) { sprintf(a, "x"); }'
  refused 'int f(const char *a); int f(const char *a) { return atoi(a); }'
  refused 'int f(void); int f(void) { return rand(); }'
  refused 'char *f(char *a); char *f(char *a) { return strtok(a, ","); }'
  refused 'short f(long a); short f(long a) { return a; }'
  refused 'int f(int a); int f(int a) { int b = a; { int b = 2; a = b; } return b; }'
  refused 'void f(const char *a); void f(const char *a) { printf(a); }'
  refused 'int f() { return 0; }'
  refused 'void f(int n); void f(int n) { char a[n]; a[0] = 0; (void)a; }'
  refused '#include "crypto/rng.h"
void f(void); void f(void) { char a[2]; rng_bytes(a, 2); }'
}
