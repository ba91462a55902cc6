locals {
  # An alarm cannot publish to a topic under the key aws/sns. What is told to ops is names and numbers, no personal data.
  topic_keys = {
    for topic in keys(local.topic_arns) : topic => (
      var.customer_managed_key ? local.kms_key_arn : topic == "ops" ? null : "alias/aws/sns"
    )
  }
}

resource "aws_sns_topic" "topic" {
  for_each = local.topic_arns

  name              = "${local.prefix}${each.key}"
  kms_master_key_id = local.topic_keys[each.key]
}

resource "aws_sns_topic_policy" "topic" {
  for_each = aws_sns_topic.topic

  arn = each.value.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "OnlyEncryptedInTransit"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = local.topic_arns[each.key]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      each.key == "ops" ? local.ops_publishers : [],
    )
  })
}

locals {
  ops_publishers = concat(
    [{
      Sid       = "Alarms"
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = local.topic_arns["ops"]
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account_id }
        ArnLike      = { "aws:SourceArn" = local.alarm_arns }
      }
    }],
    [
      for rule in local.is_express ? [] : [local.event_rule_arn] : {
        Sid       = "Events"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic_arns["ops"]
        Condition = { ArnEquals = { "aws:SourceArn" = rule } }
      }
    ],
  )
}

resource "aws_sns_topic_subscription" "ops_email" {
  count = var.alarm_email == "" ? 0 : 1

  topic_arn = aws_sns_topic.topic["ops"].arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

# Part of the queues: as resources of their own they would make every first run half a minute longer.
locals {
  queue_policies = {
    for queue in [local.queue, local.dead_letters] : queue => jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid       = "OnlyEncryptedInTransit"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = "arn:${local.partition}:sqs:${var.region}:${local.account_id}:${local.prefix}${queue}"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }]
    })
  }
}

# Confirmations that could not be sent: tried again by send-confirmation, put aside after ten tries.
resource "aws_sqs_queue" "confirmation_retries" {
  name                       = "${local.prefix}${local.queue}"
  message_retention_seconds  = 1209600
  visibility_timeout_seconds = 6 * local.functions[local.queue_consumer].timeout
  sqs_managed_sse_enabled    = var.customer_managed_key ? null : true
  kms_master_key_id          = local.kms_key_arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = local.dead_letters_arn
    maxReceiveCount     = 10
  })

  policy = local.queue_policies[local.queue]

  # SQS looks whether the other queue is there.
  depends_on = [aws_sqs_queue.dead_letters]
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = "${local.prefix}${local.dead_letters}"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = var.customer_managed_key ? null : true
  kms_master_key_id         = local.kms_key_arn

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [local.queue_arn]
  })

  policy = local.queue_policies[local.dead_letters]
}
