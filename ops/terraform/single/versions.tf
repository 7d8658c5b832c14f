terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
  # State names every part of the installation (never SESSION_SECRET): keep it in a bucket with versions and encryption, see ../README.md.
  # backend "s3" {}
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { Project = var.name }
  }
}
