variable "region" {
  description = "AWS region."
  type        = string
  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region looks like eu-central-1."
  }
}

variable "name" {
  description = "Prefix of everything that gets a name."
  type        = string
  default     = "vaultsphere"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}[a-z0-9]$", var.name))
    error_message = "3 to 22 lower-case letters, digits and -, beginning with a letter (a balancer's name has room for no more)."
  }
}

variable "domain" {
  description = "The name that people use."
  type        = string
  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "A full name in small letters, like vault.example.org."
  }
}

variable "certificate_arn" {
  description = "A certificate of ACM for the domain, in the same region; null: one is made and renewed by ACM, which needs zone_id."
  type        = string
  default     = null
  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:[a-z-]+:acm:", coalesce(var.certificate_arn, "-")))
    error_message = "An ARN like arn:aws:acm:eu-central-1:123456789012:certificate/..."
  }
}

variable "zone_id" {
  description = "Hosted zone of Route 53 that holds the domain; null: certificate_arn is needed, and the name is pointed to the balancer by hand."
  type        = string
  default     = null
  validation {
    condition     = var.zone_id != null || var.certificate_arn != null
    error_message = "Give zone_id, certificate_arn, or both: without either there is no TLS."
  }
}

variable "instance_type" {
  description = "Type of the machines, x86-64: the image is linux/amd64. Each login takes 32 MiB for a moment, two at a time."
  type        = string
  default     = "t3.small"
  validation {
    condition     = can(regex("^[a-z]+[0-9]+(-[a-z0-9]+)?[a-z]*\\.[a-z0-9]+$", var.instance_type)) && !can(regex("^(a1|[a-z]+[0-9]+g[a-z]*|t[12]|[cdgimprx][1-4])\\.", var.instance_type))
    error_message = "A type like t3.micro; ARM (t4g, m7g, a1 ...) does not run the image, and types before Nitro (t2, m4 ...) name disks differently."
  }
}

variable "ami_id" {
  description = "The machines' system; null: the newest Amazon Linux 2023, so that an apply brings its updates, one machine after the other."
  type        = string
  default     = null
  validation {
    condition     = var.ami_id == null || can(regex("^ami-[0-9a-f]+$", coalesce(var.ami_id, "ami-0")))
    error_message = "An image's id begins with ami-."
  }
}

variable "ranges" {
  description = "Addresses that may reach ports 80 and 443. Everybody: [\"0.0.0.0/0\"]."
  type        = list(string)
  validation {
    condition     = length(var.ranges) > 0 && alltrue([for r in var.ranges : can(cidrhost(r, 0)) && !strcontains(r, ":")])
    error_message = "At least one range like 203.0.113.0/24."
  }
}

variable "least" {
  description = "Machines at least: two, so that the loss of a zone is not a loss of service."
  type        = number
  default     = 2
  validation {
    condition     = var.least >= 2 && var.least <= 10 && floor(var.least) == var.least
    error_message = "2 to 10."
  }
}

variable "most" {
  description = "Machines at most."
  type        = number
  default     = 10
  validation {
    condition     = var.most >= var.least && var.most <= 10 && floor(var.most) == var.most
    error_message = "From least to 10."
  }
}

variable "cpu" {
  description = "Mean CPU in percent that scaling aims at. Logins are what costs: about 0.1 s of one core each."
  type        = number
  default     = 50
  validation {
    condition     = var.cpu >= 10 && var.cpu <= 90
    error_message = "10 to 90."
  }
}

variable "requests" {
  description = "Requests per machine and minute that scaling aims at."
  type        = number
  default     = 12000
  validation {
    condition     = var.requests >= 100
    error_message = "100 at least."
  }
}

variable "egress" {
  description = "How the machines reach AWS: nat (a gateway a zone) or endpoints (no way to the internet at all; ami_id must then name a system that has Docker, compose and the AWS CLI)."
  type        = string
  default     = "nat"
  validation {
    condition     = contains(["nat", "endpoints"], var.egress)
    error_message = "nat or endpoints."
  }
  validation {
    condition     = var.egress == "nat" || var.ami_id != null
    error_message = "With endpoints nothing can be installed: name a system with Docker, compose and the AWS CLI in ami_id."
  }
}

variable "waf" {
  description = "A web application firewall: how often and from where, never what."
  type        = bool
  default     = false
}

variable "waf_requests" {
  description = "Requests in five minutes after which the firewall refuses an address. A page is about 10 requests; many people may share one address."
  type        = number
  default     = 3000
  validation {
    condition     = var.waf_requests >= 100 && var.waf_requests <= 2000000000
    error_message = "100 to 2000000000."
  }
}

variable "cidr" {
  description = "Addresses of the network."
  type        = string
  default     = "10.80.0.0/16"
  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/16")
    error_message = "A /16 like 10.80.0.0/16."
  }
}

variable "repository" {
  description = "Name of the image's repository, as the pipeline pushes to it."
  type        = string
  default     = "vaultsphere"
  validation {
    condition     = can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", var.repository))
    error_message = "Lower-case letters, digits, and . _ - / between them."
  }
}

variable "image_tag" {
  description = "Tag that the machines run. Another one replaces them, one after the other: that is a deployment. Name a commit: latest would differ from machine to machine."
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag)) && var.image_tag != "latest"
    error_message = "A tag like 0123456789ab: the first twelve characters of a commit."
  }
}

variable "front_tag" {
  description = "Tag of an image that holds HAProxy, which keeps the ports of a machine while versions come and go; null: image_tag itself (the build for DynamoDB has it)."
  type        = string
  default     = null
}

variable "keep_images" {
  description = "How many images stay in the repository."
  type        = number
  default     = 30
  validation {
    condition     = var.keep_images >= 2
    error_message = "2 at least: one to run, one to go back to."
  }
}

variable "parameters" {
  description = "More of the configuration (README, Configuration), as NAME = value: REGISTRATION = \"closed\". Nothing secret: they stand in Terraform's state."
  type        = map(string)
  default     = {}
}

variable "table_names" {
  description = "Names of the tables (dynamodb)."
  type        = object({ users = string, accounts = string, passwords = string })
  default = {
    users     = "PasswordManager-Users"
    accounts  = "PasswordManager-Accounts"
    passwords = "PasswordManager-Passwords"
  }
  validation {
    condition     = alltrue([for n in values(var.table_names) : can(regex("^[A-Za-z0-9_.-]{3,255}$", n))])
    error_message = "3 to 255 letters, digits, _ . -"
  }
}

variable "deletion_protection" {
  description = "AWS itself refuses to delete what holds the vault."
  type        = bool
  default     = true
}

variable "backup_days" {
  description = "Days for which the nightly copy of tables or volume is kept."
  type        = number
  default     = 35
  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 3650
    error_message = "7 to 3650."
  }
}

variable "log_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 90
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_days)
    error_message = "One of CloudWatch's: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731."
  }
}

variable "alarm_email" {
  description = "Who gets the alarms (AWS asks that person to confirm); null: nobody yet."
  type        = string
  default     = null
  validation {
    condition     = var.alarm_email == null || can(regex("^[^@ ]+@[^@ ]+$", coalesce(var.alarm_email, "a@b")))
    error_message = "An address like ops@example.org."
  }
}
