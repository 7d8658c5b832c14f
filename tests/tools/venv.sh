#!/bin/sh
# venv.sh - python packages of the tests, in a virtual environment of the build folder.
set -eu
B=${B:-build}
v=$B/venv
[ -x "$v/.done" ] || {
	/usr/bin/python3 -m venv "$v"
	"$v/bin/pip" install -q --disable-pip-version-check cryptography argon2-cffi gcovr==8.3 "moto[server,dynamodb]==5.2.5" "awscli==1.46.3"
	touch "$v/.done"
	chmod +x "$v/.done"
}
"$v/bin/python" -c 'import cryptography, argon2, gcovr, moto'
