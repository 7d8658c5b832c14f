#!/bin/sh
# coverage.sh - lines and branches of common/ that the suite ran: lcov file, Sonar's XML, and the gate.
set -eu
B=${B:-build}
LINES=${LINES_MIN:-95} BRANCHES=${BRANCHES_MIN:-85}
"$B/venv/bin/gcovr" -r . -f 'common/' --exclude-unreachable-branches --exclude-throw-branches --gcov-ignore-parse-errors=all --gcov-ignore-errors=no_working_dir_found \
	--lcov reports/coverage.lcov --sonarqube reports/coverage-sonar.xml --cobertura reports/coverage.xml --json-summary reports/coverage.json --txt reports/coverage.txt \
	"$B/asan-cov/obj" >reports/gcovr.log 2>&1 || { tail -20 reports/gcovr.log; exit 1; }
jq -r '"coverage of common/: \(.line_percent) % of lines, \(.branch_percent) % of branches"' reports/coverage.json
jq -e --argjson l "$LINES" --argjson b "$BRANCHES" '.line_percent >= $l and .branch_percent >= $b' reports/coverage.json >/dev/null ||
	{ echo "below $LINES % of lines or $BRANCHES % of branches"; exit 1; }
