#!/bin/sh
# scripts.sh - what html/js and html/css must keep: types, no markup out of text, no mistakes that the eye does not see.
set -eu
B=${B:-build}
tests/tools/node.sh
bin=$B/node/node_modules/.bin
bad=0
"$bin/tsc" -p tests/web/tsconfig.json || bad=1
# the checkers read their configuration beside their own packages
cp tests/web/eslint.config.mjs tests/web/stylelint.config.mjs "$B/node/"
"$bin/eslint" --config "$B/node/eslint.config.mjs" --no-inline-config html/js/*.js || bad=1
"$bin/stylelint" --config "$B/node/stylelint.config.mjs" --config-basedir "$B/node" html/css/*.css || bad=1
exit $bad
