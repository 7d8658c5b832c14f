# A release: the version where people and programs look for it, a tarball and a package that come out the same each time, and what the package does to a machine.

setup_file() {
  export top
  top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
  export VERSION_HERE
  VERSION_HERE=$("$top/ops/build/version.sh")
}

teardown_file() {
  load helpers/machine
  load helpers/container
  machine_stop
  [ ! -e "$BATS_FILE_TMPDIR/container" ] || { container_there && buildah rm "$(cat "$BATS_FILE_TMPDIR/container")"; } >/dev/null
}

setup() {
  load helpers/cgi
  load helpers/container
  load helpers/machine
  load helpers/ask
  B=$(realpath --relative-to="$top" "${VS_BUILD%/*}")
  built=$(sed -n 's/.*version_text\[\] = "\(.*\)";/\1/p' "$top/$B/gen/version.c")
}
teardown() { ask_end; }

@test "--version: every program and tool says its name and version, and nothing else happens" {
  n=0
  for p in "$VS_BUILD"/cgi-bin/* "$VS_BUILD"/tools/*; do
    [ "${p##*/}" != vs-wait ] || continue
    run env -i "$p" --version </dev/null
    assert_equal "$status $output" "0 ${p##*/} $built"
    n=$((n + 1))
  done
  [ $n -ge 40 ] || fail "only $n"
}

@test "--version is no request: neither as a query nor as an argument of a CGI process" {
  vs_new
  cgi GET '/health?--version'
  refute_regex "$body" "$built"
  # what a server makes of a query without "=" (RFC 3875 4.4)
  run env -i GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET REQUEST_URI=/health SERVER_PROTOCOL=HTTP/1.1 REMOTE_ADDR=10.0.0.1 VAULTSPHERE_CONF="$DATA/run/vaultsphere.conf" \
    "$VS_BUILD/cgi-bin/health" --version
  assert_equal "$status" 0
  assert_regex "$output" '"ok":true'
  refute_regex "$output" "health $built"
}

@test "the footer of a page and the figures name it" {
  vs_new
  ACCEPT=text/html cgi GET /login
  assert_regex "$body" "VaultSphere $built"
  ADDR=127.0.0.1 cgi GET /metrics
  assert_regex "$body" "version=\"$built\""
}

@test "the version is the tarball's, or the tag's, or the commit's" {
  mkdir -p "$BATS_TEST_TMPDIR/t/ops/build"
  cp "$top/ops/build/version.sh" "$BATS_TEST_TMPDIR/t/ops/build/"
  cd "$BATS_TEST_TMPDIR/t"
  v() { env GIT_CEILING_DIRECTORIES="$BATS_TEST_TMPDIR" ops/build/version.sh "$@"; }
  assert_equal "$(v)" 0.1.0-unknown
  git init -q . && git -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m one
  assert_equal "$(v)" "0.1.0-1-g$(git rev-parse --short=12 HEAD)"
  git tag v2.3.4
  assert_equal "$(v)" 2.3.4
  git -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m two
  assert_equal "$(v deb)" "2.3.4+1+g$(git rev-parse --short=12 HEAD)"
  git add -A && git -c user.name=a -c user.email=a@example.org commit -q -m three
  echo '# changed' >>ops/build/version.sh
  assert_regex "$(v)" '-dirty$'
  echo 3.0.0 >.version
  assert_equal "$(v)" 3.0.0
}

@test "another version compiles one file of each set again" {
  # really made, as with -n make takes what it always looks at for changed; then put back with its times, so that nothing is linked again
  local kept=$BATS_TEST_TMPDIR/kept files=(gen/version.c sqlite/libvault.a sqlite/obj/gen/version.o sqlite/obj/gen/version.d)
  mkdir -p "$kept"
  (cd "$top/$B" && cp -a --parents "${files[@]}" "$kept/")
  (cd "$top" && make V=1 B="$B" VERSION=9.9.9 "$B/sqlite/libvault.a") >"$BATS_TEST_TMPDIR/out" 2>&1 || true
  (cd "$kept" && cp -a --parents "${files[@]}" "$top/$B/")
  assert_equal "$(grep -- ' -c -o ' "$BATS_TEST_TMPDIR/out" | sed 's/.* //')" "$B/gen/version.c"
}

@test "make dist: the sources of the commit, the same bytes twice; they build without git and know their version" {
  export HOME=$BATS_TEST_TMPDIR
  git config --global --add safe.directory "$top"
  "$top/ops/build/dist.sh" "$BATS_TEST_TMPDIR/one"
  (umask 077 && TZ=Asia/Tokyo LC_ALL=C "$top/ops/build/dist.sh" "$BATS_TEST_TMPDIR/two")
  f=$(basename "$BATS_TEST_TMPDIR"/one/*.tar.gz)
  cmp "$BATS_TEST_TMPDIR/one/$f" "$BATS_TEST_TMPDIR/two/$f"
  (cd "$BATS_TEST_TMPDIR/one" && sha256sum -c --quiet "$f.sha256")
  tar -xzf "$BATS_TEST_TMPDIR/one/$f" -C "$BATS_TEST_TMPDIR"
  t=$BATS_TEST_TMPDIR/${f%.tar.gz}
  assert_equal "vaultsphere-$(cat "$t/.version")" "${f%.tar.gz}"
  assert_equal "$(cd "$t" && find . -type f -o -type l | sed 's|^\./||' | grep -vx .version | LC_ALL=C sort | sha256sum)" "$(git -C "$top" ls-tree -r --name-only HEAD | LC_ALL=C sort | sha256sum)"
  # the libraries of the build that is here, its compiler, and a git that fails: everything else from the tarball
  mkdir -p "$t/build" "$BATS_TEST_TMPDIR/bin"
  cp -r "$top/$B/deps" "$t/build/deps"
  find "$t/build/deps" -name lean.mk -exec touch {} +
  printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/git"
  chmod +x "$BATS_TEST_TMPDIR/bin/git"
  (cd "$t" && PATH=$BATS_TEST_TMPDIR/bin:$PATH make -s -j2 build/sqlite/cgi-bin/health build/sqlite/tools/vs-serve build/html/.done) >"$BATS_TEST_TMPDIR/make" 2>&1 || fail "$(tail -5 "$BATS_TEST_TMPDIR/make")"
  assert_equal "$("$t/build/sqlite/cgi-bin/health" --version)" "health $(cat "$t/.version")"
}

@test "make deb: the same bytes twice, lintian finds no error" {
  command -v dpkg-deb >/dev/null || skip 'no dpkg-deb'
  for n in one two; do
    (cd "$top" && { [ $n = one ] || umask 077; } && VERSION=$built MAKE="make B=$B" ops/build/deb.sh "$BATS_TEST_TMPDIR/$n") >"$BATS_TEST_TMPDIR/out" 2>&1 || fail "$(cat "$BATS_TEST_TMPDIR/out")"
    sleep 1
  done
  f=$(basename "$BATS_TEST_TMPDIR"/one/*.deb)
  cmp "$BATS_TEST_TMPDIR/one/$f" "$BATS_TEST_TMPDIR/two/$f"
  cp "$BATS_TEST_TMPDIR/one/$f" "$BATS_FILE_TMPDIR/vaultsphere.deb"
  assert_equal "$(dpkg-deb -f "$BATS_FILE_TMPDIR/vaultsphere.deb" Package)" vaultsphere
  assert_equal "$(dpkg-deb -c "$BATS_FILE_TMPDIR/vaultsphere.deb" | awk '{ print $2 }' | sort -u)" root/root
  assert_regex "$(dpkg-deb -c "$BATS_FILE_TMPDIR/vaultsphere.deb" | grep vaultsphere.env)" '^-rw-------'
  assert_equal "$(dpkg-deb -I "$BATS_FILE_TMPDIR/vaultsphere.deb" conffiles)" /etc/vaultsphere.env
  if command -v lintian >/dev/null; then
    run lintian --allow-root --fail-on error --tag-display-limit 0 "$BATS_FILE_TMPDIR/vaultsphere.deb"
    assert_equal "$status $(grep '^E:' <<<"$output")" '0 '
  else
    skip 'no lintian; the rest passed'
  fi
}

@test "the package on a fresh machine: installed with what it needs, started, a request answered; removed and purged, the vaults stay" {
  why=$(container_there) || skip "$why"
  [ -e "$BATS_FILE_TMPDIR/vaultsphere.deb" ] || fail 'no package was made'
  container_there
  container_base
  c=$(buildah from --pull-never "$BASE")
  echo "$c" >"$BATS_FILE_TMPDIR/container"
  on() { buildah run --isolation chroot "$c" -- "$@"; }
  buildah copy -q "$c" "$BATS_FILE_TMPDIR/vaultsphere.deb" /tmp/ >/dev/null
  port=$(free_port)
  run on sh -ec "
    export DEBIAN_FRONTEND=noninteractive
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d
    apt-get update -qq && apt-get install -y -qq --no-install-recommends /tmp/vaultsphere.deb >/tmp/log 2>&1 || { tail -20 /tmp/log; exit 1; }
    id -u vaultsphere >/dev/null
    stat -c '%a %U' /etc/vaultsphere.env
    echo '# kept' >>/etc/vaultsphere.env
    install -d -o vaultsphere -m 0700 /var/lib/vaultsphere /run/vaultsphere /var/log/vaultsphere
    setpriv --reuid vaultsphere --regid vaultsphere --clear-groups env PATH=/usr/sbin:/usr/bin:/sbin:/bin PORT=$port DATA=/var/lib/vaultsphere RUN=/run/vaultsphere LOG=/var/log/vaultsphere vaultsphere >/tmp/out 2>&1 &
    for i in \$(seq 100); do grep -q 'answers at' /tmp/out && break; sleep 0.1; done
    cat /tmp/out
    perl -MIO::Socket::INET -e 'my \$s = IO::Socket::INET->new(\"127.0.0.1:$port\") or die; print \$s \"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n\"; print <\$s>'
    kill \$! && wait \$! || true
    apt-get remove -y -qq vaultsphere >/dev/null 2>&1
    [ ! -e /usr/bin/vaultsphere ] && [ -s /var/lib/vaultsphere/vault.db ] && grep -q '# kept' /etc/vaultsphere.env && echo removed, kept
    apt-get purge -y -qq vaultsphere 2>&1 | grep 'stay in'
    [ ! -e /etc/vaultsphere.env ] && [ -s /var/lib/vaultsphere/secret ] && echo purged, kept"
  assert_equal "$status" 0
  for want in '600 root' 'answers at http://localhost' '"ok":true' 'removed, kept' 'The vaults and their secret stay in /var/lib/vaultsphere' 'purged, kept'; do
    grep -qF -- "$want" <<<"$output" || fail "missing: $want" "$output"
  done
}

# The same machine again, now with systemd. Nothing in it is a stand-in; its kernel and what that allows are the host's.
machine_ready() {
  local why
  why=$(container_there) || skip "$why"
  why=$(machine_missing)
  [ -z "$why" ] || skip "$why"
  container_there
  url=http://localhost:5001
}
main_pid() { inside systemctl show -P MainPID vaultsphere; }
web_pid() { inside cat "/proc/$(main_pid)/task/$(main_pid)/children" | tr -d ' '; }
answers() { local _; for _ in $(seq 200); do curl -fs -o /dev/null --max-time 5 "$url/health?deep=1" && return; sleep 0.05; done; inside journalctl -u vaultsphere -n 20 --no-pager >&2; return 1; }
# everything that speaks to it does so in its network
curl() { beside curl "$@"; }

@test "the package under systemd: runs once installed; reload loses no request, a person stays signed in; restarted, killed, stopped; a backup by its timer's unit, restored" {
  load helpers/account
  load helpers/server
  machine_ready
  c=$(cat "$BATS_FILE_TMPDIR/container")
  machine_quick "$c"
  machine_with_systemd "$c"
  root=$(buildah mount "$c")
  rm -f "$root/usr/sbin/policy-rc.d"
  cp "$BATS_FILE_TMPDIR/vaultsphere.deb" "$root/root/"
  machine_start "$root"
  assert_equal "$(inside systemctl is-system-running)" running
  # no network here: what it needs is there
  inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends /root/vaultsphere.deb >"$BATS_TEST_TMPDIR/apt" 2>&1 || fail "$(tail "$BATS_TEST_TMPDIR/apt")"
  assert_equal "$(inside systemctl is-enabled vaultsphere) $(inside systemctl is-active vaultsphere)" 'enabled active'
  answers
  DATA=$BATS_TEST_TMPDIR COOKIES=$BATS_TEST_TMPDIR/jar
  register_http worker

  was=$(web_pid)
  BY="nsenter -n -t $machine" ask "$COOKIES"
  inside systemctl reload vaultsphere
  for _ in $(seq 200); do [ "$(web_pid)" != "$was" ] && [[ "$(web_pid)" =~ ^[0-9]+$ ]] && break; sleep 0.05; done
  refute_regex "$(web_pid)" "^($was|)$"
  asked 1
  [ "$entries" -gt 0 ]

  inside systemctl restart vaultsphere
  answers
  http GET '/api/entries?limit=1'
  assert_json .total "$entries"
  was=$(main_pid)
  inside systemctl kill -s KILL --kill-who=main vaultsphere
  for _ in $(seq 200); do [ "$(inside systemctl show -P NRestarts vaultsphere)" = 1 ] && break; sleep 0.05; done
  answers
  refute_regex "$(main_pid)" "^($was|0)$"

  cp "$top"/ops/vaultsphere-backup.{service,timer} "$root/etc/systemd/system/"
  cp "$(command -v age)" "$(command -v age-keygen)" "$root/usr/bin/"
  inside env DATA=/var/lib/vaultsphere vaultsphere-backup key /root/key 2>/dev/null
  inside install -d -m 0700 /var/backups/vaultsphere
  inside systemctl daemon-reload
  inside systemctl enable -q --now vaultsphere-backup.timer
  assert_regex "$(inside systemctl list-timers --no-pager vaultsphere-backup.timer)" '1 timers listed'
  inside systemctl start vaultsphere-backup
  http POST /api/entries '{"site":"Later","password":"p"}'
  assert_status 201
  inside systemctl stop vaultsphere
  assert_equal "$(inside systemctl is-active vaultsphere)" inactive
  run curl -s "$url/health"
  assert_equal "$status" 7
  [ ! -e "/proc/$machine/root/run/vaultsphere" ]
  inside sh -c 'DATA=/var/lib/vaultsphere KEY=/root/key vaultsphere-restore /var/backups/vaultsphere/*.age --force' >"$BATS_TEST_TMPDIR/restore" 2>&1 || fail "$(cat "$BATS_TEST_TMPDIR/restore")"
  assert_regex "$(cat "$BATS_TEST_TMPDIR/restore")" 'by version [0-9][0-9A-Za-z.+-]* from sqlite'
  inside systemctl start vaultsphere
  answers
  http GET '/api/entries?limit=1'
  assert_json .total "$entries"
}

@test "the switches of the unit are in force: what each forbids is possible without it, and not with it; memory and processes are bounded, the account has no rights" {
  machine_ready
  machine_there || fail 'no machine'
  root=/proc/$machine/root
  # what can be seen of each, where it should not
  touch "$root"/{root,home,tmp,var/tmp,dev}/probe
  install -m 0755 "$BATS_TEST_DIRNAME/tools/forbidden.pl" "$root/usr/bin/forbidden"
  # As root, so that it is the switch that stands in the way and not the account; but not of root's group, which may see every process. Its folders are its own.
  sed -e 's#^ExecStart=.*#ExecStart=/usr/bin/forbidden#; s/^Type=.*/Type=oneshot/; /^\(ExecReload\|Restart\|DynamicUser\)/d; s/\(Directory\)=vaultsphere/\1=probe/; /^Type=/aGroup=nogroup\nStandardOutput=truncate:/run/forbidden.said' "$top/ops/vaultsphere.service" >"$root/etc/systemd/system/forbidden.service"
  printf '[Service]\nType=oneshot\nGroup=nogroup\nStandardOutput=truncate:/run/free.said\nExecStart=/usr/bin/forbidden\nStateDirectory=probe-free\n' >"$root/etc/systemd/system/free.service"
  inside systemctl daemon-reload
  inside systemctl start free forbidden
  # read from files: the journal writes a line down, and learns whose it was, some time after its program has ended
  free=$(inside cat /run/free.said)
  bound=$(inside cat /run/forbidden.said)
  switches=$(sed -n "s/^\t\['\([A-Za-z]*\)'.*/\1/p" "$BATS_TEST_DIRNAME/tools/forbidden.pl")
  assert_equal "$free" "$(echo $switches)"
  assert_equal "$bound" ''
  # all that the unit forbids is among them, but what has no use for a program to try: DynamicUser and limits (below), and
  # SystemCallArchitectures, as there is no program of another architecture here
  for s in $(grep -oE '^(Protect|Private|Restrict|Lock|NoNew|Capability|ProcSubset)[A-Za-z]*' "$top/ops/vaultsphere.service"); do grep -qx "$s" <<<"$switches" || fail "$s is not tried"; done
  main=$(main_pid)
  assert_equal "$(inside systemctl show -P MemoryMax vaultsphere) $(inside systemctl show -P TasksMax vaultsphere)" '536870912 512'
  facts=$(inside cat "/proc/$main/status" | tr -d '\t' | grep -E '^(CapPrm|CapBnd|CapAmb|NoNewPrivs|Seccomp):')
  assert_equal "$facts" $'CapPrm:0000000000000000\nCapBnd:0000000000000000\nCapAmb:0000000000000000\nNoNewPrivs:1\nSeccomp:2'
  assert_equal "$(inside stat -c %U "/proc/$main")" vaultsphere
}

@test "the package removed under systemd: its service has ended and is off, the vaults stay" {
  machine_ready
  machine_there || fail 'no machine'
  root=/proc/$machine/root
  was=$(main_pid)
  [ -e "$root/proc/$was" ]
  inside env DEBIAN_FRONTEND=noninteractive apt-get purge -y -qq vaultsphere >"$BATS_TEST_TMPDIR/apt" 2>&1 || fail "$(tail "$BATS_TEST_TMPDIR/apt")"
  [ ! -e "$root/proc/$was" ]
  run inside systemctl is-enabled vaultsphere
  [ "$status" != 0 ]
  inside test -s /var/lib/vaultsphere/vault.db -a -s /var/lib/vaultsphere/secret
}
