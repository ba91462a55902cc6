# The environment's own key, where wanted. It costs a dollar a month and a call for every so many requests.
resource "aws_kms_key" "orders" {
  count = var.customer_managed_key ? 1 : 0

  description             = "Orders, ${var.environment}: machine, tables, logs, topics, queues, functions."
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_kms_alias" "orders" {
  count = var.customer_managed_key ? 1 : 0

  name          = "alias/orders-${var.environment}"
  target_key_id = aws_kms_key.orders[0].key_id
}

resource "aws_kms_key_policy" "orders" {
  count = var.customer_managed_key ? 1 : 0

  key_id = aws_kms_key.orders[0].key_id

  # In a key's policy the resource is the key itself, written "*".
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "Account"
          Effect    = "Allow"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Action    = "kms:*"
          Resource  = "*"
        },
        {
          Sid       = "LogGroups"
          Effect    = "Allow"
          Principal = { Service = "logs.${var.region}.${local.dns_suffix}" }
          Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
          Resource  = "*"
          Condition = {
            ArnLike = {
              "kms:EncryptionContext:aws:logs:arn" = [
                "arn:${local.partition}:logs:${var.region}:${local.account_id}:log-group:/aws/lambda/${local.prefix}*",
                "arn:${local.partition}:logs:${var.region}:${local.account_id}:log-group:/aws/vendedlogs/states/${local.machine_name}",
              ]
            }
          }
        },
        {
          Sid       = "LogDelivery"
          Effect    = "Allow"
          Principal = { Service = "delivery.logs.amazonaws.com" }
          Action    = ["kms:Decrypt"]
          Resource  = "*"
          Condition = { StringEquals = { "kms:EncryptionContext:SourceArn" = local.log_delivery_context } }
        },
        {
          Sid       = "Alarms"
          Effect    = "Allow"
          Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource  = "*"
          Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
        },
      ],
      [
        for users in length(var.kms_key_users) > 0 ? [var.kms_key_users] : [] : {
          Sid       = "Operators"
          Effect    = "Allow"
          Principal = { AWS = users }
          Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
          Resource  = "*"
          Condition = { StringEquals = { "kms:ViaService" = local.key_services } }
        }
      ],
    )
  })
}

locals {
  keys        = aws_kms_key.orders[*].arn
  kms_key_arn = one(local.keys)

  # People and roles use the key through a service of this region, never by themselves.
  key_services = [for service in ["dynamodb", "lambda", "sns", "sqs", "states"] : "${service}.${var.region}.${local.dns_suffix}"]

  log_delivery_context = "arn:${local.partition}:logs:${var.region}:${local.account_id}:*"

  key_use_statements = [
    for key in local.keys : {
      Sid       = "EnvironmentKey"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
      Resource  = key
      Condition = { StringEquals = { "kms:ViaService" = local.key_services } }
    }
  ]

  # https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
  machine_key_statements = concat(
    [
      for key in local.keys : {
        Sid       = "ExecutionsKey"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = key
        Condition = { StringEquals = { "kms:EncryptionContext:aws:states:stateMachineArn" = local.machine_arn } }
      }
    ],
    [
      for key in local.keys : {
        Sid       = "LogKey"
        Effect    = "Allow"
        Action    = ["kms:GenerateDataKey"]
        Resource  = key
        Condition = { StringEquals = { "kms:EncryptionContext:SourceArn" = local.log_delivery_context } }
      }
    ],
  )
}
