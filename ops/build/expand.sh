#!/bin/sh
# expand.sh FILE FOLDER NAMES - a page with its partials and hashed asset names. <!--#include _x.html--> stands also inside partials;
# <!--#include _x.html /vault--> marks the partial's link to /vault as the page that one is on.
set -eu
file=$1 folder=$2 names=$3
awk -v folder="$folder" '
	function out(f, here,    line, word, at) {
		while ((getline line < f) > 0) {
			if (match(line, /<!--#include [^>]*-->/)) {
				split(substr(line, RSTART + 13, RLENGTH - 16), word, " ")
				out(folder "/" word[1], word[2])
			} else {
				at = here == "" ? 0 : index(line, "<li><a href=\"" here "\">")
				if (at > 0) {
					at += length("<li><a href=\"" here "\"")
					line = substr(line, 1, at - 1) " aria-current=\"page\"" substr(line, at)
				}
				print line
			}
		}
		close(f)
	}
	BEGIN { out(ARGV[1], ""); exit }' "$file" | sed -f "$names"
