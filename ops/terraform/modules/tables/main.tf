# The three tables as ops/tools/vs-tables.c makes them (a test compares the two), and protected from deletion besides.

variable "names" {
  description = "Names of the tables."
  type = object({
    users     = string
    accounts  = string
    passwords = string
  })
}

variable "deletion_protection" {
  description = "DynamoDB refuses to delete the tables while this is on."
  type        = bool
}

locals {
  tables = {
    users     = { part = "username", sort = null, index = "email_lower" }
    accounts  = { part = "owner", sort = "kind", index = null }
    passwords = { part = "user_id", sort = "password_id", index = null }
  }
}

resource "aws_dynamodb_table" "this" {
  # checkov:skip=CKV_AWS_119:encrypted by DynamoDB's own key; entries are sealed before they get there, and a key of ours could be lost with every vault under it
  for_each                    = local.tables
  name                        = var.names[each.key]
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.part
  range_key                   = each.value.sort
  deletion_protection_enabled = var.deletion_protection

  dynamic "attribute" {
    for_each = compact([each.value.part, each.value.sort, each.value.index])
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = compact([each.value.index])
    content {
      name            = "${global_secondary_index.value}-index"
      hash_key        = global_secondary_index.value
      projection_type = "KEYS_ONLY"
    }
  }

  ttl {
    enabled        = true
    attribute_name = "expires"
  }

  point_in_time_recovery {
    enabled = true
  }

  lifecycle {
    prevent_destroy = true
  }
}

output "arns" {
  description = "ARNs by users, accounts, passwords."
  value       = { for k, t in aws_dynamodb_table.this : k => t.arn }
}

output "names" {
  description = "Names by users, accounts, passwords."
  value       = { for k, t in aws_dynamodb_table.this : k => t.name }
}

locals {
  calls = ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "TransactWriteItems"]
}

output "alarms" {
  description = "Alarms of the tables, for module watch."
  value = merge(
    {
      for k, t in aws_dynamodb_table.this : "throttled-${k}" => {
        says    = "DynamoDB refuses calls of ${t.name}: more than the table takes"
        above   = 10
        stat    = "Sum"
        minutes = 2
        metrics = [for m in ["ReadThrottleEvents", "WriteThrottleEvents"] : { namespace = "AWS/DynamoDB", name = m, dimensions = { TableName = t.name } }]
      }
    },
    {
      for k, t in aws_dynamodb_table.this : "errors-${k}" => {
        says    = "DynamoDB fails on ${t.name}"
        above   = 5
        stat    = "Sum"
        minutes = 2
        metrics = [for c in local.calls : { namespace = "AWS/DynamoDB", name = "SystemErrors", dimensions = { TableName = t.name, Operation = c } }]
      }
    },
  )
}
