#!/bin/sh
# wordlists.sh eff|common FILE - a word list as C source on standard output.
set -eu
kind=$1 file=$2
quote() { sed 's/[\\"]/\\&/g; s/.*/\t"&",/'; }
case $kind in
eff)
	n=$(awk 'NF == 2' "$file" | wc -l)
	[ "$n" = 7776 ] || { echo "$file: $n words, not 7,776" >&2; exit 1; }
	printf '#include "crypto/phrase.h"\n\nconst char *const eff_words[PHRASE_LIST_LEN] = {\n'
	awk 'NF == 2 { print $2 }' "$file" | quote
	printf '};\n'
	;;
common)
	printf '#include "crypto/strength.h"\n\nconst char *common_passwords[] = {\n'
	quote <"$file"
	printf '\tNULL,\n};\nconst size_t common_passwords_len = %s;\n' "$(grep -c '' "$file")"
	;;
esac
