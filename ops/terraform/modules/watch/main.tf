# Where the log goes, what wakes somebody up, and one page that shows it. Alarms come in as a table; the page draws the same figures with the same limits.

variable "name" {
  description = "Prefix of names."
  type        = string
}

variable "key_arn" {
  description = "Key of log and topic."
  type        = string
}

variable "log_group" {
  description = "Name of the service's log group."
  type        = string
}

variable "log_days" {
  description = "Days for which the log is kept."
  type        = number
}

variable "email" {
  description = "Who gets the alarms; null: nobody until the topic has a subscriber."
  type        = string
}

variable "alarms" {
  description = "Alarms by name. Several metrics are summed up."
  type = map(object({
    says  = string
    above = number
    stat  = string
    # of five periods of a minute, in how many
    minutes = optional(number, 3)
    below   = optional(bool, false)
    # what silence means: notBreaching where it means that nothing happened, breaching where a machine should have spoken
    missing = optional(string, "notBreaching")
    metrics = list(object({
      namespace  = string
      name       = string
      dimensions = map(string)
    }))
  }))
}

data "aws_region" "this" {}

resource "aws_cloudwatch_log_group" "service" {
  # checkov:skip=CKV_AWS_338:a log says who came when: as long as it is of use and no longer; log_days sets it
  name              = var.log_group
  retention_in_days = var.log_days
  kms_key_id        = var.key_arn
}

resource "aws_sns_topic" "this" {
  name              = "${var.name}-alarms"
  kms_master_key_id = var.key_arn
}

resource "aws_sns_topic_subscription" "this" {
  count     = var.email != null ? 1 : 0
  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = var.email
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = var.alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.says
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = each.value.above
  evaluation_periods  = 5
  datapoints_to_alarm = each.value.minutes
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]

  dynamic "metric_query" {
    for_each = each.value.metrics
    content {
      id          = "m${metric_query.key}"
      return_data = length(each.value.metrics) == 1
      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = each.value.stat
        period      = 60
      }
    }
  }
  dynamic "metric_query" {
    for_each = length(each.value.metrics) > 1 ? ["SUM(METRICS())"] : []
    content {
      id          = "sum"
      expression  = metric_query.value
      label       = each.key
      return_data = true
    }
  }
}

locals {
  shown = sort(keys(var.alarms))
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat([for i, k in local.shown : {
      type   = "metric"
      x      = (i % 3) * 8
      y      = floor(i / 3) * 6
      width  = 8
      height = 6
      properties = {
        title       = var.alarms[k].says
        region      = data.aws_region.this.name
        view        = "timeSeries"
        period      = 60
        stat        = var.alarms[k].stat
        annotations = { horizontal = [{ label = "alarm", value = var.alarms[k].above }] }
        metrics     = [for m in var.alarms[k].metrics : concat([m.namespace, m.name], flatten([for d, v in m.dimensions : [d, v]]))]
      }
      }], [{
      type   = "log"
      x      = 0
      y      = ceil(length(local.shown) / 3) * 6
      width  = 24
      height = 6
      properties = {
        title  = "the last errors"
        region = data.aws_region.this.name
        view   = "table"
        query  = "SOURCE '${var.log_group}' | fields @timestamp, @message | filter @message like /error/ | sort @timestamp desc | limit 50"
      }
    }])
  })
}

output "log_group_arn" {
  description = "ARN of the service's log group."
  value       = aws_cloudwatch_log_group.service.arn
}

output "topic_arn" {
  description = "Where alarms go."
  value       = aws_sns_topic.this.arn
}

output "dashboard" {
  description = "Name of the dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
