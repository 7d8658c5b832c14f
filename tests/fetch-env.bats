# ops/fetch-env.sh against moto's SSM, with every version of the AWS CLI that is here: version 1 from the tests' own packages, version 2 where Debian's is installed.

setup_file() {
  cd "$BATS_TEST_DIRNAME/.." || return 1
  load helpers/port
  PORT=$(free_port)
  export PORT
  "${B:-build}/venv/bin/moto_server" -H 127.0.0.1 -p "$PORT" >"$BATS_FILE_TMPDIR/moto.log" 2>&1 3>&- &
  echo $! >"$BATS_FILE_TMPDIR/pid"
  local i
  for i in $(seq 100); do curl -so /dev/null "http://127.0.0.1:$PORT/moto-api/" && break; sleep 0.1; done
}
teardown_file() { kill "$(cat "$BATS_FILE_TMPDIR/pid")"; }
setup() {
  load helpers/assert
  cd "$BATS_TEST_DIRNAME/.." || return 1
  ours=$PWD/${B:-build}/venv/bin
  export PATH=$ours:$PATH
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_EC2_METADATA_DISABLED=true VS_REGION=us-east-1 VS_AWS_ENDPOINT=http://127.0.0.1:$PORT
  # a path of each test's own
  export VS_PARAMETERS=/password-manager/$BATS_TEST_NUMBER/
  file=$BATS_TEST_TMPDIR/.env
}

put() { # NAME VALUE [TYPE]
  aws --region us-east-1 --endpoint-url "$VS_AWS_ENDPOINT" ssm put-parameter --cli-input-json \
    "$(jq -n --arg n "$VS_PARAMETERS$1" --arg v "$2" --arg t "${3:-String}" '{Name: $n, Value: $v, Type: $t, Overwrite: true}')" >/dev/null
}
refuses() { # SENTENCE: ends with 1, says it, leaves the file of before
  printf 'before\n' >"$file"
  run ops/fetch-env.sh "$file"
  echo "$output" >&2
  assert_equal "$status" 1
  [[ "$output" == *"$1"*"the file of before stays"* ]] || return 1
  assert_equal "$(cat "$file")" before
  assert_equal "$(ls -A "$BATS_TEST_TMPDIR" | tr '\n' ' ')" '.env '
}

@test "every page of the parameters, decrypted, as lines, mode 0600" {
  local i
  put PUBLIC_ORIGIN https://vault.example
  put SESSION_SECRET "$(printf 'x%.0s' {1..43})=" SecureString
  for i in $(seq 12); do put "EXTRA_$i" "value $i"; done
  run ops/fetch-env.sh "$file"
  assert_equal "$status" 0
  assert_equal "$(stat -c %a "$file")" 600
  assert_equal "$(grep -c = "$file")" 14
  grep -qx 'PUBLIC_ORIGIN=https://vault.example' "$file"
  grep -qx "SESSION_SECRET=$(printf 'x%.0s' {1..43})=" "$file"
  grep -qx "EXTRA_12='value 12'" "$file"
}

@test "the same with version 2 of the AWS CLI" {
  /usr/bin/aws --version 2>/dev/null | grep -q '^aws-cli/2' || skip 'no AWS CLI 2'
  put PUBLIC_ORIGIN https://vault.example
  put QUOTED 'a "b" = c' SecureString
  PATH=/usr/bin:$PATH run ops/fetch-env.sh "$file"
  echo "$output" >&2
  assert_equal "$status" 0
  grep -qx "QUOTED='a \"b\" = c'" "$file"
}

@test "values with =, quotes and a dollar come to a program as they are, by way of docker-compose" {
  command -v docker-compose >/dev/null || skip 'no docker-compose'
  put PUBLIC_ORIGIN https://vault.example
  put A 'a=b=='
  put D 'one $two $3 "four" # five'
  ops/fetch-env.sh "$file"
  printf 'services:\n  one:\n    image: x\n    env_file: %s\n' "$file" >"$BATS_TEST_TMPDIR/c.yaml"
  # in its own writing a dollar is two
  run docker-compose -f "$BATS_TEST_TMPDIR/c.yaml" config
  echo "$output" >&2
  [[ "$output" == *'A: a=b=='* ]]
  [[ "$output" == *'D: '*'one $$two $$3 "four" # five'* ]]
  # and to a shell
  assert_equal "$(set -a; . "$file"; printf %s "$D")" 'one $two $3 "four" # five'
}

@test "values that no reader agrees on are refused by name" {
  put PUBLIC_ORIGIN https://vault.example
  while IFS='|' read -r value sentence; do
    put ODD "$(printf '%b' "$value")"
    refuses "$sentence"
  done <<'END'
one\ntwo|the value of ODD has a line break
one\\ttwo|the value of ODD has a backslash
it's|the value of ODD has a single quote
${HOME}|the value of ODD has ${
END
}

@test "names that are none are refused" {
  put PUBLIC_ORIGIN https://vault.example
  put bad-name x
  refuses 'has no name of an environment variable'
}

@test "what must be there: PUBLIC_ORIGIN; for DynamoDB the secret and the region too" {
  put REGISTRATION closed
  refuses 'missing below /password-manager/'"$BATS_TEST_NUMBER"'/: PUBLIC_ORIGIN'
  put PUBLIC_ORIGIN https://vault.example
  put STORE dynamodb
  refuses 'SESSION_SECRET AWS_REGION'
  VS_REQUIRED='ONE TWO' refuses 'ONE TWO'
}

@test "nothing there, no network, no credentials: a sentence, and the file of before" {
  refuses 'there is no parameter below'
  VS_AWS_ENDPOINT=http://127.0.0.1:1 refuses 'could not be read'
  (
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
    HOME=$BATS_TEST_TMPDIR/none refuses 'no AWS credentials'
  )
}

@test "no room on the disk: the file of before" {
  [ "$(id -u)" = 0 ] || skip 'not root'
  put PUBLIC_ORIGIN https://vault.example
  local d=$BATS_TEST_TMPDIR/small
  mkdir "$d"
  mount -t tmpfs -o size=16k tmpfs "$d"
  printf 'before\n' >"$d/.env"
  head -c 64k /dev/zero >"$d/filler" 2>/dev/null || :
  run ops/fetch-env.sh "$d/.env"
  left=$(cat "$d/.env")
  umount "$d"
  echo "$output" >&2
  assert_equal "$status $left" '1 before'
  [[ "$output" == *'the file of before stays'* ]]
}
