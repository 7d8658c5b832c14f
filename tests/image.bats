# The image: built from the Dockerfile, run without rights, a person's whole journey, what is inside, what it weighs. Figures are printed.

setup_file() {
  load helpers/container
  local why
  why=$(container_there) || { echo "$why" >"$BATS_FILE_TMPDIR/skip"; return 0; }
  container_there
  container_base
  container_build vault
  container_build vault-dynamodb
  container_build vault-keep
  export IMAGE_VAULT=localhost/vaultsphere-test:test IMAGE_DYNAMODB=localhost/vaultsphere-test:test-dynamodb IMAGE_KEEP=localhost/vaultsphere-test:test-keep
}

setup() {
  load helpers/assert
  load helpers/cgi
  load helpers/account
  load helpers/server
  load helpers/container
  [ ! -e "$BATS_FILE_TMPDIR/skip" ] || skip "$(cat "$BATS_FILE_TMPDIR/skip")"
  container_there
  name=vs-$$-$BATS_TEST_NUMBER
  PORT=$(free_port)
  url=http://localhost:$PORT
  DATA=$BATS_TEST_TMPDIR/data
  mkdir -p "$DATA"
  chown 990:990 "$DATA"
  chmod 755 "$BATS_TEST_TMPDIR"
}

teardown() {
  [ -e "$BATS_FILE_TMPDIR/skip" ] || podman rm -f -t 1 "$name" >/dev/null 2>&1 || :
  [ -z "${root-}" ] || { buildah umount "$holder" && buildah rm "$holder"; } >/dev/null
}

# into IMAGE: its files, mounted; sets root
files_of() {
  holder=$(buildah from --pull-never "$1")
  root=$(buildah mount "$holder")
}

wait_healthy() {
  local i
  for i in $(seq 500); do
    curl -fs --max-time 1 -o /dev/null "$url/health" && return 0
    sleep 0.01
  done
  podman logs "$name" >&2
  return 1
}

up() { # [PODMAN OPTION...]: with SQLite and the data of this test
  container_run "$name" "$IMAGE_VAULT" -e PORT="$PORT" -v "$DATA:/data" "$@"
  wait_healthy
}

megabytes() { awk -v b="$1" 'BEGIN { printf "%.1f", b / 1000000 }'; }

@test "sizes: at most 20 MB with SQLite, 35 MB with both stores and HAProxy" {
  small=$(podman image inspect --format '{{.Size}}' "$IMAGE_VAULT")
  large=$(podman image inspect --format '{{.Size}}' "$IMAGE_DYNAMODB")
  echo "# image: $(megabytes "$small") MB, with HAProxy and both stores $(megabytes "$large") MB" >&3
  [ "$small" -le 20000000 ] || fail "$small bytes"
  [ "$large" -le 35000000 ] || fail "$large bytes"
}

@test "a person's whole journey: account, authenticator, login, entries, search; then again after a restart" {
  up
  export COOKIES=$BATS_TEST_TMPDIR/cookies
  register_http alice
  http POST /api/entries '{"site":"Bank","username":"alice","password":"Zr9-kkwQ"}'
  assert_status 201
  http POST /api/entries '{"site":"Mail","password":"p2"}'
  assert_status 201
  http GET '/api/entries?q=bank'
  assert_json .total 1
  id=$(jq -r '.entries[0].id' <<<"$body")
  http GET "/api/entries/$id"
  assert_json .password 'Zr9-kkwQ'
  http POST /logout '' -H 'Content-Length: 0'
  http GET /session
  assert_status 401
  http GET /vault '' -H 'Accept: text/html'
  assert_status 303
  podman stop -t 15 "$name" >/dev/null
  podman start "$name" >/dev/null
  wait_healthy
  # the code of this step was used at registration: the one of the next is taken too
  http POST /login "username=alice&password=$(urlencode "$PASSWORD")&code=$(code 30)"
  assert_status 200
  http GET "/api/entries/$id"
  assert_json .password 'Zr9-kkwQ'
  http GET /api/entries
  assert_json .total 2
  http GET / '' -H 'Accept-Language: de'
  assert_regex "$headers" 'Content-Language: de'
}

@test "healthy at once: the health check passes, and fails when nobody answers" {
  podman create --name "$name" --no-healthcheck --read-only --read-only-tmpfs=false --tmpfs /run/vaultsphere --cap-drop all -e PORT="$PORT" -v "$DATA:/data" "$IMAGE_VAULT" >/dev/null
  best=99999
  for i in 1 2 3; do
    podman start "$name" >/dev/null &
    until curl -fs --max-time 1 -o /dev/null "$url/health"; do sleep 0.005; done
    at=$(date +%s%N)
    wait
    # from the start of its first process, as podman writes its own note later; hundredths of a second since the machine started
    pid=$(podman inspect --format '{{.State.Pid}}' "$name")
    read -r up _ </proc/uptime
    ms=$(($(awk '{ print $22 }' "/proc/$pid/stat") * 1000 / $(getconf CLK_TCK)))
    ms=$((at / 1000000 - ($(date +%s%N) / 1000000 - (10 * ${up/./} - ms))))
    [ "$ms" -ge "$best" ] || best=$ms
    podman exec "$name" /usr/bin/vaultsphere-health
    podman stop -t 15 "$name" >/dev/null
  done
  echo "# start to healthy: $best ms" >&3
  [ "$best" -le 500 ] || fail "$best ms"
  podman start "$name" >/dev/null
  wait_healthy
  run podman exec -e PORT=1 "$name" /usr/bin/vaultsphere-health
  [ "$status" != 0 ] || fail 'healthy without a server'
  assert_equal "$(podman image inspect --format '{{json .HealthCheck.Test}}' "$IMAGE_VAULT")" '["CMD","/usr/bin/vaultsphere-health"]'
}

@test "memory: at most 8 MB idle, 40 MB under 500 requests a second, none of them failed; no zombie is left" {
  up
  export COOKIES=$BATS_TEST_TMPDIR/cookies
  register_http alice
  # what is shared counts once: proportional sizes of all its processes
  pss() {
    local p sum=0 kb
    for p in $(cat "/sys/fs/cgroup$1/cgroup.procs" 2>/dev/null || cat "/sys/fs/cgroup/memory$1/cgroup.procs"); do
      kb=$(awk '/^Pss:/ { print $2 }' "/proc/$p/smaps_rollup" 2>/dev/null) && sum=$((sum + ${kb:-0}))
    done
    echo "$sum"
  }
  pid=$(podman inspect --format '{{.State.Pid}}' "$name")
  group=$(sed -n 's/^[0-9]*:memory://p; s/^0:://p' "/proc/$pid/cgroup" | head -1)
  sleep 1
  idle=$(pss "$group")
  python3 "$BATS_TEST_DIRNAME/tools/rate.py" "$url" 500 10 /health /session / /generate /vault >"$BATS_TEST_TMPDIR/rate" &
  asking=$!
  most=0
  while kill -0 $asking 2>/dev/null; do
    now=$(pss "$group")
    [ "$now" -le "$most" ] || most=$now
  done
  wait $asking
  cat "$BATS_TEST_TMPDIR/rate" >&2
  echo "# memory: $((idle / 1000)).$((idle % 1000 / 100)) MB idle, $((most / 1000)).$((most % 1000 / 100)) MB under 500 requests/s ($(cat "$BATS_TEST_TMPDIR/rate"))" >&3
  [ "$idle" -gt 500 ] && [ "$idle" -le 8000 ] || fail "$idle KiB idle"
  [ "$most" -gt "$idle" ] && [ "$most" -le 40000 ] || fail "$most KiB"
  assert_regex "$(cat "$BATS_TEST_TMPDIR/rate")" ' failed 0 refused 0 '
  assert_equal "$(podman top "$name" state | grep -c Z)" 0
}

@test "TERM under load ends it cleanly and soon; every request that was taken is answered" {
  up
  python3 "$BATS_TEST_DIRNAME/tools/rate.py" "$url" 200 20 /health /session >"$BATS_TEST_TMPDIR/rate" &
  asking=$!
  sleep 2
  kill -USR1 $asking
  t0=$(date +%s%N)
  podman kill -s TERM "$name" >/dev/null
  podman wait "$name" >"$BATS_TEST_TMPDIR/code"
  ms=$((($(date +%s%N) - t0) / 1000000))
  wait $asking
  echo "# TERM under load: ended after $ms ms; $(cat "$BATS_TEST_TMPDIR/rate")" >&3
  assert_equal "$(cat "$BATS_TEST_TMPDIR/code")" 0
  assert_regex "$(cat "$BATS_TEST_TMPDIR/rate")" 'answered [1-9][0-9]{2,} failed 0 refused [1-9]'
  [ "$ms" -le 9500 ] || fail "$ms ms"
}

@test "it runs as nobody, without capabilities or new privileges, and writes to nothing but the volume and memory" {
  up
  run podman exec "$name" sh -c 'id -u; id -g; grep -E "^(CapEff|CapPrm|CapBnd|NoNewPrivs):" /proc/1/status | tr -d "\t"; cat /proc/1/comm'
  assert_equal "$output" "$(printf '990\n990\nCapPrm:0000000000000000\nCapEff:0000000000000000\nCapBnd:0000000000000000\nNoNewPrivs:1\nvs-serve')"
  # every folder is tried, not asked
  run podman exec "$name" sh -c 'find / -xdev -type d ! -path "/proc/*" ! -path "/sys/*" | while read -r d; do (: >"$d/.t") 2>/dev/null && rm "$d/.t" && echo "$d"; done; for d in /data /tmp /run/vaultsphere; do (: >"$d/.t") 2>/dev/null && rm "$d/.t" && echo "$d"; done'
  assert_equal "$(grep -vE '^/(data|tmp|run/vaultsphere|dev/shm|dev/mqueue)$' <<<"$output")" ''
  for d in /data /tmp /run/vaultsphere; do grep -qx "$d" <<<"$output" || fail "$d: $output"; done
  # and without a read-only root, by its owners and modes
  podman rm -f -t 1 "$name" >/dev/null
  podman run -d --name "$name" --no-healthcheck --cap-drop all -e PORT="$PORT" "$IMAGE_VAULT" >/dev/null
  wait_healthy
  run podman exec "$name" sh -c 'find / -xdev -type d ! -path "/proc/*" | while read -r d; do (: >"$d/.t") 2>/dev/null && rm "$d/.t" && echo "$d"; done'
  assert_equal "$(grep -vE '^/(data|tmp|run/vaultsphere)(/|$)' <<<"$output")" ''
}

@test "a wrong setting stops it with one sentence; TLS by a certificate of one's own; TLS=auto says what is missing" {
  run podman run --rm --no-healthcheck -e PORT=abc "$IMAGE_VAULT"
  assert_equal "$status" 1
  assert_regex "$output" 'VaultSphere does not start: PORT must be a whole number'
  run podman run --rm --no-healthcheck -e TLS=auto "$IMAGE_VAULT"
  assert_equal "$status" 1
  assert_regex "$output" 'openssl, which is not here'
  run podman run --rm --no-healthcheck -e STORE=dynamodb "$IMAGE_VAULT"
  assert_equal "$status" 1
  assert_regex "$output" 'does not start: what is installed holds no programs for STORE=dynamodb'
  chmod 755 "$DATA"
  chown root "$DATA"
  run podman run --rm --no-healthcheck -v "$DATA:/data" "$IMAGE_VAULT"
  assert_equal "$status" 1
  assert_regex "$output" 'cannot be written to'
  chown 990:990 "$DATA"
  "$BATS_TEST_DIRNAME/../ops/tls-auto.sh" "$BATS_TEST_TMPDIR/tls" >/dev/null
  chown -R 990 "$BATS_TEST_TMPDIR/tls"
  container_run "$name" "$IMAGE_VAULT" -e PORT="$PORT" -e TLS_CERT=/tls/server.crt -e TLS_KEY=/tls/server.key -v "$DATA:/data" -v "$BATS_TEST_TMPDIR/tls:/tls:ro"
  for i in $(seq 300); do curl -fs --cacert "$BATS_TEST_TMPDIR/tls/ca.crt" "https://localhost:$PORT/health" && break || sleep 0.02; done
  assert_equal "$(curl -s --cacert "$BATS_TEST_TMPDIR/tls/ca.crt" "https://localhost:$PORT/health")" '{"ok":true}'
  podman exec "$name" /usr/bin/vaultsphere-health
}

@test "the logs come out of the container: requests, and no secret among them" {
  up
  COOKIES=$BATS_TEST_TMPDIR/cookies register_http alice
  podman stop -t 15 "$name" >/dev/null
  run podman logs "$name"
  assert_regex "$output" '"path":"/cgi-bin/register-phrase","status":201'
  assert_regex "$output" 'VaultSphere answers at'
  refute_regex "$output" "$(sed 's/[+/]/./g' "$DATA/secret")"
  refute_regex "$output" "${phrase% *}"
}

@test "labels, user, port, volume, signal and entry point are declared" {
  v=$("$BATS_TEST_DIRNAME/../ops/build/version.sh")
  for i in "$IMAGE_VAULT" "$IMAGE_DYNAMODB"; do
    l=$(podman image inspect "$i" | jq '.[0]')
    for want in '.Labels["org.opencontainers.image.title"]=VaultSphere' ".Labels[\"org.opencontainers.image.version\"]=$v" \
      ".Labels[\"org.opencontainers.image.revision\"]=$(git -C "$BATS_TEST_DIRNAME/.." rev-parse HEAD)" '.Labels["org.opencontainers.image.licenses"]=MIT' \
      '.Config.User=990:990' '.Config.StopSignal=SIGTERM' '.Config.Entrypoint[0]=/usr/bin/vaultsphere' '.Config.ExposedPorts|keys[0]=5001/tcp' \
      '.Config.Volumes|keys[0]=/data' '.Architecture=amd64' '.Os=linux'; do
      assert_equal "${want%%=*} $(jq -r "${want%%=*}" <<<"$l")" "${want%%=*} ${want#*=}"
    done
    assert_regex "$(jq -r '.Labels["org.opencontainers.image.created"]' <<<"$l")" '^20[0-9-]+T[0-9:]+Z$'
    [ "$(jq -r '.Labels["org.opencontainers.image.source"]' <<<"$l")" != null ] || fail 'no source'
  done
}

@test "what is inside: no setuid file, nothing that anybody may write, no compiler, no cache or history; the SBOM names every file and package, with licences" {
  for i in "$IMAGE_VAULT" "$IMAGE_DYNAMODB" "$IMAGE_KEEP"; do
    files_of "$i"
    assert_equal "$(find "$root" -xdev -perm /6000)" ''
    assert_equal "$(find "$root" -xdev ! -type l -perm -o+w ! -path "$root/tmp" ! -path "$root/run/vaultsphere")" ''
    assert_equal "$(find "$root" -xdev ! -uid 0 ! -path "$root/data")" ''
    assert_equal "$(find "$root" -xdev \( -name '*.a' -o -name '*.o' -o -name '*.h' -o -name '*.c' -o -name '*.deb' -o -name '.*history' -o -path '*/var/cache*' -o -path '*/apt*' \
      -o -name 'gcc*' -o -name 'python*' -o -name perl -o -name bash -o -name '*.key' -o -name secret \) ! -path '*/usr/share/licenses/*')" ''
    sbom=$root/usr/share/doc/vaultsphere/sbom.spdx.json
    assert_equal "$(jq -r .spdxVersion "$sbom")" SPDX-2.3
    # each file of the image with its hash, and nothing else
    (cd "$root" && find . -type f ! -path './usr/share/licenses/*' ! -path './usr/share/doc/vaultsphere/sbom.spdx.json' ! -path './etc/hosts' ! -path './etc/resolv.conf' \
      ! -path './run/.containerenv' -exec sha256sum {} + | sed 's/  /\t/' | sort) >"$BATS_TEST_TMPDIR/there"
    jq -r '.files[] | [(.checksums[] | select(.algorithm == "SHA256").checksumValue), .fileName] | @tsv' "$sbom" | sort >"$BATS_TEST_TMPDIR/named"
    diff "$BATS_TEST_TMPDIR/there" "$BATS_TEST_TMPDIR/named" >&2 || fail 'the SBOM and the image differ'
    # each shared object belongs to a Debian package with a version
    for so in $(cd "$root" && find . -name '*.so*' -type f); do
      jq -e --arg f "$so" '. as $d | [.files[] | select(.fileName == $f).SPDXID] as $id | [.relationships[] | select(.relatedSpdxElement == $id[0]).spdxElementId] as $p |
        [$d.packages[] | select(.SPDXID == $p[0])] | .[0].externalRefs[0].referenceLocator | startswith("pkg:deb/debian/")' "$sbom" >/dev/null || fail "$so: no package"
    done
    for p in $(jq -r '.packages[] | select(.SPDXID != "SPDXRef-image").name' "$sbom"); do [ -s "$root/usr/share/licenses/$p/copyright" ] || fail "$p: no licence"; done
    for p in vaultsphere openssl json-c argon2 zxcvbn-ts lucide; do jq -e --arg p "$p" 'any(.packages[]; .name | contains($p))' "$sbom" >/dev/null || fail "$p is not named"; done
    # nothing to load is missing
    for f in usr/sbin/lighttpd $(cd "$root" && find usr/lib/lighttpd usr/sbin -type f); do
      run chroot "$root" /lib64/ld-linux-x86-64.so.2 --list "/$f"
      assert_equal "$status" 0
      refute_regex "$output" 'not found'
    done
    buildah umount "$holder" >/dev/null && buildah rm "$holder" >/dev/null
    root=
  done
}

@test "every command that the scripts inside call is there" {
  files_of "$IMAGE_DYNAMODB"
  for c in sh cat mkdir chmod dirname head base64 mv rm ln stat id cut tr sha256sum sleep wget date sed grep mktemp; do
    run chroot "$root" /bin/sh -c "command -v $c"
    assert_equal "$c $status" "$c 0"
  done
  assert_equal "$(chroot "$root" /bin/stat -f -c %T /tmp | wc -w)" 1
  assert_equal "$(chroot "$root" /bin/stat -c '%u %a %F' /data)" '990 700 directory'
  for c in lighttpd haproxy; do chroot "$root" /usr/bin/env "$c" -v | head -1; done
  for t in "$root"/usr/lib/vaultsphere/tools/* "$root"/usr/lib/vaultsphere/*/cgi-bin/*; do
    assert_equal "$(chroot "$root" "${t#"$root"}" --version)" "$(basename "$t") $("$BATS_TEST_DIRNAME/../ops/build/version.sh")"
  done
}

@test "backup and restore beside the container that runs, in an image of their own" {
  up
  export COOKIES=$BATS_TEST_TMPDIR/cookies
  register_http alice
  http POST /api/entries '{"site":"Bank","password":"Zr9-kkwQ"}'
  assert_status 201
  id=$(jq -r .id <<<"$body")
  mkdir -m 777 "$BATS_TEST_TMPDIR/backups"
  age-keygen -o "$BATS_TEST_TMPDIR/backups/key" 2>/dev/null
  chmod 644 "$BATS_TEST_TMPDIR/backups/key"
  keep() { podman run --rm --no-healthcheck --read-only --read-only-tmpfs=false --tmpfs /run/vaultsphere --cap-drop all -v "$BATS_TEST_TMPDIR/backups:/backups" "$@"; }
  run keep -v "$DATA:/data" -e KEY="$(age-keygen -y "$BATS_TEST_TMPDIR/backups/key")" "$IMAGE_KEEP" /backups/one.age
  assert_equal "$status" 0
  assert_equal "$(head -c 21 "$BATS_TEST_TMPDIR/backups/one.age")" age-encryption.org/v1
  mkdir "$BATS_TEST_TMPDIR/other"
  chown 990:990 "$BATS_TEST_TMPDIR/other"
  run keep -v "$BATS_TEST_TMPDIR/other:/data" -e KEY=/backups/key "$IMAGE_KEEP" restore /backups/one.age
  assert_equal "$status" 0
  podman rm -f -t 10 "$name" >/dev/null
  container_run "$name" "$IMAGE_VAULT" -e PORT="$PORT" -v "$BATS_TEST_TMPDIR/other:/data"
  wait_healthy
  http GET "/api/entries/$id"
  assert_json .password 'Zr9-kkwQ'
}

@test "both stores in one image: a person in DynamoDB through its own pool" {
  export IMAGE_DYNAMODB name PORT
  B=$BATS_TEST_DIRNAME/../build run "$BATS_TEST_DIRNAME/tools/dynamodb.sh" bash -c '
    . tests/helpers/container.bash && BATS_TEST_DIRNAME=$PWD/tests container_there
    cp "$VS_POOL_CA" "$1/ca.pem" && chmod 644 "$1/ca.pem"
    container_run "$name" "$IMAGE_DYNAMODB" -e STORE=dynamodb -e PORT=$PORT -e AWS_ENDPOINT_URL_DYNAMODB="https://localhost:$VS_POOL_PORT" -e DYNAMODB_CA=/ca.pem \
      -e AWS_ACCESS_KEY_ID=test -e AWS_SECRET_ACCESS_KEY=test -v "$1/ca.pem:/ca.pem:ro" -v "$1:/data" || exit 1
    for i in $(seq 400); do curl -fs "http://localhost:$PORT/health?deep=1" && break || sleep 0.05; done
    curl -fs "http://localhost:$PORT/health?deep=1" || { podman logs "$name"; exit 1; }
    podman exec "$name" sh -c "ls -l /run/vaultsphere; cat /proc/*/comm"
    curl -s -X POST -H "Origin: http://localhost:$PORT" -d "username=alice&email=a@example.org&password=correct horse battery staple 7" "http://localhost:$PORT/register" | head -c 60
    podman logs "$name" 2>&1 | grep -i error; true' - "$DATA"
  assert_equal "$status" 0
  assert_regex "$output" '"ok":true'
  assert_regex "$output" 'haproxy'
  assert_regex "$output" 'next":"/register/totp'
}
