#!/bin/sh
# page.sh NAME FOLDER NAMES - html/pages/NAME.html as a C symbol: partials put in, asset names replaced by the hashed ones in NAMES.
# page.sh header NAME...    - the header that declares them.
set -eu
symbol() { printf 'page_%s' "$1" | tr - _; }
if [ "$1" = header ]; then
	shift
	printf '#ifndef PAGES_H\n#define PAGES_H\n\n#include "http/page.h"\n\n'
	for n in "$@"; do printf 'extern const struct page %s;\n' "$(symbol "$n")"; done
	printf '\n#endif\n'
	exit 0
fi
name=$1 folder=$2 names=$3
here=$(dirname "$0")
"$here/expand.sh" "$folder/$name.html" "$folder" "$names" | awk -v s="$(symbol "$name")" -v n="$name" '
	BEGIN { printf "#include \"pages.h\"\n\nstatic const char text[] =\n" }
	{ gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); printf "\t\"%s\\n\"\n", $0 }
	END { printf "\t\"\";\nconst struct page %s = { \"%s\", text, sizeof(text) - 1 };\n", s, n }'
