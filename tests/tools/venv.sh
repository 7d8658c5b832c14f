#!/bin/sh
# venv.sh - python packages of the tests, in a virtual environment of the build folder.
set -eu
B=${B:-build}
v=$B/venv
# made again where this file changed; by "python -m", as pip itself names the folder that it was made in
[ "$(cat "$v/.done" 2>/dev/null)" = "$(cksum <"$0")" ] || {
	/usr/bin/python3 -m venv "$v"
	"$v/bin/python" -m pip install -q --no-compile --disable-pip-version-check cryptography argon2-cffi gcovr==8.3 "moto[server,dynamodb]==5.2.5" "awscli==1.46.3" detect-secrets==1.5.0
	cksum <"$0" >"$v/.done"
}
"$v/bin/python" -c 'import cryptography, argon2, gcovr, moto'
