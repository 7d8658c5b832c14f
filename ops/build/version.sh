#!/bin/sh
# version.sh [deb] - the version of this tree: .version, which a released tarball holds; in a clone what git says: after the nearest tag v1.2.3, or after none 0.1.0,
# the number of commits and the commit; "-dirty" with changes that are in no commit. deb: the same as a Debian version, which has no "-" of its own.
set -eu
cd "$(dirname "$0")/../.."
version() {
	if [ -s .version ]; then
		head -n 1 .version
	elif [ -e .git ] && git rev-parse -q --verify HEAD >/dev/null 2>&1; then
		said=$(git describe --tags --match 'v[0-9]*' --abbrev=12 --dirty 2>/dev/null) || {
			said=0.1.0-$(git rev-list --count HEAD)-g$(git rev-parse --short=12 HEAD)
			git diff --quiet HEAD -- 2>/dev/null || said=$said-dirty
		}
		printf '%s\n' "${said#v}"
	else
		echo 0.1.0-unknown
	fi
}
case ${1:-} in
	deb) version | tr - + ;;
	'') version ;;
	*) echo "version.sh: it takes nothing, or deb" >&2; exit 2 ;;
esac
