#!/bin/sh
# assets.sh SOURCE TARGET - static pages, one style sheet, icons; names carry a content hash, so that browsers may keep them for ever.
set -eu
from=$1 to=$2
here=$(dirname "$0")
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
for f in "$from"/icons/*.svg; do
	[ -e "$f" ] && hashed "$f" "$(basename "$f")"
done
if ls "$from"/css/*.css >/dev/null 2>&1; then
	cat "$from"/css/*.css | sed -f "$to/names" >"$tmp/all.css"
	if command -v esbuild >/dev/null 2>&1; then
		esbuild --minify --loader=css <"$tmp/all.css" >"$tmp/app.css"
	else
		cp "$tmp/all.css" "$tmp/app.css"
	fi
	hashed "$tmp/app.css" app.css
fi
for f in "$from"/static/*.html; do
	[ -e "$f" ] && "$here/expand.sh" "$f" "$from/pages" "$to/names" >"$to/$(basename "$f")"
done
[ -e "$from/static/robots.txt" ] && cp "$from/static/robots.txt" "$to/"
find "$to" -type f -exec chmod 0644 {} +
