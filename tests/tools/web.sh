#!/bin/sh
# web.sh [PART...] - the browser's part: real lighttpd with TLS, the release programs, Debian's Chromium.
set -eu
B=${B:-build}
export B
tests/tools/node.sh
NODE_PATH=$PWD/$B/node/node_modules exec timeout -k 10 "${WEB_SECONDS:-1500}" node tests/web/run.cjs "$@"
