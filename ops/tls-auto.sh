#!/bin/sh
# tls-auto.sh FOLDER - a certificate authority of this installation's own, and a certificate for localhost signed by it: made where there is none, made again
# when it lasts less than TLS_RENEW_DAYS (30). Safe to call at any time; the server looks at the file and takes the new one up.
# TLS_DAYS (397): how long a new certificate lasts. The authority lasts ten years; 90 days before its end this says what to do.
set -eu
umask 077
d=$1
mkdir -p "$d"
day=86400
[ -s "$d/ca.crt" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=VaultSphere local CA" \
	-addext "keyUsage=critical,keyCertSign,cRLSign" -keyout "$d/ca.key" -out "$d/ca.crt" 2>/dev/null
openssl x509 -in "$d/ca.crt" -noout -checkend $((90 * day)) >/dev/null ||
	echo "The certificate authority $d/ca.crt ends within 90 days. Remove the folder $d, start again, and trust the new one." >&2
first=1
if [ -s "$d/server.crt" ] && [ -s "$d/server.key" ]; then
	first=''
	if openssl x509 -in "$d/server.crt" -noout -checkend $((${TLS_RENEW_DAYS:-30} * day)) >/dev/null &&
		[ "$(openssl x509 -in "$d/server.crt" -noout -pubkey)" = "$(openssl pkey -in "$d/server.key" -pubout)" ]; then exit 0; fi
fi
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" -keyout "$d/server.key.new-$$" -out "$d/server.csr-$$" 2>/dev/null
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' >"$d/server.ext-$$"
openssl x509 -req -in "$d/server.csr-$$" -CA "$d/ca.crt" -CAkey "$d/ca.key" -CAcreateserial -days "${TLS_DAYS:-397}" -extfile "$d/server.ext-$$" -out "$d/server.crt.new-$$" 2>/dev/null
# the key first: the server looks at the certificate
mv "$d/server.key.new-$$" "$d/server.key"
mv "$d/server.crt.new-$$" "$d/server.crt"
rm -f "$d/server.csr-$$" "$d/server.ext-$$"
if [ -n "$first" ]; then
	echo "A certificate was made. Trust it by importing $d/ca.crt into your browser's or system's certificate authorities."
else
	echo "The certificate was renewed; it lasts until $(openssl x509 -in "$d/server.crt" -noout -enddate | cut -d = -f 2)."
fi
