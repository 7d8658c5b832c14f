output "address" {
  description = "Point the name of public_origin here."
  value       = aws_eip.this.public_ip
}

output "instance_id" {
  description = "The machine. A shell on it: aws ssm start-session --target ID"
  value       = aws_instance.this.id
}

output "repository" {
  description = "Where the image is pushed to."
  value       = module.registry.url
}

output "role_profile" {
  description = "Instance profile."
  value       = module.role.profile
}

output "dashboard" {
  description = "Name of the dashboard in CloudWatch."
  value       = module.watch.dashboard
}

output "topic" {
  description = "Where alarms go."
  value       = module.watch.topic_arn
}

output "user_data" {
  description = "What the machine does at its first start, as text."
  value       = module.host.script
}
