locals {
  deployment_parameter = "/orders/${var.environment}/deployment"

  # The shape is that of src/lib/environment/deployment.ts, which reads it.
  deployment = {
    schemaVersion = 1
    environment   = var.environment
    region        = var.region
    accountId     = local.account_id
    stateMachine = {
      name     = aws_sfn_state_machine.orders.name
      arn      = aws_sfn_state_machine.orders.arn
      aliasArn = aws_sfn_alias.live.arn
      type     = aws_sfn_state_machine.orders.type
      logGroup = aws_cloudwatch_log_group.state_machine.name
    }
    functions = {
      for name, alias in aws_lambda_alias.live : name => {
        name     = aws_lambda_function.function[name].function_name
        alias    = alias.name
        logGroup = aws_cloudwatch_log_group.function[name].name
      }
    }
    tables          = { for name, table in aws_dynamodb_table.ledger : name => table.name }
    topics          = { for name in local.customer_topics : name => aws_sns_topic.topic[name].arn }
    queues          = { (local.queue) = aws_sqs_queue.confirmation_retries.url }
    stripeSecretArn = var.stripe_secret_arn
  }
}

# Written last: who reads it finds everything in place. Names only, so a String.
resource "aws_ssm_parameter" "deployment" {
  name        = local.deployment_parameter
  description = "What the commands of orders need to operate ${var.environment}."
  type        = "String"
  tier        = "Standard"
  value       = jsonencode(local.deployment)

  lifecycle {
    precondition {
      condition     = length(jsonencode(local.deployment)) <= 4096
      error_message = "the published document is ${length(jsonencode(local.deployment))} bytes long, a standard parameter holds 4,096."
    }
  }

  depends_on = [aws_lambda_event_source_mapping.confirmation_retries, aws_sns_topic_policy.topic]
}
