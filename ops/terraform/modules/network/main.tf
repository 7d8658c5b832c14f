# A network of our own. Public subnets hold what the world may reach (the balancer, or the single machine), private ones the machines behind it.

variable "name" {
  description = "Prefix of names."
  type        = string
}

variable "cidr" {
  description = "Addresses of the network, a /16."
  type        = string
}

variable "zones" {
  description = "In how many availability zones."
  type        = number
}

variable "private" {
  description = "Private subnets as well, with a way out."
  type        = bool
}

variable "egress" {
  description = "How private subnets reach AWS: nat (one gateway a zone) or endpoints (interface endpoints alone, no way to the internet at all)."
  type        = string
  default     = "nat"
}

variable "tables" {
  description = "ARNs of the tables, for the policy of DynamoDB's endpoint; null without one."
  type        = map(string)
  default     = null
}

variable "key_arn" {
  description = "Key of the flow log."
  type        = string
}

variable "flow_log_group" {
  description = "Name of the log group of refused packets."
  type        = string
}

variable "log_days" {
  description = "Days for which refused packets are kept."
  type        = number
}

data "aws_availability_zones" "this" {
  # checkov:skip=CKV_AWS_394:the first ones by name are taken, and a new zone of AWS gets the next letter
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
data "aws_region" "this" {}
data "aws_partition" "this" {}

locals {
  region    = data.aws_region.this.name
  zones     = slice(data.aws_availability_zones.this.names, 0, var.zones)
  private   = var.private ? local.zones : []
  nat       = var.private && var.egress == "nat" ? local.zones : []
  endpoints = var.private && var.egress == "endpoints" ? ["ssm", "ssmmessages", "ecr.api", "ecr.dkr", "logs", "monitoring", "sts"] : []
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

# What names no group of its own lands here, and reaches nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }
}

resource "aws_subnet" "public" {
  count                   = var.zones
  vpc_id                  = aws_vpc.this.id
  availability_zone       = local.zones[count.index]
  cidr_block              = cidrsubnet(var.cidr, 8, count.index)
  map_public_ip_on_launch = false
  tags                    = { Name = "${var.name}-public-${local.zones[count.index]}" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-public" }
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "public" {
  count          = var.zones
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_subnet" "private" {
  count                   = length(local.private)
  vpc_id                  = aws_vpc.this.id
  availability_zone       = local.private[count.index]
  cidr_block              = cidrsubnet(var.cidr, 4, count.index + 1)
  map_public_ip_on_launch = false
  tags                    = { Name = "${var.name}-private-${local.private[count.index]}" }
}

resource "aws_route_table" "private" {
  count  = length(local.private)
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-private-${local.private[count.index]}" }
}

resource "aws_route_table_association" "private" {
  count          = length(local.private)
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[count.index].id
}

# One a zone: with a shared one, the loss of its zone would leave the other without a way to pull the image for a replacement.
resource "aws_eip" "nat" {
  count  = length(local.nat)
  domain = "vpc"
  tags   = { Name = "${var.name}-nat-${local.nat[count.index]}" }
}

resource "aws_nat_gateway" "this" {
  count         = length(local.nat)
  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id
  tags          = { Name = "${var.name}-${local.nat[count.index]}" }
  depends_on    = [aws_internet_gateway.this]
}

resource "aws_route" "nat" {
  count                  = length(local.nat)
  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[count.index].id
}

# --- endpoints: gateways cost nothing, interfaces are the dear alternative to NAT ---

data "aws_iam_policy_document" "dynamodb" {
  count = var.tables == null ? 0 : 1
  # checkov:skip=CKV_AWS_356:ListTables knows no resource
  # checkov:skip=CKV_AWS_111:the machine's role decides on the calls; this keeps other tables out of reach from this network
  # checkov:skip=CKV_AWS_283:as above: a policy of an endpoint has to name everybody who may pass, and the role decides
  statement {
    sid       = "OurTables"
    actions   = ["dynamodb:*"]
    resources = flatten([for a in values(var.tables) : [a, "${a}/index/*"]])
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
  statement {
    sid       = "WhichTablesThereAre"
    actions   = ["dynamodb:ListTables"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_vpc_endpoint" "dynamodb" {
  count             = var.tables == null ? 0 : 1
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${local.region}.dynamodb"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = concat([aws_route_table.public.id], aws_route_table.private[*].id)
  policy            = data.aws_iam_policy_document.dynamodb[0].json
  tags              = { Name = "${var.name}-dynamodb" }
}

# Layers of images and Amazon Linux's packages lie in buckets of AWS: reading those two is all that passes.
data "aws_iam_policy_document" "s3" {
  # checkov:skip=CKV_AWS_283:a policy of an endpoint has to name everybody who may pass; it lets them read two buckets of AWS's own
  statement {
    sid     = "LayersAndPackages"
    actions = ["s3:GetObject"]
    resources = [
      "arn:${data.aws_partition.this.partition}:s3:::prod-${local.region}-starport-layer-bucket/*",
      "arn:${data.aws_partition.this.partition}:s3:::al2023-repos-${local.region}-de612dc2/*",
    ]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${local.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = concat([aws_route_table.public.id], aws_route_table.private[*].id)
  policy            = data.aws_iam_policy_document.s3.json
  tags              = { Name = "${var.name}-s3" }
}

resource "aws_security_group" "endpoints" {
  count       = length(local.endpoints) > 0 ? 1 : 0
  name        = "${var.name}-endpoints"
  description = "HTTPS from this network to the endpoints"
  vpc_id      = aws_vpc.this.id
  tags        = { Name = "${var.name}-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  count             = length(local.endpoints) > 0 ? 1 : 0
  security_group_id = aws_security_group.endpoints[0].id
  description       = "HTTPS from this network"
  cidr_ipv4         = var.cidr
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "interface" {
  for_each            = toset(local.endpoints)
  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${local.region}.${each.value}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = aws_subnet.private[*].id
  security_group_ids  = [aws_security_group.endpoints[0].id]
  private_dns_enabled = true
  tags                = { Name = "${var.name}-${each.value}" }
}

# --- refused packets: who knocks where ---

resource "aws_cloudwatch_log_group" "flow" {
  # checkov:skip=CKV_AWS_338:refused packets are of use for weeks, not for a year
  name              = var.flow_log_group
  retention_in_days = var.log_days
  kms_key_id        = var.key_arn
}

resource "aws_iam_role" "flow" {
  name = "${var.name}-flow-log"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "vpc-flow-logs.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "flow" {
  name = "write"
  role = aws_iam_role.flow.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
      Resource = "${aws_cloudwatch_log_group.flow.arn}:*"
    }]
  })
}

resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "REJECT"
  iam_role_arn    = aws_iam_role.flow.arn
  log_destination = aws_cloudwatch_log_group.flow.arn
}

output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Public subnets, one a zone."
  # an address is of no use before there is a way to it
  depends_on = [aws_route.internet, aws_route_table_association.public]
  value      = aws_subnet.public[*].id
}

output "public_cidrs" {
  description = "Addresses of the public subnets: where the balancer's requests come from."
  value       = aws_subnet.public[*].cidr_block
}

output "private_subnet_ids" {
  description = "Private subnets, one a zone."
  # a machine that starts before there is a way out fails its first deployment
  depends_on = [aws_route.nat, aws_route_table_association.private, aws_vpc_endpoint.interface, aws_vpc_endpoint.s3, aws_vpc_endpoint.dynamodb]
  value      = aws_subnet.private[*].id
}

output "zones" {
  description = "The zones."
  value       = local.zones
}
