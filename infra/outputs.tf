output "deployment" {
  description = "What is published in the parameter: all that the commands need to operate the environment."
  value       = local.deployment
}

output "deployment_parameter" {
  description = "Name of the parameter that publishes it."
  value       = aws_ssm_parameter.deployment.name
}

output "environment" {
  description = "Name of the environment."
  value       = var.environment
}

output "region" {
  description = "Region of every resource."
  value       = var.region
}

output "account_id" {
  description = "Account of every resource."
  value       = local.account_id
}

output "state_machine_name" {
  description = "Name of the machine."
  value       = aws_sfn_state_machine.orders.name
}

output "state_machine_arn" {
  description = "ARN of the machine."
  value       = aws_sfn_state_machine.orders.arn
}

output "state_machine_version_arn" {
  description = "ARN of the version that the alias runs."
  value       = aws_sfn_state_machine.orders.state_machine_version_arn
}

output "alias_arn" {
  description = "ARN of the alias that executions are started by."
  value       = aws_sfn_alias.live.arn
}

output "workflow_type" {
  description = "STANDARD or EXPRESS."
  value       = aws_sfn_state_machine.orders.type
}

output "definition_hash" {
  description = "SHA-256 of the rendered definition, in hexadecimal."
  value       = sha256(local.definition)
}

output "log_groups" {
  description = "Names of the log groups: state_machine, and functions by function."
  value = {
    state_machine = aws_cloudwatch_log_group.state_machine.name
    functions     = { for name, group in aws_cloudwatch_log_group.function : name => group.name }
  }
}

output "functions" {
  description = "Function of workflow.json -> name, alias, alias_arn, version, log_group."
  value = {
    for name, function in aws_lambda_function.function : name => {
      name      = function.function_name
      alias     = aws_lambda_alias.live[name].name
      alias_arn = aws_lambda_alias.live[name].arn
      version   = aws_lambda_alias.live[name].function_version
      log_group = aws_cloudwatch_log_group.function[name].name
    }
  }
}

output "tables" {
  description = "Table of workflow.json -> its name."
  value       = { for name, table in aws_dynamodb_table.ledger : name => table.name }
}

output "topics" {
  description = "Topic -> its ARN: confirmations, customer-notices, ops."
  value       = { for name, topic in aws_sns_topic.topic : name => topic.arn }
}

output "queues" {
  description = "Queue -> its URL: confirmation-retries, confirmation-dead-letters."
  value = {
    (local.queue)        = aws_sqs_queue.confirmation_retries.url
    (local.dead_letters) = aws_sqs_queue.dead_letters.url
  }
}

output "kms_key_arn" {
  description = "ARN of the environment's own key; null where there is none."
  value       = one(aws_kms_key.orders[*].arn)
}

output "dashboard" {
  description = "Name of the CloudWatch dashboard."
  value       = aws_cloudwatch_dashboard.orders.dashboard_name
}
