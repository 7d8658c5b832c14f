#!/bin/bash
# lint.sh - every static check; all of them run, then the result.
set -u
B=${B:-build}
export B
bad=0
run() {
  echo "-- $1"
  shift
  "$@" || bad=1
}
mapfile -t sources < <(find common cgi-bin ops/tools -name '*.c')
run cppcheck cppcheck --quiet --std=c11 --language=c --enable=warning,performance,portability --inline-suppr --error-exitcode=1 -j2 \
  --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches --suppress=unknownMacro -D_GNU_SOURCE -Icommon -I"$B/gen" -I"$B/deps/include" "${sources[@]}"
# shellcheck disable=SC2317 # called through run
tidy() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  printf '%s\n' "${sources[@]}" | xargs -P 2 -I{} sh -c 'clang-tidy --quiet "{}" -- -std=c17 -D_GNU_SOURCE -include common/base/banned.h -Icommon -I"$B/gen" -I"$B/deps/include" 2>/dev/null ||
    exit 1' >"$B/tidy.out" || { grep -E 'error|warning' "$B/tidy.out" | head -40; return 1; }
}
run clang-tidy tidy
mapfile -t scripts < <(find ops tests -name '*.sh')
run shellcheck shellcheck "${scripts[@]}" .ci/run
run 'shellcheck (helpers)' shellcheck -s bash -e SC1090,SC1007,SC2034,SC2086,SC2154,SC2120,SC2119 tests/helpers/*.bash
# shellcheck disable=SC2317
pages() {
  tests/tools/node.sh && tests/web/preview.sh "$B/preview" && "$B/node/node_modules/.bin/html-validate" --config tests/web/htmlvalidate.json "$B/preview/*.html"
}
run html-validate pages
run 'scripts and styles' tests/tools/scripts.sh
run 'texts of the pages and programs' ops/build/translate.py check
# shellcheck disable=SC2317
other_languages() {
  local l
  for l in de qps rtl; do
    LANGUAGE_OF_PAGES=$l tests/web/preview.sh "$B/preview-$l" && "$B/node/node_modules/.bin/html-validate" --config tests/web/htmlvalidate.json "$B/preview-$l/*.html" || return 1
  done
}
run 'html-validate (German, longer by 40 %, from right to left)' other_languages
exit $bad
