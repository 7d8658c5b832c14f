# The pipeline: Jenkinsfile, ops/push.sh, ops/remote.sh, ops/ec2_setup.sh, ops/vaultsphere.service, make scan's judgements.

setup_file() {
  load helpers/engine
  cd "$BATS_TEST_DIRNAME/.." || return 1
  local missing
  missing=$(containers_missing)
  if [ -z "$missing" ]; then
    containers_start
    export C REGISTRY AWS
    echo "${pids[*]}" >"$C/pids"
    local c
    c=$(buildah from scratch)
    buildah commit -q --rm --format docker "$c" localhost/vaultsphere:latest >/dev/null
  fi
}
teardown_file() {
  load helpers/engine
  [ -e "${C-}/pids" ] || return 0
  read -ra pids <"$C/pids"
  containers_stop
}
setup() {
  load helpers/assert
  load helpers/engine
  load helpers/ssh
  cd "$BATS_TEST_DIRNAME/.." || return 1
}

@test "Jenkinsfile: the stages that must be there, in their order" {
  run grep -oP "^\s*stage\('\K[^']+" Jenkinsfile
  assert_equal "$(echo $output)" 'Checkout Setup Checks Lint Security scan Test SonarQube Image Push ECR Docker Hub Deploy'
  grep -q "parallel {" Jenkinsfile
  grep -q "junit testResults: 'reports/junit/" Jenkinsfile
  grep -q 'waitForQualityGate abortPipeline: true' Jenkinsfile
  # a branch that is not main must not deploy
  sed -n "/stage('Deploy')/,/steps {/p" Jenkinsfile | grep -q "anyOf { branch 'main'; branch 'master' }"
  for part in always success failure cleanup; do sed -n '/^    post {/,$p' Jenkinsfile | grep -q "$part {"; done
}

@test "Jenkinsfile: every step of a shell names a make target or a script of ops that is there" {
  local n=0 line word
  while IFS= read -r line; do
    n=$((n + 1))
    read -ra words <<<"$(sed 's/^SUFFIX=[^ ]* //' <<<"$line")"
    case ${words[0]} in
      make)
        for word in "${words[@]:1}"; do
          # read, not tried: with -n make still runs what names $(MAKE)
          [[ $word == -s ]] || grep -qE "^([a-z-]+ )*$word( [a-z-]+)*:([^=]|$)" Makefile || { echo "no target: $word" >&2; return 1; }
        done ;;
      ops/*.sh) [ -x "${words[0]}" ] || { echo "no script: ${words[0]}" >&2; return 1; } ;;
      *) echo "neither make nor ops: $line" >&2; return 1 ;;
    esac
  done < <(grep -oP "^\s*sh '\K[^']+" Jenkinsfile)
  [ "$n" -ge 10 ]
  # nothing else runs a shell, and no text of Groovy gets into one
  run grep -nE '(^|[ {;])(bat|powershell|sh\s*\(|sh\s*") ?' <(sed "s/'[^']*'/''/g" Jenkinsfile)
  assert_equal "$output" ''
}

@test "Jenkinsfile: braces and quotes are closed, every block is one of the declarative pipeline" {
  run awk '{ gsub(/\/\/.*/, ""); gsub(/'"'[^']*'"'/, ""); gsub(/"[^"]*"/, ""); o += gsub(/{/, ""); c += gsub(/}/, ""); if (c > o) exit 1 } END { print o - c }' Jenkinsfile
  assert_equal "$status $output" '0 0'
  run grep -oP '^    \K\w+(?= ?\{)' Jenkinsfile
  assert_equal "$(echo $output)" 'agent options parameters environment stages post'
}

push() { env REGISTRY="$REGISTRY" ECR=on VS_REGION=us-east-1 COMMIT=0123456789abcdef0123456789abcdef01234567 "$@" ops/push.sh localhost/vaultsphere:latest; }

@test "push: makes the repository with its policies, pushes by the commit and as latest; a second time changes nothing" {
  [ -n "${C-}" ] || skip 'no container engine'
  run push
  echo "$output" >&2
  assert_equal "$status" 0
  [[ "$output" == *'repository: vaultsphere is made'* ]]
  assert_equal "${lines[-1]}" "$REGISTRY/vaultsphere:0123456789ab"
  assert_equal "$(aws_ ecr describe-repositories --query 'repositories[0].imageScanningConfiguration.scanOnPush')" true
  aws_ ecr get-lifecycle-policy --repository-name vaultsphere --query lifecyclePolicyText --output text | jq -e '.rules[1].selection.countNumber == 30' >/dev/null
  run push
  assert_equal "$status" 0
  [[ "$output" == *'repository: vaultsphere is there'* ]]
  run curl -s --cacert "$C/tls/ca.crt" -u AWS:123456789012-auth-token "https://$REGISTRY/v2/vaultsphere/tags/list"
  assert_equal "$(jq -c '.tags | sort' <<<"$output")" '["0123456789ab","latest"]'
  run push SUFFIX=-dynamodb
  assert_equal "${lines[-1]}" "$REGISTRY/vaultsphere:0123456789ab-dynamodb"
}

@test "push: no network, a wrong password, no image, wrong use: each ends with a sentence" {
  [ -n "${C-}" ] || skip 'no container engine'
  VS_AWS_ENDPOINT=http://127.0.0.1:1 run push
  assert_equal "$status" 1
  [[ "$output" == *'the registry could not be asked'* ]]
  run env REGISTRY="$REGISTRY" REGISTRY_USER=AWS REGISTRY_PASSWORD=wrong ops/push.sh localhost/vaultsphere:latest
  assert_equal "$status" 1
  [[ "$output" == *'refused the login'* && "$output" != *wrong* ]]
  run env REGISTRY="$REGISTRY" ops/push.sh localhost/nothing:there
  assert_equal "$status" 1
  for wrong in REGISTRY= COMMIT=abc SUFFIX='a b' KEEP=0 ECR=maybe; do
    run push "$wrong"
    assert_equal "$wrong $status" "$wrong 2"
  done
}

@test "remote: brings the files, runs deploy.sh there, ends as it ends" {
  [ "$(id -u)" = 0 ] || skip 'not root'
  sshd_start
  export VS_SUDO='' VS_FOLDER=$BATS_TEST_TMPDIR/opt
  mkdir "$VS_FOLDER"
  # nothing was ever deployed there: it says so, and ends with 2
  run ops/remote.sh root@127.0.0.1 --rollback "${ssh_options[@]}"
  echo "$output" >&2
  assert_equal "$status" 2
  [[ "$output" == *'no version ran before'* || "$output" == *'is not installed'* ]]
  for f in compose.yaml deploy.sh fetch-env.sh front/front.cfg front/tls.cfg; do cmp "ops/$f" "$VS_FOLDER/$f"; done
  [ ! -e "$VS_FOLDER/.incoming" ]
  [ -x "$VS_FOLDER/deploy.sh" ]
  kill $sshd
  run ops/remote.sh root@127.0.0.1 one "${ssh_options[@]}"
  assert_equal "$status" 255
  for wrong in '-oProxyCommand=x one' 'a;b one' 'host a;b' 'host -x'; do
    # shellcheck disable=SC2086
    run ops/remote.sh $wrong
    assert_equal "$wrong $status" "$wrong 2"
  done
}

# ec2_setup.sh in a world of its own: a root made of this machine's programs, read only, with an os-release, dnf and the rest that only write down their arguments
setup_on() { # OS-RELEASE-ID VERSION [NAME=VALUE...]
  local w=$BATS_TEST_TMPDIR/world os=$1 version=$2
  shift 2
  mkdir -p "$w/bin"
  printf 'ID="%s"\nVERSION_ID="%s"\n' "$os" "$version" >"$w/os-release"
  for p in dnf apt-get systemctl snap apt-cache; do
    printf '#!/bin/sh\necho "%s $*" >>%s/calls\nexit ${FAIL_%s:-0}\n' "$p" "$w" "${p%%-*}" >"$w/bin/$p"
    chmod +x "$w/bin/$p"
  done
  : >"$w/calls"
  # only what every system has is seen beside the stand-ins
  for p in sh sed tr id mktemp rm grep dirname cat cmp cp chmod mv mkdir head cut tail uname sha256sum printf ${PRESENT-curl flock}; do ln -sf "$(command -v $p)" "$w/bin/$p"; done
  run unshare -m sh -c 'mount --bind "$1/os-release" /etc/os-release && shift && exec "$@"' - "$w" env -i PATH="$w/bin" VS_FOLDER="$w/opt" VS_ROLE=optional VS_IMDS=http://127.0.0.1:1 "$@" \
    "$PWD/ops/ec2_setup.sh"
  echo "$output" >&2
  calls=$(cat "$w/calls")
}

@test "setup: Amazon Linux 2023 asks dnf, takes docker compose by its hash, and not with a wrong one" {
  [ "$(id -u)" = 0 ] || skip 'not root'
  mkdir -p "$BATS_TEST_TMPDIR/release/v2.32.4"
  echo 'not compose' >"$BATS_TEST_TMPDIR/release/v2.32.4/docker-compose-linux-x86_64"
  printf '%064d *docker-compose-linux-x86_64\n' 0 >"$BATS_TEST_TMPDIR/release/v2.32.4/docker-compose-linux-x86_64.sha256"
  setup_on amzn 2023 VS_COMPOSE_URL="file://$BATS_TEST_TMPDIR/release"
  assert_equal "$status" 1
  [[ "$output" == *'wrong hash'* ]]
  assert_equal "$(grep ^dnf <<<"$calls")" 'dnf install -y docker awscli-2'
  [ ! -e /usr/local/lib/docker/cli-plugins/docker-compose.new ]
  setup_on amzn 2
  assert_equal "$status" 2
}

@test "setup: Debian and Ubuntu ask apt, the folder and its files are made, a second time nothing changes" {
  [ "$(id -u)" = 0 ] || skip 'not root'
  setup_on debian 12 IMAGE=registry/vaultsphere VS_REGION=eu-central-1
  assert_equal "$status" 0
  [[ "$calls" == *'install -y --no-install-recommends docker.io ca-certificates docker-compose awscli'* ]]
  w=$BATS_TEST_TMPDIR/world
  assert_equal "$(cat "$w/opt/deploy.conf")" $'IMAGE=registry/vaultsphere\nVS_REGION=eu-central-1'
  cmp ops/deploy.sh "$w/opt/deploy.sh"
  [[ "${lines[-1]}" == "setup: ready: $w/opt/deploy.sh TAG" ]]
  setup_on debian 12 IMAGE=another
  assert_equal "$status" 0
  [[ "$output" == *'deploy.conf stays as it is'* && "$output" != *'file:'* ]]
  grep -q IMAGE=registry/vaultsphere "$w/opt/deploy.conf"
  setup_on ubuntu 24.04
  [[ "$calls" == *'docker-compose-v2'* ]]
  setup_on fedora 41
  assert_equal "$status" 2
  setup_on debian 12 FAIL_apt=1
  assert_equal "$status" 1
  [[ "$output" == *'is the network there'* ]]
}

@test "setup: the role, by IMDSv2: there, none, no metadata service" {
  [ "$(id -u)" = 0 ] || skip 'not root'
  [ -n "${C-}" ] || skip 'no container engine'
  setup_on debian 12 VS_ROLE=required VS_IMDS="$AWS"
  assert_equal "$status" 0
  [[ "$output" == *'setup: role: '* && "$output" != *none* ]]
  setup_on debian 12 VS_ROLE=required
  assert_equal "$status" 3
  [[ "$output" == *'the metadata service does not answer'* ]]
  setup_on debian 12
  assert_equal "$status" 0
  [[ "$output" == *'role: none'* ]]
}

@test "the service for systemd: it is understood, and its exposure stays below 2" {
  command -v systemd-analyze >/dev/null || skip 'no systemd-analyze'
  mkdir -p "$BATS_TEST_TMPDIR/usr/bin"
  sed "s#/usr/bin/vaultsphere#$PWD/ops/start.sh#" ops/vaultsphere.service >"$BATS_TEST_TMPDIR/vaultsphere.service"
  run systemd-analyze verify "$BATS_TEST_TMPDIR/vaultsphere.service"
  assert_equal "$status $output" '0 '
  run systemd-analyze security --offline=true --threshold=20 "$BATS_TEST_TMPDIR/vaultsphere.service"
  echo "# ${lines[-1]}" >&3
  assert_equal "$status" 0
}

@test "scan: one finding more than was looked at fails it" {
  mkdir -p "$BATS_TEST_TMPDIR/x"
  git ls-files .gitignore common/base cgi-bin/health.c ops/tools tests/tools | tar -cf - -T - | tar -xf - -C "$BATS_TEST_TMPDIR/x"
  ln -s "$PWD/build" "$BATS_TEST_TMPDIR/x/build"
  cd "$BATS_TEST_TMPDIR/x"
  git init -q .
  run tests/tools/scan.py
  echo "$output" >&2
  assert_equal "$status" 0
  printf 'void f(char *a, const char *b);\nvoid f(char *a, const char *b) { strcpy(a, b); }\n' >common/base/bad.c
  # made of two parts, as this file is read by the scan too
  printf 'key = "AKIA%s"\n' 2E0A8F3B244C9986 >ops/tools/bad.txt
  run tests/tools/scan.py
  echo "$output" >&2
  assert_equal "$status" 1
  [[ "$output" == *'common/base/bad.c: strcpy 1 times'* && "$output" == *'ops/tools/bad.txt: AWS_Access_Key 1 times'* ]]
}
