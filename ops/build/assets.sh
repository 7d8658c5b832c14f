#!/bin/sh
# assets.sh SOURCE TARGET - static pages, one style sheet, scripts, icons; names carry a content hash, so that browsers may keep them for ever.
# Twice the same sources give twice the same bytes: no times, no maps, no paths.
set -eu
from=$1 to=$2
here=$(dirname "$0")
command -v esbuild >/dev/null || {
	echo "esbuild is missing: it makes style sheet and scripts small and one file each" >&2
	exit 1
}
rm -rf "$to"
mkdir -p "$to/assets"
: >"$to/names"
hashed() { # FILE NAME: copy under its hashed name and note the replacement
	h=$(sha256sum "$1" | cut -c1-10)
	base=${2%.*} ext=${2##*.}
	cp "$1" "$to/assets/$base.$h.$ext"
	printf 's|/assets/%s\\.%s|/assets/%s.%s.%s|g\n' "$base" "$ext" "$base" "$h" "$ext" >>"$to/names"
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
for f in "$from"/icons/*.svg "$from"/icons/*.png; do
	[ -e "$f" ] && hashed "$f" "$(basename "$f")"
done
cat "$from"/css/*.css | sed -f "$to/names" >"$tmp/all.css"
esbuild --minify --loader=css <"$tmp/all.css" >"$tmp/app.css"
hashed "$tmp/app.css" app.css
# What is loaded late comes first: the others name it by its hash.
script() { # NAME: html/js/NAME.js with what it imports, in one file
	esbuild "$from/js/$1.js" --bundle --minify --format=esm --target=es2022 --charset=utf8 --legal-comments=none --loader:.txt=text '--external:/assets/*' \
		--log-level=warning --outfile="$tmp/$1.raw"
	sed -f "$to/names" "$tmp/$1.raw" >"$tmp/$1.js"
}
for name in strength app; do
	script $name
	hashed "$tmp/$name.js" $name.js
done
for f in "$from"/static/*.html; do
	"$here/expand.sh" "$f" "$from/pages" "$to/names" >"$to/$(basename "$f")"
done
cp "$from/static/robots.txt" "$to/"
sed -f "$to/names" "$from/static/manifest.webmanifest" >"$to/manifest.webmanifest"
# Its name never changes, so it changes with every asset: a browser then fetches them anew.
script sw
cp "$tmp/sw.js" "$to/sw.js"
# The same pages once more in each other language; lighttpd.conf chooses the folder.
for l in $("$here/translate.py" languages); do
	[ "$l" = en ] && continue
	mkdir "$to/$l"
	find "$to" -maxdepth 1 -type f ! -name names ! -name '.*' | while read -r f; do
		case $f in
		*.html) "$here/translate.py" page "$l" <"$f" >"$tmp/page" && cp "$tmp/page" "$to/$l/$(basename "$f")" ;;
		*) cp "$f" "$to/$l/" ;;
		esac
	done
done
find "$to" -type f -exec chmod 0644 {} +
