#!/bin/sh
# health.sh - ends with 0 when the server in this container answers: the image's health check. The engine ends what takes too long (busybox 1.35 crashes with wget -T).
set -eu
if [ "${TLS:-off}" = auto ] || [ -n "${TLS_CERT:-}" ]; then
	# the TLS of busybox and that of the server do not meet: that a connection is taken is all that can be seen here
	exec nc 127.0.0.1 "${PORT:-5001}" </dev/null
fi
exec wget -q -O /dev/null "http://127.0.0.1:${PORT:-5001}/health"
