# container.bash - images and containers without a Docker engine: buildah, podman and runc in a store of our own under the build folder.

# container_there: sets up the store and its settings; says why and fails where it cannot be
container_there() {
  local c
  for c in buildah podman runc mmdebstrap; do command -v $c >/dev/null || { echo "no $c"; return 1; }; done
  [ "$(id -u)" = 0 ] || { echo 'needs root'; return 1; }
  store=$(cd "$BATS_TEST_DIRNAME/.." && pwd)/build/container
  mkdir -p "$store"
  cat >"$store/storage.conf" <<END
[storage]
driver = "overlay"
graphroot = "$store/store"
runroot = "$store/run"
END
  cat >"$store/containers.conf" <<END
[containers]
netns = "host"
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "$store/tmp"
END
  export CONTAINERS_STORAGE_CONF=$store/storage.conf CONTAINERS_CONF=$store/containers.conf BASE=docker.io/library/debian:bookworm-slim
}

# container_base: what the Dockerfile begins with; where no registry has it, the same made from Debian's packages; by whoever comes first, for all
container_base() {
  local lock
  exec {lock}>"$store/base.lock"
  flock "$lock"
  container_base_made
  local r=$?
  exec {lock}>&-
  return $r
}
container_base_made() {
  buildah images -q "$BASE" >/dev/null 2>&1 && return
  timeout 20 buildah pull -q "$BASE" >/dev/null 2>&1 && return
  local began c
  began=$(date +%s)
  mmdebstrap --mode=root --variant=minbase --quiet --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' bookworm "$store/base.tar" \
    "$(find /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -1)" || return 1
  c=$(buildah from scratch)
  buildah add -q "$c" "$store/base.tar" / >/dev/null && buildah config --cmd '["bash"]' "$c" && buildah commit -q --rm "$c" "$BASE" >/dev/null
  rm -f "$store/base.tar"
  echo "# base made in $(($(date +%s) - began)) s" >&3
}

# container_build TARGET: from the Dockerfile alone; layers of the run before are used again where nothing changed
container_build() {
  (cd "$BATS_TEST_DIRNAME/.." && ENGINE=buildah BUILD_OPTIONS='--isolation chroot --pull-never' IMAGE=localhost/vaultsphere-test TAGS=test TARGETS=$1 ops/build/images.sh) \
    >"$store/build-$1.log" 2>&1 || { tail -40 "$store/build-$1.log"; return 1; }
  grep '^image ' "$store/build-$1.log" | sed 's/^/# /' >&3
}

# container_run NAME IMAGE [PODMAN OPTION...]: as an operator should: nothing to write but the volume, nobody, no rights
container_run() {
  local name=$1 image=$2
  shift 2
  podman run -d --name "$name" --no-healthcheck --read-only --read-only-tmpfs=false --tmpfs /tmp --tmpfs /run/vaultsphere --cap-drop all \
    --security-opt no-new-privileges --memory 256m --pids-limit 512 "$@" "$image" >/dev/null
}

# container_pids NAME: its processes, as the host counts them
container_pids() { podman top "$1" hpid 2>/dev/null | tail -n +2; }
