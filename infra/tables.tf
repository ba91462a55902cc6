resource "aws_dynamodb_table" "ledger" {
  for_each = local.workflow.tables

  name                        = "${local.prefix}${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.key
  deletion_protection_enabled = var.deletion_protection

  dynamic "attribute" {
    for_each = toset(compact([each.value.key, try(each.value.index.key, ""), try(each.value.index.sort, "")]))

    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = try([each.value.index], [])

    content {
      name            = global_secondary_index.value.name
      hash_key        = global_secondary_index.value.key
      range_key       = global_secondary_index.value.sort
      projection_type = "ALL"
    }
  }

  dynamic "ttl" {
    for_each = try([each.value.timeToLive], [])

    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }

  # Off means a key that AWS owns: DynamoDB encrypts in any case.
  server_side_encryption {
    enabled     = var.customer_managed_key
    kms_key_arn = local.kms_key_arn
  }

  timeouts {
    create = "30m"
    update = "60m"
    delete = "10m"
  }
}
