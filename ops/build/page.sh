#!/bin/sh
# page.sh NAME FOLDER NAMES - html/pages/NAME.html as a C symbol in every language: partials put in, asset names replaced by the hashed ones in NAMES.
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
text() { # NAME: standard input as a C text
	awk -v s="$1" '
	BEGIN { printf "static const char text_%s[] =\n", s }
	{ gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); printf "\t\"%s\\n\"\n", $0 }
	END { printf "\t\"\";\n" }'
}
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT
"$here/expand.sh" "$folder/$name.html" "$folder" "$names" >"$tmp"
printf '#include "pages.h"\n\n'
text en <"$tmp"
others=
for l in $("$here/translate.py" languages); do
	[ "$l" = en ] && continue
	"$here/translate.py" page "$l" <"$tmp" | text "$l"
	others="$others { text_$l, sizeof(text_$l) - 1 },"
done
printf 'static const struct page_text other[] = {%s };\nconst struct page %s = { "%s", text_en, sizeof(text_en) - 1, other };\n' "$others" "$(symbol "$name")" "$name"
