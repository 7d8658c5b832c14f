#!/bin/sh
# promtool.sh - Prometheus' own checker, out of Debian's package prometheus and into the build folder: nothing is installed, so no service is started. Prints where it is.
set -eu
B=${B:-build}
d=$B/promtool
if command -v promtool; then exit 0; fi
if [ ! -x "$d/promtool" ]; then
	rm -rf "$d"
	mkdir -p "$d"
	(cd "$d" && apt-get -qq -o DPkg::Lock::Timeout=300 download prometheus >&2)
	dpkg-deb --fsys-tarfile "$d"/prometheus_*.deb | tar -x -C "$d" --strip-components=3 ./usr/bin/promtool
	rm "$d"/prometheus_*.deb
fi
"$d/promtool" --version >/dev/null 2>&1
printf '%s\n' "$d/promtool"
