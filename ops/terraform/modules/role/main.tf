# What the machine may do, and nothing else. DynamoDB's calls are read from ops/iam-policy.json, so that there is one list; those that make or change tables are
# left out, as Terraform makes the tables here: a machine in foreign hands cannot switch off their backups.

variable "name" {
  description = "Name of role, profile and policy."
  type        = string
}

variable "tables" {
  description = "ARNs of the tables by users, accounts, passwords; null where SQLite is the store."
  type        = map(string)
  default     = null
}

variable "repository_arn" {
  description = "The one repository that may be pulled from."
  type        = string
}

variable "path_arn" {
  description = "ARN of the parameters' path."
  type        = string
}

variable "key_arn" {
  description = "Key of the parameters."
  type        = string
}

variable "log_group_arn" {
  description = "The one log group that may be written to."
  type        = string
}

variable "metrics" {
  description = "Namespace of the machine's own metrics (memory, disk)."
  type        = string
}

data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  file = jsondecode(file("${path.module}/../../../iam-policy.json"))
  arns = var.tables == null ? {} : {
    "arn:aws:dynamodb:*:*:table/PasswordManager-Users"                         = var.tables.users
    "arn:aws:dynamodb:*:*:table/PasswordManager-Accounts"                      = var.tables.accounts
    "arn:aws:dynamodb:*:*:table/PasswordManager-Passwords"                     = var.tables.passwords
    "arn:aws:dynamodb:*:*:table/PasswordManager-Users/index/email_lower-index" = "${var.tables.users}/index/email_lower-index"
    "*"                                                                        = "*"
  }
  # A resource in the file that is unknown here stops the plan: better than a right that nobody looked at.
  dynamodb = var.tables == null ? [] : [for s in local.file.Statement : {
    sid       = s.Sid
    actions   = [for a in flatten([s.Action]) : a if s.Sid != "TablesAtStart" || a == "dynamodb:DescribeTable"]
    resources = [for r in flatten([s.Resource]) : local.arns[r]]
  }]
}

data "aws_iam_policy_document" "this" {
  # checkov:skip=CKV_AWS_356:"*" stands only where AWS knows no resource for the call: ListTables, GetAuthorizationToken, Session Manager's channels, PutMetricData (held by its namespace)
  # checkov:skip=CKV_AWS_111:as above
  dynamic "statement" {
    for_each = local.dynamodb
    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
  statement {
    sid       = "Parameters"
    actions   = ["ssm:GetParametersByPath"]
    resources = [var.path_arn, "${var.path_arn}/*"]
  }
  statement {
    sid       = "ParametersKey"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arn]
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["ssm.${data.aws_region.this.name}.amazonaws.com"]
    }
  }
  statement {
    sid       = "RegistryLogin"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }
  statement {
    sid       = "RegistryPull"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [var.repository_arn]
  }
  # AmazonSSMManagedInstanceCore would be shorter, and would let the machine read every parameter of the account.
  statement {
    sid = "SessionManager"
    actions = [
      "ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
    ]
    resources = ["*"]
  }
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${var.log_group_arn}:log-stream:*"]
  }
  statement {
    sid       = "Metrics"
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = [var.metrics]
    }
  }
}

resource "aws_iam_role" "this" {
  name = var.name
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.${data.aws_partition.this.dns_suffix}" } }]
  })
}

resource "aws_iam_role_policy" "this" {
  name   = var.name
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.this.json
}

resource "aws_iam_instance_profile" "this" {
  name = var.name
  role = aws_iam_role.this.name
}

output "profile" {
  description = "Name of the instance profile."
  # a machine that starts before it has its rights would fail its first deployment
  depends_on = [aws_iam_role_policy.this]
  value      = aws_iam_instance_profile.this.name
}
