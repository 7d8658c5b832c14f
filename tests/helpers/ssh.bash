# ssh.bash - a host of ssh's own making: root's key, loopback, what a session gets from us.

# sshd_start [NAME=VALUE...]: the environment of its sessions; sets sshd and ssh_options
sshd_start() {
  local d=$BATS_TEST_TMPDIR/ssh
  mkdir -p "$d" /run/sshd
  chmod 700 "$d"
  ssh-keygen -q -t ed25519 -N '' -f "$d/host"
  ssh-keygen -q -t ed25519 -N '' -f "$d/key"
  cp "$d/key.pub" "$d/allowed"
  local i
  for i in $(seq 20); do
    ssh_port=$(free_port)
    printf '%s\n' "Port $ssh_port" 'ListenAddress 127.0.0.1' "HostKey $d/host" "AuthorizedKeysFile $d/allowed" 'StrictModes no' 'PermitRootLogin prohibit-password' \
      'PasswordAuthentication no' 'UsePAM no' "PidFile $d/pid" ${1:+"SetEnv $*"} >"$d/config"
    /usr/sbin/sshd -D -f "$d/config" -E "$d/log" 3>&- &
    sshd=$!
    # written once it listens
    until [ -e "$d/pid" ] || ! kill -0 $sshd 2>/dev/null; do sleep 0.05; done
    if kill -0 $sshd 2>/dev/null; then
      printf '[127.0.0.1]:%s %s\n' "$ssh_port" "$(cut -d' ' -f1,2 "$d/host.pub")" >"$d/known"
      ssh_options=(-p "$ssh_port" -i "$d/key" -o UserKnownHostsFile="$d/known" -o IdentitiesOnly=yes)
      return
    fi
  done
  tail -5 "$d/log" >&2
  return 1
}
