#!/bin/sh
# packages.sh PACKAGE[/COMMAND]... - install what is missing (root), or name it (anybody else). With COMMAND, wherever that comes from will do.
set -eu
missing=
for p in "$@"; do
	case $p in
		*/*) command -v "${p#*/}" >/dev/null || missing="$missing ${p%/*}" ;;
		*) dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
	echo "Missing packages. Install them with: sudo apt-get install$missing" >&2
	exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing >/dev/null 2>&1 || {
	apt-get update -qq
	apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing >/dev/null
}
