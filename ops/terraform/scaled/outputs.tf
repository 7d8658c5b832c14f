output "address" {
  description = "Point the domain here, where zone_id was not given."
  value       = module.balancer.dns_name
}

output "repository" {
  description = "Where the image is pushed to."
  value       = module.registry.url
}

output "role_profile" {
  description = "Instance profile."
  value       = module.role.profile
}

output "group" {
  description = "Auto scaling group of the machines."
  value       = module.group.name
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
  description = "What a machine does at its first start, as text."
  value       = module.host.script
}
