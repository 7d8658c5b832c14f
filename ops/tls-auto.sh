#!/bin/sh
# tls-auto.sh FOLDER - a certificate authority of this installation's own, and a certificate for localhost signed by it.
set -eu
umask 077
d=$1
mkdir -p "$d"
[ -s "$d/ca.crt" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=VaultSphere local CA" \
	-addext "keyUsage=critical,keyCertSign,cRLSign" -keyout "$d/ca.key" -out "$d/ca.crt" 2>/dev/null
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" -keyout "$d/server.key" -out "$d/server.csr" 2>/dev/null
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' >"$d/server.ext"
openssl x509 -req -in "$d/server.csr" -CA "$d/ca.crt" -CAkey "$d/ca.key" -CAcreateserial -days 397 -extfile "$d/server.ext" -out "$d/server.crt.new" 2>/dev/null
mv "$d/server.crt.new" "$d/server.crt"
rm -f "$d/server.csr" "$d/server.ext"
echo "A certificate was made. Trust it by importing $d/ca.crt into your browser's or system's certificate authorities."
