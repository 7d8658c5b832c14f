#!/bin/sh
# dist.sh TO - the sources of the last commit as TO/vaultsphere-VERSION.tar.gz with its SHA-256 beside it; whoever makes it from that commit gets the same bytes.
# Inside lies .version, so that what is built from it without git knows what it is.
set -eu
to=$1
here=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$to"
to=$(cd "$to" && pwd)
cd "$here"
if ! [ -e .git ]; then
	echo "dist.sh: a release is made from a clone, this is no clone" >&2
	exit 1
fi
git diff --quiet HEAD -- || echo "dist.sh: what is in no commit is not in it" >&2
version=$(ops/build/version.sh)
version=${version%-dirty}
name=vaultsphere-$version
git -c tar.umask=0022 archive --format=tar --prefix="$name/" --add-virtual-file="$name/.version:$version" HEAD | gzip -9n >"$to/$name.tar.gz.new"
mv "$to/$name.tar.gz.new" "$to/$name.tar.gz"
(cd "$to" && sha256sum "$name.tar.gz" | tee "$name.tar.gz.sha256")
