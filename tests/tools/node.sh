#!/bin/sh
# node.sh [ops] - the checkers that npm has, at the versions of tests/web/package-lock.json, in the build folder: node; with ops those of tests/ops, in node-ops.
set -eu
B=${B:-build}
from=tests/${1:-web} to=$B/node${1:+-$1}
mkdir -p "$to"
cmp -s "$from/package-lock.json" "$to/package-lock.json" && [ -e "$to/.done" ] && exit 0
cp "$from/package.json" "$from/package-lock.json" "$to/"
(cd "$to" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 PUPPETEER_SKIP_DOWNLOAD=1 npm ci --ignore-scripts --silent --no-audit --no-fund)
touch "$to/.done"
