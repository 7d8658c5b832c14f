# assert.bash - comparisons whose failure text needs no second run.

# bats looks at every command of every function that a test calls, which takes ten times the programs' own time: here it looks at the lines of the test itself.
set +T
[ -z "${BATS_TEST_NAME-}" ] || declare -ft "$BATS_TEST_NAME" bats_error_trap bats_check_status_from_trap

fail() {
  printf '%s\n' "$@" >&2
  return 1
}

# assert_equal GOT WANTED
assert_equal() {
  [ "$1" = "$2" ] || fail "got:    $1" "wanted: $2"
}

# assert_regex TEXT PATTERN
assert_regex() {
  [[ $1 =~ $2 ]] || fail "text:    $1" "pattern: $2"
}

# refute_regex TEXT PATTERN
refute_regex() {
  if [[ $1 =~ $2 ]]; then fail "text:    $1" "must not match: $2"; fi
}

# assert_json PATH WANTED: a jq path of the last answer's body. By gojq here and in what else is called for each request: it starts in 3 ms, jq in 25.
assert_json() {
  local got
  got=$(gojq -r "$1" <<<"$body" 2>&1) || fail "no JSON: $body"
  [ "$got" = "$2" ] || fail "path:   $1" "got:    $got" "wanted: $2" "body:   $body"
}

# assert_status CODE: of the last answer
assert_status() {
  [ "$status_code" = "$1" ] || fail "status: $status_code, wanted $1" "request: $request_line" "body: $body" "stderr: $errors"
}
