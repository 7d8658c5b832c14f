#!/bin/sh
# expand.sh FILE FOLDER NAMES - a page with its partials (<!--#include _x.html-->, also inside partials) and hashed asset names.
set -eu
file=$1 folder=$2 names=$3
awk -v folder="$folder" '
	function out(f,    line, part) {
		while ((getline line < f) > 0) {
			if (match(line, /<!--#include [^ ]+ ?-->/)) {
				part = substr(line, RSTART + 13, RLENGTH - 16)
				gsub(/ /, "", part)
				out(folder "/" part)
			} else
				print line
		}
		close(f)
	}
	BEGIN { out(ARGV[1]); exit }' "$file" | sed -f "$names"
