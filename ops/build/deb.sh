#!/bin/sh
# deb.sh TO - the Debian package TO/vaultsphere_VERSION_amd64.deb out of what is built (make deb): both stores, the unit, the settings. The same sources and date
# (SOURCE_DATE_EPOCH, else the last commit's) give the same bytes. MAINTAINER: who makes the package, "Name <address>".
set -eu
to=$1 VERSION=${VERSION:?} MAKE=${MAKE:-make} MAINTAINER=${MAINTAINER:-VaultSphere <root@localhost>}
here=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$to"
to=$(cd "$to" && pwd)
cd "$here"
umask 022
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH
version=$(printf %s "$VERSION" | tr - +)
stage=$to/.stage
doc=$stage/usr/share/doc/vaultsphere
rm -rf "$stage"
mkdir -p "$doc" "$stage/DEBIAN" "$stage/etc" "$stage/lib/systemd/system" "$stage/usr/share/lintian/overrides"
$MAKE -s --no-print-directory VERSION="$VERSION" install-multicall INSTALL_STORES='sqlite dynamodb' DESTDIR="$stage" PREFIX=/usr
install -m 0644 ops/vaultsphere.service "$stage/lib/systemd/system/"
install -m 0600 ops/debian/vaultsphere.env "$stage/etc/vaultsphere.env"
install -m 0644 README.md "$doc/"
install -m 0644 ops/debian/lintian-overrides "$stage/usr/share/lintian/overrides/vaultsphere"
{
	printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: vaultsphere\n\nFiles: *\n'
	sed -n 's/^Copyright (c) /Copyright: /p' LICENSE
	printf 'License: Expat\n'
	sed -e '1,/^Copyright/d' -e 's/^$/./; s/^/ /' LICENSE | sed '1{/^ \.$/d}'
} >"$doc/copyright"
printf 'vaultsphere (%s) unstable; urgency=medium\n\n  * This version.\n\n -- %s  %s\n' "$version" "$MAINTAINER" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$doc/changelog.gz"
for f in postinst prerm postrm; do install -m 0755 "ops/debian/$f" "$stage/DEBIAN/$f"; done
echo /etc/vaultsphere.env >"$stage/DEBIAN/conffiles"
sed -e "s/@VERSION@/$version/" -e "s|@MAINTAINER@|$MAINTAINER|" -e "s/@SIZE@/$(du -sk --exclude=DEBIAN "$stage" | cut -f 1)/" ops/debian/control >"$stage/DEBIAN/control"
(cd "$stage" && find . -type f ! -path './DEBIAN/*' -printf '%P\n' | LC_ALL=C sort | xargs md5sum >DEBIAN/md5sums)
find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$stage" "$to/vaultsphere_${version}_amd64.deb" >/dev/null
rm -rf "$stage"
(cd "$to" && sha256sum "vaultsphere_${version}_amd64.deb")
