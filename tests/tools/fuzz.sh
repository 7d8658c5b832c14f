#!/bin/sh
# fuzz.sh TARGET... - RUNS executions of each, two at a time; a crash keeps its input in reports/fuzz/.
set -eu
B=${B:-build} RUNS=${RUNS:-1000000}
mkdir -p reports/fuzz
export B RUNS
# shellcheck disable=SC2016 # expanded by the inner shell
printf '%s\n' "$@" | xargs -P 2 -I{} sh -c '
	mkdir -p "$B/fuzz/corpus/{}"
	"$B/fuzz/{}" -runs="$RUNS" -max_len=4096 -timeout=10 -close_fd_mask=2 -artifact_prefix=reports/fuzz/{}- "$B/fuzz/corpus/{}" >"reports/fuzz/{}.log" 2>&1 ||
		{ echo "{} failed"; tail -30 "reports/fuzz/{}.log"; exit 255; }
	echo "{}: $RUNS executions, no finding"'
