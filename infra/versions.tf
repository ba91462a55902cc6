terraform {
  # 1.11: state locking by the bucket itself (use_lockfile); variables that look at each other need 1.9.
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 6.0.0"
    }
  }

  # No backend here: whoever drives the module writes one beside it (environments/*.s3.tfbackend.example), so that every
  # environment has a state of its own.
}

provider "aws" {
  region              = var.region
  allowed_account_ids = var.account_id == "" ? null : [var.account_id]

  default_tags {
    tags = merge(var.tags, {
      application = "orders"
      environment = var.environment
      managed-by  = "terraform"
    })
  }
}
