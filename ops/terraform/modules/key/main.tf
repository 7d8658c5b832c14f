# One key for what AWS keeps for us outside the tables: parameters, logs, alarms, images, backups. SESSION_SECRET lies under it: without this key no vault opens.

variable "name" {
  description = "Prefix of names."
  type        = string
}

variable "log_groups" {
  description = "Names of the log groups that CloudWatch Logs may encrypt under the key."
  type        = list(string)
}

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  account = data.aws_caller_identity.this.account_id
  arn     = "arn:${data.aws_partition.this.partition}"
  region  = data.aws_region.this.name
}

data "aws_iam_policy_document" "this" {
  # In the policy of a key, "*" is this key.
  # checkov:skip=CKV_AWS_109:the account keeps the right to manage its own key, otherwise nobody could
  # checkov:skip=CKV_AWS_111:as above
  # checkov:skip=CKV_AWS_356:a key's policy can name no other resource than "*", which is the key itself
  statement {
    sid       = "AccountDecidesByIam"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["${local.arn}:iam::${local.account}:root"]
    }
  }
  statement {
    sid       = "LogGroups"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["logs.${local.region}.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = [for g in var.log_groups : "${local.arn}:logs:${local.region}:${local.account}:log-group:${g}"]
    }
  }
  statement {
    sid       = "AlarmsToTheirTopic"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_kms_key" "this" {
  description             = "${var.name}: parameters, logs, alarms, images, backups"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.this.json
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

output "arn" {
  description = "The key's ARN."
  value       = aws_kms_key.this.arn
}
