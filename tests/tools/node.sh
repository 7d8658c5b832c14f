#!/bin/sh
# node.sh - the checkers that npm has, at the versions of tests/web/package-lock.json, in the build folder.
set -eu
B=${B:-build}
mkdir -p "$B/node"
cmp -s tests/web/package-lock.json "$B/node/package-lock.json" && [ -e "$B/node/.done" ] && exit 0
cp tests/web/package.json tests/web/package-lock.json "$B/node/"
(cd "$B/node" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 PUPPETEER_SKIP_DOWNLOAD=1 npm ci --ignore-scripts --silent --no-audit --no-fund)
touch "$B/node/.done"
