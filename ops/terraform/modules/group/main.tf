# The machines behind the balancer: as many as the load asks for, replaced one after the other when anything about them changes, the image too.

variable "name" {
  description = "Prefix of names."
  type        = string
}

variable "ami_id" {
  description = "The machine's system."
  type        = string
}

variable "instance_type" {
  description = "Type of the machines, x86-64."
  type        = string
}

variable "profile" {
  description = "Name of the instance profile."
  type        = string
}

variable "user_data" {
  description = "User data, base64 of what module host made."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group of the machines."
  type        = string
}

variable "target_group_arn" {
  description = "The balancer's target group."
  type        = string
}

variable "request_label" {
  description = "Balancer and target group as their metrics name them, joined by a slash: for scaling by requests."
  type        = string
}

variable "least" {
  description = "Machines at least."
  type        = number
}

variable "most" {
  description = "Machines at most."
  type        = number
}

variable "cpu" {
  description = "Mean CPU in percent that scaling aims at."
  type        = number
}

variable "requests" {
  description = "Requests per machine and minute that scaling aims at."
  type        = number
}

resource "aws_launch_template" "this" {
  name                   = var.name
  image_id               = var.ami_id
  instance_type          = var.instance_type
  user_data              = var.user_data
  update_default_version = true
  ebs_optimized          = true

  iam_instance_profile {
    name = var.profile
  }
  network_interfaces {
    associate_public_ip_address = false
    security_groups             = [var.security_group_id]
    delete_on_termination       = true
  }
  # Two hops: the program that asks for the role's keys stands in a container.
  metadata_options {
    # checkov:skip=CKV_AWS_341:two hops, or no container gets the role's keys; version 2 stays required
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
    instance_metadata_tags      = "disabled"
  }
  monitoring {
    enabled = true
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_type           = "gp3"
      volume_size           = 10
      encrypted             = true
      delete_on_termination = true
    }
  }
  dynamic "tag_specifications" {
    for_each = ["instance", "volume"]
    content {
      resource_type = tag_specifications.value
      tags          = { Name = var.name, Project = var.name }
    }
  }
}

resource "aws_autoscaling_group" "this" {
  name                      = var.name
  min_size                  = var.least
  max_size                  = var.most
  vpc_zone_identifier       = var.subnet_ids
  target_group_arns         = [var.target_group_arn]
  health_check_type         = "ELB"
  health_check_grace_period = 300
  default_instance_warmup   = 120
  max_instance_lifetime     = 2592000 # a month: by then the system's updates want a new machine
  wait_for_capacity_timeout = "0"     # before the first image is pushed no machine gets healthy; the alarms say the same
  metrics_granularity       = "1Minute"
  enabled_metrics           = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize"]

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }
  # The new one is healthy before an old one goes; a version that does not get healthy is taken back.
  instance_refresh {
    strategy = "Rolling"
    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 150
      auto_rollback          = true
    }
  }
  tag {
    key                 = "Name"
    value               = var.name
    propagate_at_launch = true
  }
  lifecycle {
    ignore_changes = [desired_capacity] # scaling decides
  }
}

resource "aws_autoscaling_policy" "cpu" {
  name                   = "${var.name}-cpu"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "TargetTrackingScaling"
  target_tracking_configuration {
    target_value = var.cpu
    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}

resource "aws_autoscaling_policy" "requests" {
  name                   = "${var.name}-requests"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "TargetTrackingScaling"
  target_tracking_configuration {
    target_value = var.requests
    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = var.request_label
    }
  }
}

output "name" {
  description = "Name of the auto scaling group."
  value       = aws_autoscaling_group.this.name
}
