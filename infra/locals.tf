data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  dns_suffix = data.aws_partition.current.dns_suffix

  # Everything that is ours carries the environment in its name, so that several of them share an account.
  prefix = "orders-${var.environment}-"

  workflow_folder = coalesce(var.workflow_folder, "${path.module}/../workflows/order-processing")
  workflow        = jsondecode(file("${local.workflow_folder}/workflow.json"))
  is_express      = var.workflow_type == "EXPRESS"

  machine_name = "${local.prefix}order-processing"
  queue        = "confirmation-retries"
  dead_letters = "confirmation-dead-letters"

  # ARNs and addresses are put together from names, not taken from resources: an unknown value in the definition or in a
  # policy would hide its whole difference in the plan.
  machine_arn      = "arn:${local.partition}:states:${var.region}:${local.account_id}:stateMachine:${local.machine_name}"
  queue_arn        = "arn:${local.partition}:sqs:${var.region}:${local.account_id}:${local.prefix}${local.queue}"
  queue_url        = "https://sqs.${var.region}.${local.dns_suffix}/${local.account_id}/${local.prefix}${local.queue}"
  dead_letters_arn = "arn:${local.partition}:sqs:${var.region}:${local.account_id}:${local.prefix}${local.dead_letters}"
  table_arns       = { for name in keys(local.workflow.tables) : name => "arn:${local.partition}:dynamodb:${var.region}:${local.account_id}:table/${local.prefix}${name}" }
  topic_arns       = { for name in concat(local.customer_topics, ["ops"]) : name => "arn:${local.partition}:sns:${var.region}:${local.account_id}:${local.prefix}${name}" }
  customer_topics  = ["confirmations", "customer-notices"]
  alarm_arns       = "arn:${local.partition}:cloudwatch:${var.region}:${local.account_id}:alarm:${local.prefix}*"
  event_rule_arn   = "arn:${local.partition}:events:${var.region}:${local.account_id}:rule/${local.prefix}executions-ended-badly"
}
