# Many machines behind a balancer, in two zones, on DynamoDB. None of them holds anything that another one lacks. See ../README.md.

data "aws_ssm_parameter" "ami" {
  count = var.ami_id == null ? 1 : 0
  name  = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

locals {
  log_group = "/${var.name}/service"
  flow_log  = "/${var.name}/refused-packets"
  metrics   = "VaultSphere/${var.name}"
  path      = "/password-manager" # ops/fetch-env.sh reads below it
  own       = { namespace = local.metrics, dimensions = { Service = var.name } }
  balancer  = { namespace = "AWS/ApplicationELB", dimensions = { LoadBalancer = module.balancer.arn_suffix } }
  group     = { namespace = "AWS/EC2", dimensions = { AutoScalingGroupName = module.group.name } }
}

module "key" {
  source     = "../modules/key"
  name       = var.name
  log_groups = [local.log_group, local.flow_log]
}

module "tables" {
  source              = "../modules/tables"
  names               = var.table_names
  deletion_protection = var.deletion_protection
}

module "registry" {
  source  = "../modules/registry"
  name    = var.repository
  key_arn = module.key.arn
  keep    = var.keep_images
}

module "parameters" {
  source  = "../modules/parameters"
  path    = local.path
  key_arn = module.key.arn
  values = merge({
    STORE                    = "dynamodb"
    PUBLIC_ORIGIN            = "https://${var.domain}"
    TRUSTED_PROXIES          = join(",", module.network.public_cidrs)
    AWS_REGION               = var.region
    DYNAMODB_USERS_TABLE     = module.tables.names.users
    DYNAMODB_ACCOUNTS_TABLE  = module.tables.names.accounts
    DYNAMODB_PASSWORDS_TABLE = module.tables.names.passwords
  }, var.parameters)
}

module "network" {
  source         = "../modules/network"
  name           = var.name
  cidr           = var.cidr
  zones          = 2
  private        = true
  egress         = var.egress
  tables         = module.tables.arns
  key_arn        = module.key.arn
  flow_log_group = local.flow_log
  log_days       = var.log_days
}

module "balancer" {
  source              = "../modules/balancer"
  name                = var.name
  vpc_id              = module.network.vpc_id
  subnet_ids          = module.network.public_subnet_ids
  ranges              = var.ranges
  domain              = var.domain
  certificate_arn     = var.certificate_arn
  zone_id             = var.zone_id
  deletion_protection = var.deletion_protection
  waf                 = var.waf
  waf_requests        = var.waf_requests
}

module "role" {
  source         = "../modules/role"
  name           = var.name
  tables         = module.tables.arns
  repository_arn = module.registry.arn
  path_arn       = module.parameters.path_arn
  key_arn        = module.key.arn
  log_group_arn  = module.watch.log_group_arn
  metrics        = local.metrics
}

module "host" {
  source    = "../modules/host"
  scripts   = "${path.module}/../.."
  region    = var.region
  path      = local.path
  image     = module.registry.url
  tag       = var.image_tag
  front_tag = var.front_tag
  log_group = local.log_group
  metrics   = { namespace = local.metrics, service = var.name }
}

module "group" {
  source            = "../modules/group"
  name              = var.name
  ami_id            = var.ami_id != null ? var.ami_id : data.aws_ssm_parameter.ami[0].insecure_value
  instance_type     = var.instance_type
  profile           = module.role.profile
  user_data         = module.host.user_data
  subnet_ids        = module.network.private_subnet_ids
  security_group_id = module.balancer.machines_group_id
  target_group_arn  = module.balancer.target_group_arn
  request_label     = "${module.balancer.arn_suffix}/${module.balancer.target_group_suffix}"
  least             = var.least
  most              = var.most
  cpu               = var.cpu
  requests          = var.requests
  # a machine reads its parameters at once
  depends_on = [module.parameters]
}

# --- watch and keep ---

module "watch" {
  source    = "../modules/watch"
  name      = var.name
  key_arn   = module.key.arn
  log_group = local.log_group
  log_days  = var.log_days
  email     = var.alarm_email
  alarms = merge({
    balancer-5xx = {
      says    = "the balancer itself answers 5xx: no machine to ask", above = 5, stat = "Sum", minutes = 2
      metrics = [merge(local.balancer, { name = "HTTPCode_ELB_5XX_Count" })]
    }
    machines-5xx = {
      says    = "the machines answer 5xx", above = 10, stat = "Sum", minutes = 2
      metrics = [merge(local.balancer, { name = "HTTPCode_Target_5XX_Count" })]
    }
    latency = {
      says    = "one request in twenty takes longer than a second", above = 1, stat = "p95"
      metrics = [merge(local.balancer, { name = "TargetResponseTime" })]
    }
    unhealthy = {
      says = "a machine does not answer the balancer", above = 0, stat = "Maximum", minutes = 5
      metrics = [{
        namespace  = "AWS/ApplicationELB", name = "UnHealthyHostCount"
        dimensions = { LoadBalancer = module.balancer.arn_suffix, TargetGroup = module.balancer.target_group_suffix }
      }]
    }
    too-few = {
      says = "fewer machines answer than there have to be", above = var.least, below = true, stat = "Minimum", minutes = 5, missing = "breaching"
      metrics = [{
        namespace  = "AWS/ApplicationELB", name = "HealthyHostCount"
        dimensions = { LoadBalancer = module.balancer.arn_suffix, TargetGroup = module.balancer.target_group_suffix }
      }]
    }
    cpu = {
      says    = "mean CPU above 85 %: scaling does not keep up", above = 85, stat = "Average", minutes = 5
      metrics = [merge(local.group, { name = "CPUUtilization" })]
    }
    memory = {
      says    = "memory of a machine above 90 %", above = 90, stat = "Maximum"
      metrics = [merge(local.own, { name = "MemoryUsedPercent" })]
    }
    disk = {
      says    = "the fullest disk above 85 %", above = 85, stat = "Maximum"
      metrics = [merge(local.own, { name = "DiskUsedPercent" })]
    }
  }, module.tables.alarms)
}

module "backup" {
  source    = "../modules/backup"
  name      = var.name
  key_arn   = module.key.arn
  resources = values(module.tables.arns)
  days      = var.backup_days
}
