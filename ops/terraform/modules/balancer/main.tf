# The address that people use: TLS ends here, plain http is sent on to https, only machines that answer /health get requests.

variable "name" {
  description = "Prefix of names."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_ids" {
  description = "Public subnets, two at least."
  type        = list(string)
}

variable "ranges" {
  description = "Addresses that may come in."
  type        = list(string)
}

variable "ranges_ipv6" {
  description = "The same for IPv6; the network has none so far, so these only count once it does."
  type        = list(string)
  default     = []
}

variable "domain" {
  description = "The name people use."
  type        = string
}

variable "certificate_arn" {
  description = "A certificate of ACM; null: one is made and proved by a record in zone_id."
  type        = string
}

variable "zone_id" {
  description = "Hosted zone of Route 53 for the record of the name and the proof of the certificate; null: both are the operator's."
  type        = string
}

variable "deletion_protection" {
  description = "AWS refuses to delete the balancer while this is on."
  type        = bool
}

variable "waf" {
  description = "A web application firewall before the balancer."
  type        = bool
}

variable "waf_requests" {
  description = "Requests in five minutes after which one address is refused."
  type        = number
}

locals {
  certificate = var.certificate_arn != null ? var.certificate_arn : aws_acm_certificate_validation.this[0].certificate_arn
}

# --- certificate and name ---

resource "aws_acm_certificate" "this" {
  count             = var.certificate_arn == null ? 1 : 0
  domain_name       = var.domain
  validation_method = "DNS"
  key_algorithm     = "EC_prime256v1"
  lifecycle {
    create_before_destroy = true
    precondition {
      condition     = var.zone_id != null
      error_message = "Without certificate_arn a zone_id is needed: ACM proves the name by a record there."
    }
  }
}

resource "aws_route53_record" "proof" {
  for_each = var.certificate_arn == null ? toset([var.domain]) : toset([])
  zone_id  = var.zone_id
  name     = one([for o in aws_acm_certificate.this[0].domain_validation_options : o.resource_record_name if o.domain_name == each.value])
  type     = one([for o in aws_acm_certificate.this[0].domain_validation_options : o.resource_record_type if o.domain_name == each.value])
  records  = [one([for o in aws_acm_certificate.this[0].domain_validation_options : o.resource_record_value if o.domain_name == each.value])]
  ttl      = 300
}

resource "aws_acm_certificate_validation" "this" {
  count                   = var.certificate_arn == null ? 1 : 0
  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = [for r in aws_route53_record.proof : r.fqdn]
}

resource "aws_route53_record" "this" {
  count   = var.zone_id != null ? 1 : 0
  zone_id = var.zone_id
  name    = var.domain
  type    = "A"
  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = false
  }
}

# --- who may come in, and where to ---

resource "aws_security_group" "balancer" {
  name        = "${var.name}-balancer"
  description = "HTTP and HTTPS from the given ranges, and on to the machines"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-balancer" }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "machines" {
  # checkov:skip=CKV2_AWS_5:the launch template of module group wears it, which the scanner does not follow
  name        = "${var.name}-machines"
  description = "HTTP from the balancer, HTTPS to AWS; no SSH"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-machines" }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  # checkov:skip=CKV_AWS_260:port 80 only answers with the way to https
  for_each          = { for p in setproduct(["80", "443"], concat(var.ranges, var.ranges_ipv6)) : "${p[0]} ${p[1]}" => { port = tonumber(p[0]), range = p[1] } }
  security_group_id = aws_security_group.balancer.id
  description       = each.value.port == 443 ? "HTTPS" : "HTTP, sent on to HTTPS"
  cidr_ipv4         = strcontains(each.value.range, ":") ? null : each.value.range
  cidr_ipv6         = strcontains(each.value.range, ":") ? each.value.range : null
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "balancer" {
  security_group_id            = aws_security_group.balancer.id
  description                  = "to the machines"
  referenced_security_group_id = aws_security_group.machines.id
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
}

resource "aws_vpc_security_group_ingress_rule" "machines" {
  # checkov:skip=CKV_AWS_260:from the balancer's group alone, no range of addresses
  security_group_id            = aws_security_group.machines.id
  description                  = "from the balancer"
  referenced_security_group_id = aws_security_group.balancer.id
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
}

resource "aws_vpc_security_group_egress_rule" "machines" {
  security_group_id = aws_security_group.machines.id
  description       = "HTTPS: AWS's services and packages"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# --- the balancer ---

resource "aws_lb" "this" {
  # checkov:skip=CKV_AWS_91:its access log holds whole addresses, and with them what people search for; the machines log paths without the query
  # checkov:skip=CKV2_AWS_76:rules that read bodies refuse good passwords and notes; the programs are C, there is no Log4j
  # checkov:skip=CKV2_AWS_28:the firewall is an option (waf), as it is a cost
  name                       = var.name
  load_balancer_type         = "application"
  subnets                    = var.subnet_ids
  security_groups            = [aws_security_group.balancer.id]
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  preserve_host_header       = true
  enable_deletion_protection = var.deletion_protection
  idle_timeout               = 60
}

resource "aws_lb_target_group" "this" {
  # checkov:skip=CKV_AWS_378:inside the network, between two groups that talk to nobody else on this port
  name                 = var.name
  vpc_id               = var.vpc_id
  protocol             = "HTTP"
  port                 = 80
  deregistration_delay = 30 # no request lasts longer: lighttpd.conf ends programs after 10 s
  health_check {
    path                = "/health"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = local.certificate
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTP"
  port              = 80
  default_action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}

# --- firewall, as an option: how often and from where, never what. Rules that read bodies would refuse good passwords, and samples would hold what people search for. ---

resource "aws_wafv2_web_acl" "this" {
  # checkov:skip=CKV_AWS_192:the programs are C, there is no Log4j; rules that read bodies refuse good passwords
  # checkov:skip=CKV2_AWS_31:its log holds whole addresses with the query
  count       = var.waf ? 1 : 0
  name        = var.name
  description = "How often, and from where"
  scope       = "REGIONAL"
  default_action {
    allow {}
  }
  rule {
    name     = "often"
    priority = 1
    action {
      block {
        custom_response {
          response_code = 429
        }
      }
    }
    statement {
      rate_based_statement {
        limit              = var.waf_requests
        aggregate_key_type = "IP"
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-often"
      sampled_requests_enabled   = false
    }
  }
  rule {
    name     = "known-bad-addresses"
    priority = 2
    override_action {
      none {}
    }
    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAmazonIpReputationList"
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-known-bad"
      sampled_requests_enabled   = false
    }
  }
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = false
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  count        = var.waf ? 1 : 0
  resource_arn = aws_lb.this.arn
  web_acl_arn  = aws_wafv2_web_acl.this[0].arn
}

output "dns_name" {
  description = "The balancer's own name: point yours to it."
  value       = aws_lb.this.dns_name
}

output "arn_suffix" {
  description = "The balancer, as its metrics name it."
  value       = aws_lb.this.arn_suffix
}

output "target_group_arn" {
  description = "Where machines are registered."
  # machines that register with a group that no balancer uses are never asked for their health
  depends_on = [aws_lb_listener.https]
  value      = aws_lb_target_group.this.arn
}

output "target_group_suffix" {
  description = "The target group, as its metrics name it."
  value       = aws_lb_target_group.this.arn_suffix
}

output "machines_group_id" {
  description = "Security group of the machines."
  value       = aws_security_group.machines.id
}
