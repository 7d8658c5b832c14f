# What a machine does when it first starts: user data that carries our scripts with it, packed. They are not fetched: a new machine then needs neither our repository
# nor a bucket, runs what this very plan showed, and changes with it. cloud-init unpacks gzip by itself; AWS takes 16 KB.

variable "scripts" {
  description = "Folder of the scripts: ops/ of this repository."
  type        = string
}

variable "region" {
  description = "Region of parameters, image and log."
  type        = string
}

variable "path" {
  description = "Path of the parameters, without a slash at its end."
  type        = string
}

variable "image" {
  description = "Address of the repository of the image."
  type        = string
}

variable "tag" {
  description = "Tag of the image that is started."
  type        = string
}

variable "front_tag" {
  description = "Tag of an image that holds HAProxy; null: the same."
  type        = string
}

variable "log_group" {
  description = "Log group of the service."
  type        = string
}

variable "metrics" {
  description = "Namespace and service name of the machine's own metrics."
  type        = object({ namespace = string, service = string })
}

variable "volume_id" {
  description = "Volume that holds the data; null where none does."
  type        = string
  default     = null
}

locals {
  # what a host has in /opt/vaultsphere, and its mode
  files = {
    "compose.yaml"    = "0644"
    "deploy.sh"       = "0755"
    "ec2_setup.sh"    = "0755"
    "fetch-env.sh"    = "0755"
    "front/front.cfg" = "0644"
    "front/tls.cfg"   = "0644"
  }
  end  = "VAULTSPHERE-END-OF-FILE"
  text = { for f, mode in local.files : f => file("${var.scripts}/${f}") }
  user_data = templatefile("${path.module}/user-data.sh.tftpl", {
    files     = [for f, mode in local.files : { name = f, mode = mode, text = trimsuffix(local.text[f], "\n") }]
    end       = local.end
    region    = var.region
    path      = var.path
    image     = var.image
    tag       = var.tag
    front     = var.front_tag == null ? "" : "${var.image}:${var.front_tag}"
    log_group = var.log_group
    metrics   = var.metrics
    volume    = var.volume_id == null ? "" : replace(var.volume_id, "-", "")
  })
  packed = base64gzip(local.user_data)
}

output "user_data" {
  description = "The user data, packed, base64."
  value       = local.packed
  precondition {
    condition     = length(local.packed) * 3 / 4 <= 16384
    error_message = "The user data is ${floor(length(local.packed) * 3 / 4)} bytes packed, AWS takes 16384."
  }
  precondition {
    condition     = !anytrue([for t in values(local.text) : strcontains(t, local.end)])
    error_message = "One of the scripts holds the line that ends a file in the user data."
  }
}

output "script" {
  description = "The same as text, to read."
  value       = local.user_data
}
