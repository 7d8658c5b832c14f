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

variable "public_origin" {
  description = "The address that people use, as their browsers show it, without a path."
  type        = string
  validation {
    condition     = can(regex("^https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?$", var.public_origin))
    error_message = "Like https://vault.example, without a path: a session's cookie needs https."
  }
}

variable "store" {
  description = "sqlite (a file on a volume of its own) or dynamodb (three tables)."
  type        = string
  default     = "sqlite"
  validation {
    condition     = contains(["sqlite", "dynamodb"], var.store)
    error_message = "sqlite or dynamodb."
  }
}

variable "instance_type" {
  description = "Type of the machine, x86-64: the image is linux/amd64. Each login takes 32 MiB for a moment, two at a time."
  type        = string
  default     = "t3.micro"
  validation {
    condition     = can(regex("^[a-z]+[0-9]+(-[a-z0-9]+)?[a-z]*\\.[a-z0-9]+$", var.instance_type)) && !can(regex("^(a1|[a-z]+[0-9]+g[a-z]*|t[12]|[cdgimprx][1-4])\\.", var.instance_type))
    error_message = "A type like t3.micro; ARM (t4g, m7g, a1 ...) does not run the image, and types before Nitro (t2, m4 ...) name disks differently."
  }
}

variable "ami_id" {
  description = "The machine's system; null: the newest Amazon Linux 2023. A running machine keeps its own."
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

variable "ssh_ranges" {
  description = "Addresses that may reach port 22. Empty: no SSH at all; Session Manager gives a shell."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for r in var.ssh_ranges : try(tonumber(split("/", r)[1]) >= 16, false) && can(cidrhost(r, 0)) && !strcontains(r, ":")])
    error_message = "Ranges of at most a /16 like 203.0.113.7/32: SSH is never open to everybody."
  }
}

variable "key_name" {
  description = "Name of the SSH key pair; null: none."
  type        = string
  default     = null
}

variable "root_gb" {
  description = "Size of the system's volume."
  type        = number
  default     = 10
  validation {
    condition     = var.root_gb >= 8 && var.root_gb <= 1000 && floor(var.root_gb) == var.root_gb
    error_message = "8 to 1000."
  }
}

variable "data_gb" {
  description = "Size of the volume of the database (sqlite). A thousand people with 50 entries each take about 0.3 GB."
  type        = number
  default     = 8
  validation {
    condition     = var.data_gb >= 1 && var.data_gb <= 16000 && floor(var.data_gb) == var.data_gb
    error_message = "1 to 16000."
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
  description = "Tag that a new machine starts. A deployment later on is the pipeline's (ops/deploy.sh)."
  type        = string
  default     = "latest"
  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag))
    error_message = "A tag like latest or 0123456789ab."
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
