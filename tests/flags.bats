# Flags are tested, not trusted (STYLE 4, habit 20): what the built programs say of themselves, and what the compiler must refuse.

setup() {
  load helpers/assert
  root=$BATS_TEST_DIRNAME/..
  VS_BUILD=${VS_BUILD:-build/sqlite}
  case $VS_BUILD in /*) ;; *) VS_BUILD=$root/$VS_BUILD ;; esac
  VS_BUILD=$(cd "$VS_BUILD" && pwd)
  programs=("$VS_BUILD"/cgi-bin/* "$VS_BUILD"/tools/*)
  # programs at a fixed address: the Makefile names each, with its reason
  FIXED=$(make_says FIXED)
}

make_says() { # VARIABLE
  make -s -C "$root" --no-print-directory "print-$1" MAKEFLAGS=
}

fixed() {
  [[ " $FIXED " == *" ${1##*/} "* ]]
}

each() { # FUNCTION: for every program
  local p
  [ "${#programs[@]}" -gt 20 ] || fail "only ${#programs[@]} programs in $VS_BUILD"
  for p in "${programs[@]}"; do
    "$1" "$p" || fail "$(basename "$p"): $1"
  done
}

pie() {
  fixed "$1" || readelf -hW "$1" | grep -q 'Type: *DYN'
}
relro() {
  readelf -lW "$1" | grep -q GNU_RELRO
}
bind_now() { # nothing is bound late where nothing is bound: a program at a fixed address has no dynamic section
  fixed "$1" || readelf -dW "$1" | grep -qE 'BIND_NOW|Flags:.*NOW'
}
no_exec_stack() {
  readelf -lW "$1" | grep -q 'GNU_STACK.* RW '
}
never_writable_and_executable() {
  ! readelf -lW "$1" | grep -qE '^ *LOAD.* RWE'
}
no_text_relocations() {
  ! readelf -dW "$1" | grep -q TEXTREL
}
stack_protector() {
  grep -qaF 'stack smashing detected' "$1"
}
fortified() {
  grep -qaF 'buffer overflow detected' "$1"
}
static() {
  ! readelf -lW "$1" | grep -q INTERP
}
stripped() {
  ! readelf -SW "$1" | grep -q '\.symtab'
}
no_build_path() { # where it was built is nobody's business, and the same sources give the same bytes everywhere
  ! grep -qaF "$(cd "$root" && pwd)/common" "$1"
}

@test "every program is position-independent but those that the Makefile names" { each pie; }
@test "every program has read-only relocations" { each relro; }
@test "every program binds at start" { each bind_now; }
@test "no program has an executable stack" { each no_exec_stack; }
@test "no segment is both writable and executable" { each never_writable_and_executable; }
@test "no program has relocations in its code" { each no_text_relocations; }
@test "every program has the stack protector" { each stack_protector; }
@test "every program is static and stripped" { each static && each stripped; }
@test "no program tells where it was built" { each no_build_path; }

@test "programs may be run but not read by others" {
  for p in "$VS_BUILD"/cgi-bin/*; do assert_equal "$(basename "$p") $(stat -c %a "$p")" "$(basename "$p") 711"; done
}

@test "our own code: stack protector, fortified calls, and control-flow notes in every object" {
  nm "$VS_BUILD/libvault.a" 2>/dev/null >"$BATS_TEST_TMPDIR/nm"
  grep -q 'U __stack_chk_fail' "$BATS_TEST_TMPDIR/nm"
  grep -qE 'U __[a-z]+_chk' "$BATS_TEST_TMPDIR/nm" || fail 'no fortified call'
  [ "$(uname -m)" = x86_64 ] || skip 'control-flow notes are read on x86-64'
  while read -r o; do
    readelf -nW "$o" | grep -q 'IBT, SHSTK' || fail "$o"
  done < <(find "$VS_BUILD/obj/common" "$VS_BUILD/obj/cgi-bin" -name '*.o')
}

# compiles LINES: with the flags of the release, as a file of common/
compiles() {
  printf '#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <time.h>\n%s\n' "$1" >"$BATS_TEST_TMPDIR/x.c"
  (cd "$root" && $(make_says CC) $(make_says CFLAGS_COMMON) $(make_says CFLAGS_sqlite) -c -o "$BATS_TEST_TMPDIR/x.o" "$BATS_TEST_TMPDIR/x.c") 2>"$BATS_TEST_TMPDIR/err"
}

@test "a good file compiles, so that the refusals below mean something" {
  compiles 'int f(int a); int f(int a) { return a + 1; }' || fail "$(cat "$BATS_TEST_TMPDIR/err")"
}

@test "known-bad files are refused: banned calls, silent conversions, forgotten members, shadows, VLAs" {
  while IFS= read -r line; do
    if compiles "$line"; then fail "compiled: $line"; fi
  done <<'LIST'
void f(char *a, const char *b); void f(char *a, const char *b) { strcpy(a, b); }
void f(char *a, const char *b); void f(char *a, const char *b) { strcat(a, b); }
void f(char *a, int b); void f(char *a, int b) { sprintf(a, "%d", b); }
char *f(char *a); char *f(char *a) { return strtok(a, ","); }
int f(const char *a); int f(const char *a) { return atoi(a); }
int f(void); int f(void) { return rand(); }
struct tm *f(const time_t *t); struct tm *f(const time_t *t) { return localtime(t); }
int f(long a); int f(long a) { return a; }
unsigned f(int a); unsigned f(int a) { return a; }
uint8_t f(int a); uint8_t f(int a) { uint8_t b = a; return b; }
int f(int a); int f(int a) { { int a = 2; return a; } }
int f(int n); int f(int n) { int v[n]; v[0] = 1; return v[0]; }
int f(void) { return 1; } int g() { return 2; }
int f(int a) { return a; }
enum e { A, B }; int f(enum e x); int f(enum e x) { switch (x) { case A: return 1; default: return 0; } }
void f(const char *s); void f(const char *s) { printf(s); }
int f(void); int f(void) { int unused; return 1; }
int f(int a); int f(int a) { return a < 1u; }
#if NOT_DEFINED_ANYWHERE
LIST
}
