# ops/deploy.sh, ops/fetch-env.sh and ops/remote.sh on a real engine: the docker CLI and docker-compose before podman's service, a registry with TLS, SSM and ECR by moto.
# A client asks every 20 ms through everything that happens here and must not see an error.

setup_file() {
  load helpers/engine
  local missing
  missing=$(containers_missing)
  [ -z "$missing" ] || skip "$missing"
  cd "$BATS_TEST_DIRNAME/.." || return 1
  containers_start
  export C REGISTRY AWS
  echo "${pids[*]}" >"$C/pids"
  H=$C/opt
  mkdir "$H"
  cp -r ops/compose.yaml ops/deploy.sh ops/fetch-env.sh ops/front "$H/"
  PORT=$(free_port 3)
  NET=172.30.$((RANDOM % 200 + 20))
  printf '%s\n' "IMAGE=$REGISTRY/vaultsphere" ECR=on "VS_REGION=us-east-1" "HTTP_PORT=$PORT" "HTTPS_PORT=$((PORT + 1))" "WATCH_PORT=$((PORT + 2))" "PROJECT=vs${C##*.}" \
    "VAULT_NET=$NET" CHECKS=4 CHECK_SECONDS=0.5 DRAIN_SECONDS=20 >"$H/deploy.conf"
  sed -i "s/^PROJECT=.*/\L&/; s/^project/PROJECT/" "$H/deploy.conf"
  url=http://localhost:$PORT
  ssm PUBLIC_ORIGIN "$url"
  ssm SESSION_SECRET "$(head -c 32 /dev/urandom | base64)" SecureString
  image_base
  for t in one one-dynamodb two three; do image_push $t; done
  image_push broken --entrypoint '["sleep", "1000"]'
  export H PORT url
  (cd "$H" && ./deploy.sh one) >"$C/first" 2>&1 || { cat "$C/first" >&3; return 1; }
}
teardown_file() {
  load helpers/engine
  [ -e "${C-}/pids" ] || return 0
  read -ra pids <"$C/pids"
  containers_stop
}
setup() {
  load helpers/engine
  load helpers/assert
  load helpers/cgi
  load helpers/account
  load helpers/server
  load helpers/ssh
  load helpers/ask
  cd "$H" || return 1
}
teardown() {
  ask_end
  [ -z "${sshd-}" ] || kill "$sshd" 2>/dev/null || :
}

serving() { sed -n "s/^serves: \([^ ]*\).*/\1/p" <<<"$(./deploy.sh --status)"; }
# The pipeline's last step: ssh, and what a host's folder gets and does by it. The sessions' environment is what a real host has by its engine and its role.
host_start() {
  [ "$(id -u)" = 0 ] || skip 'not root'
  sshd_start "PATH=$PATH" "DOCKER_HOST=$DOCKER_HOST" "SSL_CERT_FILE=$SSL_CERT_FILE" "VS_AWS_ENDPOINT=$AWS" AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_EC2_METADATA_DISABLED=true
  export VS_SUDO='' VS_FOLDER=$H
}
remote() { "$BATS_TEST_DIRNAME/../ops/remote.sh" root@127.0.0.1 "$1" "${ssh_options[@]}"; } # ends as deploy.sh ended

before() { cat state .env* live/10-active.cfg; }

@test "the first deployment serves" {
  assert_equal "$(serving)" one
  run curl -fs "$url/health?deep=1"
  assert_equal "$status" 0
  [[ "$(cat "$C/first")" == *"well at check"* ]]
  assert_equal "$(stat -c %a .env .env.blue state | sort -u)" 600
  [ ! -e .docker ]
}

@test "deployment over ssh: the files that a version needs are brought, it serves, and no request fails" {
  host_start
  # what lies there is of a release before
  for f in deploy.sh fetch-env.sh front/front.cfg compose.yaml; do echo '# old' >>"$f"; done
  ask
  began=$(date +%s.%N)
  run remote two
  took=$(echo "$(date +%s.%N) - $began" | bc)
  echo "$output" >&2
  assert_equal "$status" 0
  asked
  echo "# a deployment took $took s" >&3
  assert_equal "$(serving)" two
  for f in deploy.sh fetch-env.sh front/front.cfg compose.yaml; do cmp "$BATS_TEST_DIRNAME/../ops/$f" "$f"; done
  run grep -c . <<<"$output"
  [ "$output" -lt 15 ]
}

@test "rollback by hand: the version before, without the network, and no request fails" {
  ask
  VS_AWS_ENDPOINT=http://127.0.0.1:1 run ./deploy.sh --rollback
  echo "$output" >&2
  assert_equal "$status" 0
  asked
  assert_equal "$(serving)" one
}

@test "a person who works meanwhile stays signed in and loses nothing" {
  DATA=$BATS_TEST_TMPDIR COOKIES=$BATS_TEST_TMPDIR/jar
  register_http worker
  ask "$COOKIES"
  run ./deploy.sh two
  assert_equal "$status" 0
  asked
  [ "$entries" -gt 10 ]
  http GET '/api/entries?limit=1'
  assert_equal "$(jq .total <<<"$body")" "$entries"
}

@test "an unhealthy version over ssh is taken away again, what ran before serves all the time; then back by hand over ssh" {
  host_start
  ask
  run remote broken
  echo "$output" >&2
  assert_equal "$status" 1
  asked
  assert_equal "$(serving)" two
  [[ "$output" == *"broken is not healthy"* && "$output" == *"serves as before"* ]]
  # and the one before it is still the one to go back to
  grep -qx PREVIOUS=one state
  run remote --rollback
  assert_equal "$status $(serving)" "0 one"
}

@test "failures before the switch: each says what it is, changes nothing, and no request fails" {
  local ran
  ran=$(serving)
  fails() { # SENTENCE COMMAND...
    local sentence=$1 was
    shift
    was=$(before)
    run "$@"
    echo "$output" >&2
    assert_equal "$sentence: $status" "$sentence: 1"
    [[ "$output" == *"$sentence"* ]] || { echo "not said: $sentence" >&2; return 1; }
    assert_equal "$(before)" "$was"
    assert_equal "$(serving)" "$ran"
  }
  ask
  fails 'login at the registry failed' env VS_AWS_ENDPOINT=http://127.0.0.1:1 ./deploy.sh three # no network
  fails 'could not be read' env VS_AWS_ENDPOINT=http://127.0.0.1:1 ECR=off ./deploy.sh three
  fails 'missing below /password-manager/: NOT_THERE' env VS_REQUIRED=NOT_THERE ./deploy.sh three
  fails 'could not be pulled' ./deploy.sh four
  # a role without rights: moto checks what IAM says from here on
  aws_ iam create-user --user-name nobody >/dev/null
  read -r id key < <(aws_ iam create-access-key --user-name nobody --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)
  curl -fs -H 'Content-Type: text/plain' -d 0 "$AWS/moto-api/reset-auth" >/dev/null
  fails 'may not read /password-manager/' env ECR=off AWS_ACCESS_KEY_ID="$id" AWS_SECRET_ACCESS_KEY="$key" ./deploy.sh three
  fails 'login at the registry failed' env AWS_ACCESS_KEY_ID="$id" AWS_SECRET_ACCESS_KEY="$key" ./deploy.sh three
  curl -fs -H 'Content-Type: text/plain' -d inf "$AWS/moto-api/reset-auth" >/dev/null
  asked
}

@test "no room on the disk: everything stays as it was" {
  ran=$(serving)
  mkdir "$C/small"
  mount -t tmpfs -o size=256k tmpfs "$C/small"
  cp -a "$H/." "$C/small/"
  cd "$C/small"
  was=$(before)
  head -c 300k /dev/zero >filler 2>/dev/null || :
  ask
  run ./deploy.sh three
  echo "$output" >&2
  assert_equal "$status" 1
  asked
  rm filler
  assert_equal "$(before)" "$was"
  assert_equal "$(serving)" "$ran"
  cd "$H"
  umount "$C/small"
}

@test "two at once: the second one, over ssh, is refused and changes nothing" {
  host_start
  ./deploy.sh three >"$BATS_TEST_TMPDIR/a" 2>&1 3>&- &
  first=$!
  until grep -q 'start: three' "$BATS_TEST_TMPDIR/a"; do sleep 0.05; done
  run remote two
  assert_equal "$status ${lines[-1]}" '3 deploy: another deployment runs on this machine'
  wait "$first"
  assert_equal "$(serving)" three
}

@test "killed at each step: somebody serves all the time, and the next run puts it right" {
  local lines n tag=two
  ask
  for line in parameters pull start health: switch through stop:; do
    [ "$(serving)" = two ] && tag=three || tag=two
    : >"$BATS_TEST_TMPDIR/killed"
    ./deploy.sh $tag >"$BATS_TEST_TMPDIR/killed" 2>&1 3>&- &
    run_=$!
    until grep -q "$line" "$BATS_TEST_TMPDIR/killed" || ! kill -0 $run_ 2>/dev/null; do sleep 0.02; done
    kill -9 $run_
    wait $run_ || :
    # what a reader of the state finds is whole
    assert_equal "$(grep -c = state)" 7
    LOCK_SECONDS=30 run ./deploy.sh --reload
    echo "$line: $output" >&2
    assert_equal "$line: $status" "$line: 0"
    now=$(serving)
    [ "$now" = two ] || [ "$now" = three ]
    assert_equal "$line: $(docker ps -q --filter 'label=com.docker.compose.service=blue' | wc -l)$(docker ps -q --filter 'label=com.docker.compose.service=green' | wc -l)" \
      "$line: $(grep -q ACTIVE=blue state && echo 10 || echo 01)"
    run curl -fs "$url/health?deep=1"
    assert_equal "$line: $status" "$line: 0"
  done
  asked
}

@test "TERM in the middle: the new version is taken away, what ran before serves" {
  ran=$(serving)
  ./deploy.sh broken >"$BATS_TEST_TMPDIR/a" 2>&1 3>&- &
  run_=$!
  until grep -q 'health: broken' "$BATS_TEST_TMPDIR/a"; do sleep 0.05; done
  kill $run_
  r=0
  wait $run_ || r=$?
  cat "$BATS_TEST_TMPDIR/a" >&2
  assert_equal $r 1
  grep -q 'stopped by a signal' "$BATS_TEST_TMPDIR/a"
  assert_equal "$(serving)" "$ran"
}

@test "the machine was started anew: the version that ran is there again with the next run" {
  ran=$(serving)
  docker stop -t 1 $(docker ps -q) >/dev/null
  run curl -fs --max-time 2 "$url/health"
  [ "$status" != 0 ]
  run ./deploy.sh --reload
  echo "$output" >&2
  assert_equal "$status $(serving)" "0 $ran"
  curl -fs "$url/health?deep=1"
}

@test "a certificate: people are sent to https, a renewed one comes into use without a lost request" {
  mkdir -p tls
  cat "$C/tls/server.crt" "$C/tls/server.key" >"$C/tls/front.pem"
  cp "$C/tls/front.pem" tls/
  run ./deploy.sh --reload
  assert_equal "$status" 0
  run curl -s -o /dev/null -w '%{http_code} %{redirect_url}' "$url/login"
  assert_equal "$output" "308 https://localhost:$PORT/login"
  curl -fs --cacert "$C/tls/ca.crt" "https://localhost:$((PORT + 1))/health"
  ask
  run ./deploy.sh --reload
  assert_equal "$status" 0
  asked
  # one that cannot be read is not taken, and does not wait for the next start either
  echo nothing >tls/front.pem
  run ./deploy.sh --reload
  assert_equal "$status" 1
  cmp live/front.pem "$C/tls/front.pem"
  docker restart -t 1 "$(docker ps -q --filter label=com.docker.compose.service=front)" >/dev/null
  until curl -fs --max-time 2 "$url/health"; do sleep 0.1; done
  curl -fs --cacert "$C/tls/ca.crt" "https://localhost:$((PORT + 1))/health"
  rm -r tls
  run ./deploy.sh --reload
  assert_equal "$status" 0
}

@test "the front started anew is asked first: a certificate or an image that it does not start with stops nothing" {
  front() { docker ps -q --filter label=com.docker.compose.service=front; }
  was=$(before) ran=$(front)
  ask
  mkdir tls
  echo nothing >tls/front.pem
  run ./deploy.sh --front
  echo "$output" >&2
  assert_equal "$status" 1
  assert_regex "$output" 'does not start with .*so the front was left alone'
  rm -r tls
  # an image without haproxy on its path
  image_push bare --env PATH=/bin
  run ./deploy.sh --front bare
  echo "$output" >&2
  assert_equal "$status" 1
  assert_equal "$(before)" "$was"
  assert_equal "$(front)" "$ran"
  asked
  # and where it was stopped meanwhile, it starts with the files of before
  mkdir tls
  echo nothing >tls/front.pem
  docker stop -t 1 "$(front)" >/dev/null
  run ./deploy.sh --reload
  echo "$output" >&2
  assert_equal "$status" 1
  until curl -fs --max-time 2 "$url/health"; do sleep 0.1; done
  rm -r tls
  run ./deploy.sh --front
  assert_equal "$status" 0
  curl -fs --max-time 2 "$url/health" # "done" is said once it answers
  [ "$(front)" != "$ran" ] || fail 'it is the same front'
}

# front_begins: a front of its own, in a network of its own, begins with what lies in live; and whom it sends to https, it answers there
front_begins() {
  # shellcheck disable=SC2016 # expanded inside
  unshare -n bash -c '
    ip link set lo up
    haproxy -db -f live >"$1" 2>&1 3>&- &
    until colour=$(curl -fs http://127.0.0.1:8404/active); do kill -0 $! 2>/dev/null || { cat "$1" >&2; exit 1; }; sleep 0.02; done
    code=$(curl -s -o /dev/null -w "%{http_code}" http://127.0.0.1:8080/login)
    [ "$code" != 308 ] || code=308-$(curl -sk -o /dev/null -w "%{http_code}" https://127.0.0.1:8443/login)
    kill $!
    echo "$colour $code"' - "$BATS_TEST_TMPDIR/front" # the programs are not in that network: 503
}

@test "killed between two of the front's files: a front that begins then serves whom it sends to https, no request fails, and the next run puts it right" {
  [ "$(serving)" = two ] && tag=three || tag=two
  front=$(docker ps -q --filter label=com.docker.compose.service=front)
  killed() { # FILE [TAG]: the run that ends as it looks whether this one is to be moved
    run strace -qq -o "$BATS_TEST_TMPDIR/trace" -P "live/next/$1" -e trace=%%stat -e inject=%%stat:signal=SIGKILL:when=1 ./deploy.sh "${2:---reload}"
    assert_equal "$way $1: $status" "$way $1: 137"
    gaps+="$way-$(find live/next -type f | wc -l) "
    docker exec "$front" haproxy -c -f /front >&2
    run front_begins
    assert_regex "$way $1: $status $output" ": 0 $(sed -n 's/^ACTIVE=//p' state) (308-)?503\$"
    curl -fs -o /dev/null "$url/health?deep=1"
  }
  goes_on() { # TAG, or nothing; FILES that lie there then
    run ./deploy.sh "${1:---reload}"
    echo "$output" >&2
    assert_equal "$way: $status" "$way: 0"
    assert_equal "$(find live -type f -printf '%P ' | tr ' ' '\n' | sort | xargs)" "$2"
  }
  gaps=''
  ask
  for file in front.pem 30-tls.cfg 20-front.cfg 10-active.cfg; do
    way=comes # a first certificate
    mkdir tls
    cat "$C/tls/server.crt" "$C/tls/server.key" >tls/front.pem
    killed $file
    goes_on '' '10-active.cfg 20-front.cfg 30-tls.cfg front.pem'
    way=goes
    rm -r tls
    [[ $file == *front.pem || $file == *tls.cfg ]] || killed $file # those two are not moved then
    goes_on '' '10-active.cfg 20-front.cfg'
  done
  way=switch
  killed 10-active.cfg $tag
  goes_on $tag '10-active.cfg 20-front.cfg'
  asked
  assert_equal "$(serving)" "$tag"
  # each of the gaps was met
  assert_equal "$(tr ' ' '\n' <<<"$gaps" | sort -u | xargs)" 'comes-1 comes-2 comes-3 comes-4 goes-1 goes-2 switch-1'
}

@test "wrong use ends with 2 and touches nothing" {
  was=$(before)
  for a in '' '--what' 'a b' 'a;b' 'a two' '--rollback two'; do
    # shellcheck disable=SC2086
    run ./deploy.sh $a
    assert_equal "$a: $status" "$a: 2"
  done
  CHECKS=many run ./deploy.sh two
  assert_equal "$status" 2
  assert_equal "$(before)" "$was"
}

@test "over ssh: the connection is lost in the middle; somebody serves all the time, and the next run puts it right" {
  host_start
  [ "$(serving)" = two ] && tag=three || tag=two
  ask
  : >"$BATS_TEST_TMPDIR/lost"
  # not by the function: remote.sh becomes ssh itself
  "$BATS_TEST_DIRNAME/../ops/remote.sh" root@127.0.0.1 $tag "${ssh_options[@]}" >"$BATS_TEST_TMPDIR/lost" 2>&1 3>&- &
  run_=$!
  until grep -q 'start:' "$BATS_TEST_TMPDIR/lost" || ! kill -0 $run_ 2>/dev/null; do sleep 0.02; done
  kill -9 $run_
  r=0
  wait $run_ || r=$?
  assert_equal $r 137
  # what goes on there by itself holds the lock until it ends
  flock -w 60 lock true
  run remote $tag
  echo "$output" >&2
  assert_equal "$status $(serving)" "0 $tag"
  asked
}
