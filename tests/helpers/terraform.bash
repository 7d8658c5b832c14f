# terraform.bash - the real terraform and its real provider against moto: a copy of ops/ with addresses of its own, as no file of the product names one.

# tf_mirror: the folder that holds the provider, as `terraform providers mirror` makes one; VS_TF_MIRROR names another
tf_mirror() {
  local d
  for d in "${VS_TF_MIRROR-}" /usr/share/terraform/plugins /usr/local/share/terraform/plugins ~/.terraform.d/plugins /opt/*; do
    [ -z "$d" ] || [ ! -d "$d/registry.terraform.io/hashicorp/aws" ] || { printf '%s' "$d"; return; }
  done
  return 1
}

# tf_missing: why these tests cannot run here; empty when they can
tf_missing() {
  command -v terraform >/dev/null || { echo 'skipped: no terraform'; return; }
  tf_mirror >/dev/null || { echo 'skipped: no terraform provider'; return; }
}

# tf_copy FOLDER PORT: ops/ with moto's address as the provider's; sets TF_CLI_CONFIG_FILE
tf_copy() {
  local p s
  mkdir -p "$1/ops"
  (cd "$BATS_TEST_DIRNAME/../ops" && tar -cf - --exclude=.terraform --exclude='*.tfstate*' terraform iam-policy.json compose.yaml ./*.sh front) | tar -xf - -C "$1/ops"
  printf 'disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$(tf_mirror)" >"$1/terraformrc"
  for p in single scaled; do
    {
      printf 'provider "aws" {\n  access_key = "test"\n  secret_key = "test"\n  skip_credentials_validation = true\n  skip_metadata_api_check = true\n  endpoints {\n'
      for s in acm autoscaling backup cloudwatch logs dynamodb ec2 ecr elbv2 iam kms route53 secretsmanager sns ssm sts wafv2; do
        printf '    %s = "http://127.0.0.1:%s"\n' "$s" "$2"
      done
      printf '  }\n}\n'
    } >"$1/ops/terraform/$p/test_override.tf"
  done
  # what moto does not know: the choice of what is backed up, and detailed monitoring
  printf 'resource "aws_backup_selection" "this" {\n  count = 0\n}\n' >"$1/ops/terraform/modules/backup/test_override.tf"
  printf 'resource "aws_instance" "this" {\n  monitoring = false\n}\n' >>"$1/ops/terraform/single/test_override.tf"
  cat >"$1/ops/terraform/single/test.tfvars" <<-EOF
	region        = "eu-central-1"
	public_origin = "https://vault.example.org"
	store         = "dynamodb"
	ranges        = ["0.0.0.0/0"]
	ssh_ranges    = ["203.0.113.7/32"]
	image_tag     = "0123456789ab"
	alarm_email   = "ops@example.org"
	parameters    = { REGISTRATION = "closed" }
	EOF
  cat >"$1/ops/terraform/scaled/test.tfvars" <<-EOF
	region          = "eu-west-1"
	name            = "many"
	domain          = "vault.example.org"
	certificate_arn = "$(tf_aws "$2" eu-west-1 certificate)"
	ranges          = ["0.0.0.0/0"]
	image_tag       = "0123456789ab"
	waf             = true
	EOF
}

# tf PROFILE ARGUMENT...: terraform in the copy
tf() {
  local p=$1
  shift
  (cd "$BATS_FILE_TMPDIR/ops/terraform/$p" && TF_CLI_CONFIG_FILE=$BATS_FILE_TMPDIR/terraformrc TF_IN_AUTOMATION=1 terraform "$@")
}
tf_vars() { echo -no-color -input=false -var-file=test.tfvars -parallelism=30; }

# tf_moto PORT: sets tf_moto_pid
tf_moto() {
  MOTO_IAM_LOAD_MANAGED_POLICIES=true "${B:-build}/venv/bin/moto_server" -H 127.0.0.1 -p "$1" >"$BATS_FILE_TMPDIR/moto.log" 2>&1 3>&- &
  tf_moto_pid=$!
  for _ in $(seq 300); do
    curl -fs -o /dev/null "http://127.0.0.1:$1/moto-api/" && return
    sleep 0.1
  done
  fail "moto does not answer" "$(tail -5 "$BATS_FILE_TMPDIR/moto.log")"
}

# tf_aws PORT REGION WHAT [ARGUMENT]: asks moto, or prepares something there (tests/tools/terraform_aws.py)
tf_aws() {
  "${B:-build}/venv/bin/python" "$BATS_TEST_DIRNAME/tools/terraform_aws.py" "http://127.0.0.1:$1" "${@:2}"
}
