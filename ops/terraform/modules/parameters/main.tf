# What ops/fetch-env.sh turns into the service's environment: one SecureString for each NAME under the path. Made once; from then on the account's values count,
# so that a rotation or a correction by hand is not undone by the next apply.

variable "path" {
  description = "Path of the parameters, without a slash at its end."
  type        = string
}

variable "key_arn" {
  description = "Key that encrypts the parameters."
  type        = string
}

variable "values" {
  description = "NAME = value of the configuration (README, Configuration). They stand in Terraform's state: nothing secret here."
  type        = map(string)
  validation {
    condition     = !contains(keys(var.values), "SESSION_SECRET") && !contains(keys(var.values), "AWS_SECRET_ACCESS_KEY")
    error_message = "SESSION_SECRET is made by this module outside of the state; keys of AWS come from the instance's role."
  }
  validation {
    condition     = alltrue([for k, v in var.values : can(regex("^[A-Z][A-Z0-9_]*$", k)) && v != ""])
    error_message = "Names are capital letters, digits and _, and no value is empty (leave the name out instead)."
  }
}

# 64 of 62 letters and digits: 381 bits, and base64 of 48 bytes by its form. Made during the apply, sent to the account, never written to plan or state.
ephemeral "aws_secretsmanager_random_password" "session" {
  password_length     = 64
  exclude_punctuation = true
}

resource "aws_ssm_parameter" "session" {
  name             = "${var.path}/SESSION_SECRET"
  description      = "Every vault depends on it: losing it loses them all. Rotation: ops/RUNBOOK.md."
  type             = "SecureString"
  key_id           = var.key_arn
  value_wo         = ephemeral.aws_secretsmanager_random_password.session.random_password
  value_wo_version = 1
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [value_wo_version]
  }
}

resource "aws_ssm_parameter" "this" {
  for_each = var.values
  name     = "${var.path}/${each.key}"
  type     = "SecureString"
  key_id   = var.key_arn
  value    = each.value
  lifecycle {
    ignore_changes = [value]
  }
}

output "path_arn" {
  description = "ARN of the path, without a slash at its end."
  value       = trimsuffix(aws_ssm_parameter.session.arn, "/SESSION_SECRET")
}
