# ops/ec2_setup.sh for real: on a Debian of its own it installs Docker, compose and the AWS CLI by apt, and, booted by its own systemd, starts the engine; deploy.sh then
# puts versions on it, with the parameters that its role may read. The metadata service has its real address, 169.254.169.254, in the network of that machine, which
# reaches nothing else. No stand-in but AWS (moto).

setup_file() {
  load helpers/container
  load helpers/machine
  local why
  why=$(machine_missing)
  [ -z "$why" ] && why=$(container_there) || { echo "$why" >"$BATS_FILE_TMPDIR/skip"; return 0; }
  container_there
  container_base
  buildah from --pull-never "$BASE" >"$BATS_FILE_TMPDIR/container"
  machine_quick "$(cat "$BATS_FILE_TMPDIR/container")"
  buildah copy -q "$(cat "$BATS_FILE_TMPDIR/container")" "$BATS_TEST_DIRNAME/../ops" /root/ops >/dev/null
}
teardown_file() {
  load helpers/container
  load helpers/machine
  [ ! -e "$BATS_FILE_TMPDIR/skip" ] || return 0
  [ ! -e "$BATS_FILE_TMPDIR/pids" ] || kill $(cat "$BATS_FILE_TMPDIR/pids") 2>/dev/null || :
  machine_stop
  container_there
  buildah rm "$(cat "$BATS_FILE_TMPDIR/container")" >/dev/null
}
setup() {
  load helpers/assert
  load helpers/container
  load helpers/machine
  load helpers/ask
  [ ! -e "$BATS_FILE_TMPDIR/skip" ] || skip "$(cat "$BATS_FILE_TMPDIR/skip")"
  cd "$BATS_TEST_DIRNAME/.." || return 1
  container_there
  c=$(cat "$BATS_FILE_TMPDIR/container")
  machine_there || :
  url=http://localhost:8080 # 80 is the metadata service's in that network
}
teardown() { ask_end; }

here() { buildah run --isolation chroot "$c" -- "$@"; }
# the programs of Python's environment in the machine's network, ended with the file
serve() { # ADDRESS PORT COMMAND...
  nsenter -n -t "$machine" "${@:3}" >"$BATS_TEST_TMPDIR/serve.log" 2>&1 3>&- &
  echo $! >>"$BATS_FILE_TMPDIR/pids"
  served=$!
  for _ in $(seq 200); do beside bash -c "(exec 9<>/dev/tcp/$1/$2) 2>/dev/null" && return; sleep 0.05; done
  tail "$BATS_TEST_TMPDIR/serve.log" >&2
  return 1
}
set_up() { inside env "$@" /root/ops/ec2_setup.sh; }

@test "no network: it says so and ends with 1; nothing is installed, no folder is made" {
  # apt-get update itself ends with 0 then, and only says that it goes on with the lists of before
  run unshare -n buildah run --isolation chroot "$c" -- /root/ops/ec2_setup.sh
  echo "$output" >&2
  assert_equal "$status" 1
  assert_regex "$output" 'setup: apt-get could not install them: is the network there'
  run here sh -c 'command -v docker docker-compose aws; ls -d /opt/vaultsphere'
  refute_regex "$output" '^/'
}

@test "a fresh Debian: Docker, compose, the AWS CLI are installed and run; without a role that it could need it goes on" {
  began=$(date +%s)
  run here env VS_ROLE=optional VS_IMDS=http://127.0.0.1:9 IMAGE=vaultsphere ECR=off VS_REGION=us-east-1 VS_AWS_ENDPOINT=http://169.254.169.254 HTTP_PORT=8080 /root/ops/ec2_setup.sh
  echo "$output" >&2
  echo "# packages installed in $(($(date +%s) - began)) s" >&3
  assert_equal "$status" 0
  assert_regex "$output" 'packages: installing docker compose aws curl'
  assert_regex "$output" 'docker: no systemd here'
  assert_regex "$output" 'role: none'
  run here sh -ec 'docker --version; docker-compose --version; aws --version; curl --version | head -1; flock --version; cat /opt/vaultsphere/deploy.conf'
  echo "$output" >&2
  assert_equal "$status" 0
  assert_regex "$output" 'IMAGE=vaultsphere'
}

@test "booted: no metadata service, one that is off, one that hangs, an instance without a role: each ends with 3 and a sentence; Docker runs by then" {
  machine_with_systemd "$c"
  machine_start "$(buildah mount "$c")"
  assert_equal "$(inside systemctl is-system-running)" running
  run set_up
  echo "$output" >&2
  assert_equal "$status" 3
  assert_regex "$output" 'packages: all there'
  assert_regex "$output" 'docker: on at every start'
  assert_regex "$output" 'role: the metadata service does not answer'
  assert_equal "$(inside systemctl is-enabled docker) $(inside systemctl is-active docker)" 'enabled active'
  beside ip addr add 169.254.169.254/32 dev lo
  mkdir "$BATS_TEST_TMPDIR/imds"
  echo off >"$BATS_TEST_TMPDIR/imds/mode"
  serve 169.254.169.254 80 python3 tests/faults/imds.py 169.254.169.254 80 "$BATS_TEST_TMPDIR/imds"
  for mode in 'off=the metadata service does not answer' 'hang=the metadata service does not answer' 'fine=this instance has none'; do
    echo "${mode%%=*}" >"$BATS_TEST_TMPDIR/imds/mode"
    run set_up
    echo "$output" >&2
    assert_equal "$mode: $status" "$mode: 3"
    assert_regex "$output" "setup: role: ${mode#*=}"
  done
  kill "$served"
}

@test "with a role: ready; a second time nothing changes" {
  machine_there || fail 'no machine'
  serve 169.254.169.254 80 "${VS_BUILD%/*}/venv/bin/moto_server" -H 169.254.169.254 -p 80
  run set_up
  echo "$output" >&2
  assert_equal "$status" 0
  assert_regex "$output" 'setup: role: [A-Za-z]'
  assert_equal "${lines[-1]}" 'setup: ready: /opt/vaultsphere/deploy.sh TAG'
  picture() { inside sh -c 'cd /opt/vaultsphere; find . -type f -exec stat -c "%n %a %Y %i" {} + | sort; cat deploy.conf; stat -c %Y /var/lib/dpkg/status; systemctl show -P MainPID docker'; }
  was=$(picture)
  run set_up IMAGE=another
  assert_equal "$status" 0
  assert_equal "$(picture)" "$was"
  for f in compose.yaml deploy.sh fetch-env.sh front/front.cfg front/tls.cfg; do inside cmp "/root/ops/$f" "/opt/vaultsphere/$f"; done
  # the engine is real and answers, and what this machine needs of AWS comes by its role
  assert_regex "$(inside docker info 2>/dev/null)" 'Server Version: [0-9]+'
  assert_regex "$(inside aws sts get-caller-identity --endpoint-url http://169.254.169.254 --region us-east-1)" 'arn:aws:'
}

deploy() { inside env CHECKS=20 CHECK_SECONDS=0.5 DRAIN_SECONDS=20 /opt/vaultsphere/deploy.sh "$@"; }
serving() { sed -n 's/^serves: \([^ ]*\).*/\1/p' <<<"$(deploy --status)"; }

@test "deployed on its engine: a version, another without a lost request, a broken one that is taken away again, and back" {
  machine_there || fail 'no machine'
  # the image of image.bats, whose layers are there
  container_build vault-dynamodb
  buildah push -q localhost/vaultsphere-test:test-dynamodb "docker-archive:$BATS_TEST_TMPDIR/image.tar:vaultsphere:one"
  inside docker load -q <"$BATS_TEST_TMPDIR/image.tar"
  for t in one-dynamodb two; do inside docker tag vaultsphere:one vaultsphere:$t; done
  printf 'FROM vaultsphere:one\nENTRYPOINT ["sleep", "1000"]\n' | inside docker build -q -t vaultsphere:broken - >/dev/null
  for p in "PUBLIC_ORIGIN=$url" "SESSION_SECRET=$(head -c 32 /dev/urandom | base64)"; do
    inside aws ssm put-parameter --endpoint-url http://169.254.169.254 --region us-east-1 --type SecureString --cli-input-json "$(jq -n --arg n "/password-manager/${p%%=*}" --arg v "${p#*=}" '{Name: $n, Value: $v}')" >/dev/null
  done
  run deploy one
  echo "$output" >&2
  assert_equal "$status $(serving)" '0 one'
  BY="nsenter -n -t $machine" ask
  for step in 'two=0 two' 'broken=1 two' '--rollback=0 one'; do
    run deploy "${step%%=*}"
    echo "$output" >&2
    assert_equal "$step: $status $(serving)" "$step: ${step#*=}"
  done
  asked
  # nobody, without rights, as compose.yaml says
  id=$(inside docker ps -q --filter label=com.docker.compose.service=front)
  assert_equal "$(inside docker inspect -f '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.Config.User}}' "$id")" 'true [ALL] [no-new-privileges:true] 990:990'
}

@test "the machine loses its power: once it is back the version that ran serves, without anybody's doing" {
  machine_there || fail 'no machine'
  ran=$(serving)
  machine_stop
  machine_start "$(buildah mount "$c")"
  for _ in $(seq 600); do beside curl -fs -o /dev/null --max-time 2 "$url/health" && break; sleep 0.1; done
  assert_equal "$(beside curl -fs --max-time 5 "$url/health")" '{"ok":true}'
  assert_equal "$(serving)" "$ran"
}
