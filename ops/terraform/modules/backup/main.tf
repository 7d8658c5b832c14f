# A copy every night, kept apart from what it copies, under the key. Point-in-time recovery of the tables (35 days, to the second) stands beside it.

variable "name" {
  description = "Prefix of names."
  type        = string
}

variable "key_arn" {
  description = "Key of the copies."
  type        = string
}

variable "resources" {
  description = "ARNs of what is copied."
  type        = list(string)
}

variable "days" {
  description = "Days for which a copy is kept."
  type        = number
}

data "aws_partition" "this" {}

resource "aws_backup_vault" "this" {
  name        = var.name
  kms_key_arn = var.key_arn
}

# Nobody shortens the life of a copy below a week, whoever got into the account.
resource "aws_backup_vault_lock_configuration" "this" {
  backup_vault_name  = aws_backup_vault.this.name
  min_retention_days = 7
}

resource "aws_backup_plan" "this" {
  name = var.name
  rule {
    rule_name         = "nightly"
    target_vault_name = aws_backup_vault.this.name
    schedule          = "cron(20 2 * * ? *)"
    start_window      = 60
    completion_window = 300
    lifecycle {
      delete_after = var.days
    }
  }
}

resource "aws_iam_role" "this" {
  name = "${var.name}-backup"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "backup.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:${data.aws_partition.this.partition}:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
}

resource "aws_backup_selection" "this" {
  name         = var.name
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.this.arn
  resources    = var.resources
}

output "vault" {
  description = "Name of the vault of copies."
  value       = aws_backup_vault.this.name
}
