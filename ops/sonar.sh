#!/bin/sh
# sonar.sh - one analysis by sonar-scanner: what ops/sonar.properties says, of this version. SONAR_HOST_URL and SONAR_TOKEN come from the environment
# (Jenkins: withSonarQubeEnv). Reads reports/ as `make test` and `make scan` leave it.
set -eu
cd "$(dirname "$0")/.."
command -v sonar-scanner >/dev/null || { echo 'sonar: sonar-scanner is not installed' >&2; exit 1; }
[ -s reports/coverage-sonar.xml ] || { echo 'sonar: reports/coverage-sonar.xml is not there: run make test first' >&2; exit 1; }
exec sonar-scanner -Dproject.settings=ops/sonar.properties -Dsonar.projectVersion="$(make -s print-VERSION)" "$@"
