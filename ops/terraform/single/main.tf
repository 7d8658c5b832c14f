# One machine: VaultSphere in a container, SQLite on a volume of its own or three tables of DynamoDB. See ../README.md.

data "aws_ssm_parameter" "ami" {
  count = var.ami_id == null ? 1 : 0
  name  = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

locals {
  log_group = "/${var.name}/service"
  flow_log  = "/${var.name}/refused-packets"
  metrics   = "VaultSphere/${var.name}"
  path      = "/password-manager" # ops/fetch-env.sh reads below it
  sqlite    = var.store == "sqlite"
  tables    = local.sqlite ? null : module.tables[0]
  own       = { namespace = local.metrics, dimensions = { Service = var.name } }
}

module "key" {
  source     = "../modules/key"
  name       = var.name
  log_groups = [local.log_group, local.flow_log]
}

module "tables" {
  source              = "../modules/tables"
  count               = local.sqlite ? 0 : 1
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
    STORE         = var.store
    PUBLIC_ORIGIN = var.public_origin
    }, local.sqlite ? {} : {
    AWS_REGION               = var.region
    DYNAMODB_USERS_TABLE     = local.tables.names.users
    DYNAMODB_ACCOUNTS_TABLE  = local.tables.names.accounts
    DYNAMODB_PASSWORDS_TABLE = local.tables.names.passwords
  }, var.parameters)
}

module "network" {
  source         = "../modules/network"
  name           = var.name
  cidr           = var.cidr
  zones          = 1
  private        = false
  tables         = local.sqlite ? null : local.tables.arns
  key_arn        = module.key.arn
  flow_log_group = local.flow_log
  log_days       = var.log_days
}

module "role" {
  source         = "../modules/role"
  name           = var.name
  tables         = local.sqlite ? null : local.tables.arns
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
  volume_id = local.sqlite ? aws_ebs_volume.data[0].id : null
}

# --- the machine ---

resource "aws_security_group" "this" {
  name        = "${var.name}-machine"
  description = "HTTP and HTTPS from the given ranges, HTTPS to AWS"
  vpc_id      = module.network.vpc_id
  tags        = { Name = "${var.name}-machine" }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  # checkov:skip=CKV_AWS_260:port 80 only answers with the way to https, and proves the name to the certificate authority
  # checkov:skip=CKV_AWS_24:validation of ssh_ranges keeps everybody out, and a test of the plan
  for_each = merge(
    { for p in setproduct(["80", "443"], var.ranges) : join(" ", p) => { port = tonumber(p[0]), range = p[1] } },
    { for r in var.ssh_ranges : "22 ${r}" => { port = 22, range = r } },
  )
  security_group_id = aws_security_group.this.id
  description       = lookup({ 22 = "SSH", 80 = "HTTP, sent on to HTTPS" }, each.value.port, "HTTPS")
  cidr_ipv4         = each.value.range
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "this" {
  security_group_id = aws_security_group.this.id
  description       = "HTTPS: AWS's services, packages, the certificate authority"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_instance" "this" {
  # checkov:skip=CKV_AWS_341:two hops, or no container gets the role's keys; version 2 stays required
  # checkov:skip=CKV_AWS_88:the one machine that people reach
  ami                     = var.ami_id != null ? var.ami_id : data.aws_ssm_parameter.ami[0].insecure_value
  instance_type           = var.instance_type
  subnet_id               = module.network.public_subnet_ids[0]
  vpc_security_group_ids  = [aws_security_group.this.id]
  iam_instance_profile    = module.role.profile
  key_name                = var.key_name
  user_data_base64        = module.host.user_data
  monitoring              = true
  ebs_optimized           = true
  disable_api_termination = var.deletion_protection
  tags                    = { Name = var.name }
  # its parameters and the way out have to be there before it starts
  depends_on = [module.parameters, module.network]

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
    instance_metadata_tags      = "disabled"
  }
  root_block_device {
    volume_type = "gp3"
    volume_size = var.root_gb
    encrypted   = true
    tags        = { Name = "${var.name}-system", Project = var.name }
  }
  lifecycle {
    # both are for the next machine (terraform apply -replace=aws_instance.this): this one is kept up to date by its own updates and by ops/deploy.sh
    ignore_changes = [ami, user_data_base64]
  }
}

# The address stays when the machine is replaced.
resource "aws_eip" "this" {
  domain = "vpc"
  tags   = { Name = var.name }
}

resource "aws_eip_association" "this" {
  instance_id   = aws_instance.this.id
  allocation_id = aws_eip.this.id
}

# The vault itself (sqlite): it outlives the machine.
resource "aws_ebs_volume" "data" {
  # checkov:skip=CKV_AWS_189:encrypted by the account's own key for volumes, which nobody can delete: a key of ours could be lost with the vault under it
  count             = local.sqlite ? 1 : 0
  availability_zone = module.network.zones[0]
  type              = "gp3"
  size              = var.data_gb
  encrypted         = true
  tags              = { Name = "${var.name}-data" }
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_volume_attachment" "data" {
  count                          = local.sqlite ? 1 : 0
  device_name                    = "/dev/sdf"
  volume_id                      = aws_ebs_volume.data[0].id
  instance_id                    = aws_instance.this.id
  stop_instance_before_detaching = true
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
    status = {
      says    = "the machine or its host fails AWS's own checks", above = 0, stat = "Maximum", missing = "breaching"
      metrics = [{ namespace = "AWS/EC2", name = "StatusCheckFailed", dimensions = { InstanceId = aws_instance.this.id } }]
    }
    cpu = {
      says    = "CPU above 85 %", above = 85, stat = "Average", minutes = 5
      metrics = [{ namespace = "AWS/EC2", name = "CPUUtilization", dimensions = { InstanceId = aws_instance.this.id } }]
    }
    health = {
      says    = "the service does not answer on the machine", above = 1, below = true, stat = "Minimum", missing = "breaching"
      metrics = [merge(local.own, { name = "Healthy" })]
    }
    memory = {
      says    = "memory above 90 %", above = 90, stat = "Maximum"
      metrics = [merge(local.own, { name = "MemoryUsedPercent" })]
    }
    disk = {
      says    = "the fullest disk above 85 %", above = 85, stat = "Maximum"
      metrics = [merge(local.own, { name = "DiskUsedPercent" })]
    }
  }, local.sqlite ? {} : local.tables.alarms)
}

module "backup" {
  source    = "../modules/backup"
  name      = var.name
  key_arn   = module.key.arn
  resources = local.sqlite ? [aws_ebs_volume.data[0].arn] : values(local.tables.arns)
  days      = var.backup_days
}
