# The repository of the image.

variable "name" {
  description = "Name of the repository; ops/deploy.sh and the pipeline use the same."
  type        = string
}

variable "key_arn" {
  description = "Key that encrypts the images."
  type        = string
}

variable "keep" {
  description = "How many images stay, the newest first: as many steps back are possible."
  type        = number
}

resource "aws_ecr_repository" "this" {
  # checkov:skip=CKV_AWS_51:the tag latest has to move, and this provider's immutability is for all tags or none; deployments name the commit
  name                 = var.name
  image_tag_mutability = "MUTABLE"
  image_scanning_configuration {
    scan_on_push = true
  }
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = var.key_arn
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  # word for word what ops/push.sh sets with every push, so that neither undoes the other
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "what no tag names"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 1 }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "the last ${var.keep}"
        selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.keep }
        action       = { type = "expire" }
      },
    ]
  })
}

output "arn" {
  description = "ARN of the repository."
  value       = aws_ecr_repository.this.arn
}

output "url" {
  description = "Address to push to and to pull from."
  value       = aws_ecr_repository.this.repository_url
}
