# engine.bash - a container engine, a registry and AWS of the test's own: podman's service behind the real docker CLI, Debian's docker-registry with TLS and
# a password, moto. Everything lies in $C (a short path: sockets), listens on loopback, and is ended by its process id.

# shellcheck disable=SC1091 # beside this file
source "$(dirname "${BASH_SOURCE[0]}")/port.bash"

containers_missing() { # says what is missing, or nothing
  local p
  for p in podman buildah runc docker docker-compose docker-registry; do command -v "$p" >/dev/null || { echo "no $p"; return; }; done
  [ "$(id -u)" = 0 ] || echo 'not root'
}

# containers_start: sets C, DOCKER_HOST, REGISTRY, AWS; exports what the tools read
containers_start() {
  C=$(mktemp -d /tmp/vsc.XXXXXX)
  pids=()
  mkdir "$C/etc" "$C/bin" "$C/aws"
  local port
  port=$(free_port 2)
  REGISTRY=localhost:$port AWS=http://127.0.0.1:$((port + 1))
  printf '[containers]\ndefault_ulimits = ["nofile=4096:4096","nproc=4096:4096"]\n[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nruntime = "runc"\n[network]\nnetwork_backend = "netavark"\nnetwork_config_dir = "%s/net"\n' "$C" >"$C/etc/containers.conf"
  printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/store"\nrunroot = "%s/run"\n' "$C" "$C" >"$C/etc/storage.conf"
  printf 'unqualified-search-registries = []\n' >"$C/etc/registries.conf"
  ops/tls-auto.sh "$C/tls" >/dev/null
  export CONTAINERS_CONF=$C/etc/containers.conf CONTAINERS_STORAGE_CONF=$C/etc/storage.conf CONTAINERS_REGISTRIES_CONF=$C/etc/registries.conf SSL_CERT_FILE=$C/tls/ca.crt
  export DOCKER_HOST=unix://$C/podman.sock
  podman system service --time=0 "$DOCKER_HOST" >"$C/podman.log" 2>&1 3>&- &
  pids+=($!)
  # as ECR: user AWS, and what moto hands out as password
  printf 'AWS:%s\n' "$(perl -e 'print crypt("123456789012-auth-token", "\$2b\$04\$" . "abcdefghijklmnopqrstuu")')" >"$C/htpasswd"
  printf 'version: 0.1\nstorage: {filesystem: {rootdirectory: %s/registry}, delete: {enabled: true}}\nhttp: {addr: "127.0.0.1:%s", tls: {certificate: %s/tls/server.crt, key: %s/tls/server.key}}\nauth: {htpasswd: {realm: test, path: %s/htpasswd}}\n' "$C" "$port" "$C" "$C" "$C" >"$C/registry.yml"
  docker-registry serve "$C/registry.yml" >"$C/registry.log" 2>&1 3>&- &
  pids+=($!)
  "${B:-build}/venv/bin/moto_server" -H 127.0.0.1 -p $((port + 1)) >"$C/moto.log" 2>&1 3>&- &
  pids+=($!)
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true VS_AWS_ENDPOINT=$AWS
  export PATH=$PWD/${B:-build}/venv/bin:$PATH
  local i
  for i in $(seq 150); do
    [ -S "$C/podman.sock" ] && curl -so /dev/null --cacert "$C/tls/ca.crt" "https://$REGISTRY/v2/" && curl -so /dev/null "$AWS/moto-api/" && return 0
    sleep 0.1
  done
  tail -5 "$C"/*.log >&2
  return 1
}

containers_stop() {
  [ -n "${C-}" ] || return 0
  local p
  podman rm -af -t 1 >/dev/null 2>&1
  podman network prune -f >/dev/null 2>&1
  kill "${pids[@]}" 2>/dev/null
  for p in "${pids[@]}"; do wait "$p" 2>/dev/null; done
  umount "$C/store/overlay" "$C/small" 2>/dev/null
  rm -rf "$C" || { sleep 1; rm -rf "$C"; }
}

aws_() { aws --endpoint-url "$AWS" "$@"; }
# as JSON: version 1 of the CLI would fetch a value that begins with http://
ssm() { aws_ ssm put-parameter --cli-input-json "$(jq -n --arg n "/password-manager/$1" --arg v "$2" --arg t "${3:-String}" '{Name: $n, Value: $v, Type: $t, Overwrite: true}')" >/dev/null; }

# image_base: localhost/vault:base, the release programs with lighttpd and HAProxy and nothing of Debian but their libraries
image_base() {
  local r=$C/root c f
  mkdir -p "$r"/{bin,tmp,data,etc,proc,dev,lib64,usr/sbin}
  for f in $(busybox --list); do ln -sf busybox "$r/bin/$f"; done
  rm -f "$r/bin/busybox"
  cp "$(command -v busybox)" "$r/bin/busybox"
  make -s install DESTDIR="$r" PREFIX=/usr >/dev/null || return 1
  { ldd "$r/bin/busybox" 2>/dev/null || :; } | awk '$3 ~ /^\// { print $3 }' >"$C/libraries" # Debian has a static one too
  for f in /usr/sbin/lighttpd /usr/sbin/haproxy /usr/lib/lighttpd/mod_{cgi,deflate,accesslog,extforward,openssl}.so; do
    mkdir -p "$r${f%/*}"
    cp "$f" "$r$f"
    ldd "$f" | awk '$3 ~ /^\// { print $3 }'
  done | sort -u - "$C/libraries" | while read -r f; do mkdir -p "$r${f%/*}" && cp -L "$f" "$r$f"; done
  cp -L /lib64/ld-linux-x86-64.so.2 "$r/lib64/"
  printf 'vaultsphere:x:990:990::/data:/bin/sh\n' >"$r/etc/passwd"
  c=$(buildah from scratch)
  buildah add -q "$c" "$r" / >/dev/null
  chown 990:990 "$(buildah mount "$c")/data"
  buildah umount "$c" >/dev/null
  buildah config --user 990:990 --volume /data --env PATH=/usr/sbin:/usr/bin:/bin --entrypoint '["/bin/sh", "/usr/bin/vaultsphere"]' --cmd '' "$c"
  buildah commit -q --rm --format docker "$c" localhost/vault:base >/dev/null
  rm -rf "$r"
}

# image_push TAG [BUILDAH-CONFIG...]: a version of it, in the registry only
image_push() {
  local c
  c=$(buildah from --pull=never localhost/vault:base)
  buildah config --env "VERSION=$1" "${@:2}" "$c"
  buildah commit -q --rm --format docker "$c" "localhost/vault:$1" >/dev/null
  buildah push -q --creds AWS:123456789012-auth-token "localhost/vault:$1" "docker://$REGISTRY/vaultsphere:$1" && buildah rmi "localhost/vault:$1" >/dev/null
}
