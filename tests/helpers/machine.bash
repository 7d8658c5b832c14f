# machine.bash - a Debian machine of the test's own (tools/machine.sh): our base with systemd put into it, booted.

machine_missing() { # says what is missing, or nothing
  local p
  [ "$(id -u)" = 0 ] || { echo 'not root'; return; }
  for p in nsenter unshare ip pivot_root; do command -v "$p" >/dev/null || { echo "no $p"; return; }; done
}

# machine_quick CONTAINER: its packages are written without waiting for a disk, as nothing of it has to last, and Python's are neither compiled ahead nor come with
# their examples: 19 s of processor time instead of 28 for Docker, compose and the AWS CLI
machine_quick() {
  printf '%s\n' force-unsafe-io 'path-exclude=/usr/lib/python3/dist-packages/awscli/examples/*' >"$(buildah mount "$1")/etc/dpkg/dpkg.cfg.d/quick"
  buildah run --isolation chroot "$1" -- sh -ec 'dpkg-divert --local --rename --add --quiet /usr/bin/py3compile; ln -s true /usr/bin/py3compile'
}
# machine_with_systemd CONTAINER: from the Debian whose lists its apt has read
machine_with_systemd() {
  buildah run --isolation chroot "$1" -- env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends systemd dbus >"$BATS_TEST_TMPDIR/systemd.log" 2>&1 ||
    { tail "$BATS_TEST_TMPDIR/systemd.log" >&2; return 1; }
}

# machine_start ROOT: sets machine, the id of its first process, kept in $BATS_FILE_TMPDIR/machine for the tests that come after
machine_start() {
  "$BATS_TEST_DIRNAME/tools/machine.sh" "$1" "$BATS_FILE_TMPDIR/machine" >"$BATS_FILE_TMPDIR/machine.log" 2>&1 3>&- </dev/null &
  local holder=$!
  until [ -s "$BATS_FILE_TMPDIR/machine" ]; do
    kill -0 $holder 2>/dev/null || { tail -20 "$BATS_FILE_TMPDIR/machine.log" >&2; return 1; }
    sleep 0.05
  done
  echo $holder >"$BATS_FILE_TMPDIR/machine.holder"
  machine_there
}
machine_there() { [ -s "$BATS_FILE_TMPDIR/machine" ] && machine=$(cat "$BATS_FILE_TMPDIR/machine"); }
machine_stop() {
  machine_there || return 0
  kill -9 "$machine"
  while kill -0 "$(cat "$BATS_FILE_TMPDIR/machine.holder")" 2>/dev/null; do sleep 0.05; done
  rm "$BATS_FILE_TMPDIR/machine"
}

inside() { nsenter -a -t "$machine" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
# a program of the host in the network of the machine
beside() { nsenter -n -t "$machine" "$@"; }
