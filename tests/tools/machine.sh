#!/bin/bash
# machine.sh ROOT FILE - boots the Debian in the folder ROOT by its own systemd, in namespaces of its own: processes, mounts, network (loopback alone), names, control
# groups. FILE gets the id of its first process once it is up; kill -9 that and all of it is gone, its control groups too, and this script ends. As root.
# The kernel is the host's, its tunables are read-only but those of the machine's own network; /run and /dev are in memory, what Docker keeps lies in FILE.lib.
set -eu
root=$1 file=$2
group=vs-machine-$$ groups=() kind=0
if [ -e /sys/fs/cgroup/cgroup.procs ]; then
  groups=("/sys/fs/cgroup/$group") kind=1
else
  for d in /sys/fs/cgroup/*/; do [ -L "${d%/}" ] || groups+=("$d$group"); done
fi
leave() {
  [ -z "${first-}" ] || kill -9 "$first" 2>/dev/null || :
  wait
  local d
  for d in "${groups[@]}"; do [ ! -d "$d" ] || find "$d" -depth -type d -exec rmdir {} +; done
}
trap leave EXIT
trap 'exit 1' HUP INT TERM
for d in "${groups[@]}"; do
  mkdir "$d"
  for f in cpuset.cpus cpuset.mems; do [ ! -e "$d/$f" ] || cat "${d%/*}/$f" >"$d/$f"; done
done

(
  # the child stands at the top of what it sees of the groups
  for d in "${groups[@]}"; do echo "$BASHPID" >"$d/cgroup.procs"; done
  # shellcheck disable=SC2016 # expanded inside
  exec unshare -m -p -f -i -u -n -C --kill-child bash -ec '
    ip link set lo up
    mount --bind "$1" "$1"
    cd "$1"
    mount -t proc proc proc
    mount -t sysfs -o ro sysfs sys
    mount -t tmpfs -o mode=755 tmpfs run
    mount -t tmpfs -o mode=755 tmpfs dev
    for n in null zero full random urandom tty; do touch dev/$n; mount --bind /dev/$n dev/$n; done
    mkdir dev/pts dev/shm
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
    mount -t tmpfs -o mode=1777 tmpfs dev/shm
    ln -s pts/ptmx dev/ptmx
    for n in fd:/proc/self/fd stdin:fd/0 stdout:fd/1 stderr:fd/2; do ln -s "${n#*:}" "dev/${n%%:*}"; done
    # the namespace shows our group as the top
    if [ "$2" = 1 ]; then mount -t cgroup2 cgroup2 sys/fs/cgroup; else mount -t tmpfs tmpfs sys/fs/cgroup; fi
    # an overlay of overlays is not to be had
    if [ -e usr/sbin/dockerd ]; then
      for d in docker containerd; do mkdir -p "$3/$d" var/lib/$d; mount --bind "$3/$d" var/lib/$d; done
    fi
    mount --bind proc/sys proc/sys
    mount --bind proc/sys/net proc/sys/net
    mount -o remount,bind,ro proc/sys
    pivot_root . mnt
    umount -l /mnt
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=test SYSTEMD_LOG_TARGET=console SYSTEMD_PROC_CMDLINE="systemd.unified_cgroup_hierarchy=$2" \
      /lib/systemd/systemd --system --unit=multi-user.target' - "$root" "$kind" "$file.lib"
) &
outside=$!
for _ in $(seq 200); do
  first=$(cat "/proc/$outside/task/$outside/children" 2>/dev/null || :)
  first=${first%% *}
  # the shell before it has the same id
  [ -n "$first" ] && [ "$(cat "/proc/$first/comm" 2>/dev/null)" = systemd ] && break
  kill -0 "$outside" || exit 1
  sleep 0.05
done
until nsenter -a -t "$first" /bin/sh -c '[ -S /run/systemd/private ]'; do
  kill -0 "$first" || exit 1
  sleep 0.05
done
nsenter -a -t "$first" env -i timeout 120 /bin/systemctl is-system-running --wait || :
echo "$first" >"$file.new"
mv "$file.new" "$file"
wait "$outside" || :
