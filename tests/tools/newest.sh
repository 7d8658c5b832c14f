#!/bin/bash
# newest.sh SBOM... - whether each Debian package named in an image's SBOM is the newest that Debian's index (bookworm, its updates and its security archive, as this
# machine's apt knows them after `apt-get update`) offers; of source packages that were built here, the newest source.
# What it proves: no fixed version that Debian has published is missing from the image. What it does not: that no hole is known for which no fix is out (the security
# tracker's own list is not in the index).
# Ends with 0 when all are the newest; 1 when one is older (each is named); 2 when the index could not be read.
set -u
old=0 n=0 unknown=0
lists=${LISTS:-$(mktemp -d)} # source lists of our own: the machine's settings stay as they are
sources() { # PACKAGE: newest version in the source index
  if [ ! -e "$lists/ready" ]; then
    mkdir -p "$lists/lists/partial" "$lists/parts"
    for f in /etc/apt/sources.list.d/*.sources; do [ -e "$f" ] && sed 's/^Types:.*/Types: deb-src/' "$f" >"$lists/parts/$(basename "$f")"; done
    sed -n 's/^deb /deb-src /p' /etc/apt/sources.list 2>/dev/null >"$lists/sources.list"
    apt-get -o Dir::Etc::SourceList="$lists/sources.list" -o Dir::Etc::SourceParts="$lists/parts" -o Dir::State::Lists="$lists/lists" update -qq >/dev/null 2>&1 || return 1
    touch "$lists/ready"
  fi
  apt-cache -o Dir::Etc::SourceList="$lists/sources.list" -o Dir::Etc::SourceParts="$lists/parts" -o Dir::State::Lists="$lists/lists" showsrc --only-source "$1" 2>/dev/null |
    sed -n 's/^Version: //p' | highest
}
highest() {
  local best='' v
  while read -r v; do
    if [ -z "$best" ] || dpkg --compare-versions "$v" gt "$best"; then best=$v; fi
  done
  printf '%s' "$best"
}
while IFS=$'\t' read -r kind name version; do
  case $kind in
    amd64) newest=$(apt-cache madison "$name" 2>/dev/null | awk -F' *[|] *' '!/Sources/ { print $2 }' | highest) ;;
    source)
      newest=$(sources "$name")
      # an original source alone says nothing of Debian's revision: the upstream part is compared, and said
      case $version in *-*) ;; *) newest=${newest%-*} newest=${newest#*:} ;; esac ;;
  esac
  n=$((n + 1))
  if [ -z "$newest" ]; then
    unknown=$((unknown + 1))
    echo "$name $version: not in the index"
  elif dpkg --compare-versions "$version" lt "$newest"; then
    old=$((old + 1))
    echo "$name $version: $newest is there"
  fi
done < <(jq -r '.packages[].externalRefs[0]?.referenceLocator // empty' "$@" | sort -u | sed -n 's|^pkg:deb/debian/\([^@]*\)@\([^?]*\)?arch=\([a-z0-9]*\).*|\3\t\1\t\2|p' |
  sed 's/%2B/+/g; s/%3A/:/g')
[ -n "${LISTS:-}" ] || rm -rf "$lists"
echo "$n packages, $old older than Debian's newest, $unknown not found"
[ "$n" -gt 0 ] && [ "$unknown" = 0 ] || exit 2
[ "$old" = 0 ]
