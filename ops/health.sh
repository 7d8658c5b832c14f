#!/bin/sh
# health.sh - ends with 0 when the server in this container answers: the image's health check.
set -eu
scheme=http
if [ "${TLS:-off}" = auto ] || [ -n "${TLS_CERT:-}" ]; then scheme=https; fi
# the certificate is this container's own, and the engine ends what takes too long (busybox 1.35 crashes with -T)
exec wget -q -O /dev/null "$scheme://127.0.0.1:${PORT:-5001}/health"
