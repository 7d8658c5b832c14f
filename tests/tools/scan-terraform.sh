#!/bin/sh
# scan-terraform.sh - what is too heavy for every `make test`: checkov over ops/terraform, and the scaled profile applied against moto as well.
set -eu
B=${B:-build}
v=$B/venv-checkov
tests/tools/venv.sh
[ -e "$v/.done" ] || {
	/usr/bin/python3 -m venv "$v"
	"$v/bin/pip" install -q --disable-pip-version-check checkov==3.3.30
	touch "$v/.done"
}
# offline: nothing of ours is sent anywhere
"$v/bin/checkov" -d ops/terraform --framework terraform --skip-download --quiet --compact
TERRAFORM=full VS_BUILD=$B/sqlite bats --timing tests/terraform.bats
