# ops/terraform by the real terraform and its real AWS provider, against moto. Both profiles are planned; the single one is applied, planned again and taken down.
# TERRAFORM=full (make scan-terraform) applies the scaled one too: a balancer takes a minute to be there, with moto as well.

bats_require_minimum_version 1.5.0

setup_file() {
  load helpers/assert
  load helpers/terraform
  tf_why=$(tf_missing)
  export tf_why
  [ -z "$tf_why" ] || return 0
  load helpers/port
  tf_port=$(free_port)
  export tf_port
  tf_moto $tf_port
  export tf_moto_pid
  tf_copy "$BATS_FILE_TMPDIR" $tf_port
  tf single init -no-color >"$BATS_FILE_TMPDIR/init" || { cat "$BATS_FILE_TMPDIR/init" >&2; return 1; }
  tf scaled init -no-color >"$BATS_FILE_TMPDIR/init" || { cat "$BATS_FILE_TMPDIR/init" >&2; return 1; }
  # mostly waiting: it goes on beside the tests that need no state
  # shellcheck disable=SC2046
  (tf single apply -auto-approve $(tf_vars) >"$BATS_FILE_TMPDIR/apply" 2>&1; echo $? >"$BATS_FILE_TMPDIR/applied") 3>&- &
  [ "${TERRAFORM-}" != full ] || (tf scaled apply -auto-approve $(tf_vars) >"$BATS_FILE_TMPDIR/apply-scaled" 2>&1; echo $? >"$BATS_FILE_TMPDIR/applied-scaled") 3>&- &
}

teardown_file() {
  [ -z "${tf_moto_pid-}" ] || kill "$tf_moto_pid" 2>/dev/null || true
}

setup() {
  load helpers/assert
  load helpers/terraform
  here=$BATS_TEST_DIRNAME
  case $BATS_TEST_DESCRIPTION in 'syntax:'*) return 0 ;; esac
  [ -z "$tf_why" ] || skip "$tf_why"
}

# after_apply '' | -scaled: waits for what setup_file began; sets state
after_apply() {
  local i
  for i in $(seq 3000); do
    [ ! -s "$BATS_FILE_TMPDIR/applied$1" ] || break
    sleep 0.1
  done
  assert_equal "$(cat "$BATS_FILE_TMPDIR/applied$1")" 0 || fail "$(grep -A 12 'Error' "$BATS_FILE_TMPDIR/apply$1")"
  # the state as it was made; asked for once, as each start of the provider costs seconds
  state=$BATS_FILE_TMPDIR/state$1.json
  p=single
  [ -z "$1" ] || p=${1#-}
  [ -s "$state" ] || tf "$p" show -json >"$state"
}
policy() { "${B:-build}/venv/bin/python" "$here/tools/terraform_policy.py" "$here/../ops/iam-policy.json"; }
# What moto does not keep, or adds: type and attribute. Everything else that a second plan would change is a fault of ours.
MOTO_FORGETS='aws_autoscaling_group default_instance_warmup
aws_autoscaling_group launch_template
aws_autoscaling_group max_instance_lifetime
aws_autoscaling_policy enabled
aws_autoscaling_policy predictive_scaling_configuration
aws_backup_plan tags_all
aws_backup_vault tags_all
aws_instance disable_api_termination
aws_launch_template default_version
aws_launch_template latest_version
aws_launch_template tag_specifications
aws_vpc_security_group_egress_rule description
aws_vpc_security_group_ingress_rule description'
# second_plan PROFILE: nothing is made, replaced or destroyed, and nothing is changed but what moto forgets
second_plan() {
  # shellcheck disable=SC2046
  quietly tf "$1" plan -out=second $(tf_vars)
  tf "$1" show -json second >"$BATS_TEST_TMPDIR/second.json"
  [ "$(jq '[.resource_changes[] | select(.change.actions == ["no-op"])] | length' "$BATS_TEST_TMPDIR/second.json")" -gt 30 ]
  jq -r '.resource_changes[] | select(.mode == "managed" and .change.actions != ["no-op"]) | .type as $t | .change as $c |
    if $c.actions != ["update"] then "\($t) \($c.actions | join(","))"
    else ($c.before | keys) + ($c.after | keys) | unique[] | select($c.before[.] != $c.after[.]) | "\($t) \(.)" end' "$BATS_TEST_TMPDIR/second.json" |
    sort -u >"$BATS_TEST_TMPDIR/changes"
  run comm -23 "$BATS_TEST_TMPDIR/changes" <(sort -u <<<"$MOTO_FORGETS")
  assert_equal "$output" ''
}
quietly() { "$@" >"$BATS_TEST_TMPDIR/out" 2>&1 || fail "$(grep -A 15 Error "$BATS_TEST_TMPDIR/out" | head -40)"; }

@test "syntax: every file reads as HCL, without terraform too" {
  cd "$here/.."
  tests/tools/node.sh
  mapfile -t files < <(find ops/terraform -name '*.tf' -not -path '*/.terraform/*')
  [ "${#files[@]}" -ge 20 ]
  node tests/tools/hcl.cjs "$PWD/${B:-build}/node/node_modules" "${files[@]}"
  printf 'resource "a" "b" {\n  c = [1, 2\n}\n' >"$BATS_TEST_TMPDIR/torn.tf"
  run node tests/tools/hcl.cjs "$PWD/${B:-build}/node/node_modules" "$BATS_TEST_TMPDIR/torn.tf"
  assert_equal "$status" 1
}

@test "every file is in terraform's own form, every module belongs to a profile, both profiles are valid" {
  (cd "$here/../ops/terraform" && TF_CLI_CONFIG_FILE=$BATS_FILE_TMPDIR/terraformrc terraform fmt -check -recursive -no-color .)
  for m in "$here"/../ops/terraform/modules/*; do
    grep -q "\"../modules/$(basename "$m")\"" "$here"/../ops/terraform/{single,scaled}/main.tf || fail "no profile uses $(basename "$m")"
  done
  quietly tf single validate -no-color
  quietly tf scaled validate -no-color
}

@test "every variable has a description, every one that can be wrong says what is right" {
  for f in "$here"/../ops/terraform/{single,scaled}/variables.tf "$here"/../ops/terraform/modules/*/main.tf; do
    assert_equal "$f $(grep -c '^variable ' "$f")" "$f $(awk '/^variable /{v=1} /^}/{v=0} v && /^  description/' "$f" | wc -l)"
    assert_equal "$f $(grep -c '^output ' "$f")" "$f $(awk '/^output /{v=1} /^}/{v=0} v && /^  description/' "$f" | wc -l)"
  done
}

@test "the lock file holds the provider that this machine has, at one version for both profiles" {
  assert_equal "$(grep -c 'version     = "5.100.0"' "$here"/../ops/terraform/{single,scaled}/.terraform.lock.hcl | cut -d: -f2 | tr '\n' ' ')" '1 1 '
}

@test "the plan of the scaled profile keeps the rules" {
  # shellcheck disable=SC2046
  quietly tf scaled plan -out=plan $(tf_vars)
  tf scaled show -json plan >"$BATS_TEST_TMPDIR/plan.json"
  run policy <"$BATS_TEST_TMPDIR/plan.json"
  assert_equal "$status $output" "0 ${lines[0]}"
  # nothing was looked at in vain
  for kind in aws_launch_template aws_lb_listener aws_vpc_security_group_ingress_rule aws_dynamodb_table aws_ssm_parameter aws_wafv2_web_acl aws_backup_vault; do
    assert_regex "${lines[0]}" "\"$kind\": [1-9]"
  done
  json=$(jq -c '[.planned_values | .. | objects | select(.type == "aws_autoscaling_group") | .values | .min_size, .max_size, .instance_refresh[0].preferences[0].min_healthy_percentage]' "$BATS_TEST_TMPDIR/plan.json")
  assert_equal "$json" '[2,10,100]'
  json=$(jq -c '[.planned_values | .. | objects | select(.type == "aws_lb_target_group") | .values.health_check[0].path]' "$BATS_TEST_TMPDIR/plan.json")
  assert_equal "$json" '["/health"]'
}

# refused PROFILE SAYS VAR...: the plan ends before anything is asked, with the sentence of each variable (SAYS: separated by |)
refused() {
  local profile=$1 says=$2 v a=()
  shift 2
  for v in "$@"; do a+=(-var "$v"); done
  # shellcheck disable=SC2046
  run tf "$profile" plan $(tf_vars) -refresh=false -lock=false -state="$BATS_TEST_TMPDIR/none.tfstate" "${a[@]}" # not the one that is being written beside
  assert_equal "$status" 1
  output=$(tr -s ' \n│' ' ' <<<"$output")
  tr '|' '\n' <<<"$says" | while read -r v; do [[ $output == *"$v"* ]] || fail "not said: $v" "$output"; done
}

@test "wrong values are refused, each with a sentence" {
  refused single 'does not run the image|never open to everybody|needs https' instance_type=t4g.micro 'ssh_ranges=["0.0.0.0/0"]' public_origin=http://vault.example.org
  refused scaled 'An ARN like|first twelve characters|nothing can be installed' certificate_arn=none image_tag=latest egress=endpoints
}

@test "single: applied, it keeps the rules, and the role has no call more than the iam-policy file" {
  after_apply ''
  run policy <"$state"
  assert_equal "$status $output" "0 ${lines[0]}"
  for kind in aws_instance aws_security_group aws_dynamodb_table aws_ssm_parameter aws_ecr_repository aws_kms_key policy; do
    assert_regex "${lines[0]}" "\"$kind\": [1-9]"
  done
  # every call that requests make is there, too
  wanted=$(jq -r '.Statement[0].Action[]' "$here/../ops/iam-policy.json" | sort)
  got=$(jq -r '.. | objects | select(.address? == "module.role.aws_iam_role_policy.this") | .values.policy' "$state" |
    jq -r '.Statement[] | select(.Sid == "Requests") | .Action[]' | sort)
  assert_equal "$got" "$wanted"
}

@test "single: a second plan changes nothing" {
  after_apply ''
  second_plan single
}

@test "single: the tables are those that vs-tables makes" {
  after_apply ''
  B=${VS_BUILD%/*}
  [ -x "$B/dynamodb/tools/vs-tables" ] || fail "vs-tables is not built"
  cat >"$BATS_TEST_TMPDIR/conf" <<EOF
STORE=dynamodb
SESSION_SECRET=$(head -c 32 /dev/urandom | base64)
SESSION_IDLE=600
SESSION_MAX=28800
PUBLIC_ORIGINS=http://localhost:1
SECURE=0
REGISTRATION=open
RUN_DIR=$BATS_TEST_TMPDIR
AWS_REGION=eu-central-1
AWS_ACCESS_KEY_ID=t
AWS_SECRET_ACCESS_KEY=t
DYNAMODB_ENDPOINT=http://127.0.0.1:$tf_port/
DYNAMODB_USERS_TABLE=c-users
DYNAMODB_ACCOUNTS_TABLE=c-accounts
DYNAMODB_PASSWORDS_TABLE=c-passwords
EOF
  chmod 640 "$BATS_TEST_TMPDIR/conf"
  VAULTSPHERE_CONF=$BATS_TEST_TMPDIR/conf "$B/dynamodb/tools/vs-tables" setup
  for t in Users Accounts Passwords; do
    tf_aws "$tf_port" eu-central-1 table "c-${t,}" >"$BATS_TEST_TMPDIR/c"
    tf_aws "$tf_port" eu-central-1 table "PasswordManager-$t" >"$BATS_TEST_TMPDIR/tf"
    # the one difference that is meant
    assert_equal "$t $(jq .DeletionProtectionEnabled "$BATS_TEST_TMPDIR/tf") $(jq .DeletionProtectionEnabled "$BATS_TEST_TMPDIR/c")" "$t true false"
    diff <(jq -S 'del(.DeletionProtectionEnabled)' "$BATS_TEST_TMPDIR/tf") <(jq -S 'del(.DeletionProtectionEnabled)' "$BATS_TEST_TMPDIR/c")
  done
}

@test "single: the parameters are there, and SESSION_SECRET in no file of terraform" {
  after_apply ''
  assert_equal "$(tf_aws "$tf_port" eu-central-1 parameter /password-manager/PUBLIC_ORIGIN)" 'SecureString https://vault.example.org'
  assert_equal "$(tf_aws "$tf_port" eu-central-1 parameter /password-manager/REGISTRATION)" 'SecureString closed'
  secret=$(tf_aws "$tf_port" eu-central-1 parameter /password-manager/SESSION_SECRET)
  assert_regex "$secret" '^SecureString [A-Za-z0-9]{64}$'
  secret=${secret#* }
  assert_equal "$(base64 -d <<<"$secret" | wc -c)" 48
  refute_regex "$(cat "$BATS_FILE_TMPDIR/ops/terraform/single/terraform.tfstate" "$BATS_FILE_TMPDIR/apply")" "$secret"
}

@test "single: the user data is a script without fault, holds our scripts byte by byte and fits" {
  after_apply ''
  jq -j .values.outputs.user_data.value "$state" >"$BATS_TEST_TMPDIR/user-data.sh"
  sh -n "$BATS_TEST_TMPDIR/user-data.sh"
  shellcheck "$BATS_TEST_TMPDIR/user-data.sh"
  packed=$(jq -r '.. | objects | select(.address? == "aws_instance.this") | .values.user_data_base64' "$state")
  [ "$(base64 -d <<<"$packed" | wc -c)" -le 16384 ]
  base64 -d <<<"$packed" | gunzip | cmp - "$BATS_TEST_TMPDIR/user-data.sh"
  # its first part is run, in a folder of the test's
  mkdir "$BATS_TEST_TMPDIR/host"
  sed "/^say 'system:/,\$d; s|/opt/vaultsphere|$BATS_TEST_TMPDIR/host|g" "$BATS_TEST_TMPDIR/user-data.sh" >"$BATS_TEST_TMPDIR/first.sh"
  sh "$BATS_TEST_TMPDIR/first.sh"
  for f in compose.yaml deploy.sh fetch-env.sh ec2_setup.sh front/front.cfg front/tls.cfg; do
    diff <(sed "s|/opt/vaultsphere|$BATS_TEST_TMPDIR/host|g" "$here/../ops/$f") "$BATS_TEST_TMPDIR/host/$f"
  done
  [ -x "$BATS_TEST_TMPDIR/host/deploy.sh" ]
  assert_regex "$(cat "$BATS_TEST_TMPDIR/host/deploy.conf")" 'IMAGE=.*/vaultsphere'
  shellcheck "$BATS_TEST_TMPDIR/host/measure.sh"
}

@test "single: what the machine adds to the compose file sends every log to CloudWatch" {
  after_apply ''
  command -v docker-compose >/dev/null || skip 'skipped: no docker-compose'
  mkdir "$BATS_TEST_TMPDIR/host"
  jq -j .values.outputs.user_data.value "$state" | sed "/^say 'system:/,\$d; s|/opt/vaultsphere|$BATS_TEST_TMPDIR/host|g" | sh
  cd "$BATS_TEST_TMPDIR/host"
  touch .env .env.blue .env.green
  run env IMAGE=i BLUE=b GREEN=g FRONT=f docker-compose -f compose.yaml -f compose.host.yaml --profile deploy config
  [ "$status" = 0 ] || fail "$output"
  assert_equal "$(grep -c 'driver: awslogs' <<<"$output")" 3
  assert_equal "$(/usr/bin/python3 -c "
import sys, yaml
s = yaml.safe_load(sys.stdin)['services']
print([n for n in ('blue', 'green', 'front') if s[n]['logging']['driver'] != 'awslogs' or 'max-size' in s[n]['logging']['options']])" <<<"$output")" '[]'
}

@test "single: destroy is refused while the vault is in it; without it the rest goes and the vault stays" {
  after_apply ''
  # shellcheck disable=SC2046
  run tf single destroy -auto-approve $(tf_vars)
  assert_equal "$status" 1
  assert_regex "$output" 'Instance cannot be destroyed'
  # as ../ops/terraform/README.md says it
  keep=$(sed -n "s/^    terraform state list | grep -E '\(.*\)' | xargs terraform state rm$/\1/p" "$here/../ops/terraform/README.md")
  [ -n "$keep" ]
  # shellcheck disable=SC2046
  tf single state rm $(tf single state list | grep -E "$keep") >/dev/null
  # shellcheck disable=SC2046
  quietly tf single destroy -auto-approve $(tf_vars)
  assert_equal "$(tf single state list)" ''
  for t in Users Accounts Passwords; do
    tf_aws "$tf_port" eu-central-1 table PasswordManager-$t >/dev/null
  done
  assert_regex "$(tf_aws "$tf_port" eu-central-1 parameter /password-manager/SESSION_SECRET)" 'SecureString'
}

@test "scaled: applied, it keeps the rules; a second plan changes nothing" {
  [ "${TERRAFORM-}" = full ] || skip 'takes minutes: make scan-terraform'
  after_apply -scaled
  run policy <"$state"
  assert_equal "$status $output" "0 ${lines[0]}"
  assert_regex "${lines[0]}" '"policy": 1'
  second_plan scaled
}
