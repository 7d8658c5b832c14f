#!/bin/sh
# preview.sh [TARGET] - every page filled with every model of its own, as files that a browser or a checker can read without the server.
# models/_frame.json lies under each; NAME.json is the common case, NAME.VARIANT.json is laid over it. HTML=folder takes other sources than html/.
# LANGUAGE_OF_PAGES=de fills the German pages; qps the pseudo-locale (40 % longer), rtl English from right to left: what breaks there would break in other languages.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build} html=${HTML:-html} language=${LANGUAGE_OF_PAGES:-en}
target=${1:-$B/preview} models=tests/web/models
rm -rf "$target"
mkdir -p "$target"
ops/build/assets.sh "$html" "$target"
[ -e "$B/sqlite/libvault.a" ] || make -s "$B/sqlite/libvault.a"
# random addresses are left out: static libraries of Debian are not all built for them
${CC:-cc} -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -include common/base/banned.h -Icommon -O1 -o "$target/.preview" tests/web/preview.c "$B/sqlite/libvault.a" \
	-ljson-c -lcrypto -Wl,--gc-sections
bad=0
for page in "$html"/pages/[!_]*.html; do
	name=$(basename "$page" .html)
	ops/build/expand.sh "$page" "$html/pages" "$target/names" | ops/build/translate.py page "$language" >"$target/.page"
	for model in "$models/$name.json" "$models/$name".*.json; do
		[ -e "$model" ] || continue
		variant=$(basename "$model" .json)
		set -- "$models/_frame.json" "$models/$name.json"
		[ "$variant" = "$name" ] || set -- "$@" "$model"
		"$target/.preview" "$target/.page" "$@" >"$target/$variant.html" || {
			echo "$variant: not filled" >&2
			bad=1
		}
	done
	[ -e "$models/$name.json" ] || {
		echo "$name: no model" >&2
		bad=1
	}
done
rm -f "$target/.page" "$target/.preview"
exit $bad
