#!/bin/sh
# health.sh - ends with 0 when the server in this container answers: the image's health check.
set -eu
scheme=http
if [ "${TLS:-off}" = auto ] || [ -n "${TLS_CERT:-}" ]; then scheme=https; fi
# whose certificate it is does not matter: it is this container's own
exec wget -q -T 3 --no-check-certificate -O /dev/null "$scheme://127.0.0.1:${PORT:-5001}/health"
