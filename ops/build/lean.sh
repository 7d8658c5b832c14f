#!/bin/sh
# lean.sh TARGET - OpenSSL's libcrypto and SQLite with what we use and no more, and libqrencode as an archive (Debian ships none), from Debian's own
# source packages: version and checksum come from its signed index. TARGET/lean.mk says what was made; without sources it says that the system's are used.
# Lean libcrypto in a process that hashes and decrypts once: 0.8 ms and 1.5 M instructions against 1.5 ms and 3.6 M; program 2.3 MB against 4.4 MB.
# Lean SQLite takes 1.0 MB off every program with a store, and cannot load extensions.
set -eu
mkdir -p "$1"
to=$(cd "$1" && pwd)
jobs=$(nproc)
log=$to/lean.log
: >"$to/lean.mk.new"
: >"$log"

# A private apt configuration: the machine's own sources stay as they are.
apt_private() {
	mkdir -p "$to/apt/lists/partial" "$to/apt/cache/archives/partial"
	if [ ! -s "$to/apt/sources.list" ]; then
		{
			cat /etc/apt/sources.list 2>/dev/null
			cat /etc/apt/sources.list.d/*.list 2>/dev/null
		} | sed -n 's/^deb /deb-src /p' >"$to/apt/sources.list"
		for f in /etc/apt/sources.list.d/*.sources; do
			[ -e "$f" ] && sed 's/^Types:.*/Types: deb-src/' "$f" >"$to/apt/$(basename "$f")"
		done
	fi
	mkdir -p "$to/apt/parts"
	mv "$to"/apt/*.sources "$to/apt/parts/" 2>/dev/null || :
	apt-get -o Dir::Etc::SourceList="$to/apt/sources.list" -o Dir::Etc::SourceParts="$to/apt/parts" -o Dir::State::Lists="$to/apt/lists" \
		-o Dir::Cache="$to/apt/cache" -o APT::Sandbox::User=root "$@"
}
source_of() { # PACKAGE: unpacked in TARGET/src; prints the folder
	mkdir -p "$to/src"
	if ! (cd "$to/src" && apt_private source -qq "$1" >>"$log" 2>&1); then
		# some mirrors lack the .dsc and the patches of a version with ~ in its name: the original alone then, still checked against the index
		(cd "$to/src" && apt_private source -qq --tar-only "$1" >>"$log" 2>&1) || return 1
		echo "$1: the original source without Debian's patches, which could not be had" >&2
	fi
	if ! ls -d "$to/src/$1"-*/ >/dev/null 2>&1; then
		for t in "$to/src/$1"_*.orig.tar.*; do
			case $t in *.asc) ;; *) [ -e "$t" ] && tar -xf "$t" -C "$to/src" ;; esac
		done
	fi
	find "$to/src" -maxdepth 1 -type d -name "$1-*" | head -1
}
openssl() {
	dir=$(source_of openssl) && [ -n "$dir" ] || return 1
	# shellcheck disable=SC2046
	(cd "$dir" && ./Configure "linux-$(uname -m)" --release no-shared no-dso no-module no-engine no-legacy no-tests no-autoload-config no-autoerrinit \
		no-err $(for a in ec ec2m dh dsa sm2 sm3 sm4 aria camellia cast des idea md4 mdc2 rc2 rc4 rmd160 seed whirlpool bf blake2 chacha poly1305 \
			siphash scrypt ocb siv cmac cmp cms ct ocsp ts srp srtp psk tls dtls comp ui-console gost async rfc3779 multiblock static-engine \
			ssl sock dgram posix-io; do printf 'no-%s ' "$a"; done) -Os -ffunction-sections -fdata-sections -fPIE &&
		make -j"$jobs" build_generated && make -j"$jobs" libcrypto.a) >>"$log" 2>&1 || return 1
	mkdir -p "$to/lib" && cp "$dir/libcrypto.a" "$to/lib/libcrypto.a"
	printf 'LIBCRYPTO := %s/lib/libcrypto.a\n' "$to" >>"$to/lean.mk.new"
}
# One thread, no extensions, none of the interfaces that nothing here calls.
sqlite() {
	dir=$(source_of sqlite3) && [ -n "$dir" ] || return 1
	mkdir -p "$to/lib"
	# shellcheck disable=SC2046
	(cd "$dir" && { [ -s sqlite3.c ] || { ./configure --disable-tcl --disable-readline && make sqlite3.c; }; } &&
		cc -Os -fPIE -fstack-protector-strong -fstack-clash-protection -ffunction-sections -fdata-sections -DSQLITE_SECURE_DELETE -DSQLITE_THREADSAFE=0 -DSQLITE_DQS=0 \
			-DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_LIKE_DOESNT_MATCH_BLOBS -DSQLITE_TEMP_STORE=3 -DUSE_PREAD -DHAVE_USLEEP -DHAVE_FDATASYNC \
			$(for o in LOAD_EXTENSION JSON TRACE EXPLAIN UTF16 AUTHORIZATION COMPLETE GET_TABLE TCL_VARIABLE PROGRESS_CALLBACK DESERIALIZE \
				DECLTYPE DEPRECATED SHARED_CACHE; do printf ' -DSQLITE_OMIT_%s' "$o"; done) -c -o sqlite3.o sqlite3.c) >>"$log" 2>&1 || return 1
	rm -f "$to/lib/libsqlite3.a"
	ar rcs "$to/lib/libsqlite3.a" "$dir/sqlite3.o"
	printf 'LIBSQLITE := %s/lib/libsqlite3.a\n' "$to" >>"$to/lean.mk.new"
}
qrencode() {
	dir=$(source_of qrencode) && [ -n "$dir" ] || return 1
	mkdir -p "$to/qr" "$to/lib"
	for f in qrencode qrinput bitstream qrspec rsecc split mask mqrspec mmask; do
		cc -O2 -fPIE -ffunction-sections -fdata-sections -DMAJOR_VERSION=4 -DMINOR_VERSION=1 -DMICRO_VERSION=1 -DVERSION='"4.1.1"' \
			-DSTATIC_IN_RELEASE=static -DHAVE_STRDUP=1 -I"$dir" -c -o "$to/qr/$f.o" "$dir/$f.c" >>"$log" 2>&1 || return 1
	done
	rm -f "$to/lib/libqrencode.a"
	ar rcs "$to/lib/libqrencode.a" "$to"/qr/*.o
	printf 'LIBQRENCODE := %s/lib/libqrencode.a\n' "$to" >>"$to/lean.mk.new"
}
# HTTP, unix sockets and AWS's signatures; no TLS, which HAProxy does. 0.65 MB, and 1 ms a request against 8.8 with Debian's.
curl_lib() {
	dir=$(source_of curl) && [ -n "$dir" ] || return 1
	# shellcheck disable=SC2046
	(cd "$dir" && { [ -x configure ] || autoreconf -fi; } &&
		CFLAGS='-Os -fPIE -fstack-protector-strong -fstack-clash-protection -ffunction-sections -fdata-sections' ./configure --disable-shared --enable-static --without-ssl --without-zlib \
			--without-brotli --without-zstd --without-libpsl --without-libidn2 --without-nghttp2 --without-librtmp --without-libssh2 --without-gssapi \
			--enable-aws --enable-unix-sockets $(for x in ldap ldaps ftp file rtsp dict telnet tftp pop3 imap smb smtp gopher mqtt manual ipv6 \
				threaded-resolver cookies ntlm tls-srp doh netrc progress-meter dateparse alt-svc hsts headers-api websockets proxy; do
				printf -- '--disable-%s ' "$x"
			done) && make -C lib -j"$jobs") >>"$log" 2>&1 || return 1
	mkdir -p "$to/lib" "$to/include/curl"
	cp "$dir/lib/.libs/libcurl.a" "$to/lib/libcurl.a"
	cp "$dir"/include/curl/*.h "$to/include/curl/"
	printf 'LIBCURL := %s/lib/libcurl.a\n' "$to" >>"$to/lean.mk.new"
}
echo "building lean libraries (once, two minutes)"
if apt_private update -qq >>"$log" 2>&1; then
	# side by side: one's configure waits while another compiles
	{ sqlite || echo "lean SQLite could not be built (see $log): the system's libsqlite3.a is used"; } &
	{ curl_lib || echo "lean libcurl could not be built (see $log): programs for DynamoDB use the system's, 9 ms a request instead of 1"; } &
	{ qrencode || echo "libqrencode could not be built (see $log): the programs that draw codes use the system's shared one"; } &
	openssl || echo "lean libcrypto could not be built (see $log): the system's libcrypto.a is used"
	wait
else
	echo "Debian's source packages cannot be had: the system's libraries are used"
fi
mv "$to/lean.mk.new" "$to/lean.mk"
