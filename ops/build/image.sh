#!/bin/sh
# image.sh TREE vault|dynamodb|keep VERSION - makes the root of an image out of an installation (make install-multicall DESTDIR=TREE PREFIX=/usr): the web server with the
# modules used, the pool where there is one, the shared objects that they load, a shell with the few commands that the start script calls, a user, the certificate
# authorities that are asked for, licences, and the list of everything (SBOM). Called by the Dockerfile; runs where the packages of the Makefile are installed.
set -eu
tree=$1 profile=$2 version=$3
here=$(cd "$(dirname "$0")" && pwd)
libs=usr/lib/x86_64-linux-gnu
files=$tree.files # what came from Debian: PATH IN THE IMAGE, tab, PATH HERE
: >"$files"

put() { # FILE [PATH IN THE IMAGE]
	to=${2:-${1#/}}
	if [ -e "$tree/$to" ]; then return; fi
	mkdir -p "$tree/$(dirname "$to")"
	cp -L "$1" "$tree/$to"
	printf '%s\t%s\n' "$to" "$1" >>"$files"
}
put_loaded() { # what a program or module loads
	ldd "$1" | sed -n 's/^.*=> \(\/[^ ]*\) .*$/\1/p; s/^[[:space:]]*\(\/lib64\/[^ ]*\) .*$/\1/p' | while read -r so; do
		case $so in
			/lib64/*) put "$so" ;;
			*) put "$so" "$libs/$(basename "$so")" ;;
		esac
	done
}
mkdir -p "$tree/usr/sbin" "$tree/usr/bin" "$tree/$libs" "$tree/lib64" "$tree/etc" "$tree/data" "$tree/run/vaultsphere" "$tree/tmp"
for d in bin sbin lib; do ln -sfn "usr/$d" "$tree/$d"; done

put /usr/sbin/lighttpd
put_loaded /usr/sbin/lighttpd
# modules that are files of their own; the rest is in the server
sed -n 's/.*server.modules[^(]*(\(.*\)).*/\1/p' "$here/../../lighttpd.conf" "$here/../start.sh" | grep -o 'mod_[a-z]*' | sort -u | while read -r m; do
	so=/usr/lib/lighttpd/$m.so
	if [ -e "$so" ]; then
		put "$so"
		put_loaded "$so"
	fi
done
if [ "$profile" != vault ]; then
	put /usr/sbin/haproxy
	put_loaded /usr/sbin/haproxy
	for f in /usr/share/ca-certificates/mozilla/Amazon_Root_CA_*.crt /usr/share/ca-certificates/mozilla/Starfield_Services_Root_Certificate_Authority_-_G2.crt; do put "$f"; done
fi

# 3.7 MB that only backups need: an image of its own; keys are made elsewhere (age-keygen stays out)
if [ "$profile" = keep ]; then
	put /usr/bin/age
	put_loaded /usr/bin/age
fi

# our programs are static, but where the lean libraries could not be built
for f in "$tree"/usr/lib/vaultsphere/tools/*; do put_loaded "$f" 2>/dev/null; done

# the commands that the scripts call, and wget for the health check
put /bin/busybox usr/bin/busybox
put_loaded /bin/busybox
for c in sh base64 basename cat chmod cmp cp cut date dirname env find grep head id ln ls mkdir mktemp mv nc printf rm sed sha256sum sleep sort stat sync tr wc wget; do ln -sf busybox "$tree/usr/bin/$c"; done
install -m 0755 "$here/../health.sh" "$tree/usr/bin/vaultsphere-health"

printf 'root:x:0:0:root:/:/bin/sh\nvaultsphere:x:990:990:VaultSphere:/data:/bin/sh\n' >"$tree/etc/passwd"
printf 'root:x:0:\nvaultsphere:x:990:\n' >"$tree/etc/group"
printf 'hosts: files dns\n' >"$tree/etc/nsswitch.conf"
chmod 0700 "$tree/data"
chown 990:990 "$tree/data"
# podman gives a tmpfs the mode of the folder beneath, and root as its owner
chmod 1777 "$tree/tmp" "$tree/run/vaultsphere"

"$here/sbom.py" "$tree" "$files" "$profile" "$version"
# one time for everything: that of the version
find "$tree" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
du -sk "$tree" | awk '{ printf "image root: %.1f MB\n", $1 / 1000 }'
