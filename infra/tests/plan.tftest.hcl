# What would be made, judged from the plan. No account is asked: the provider is mocked, identity and partition are given.

mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = {
      partition  = "aws"
      dns_suffix = "amazonaws.com"
    }
  }

  mock_resource "aws_kms_key" {
    defaults = {
      arn    = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000001"
      key_id = "00000000-0000-4000-8000-000000000001"
    }
  }

  mock_data "aws_ssm_parameters_by_path" {
    defaults = {
      names  = []
      values = []
    }
  }
}

variables {
  environment       = "test"
  region            = "eu-west-1"
  functions_folder  = "tests/functions"
  stripe_secret_arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/stripe-AbCdEf"
}

run "standard" {
  command = plan

  assert {
    condition     = aws_sfn_state_machine.orders.name == "orders-test-order-processing" && aws_sfn_state_machine.orders.type == "STANDARD"
    error_message = "name or type of the machine"
  }
  assert {
    condition     = aws_sfn_state_machine.orders.publish && aws_sfn_alias.live.name == "live"
    error_message = "every change is a version, and the alias is live"
  }
  assert {
    condition     = !strcontains(local.definition, "$${")
    error_message = "the definition has a placeholder left"
  }
  assert {
    condition     = jsondecode(local.definition).TimeoutSeconds == local.workflow.types.STANDARD.MachineTimeoutSeconds
    error_message = "the definition has not the numbers of STANDARD"
  }
  assert {
    condition = alltrue([
      for state in ["ValidateOrder", "AggregateResults", "CapturePayment", "FulfillOrder", "SendConfirmation", "CompensatingTransaction"] :
      can(regex("^arn:aws:lambda:eu-west-1:111122223333:function:orders-test-[a-z-]+:live$", jsondecode(local.definition).States[state].Parameters.FunctionName))
    ])
    error_message = "a task does not call the alias of a function"
  }
  assert {
    condition     = jsondecode(local.definition).States.QueueConfirmation.Parameters.QueueUrl == "https://sqs.eu-west-1.amazonaws.com/111122223333/orders-test-confirmation-retries"
    error_message = "the address of the queue"
  }
  assert {
    condition     = aws_sfn_state_machine.orders.logging_configuration[0].level == "ALL" && !aws_sfn_state_machine.orders.logging_configuration[0].include_execution_data
    error_message = "level or privacy of the log"
  }
  assert {
    condition     = aws_cloudwatch_log_group.state_machine.name == "/aws/vendedlogs/states/orders-test-order-processing"
    error_message = "the log group is not under vendedlogs"
  }
  assert {
    condition     = aws_sfn_state_machine.orders.tracing_configuration[0].enabled
    error_message = "traces are on unless switched off"
  }
  assert {
    condition     = length(aws_lambda_function.function) == 9 && keys(aws_lambda_function.function) == keys(aws_lambda_alias.live)
    error_message = "nine functions, an alias each"
  }
  assert {
    condition     = alltrue([for name, function in aws_lambda_function.function : function.timeout == local.workflow.functions[name].timeoutSeconds && function.memory_size == local.workflow.functions[name].memoryMb])
    error_message = "time or memory of a function is not that of workflow.json"
  }
  assert {
    condition     = alltrue([for function in aws_lambda_function.function : function.logging_config[0].log_format == "JSON" && function.handler == "index.handler" && function.publish])
    error_message = "logs are JSON, versions are published"
  }
  assert {
    condition     = alltrue([for table in aws_dynamodb_table.ledger : table.billing_mode == "PAY_PER_REQUEST" && table.deletion_protection_enabled && table.point_in_time_recovery[0].enabled])
    error_message = "tables: on demand, protected, with backups"
  }
  assert {
    condition     = [for index in aws_dynamodb_table.ledger["orders"].global_secondary_index : "${index.name} ${index.hash_key} ${index.range_key}"] == ["byStatus status updatedAt"]
    error_message = "orders are found by status"
  }
  assert {
    condition     = one(aws_dynamodb_table.ledger["idempotency"].ttl).attribute_name == "expiresAt"
    error_message = "messages are forgotten in time"
  }
  assert {
    condition     = jsondecode(aws_sqs_queue.confirmation_retries.redrive_policy).maxReceiveCount == 10
    error_message = "confirmations end in the dead-letter queue"
  }
  assert {
    condition     = aws_sqs_queue.confirmation_retries.visibility_timeout_seconds >= 6 * aws_lambda_function.function["send-confirmation"].timeout
    error_message = "a message has to stay hidden for six times the function's time"
  }
  assert {
    condition     = one(aws_lambda_event_source_mapping.confirmation_retries.function_response_types) == "ReportBatchItemFailures"
    error_message = "the function tells which messages failed"
  }
  assert {
    condition     = jsondecode(one(aws_cloudwatch_event_rule.executions_ended_badly).event_pattern).detail.status == ["FAILED", "TIMED_OUT", "ABORTED"]
    error_message = "the event rule"
  }
  assert {
    condition     = !strcontains(jsonencode(one(aws_cloudwatch_event_target.ops).input_transformer), "input\"")
    error_message = "what the customer wrote must not leave by mail"
  }
  assert {
    condition = length(setsubtract(
      ["executions-timed-out", "executions-aborted", "executions-failed", "executions-throttled", "compensation-failed", "confirmations-lost", "confirmations-waiting"],
      keys(aws_cloudwatch_metric_alarm.alarm),
    )) == 0
    error_message = "an alarm is missing"
  }
  assert {
    condition = alltrue([
      for name, function in aws_lambda_function.function :
      aws_cloudwatch_metric_alarm.alarm["bug-in-${name}"].namespace == "Orders" &&
      aws_cloudwatch_metric_alarm.alarm["bug-in-${name}"].metric_name == "calls" &&
      aws_cloudwatch_metric_alarm.alarm["bug-in-${name}"].dimensions == tomap({ function = function.function_name, outcome = "bug" })
    ])
    error_message = "a bug in any function is told"
  }
  assert {
    condition = alltrue([
      for outcome in ["business", "infrastructure", "bug"] :
      strcontains(aws_cloudwatch_dashboard.orders.dashboard_body, jsonencode(["Orders", "calls", "function", "orders-test-charge-payment", "outcome", outcome]))
    ])
    error_message = "the dashboard shows calls by outcome"
  }
  assert {
    condition     = length(aws_kms_key.orders) == 0 && length(aws_sns_topic_subscription.ops_email) == 0
    error_message = "key and subscription are wishes"
  }
  assert {
    condition     = aws_ssm_parameter.deployment.name == "/orders/test/deployment" && aws_ssm_parameter.deployment.tier == "Standard"
    error_message = "the published parameter"
  }
  assert {
    condition     = local.definition == templatefile("../workflows/order-processing/order-processing.asl.json", merge(local.workflow.types.STANDARD, { Partition = "aws", ConfirmationQueueUrl = local.queue_url }, { for name in keys(local.workflow.functions) : "${join("", [for word in split("-", name) : title(word)])}FunctionArn" => "arn:aws:lambda:eu-west-1:111122223333:function:orders-test-${name}:live" }))
    error_message = "the definition is the template with names and numbers filled in, and nothing else"
  }
  assert {
    condition     = output.definition_hash == sha256(local.definition)
    error_message = "the hash of the definition"
  }
}

run "express" {
  command = plan

  variables {
    workflow_type = "EXPRESS"
    log_level     = "ERROR"
  }

  assert {
    condition     = aws_sfn_state_machine.orders.type == "EXPRESS" && aws_sfn_state_machine.orders.logging_configuration[0].level == "ALL"
    error_message = "the log of an Express machine is its history: ALL, whatever is asked for"
  }
  assert {
    condition     = !aws_sfn_state_machine.orders.logging_configuration[0].include_execution_data
    error_message = "but without what customers wrote"
  }
  assert {
    condition     = jsondecode(local.definition).TimeoutSeconds < 300
    error_message = "an Express execution is killed after five minutes"
  }
  assert {
    condition     = alltrue([for name, function in aws_lambda_function.function : function.timeout == local.workflow.functions[name].expressTimeoutSeconds])
    error_message = "the functions' times are those of Express"
  }
  assert {
    condition     = length(aws_cloudwatch_event_rule.executions_ended_badly) == 0 && !strcontains(aws_sns_topic_policy.topic["ops"].policy, "events.amazonaws.com")
    error_message = "Express executions send no events"
  }
}

run "standard_log_level_is_a_choice" {
  command = plan

  variables {
    log_level = "ERROR"
    tracing   = false
  }

  assert {
    condition     = aws_sfn_state_machine.orders.logging_configuration[0].level == "ERROR"
    error_message = "the level that was asked for"
  }
  assert {
    condition     = !strcontains(aws_iam_role_policy.state_machine.policy, "xray:") && alltrue([for policy in aws_iam_role_policy.function : !strcontains(policy.policy, "xray:")])
    error_message = "nobody may write traces where there are none"
  }
}

run "other_partition" {
  command = plan

  override_data {
    target          = data.aws_partition.current
    override_during = plan
    values = {
      partition  = "aws-cn"
      dns_suffix = "amazonaws.com.cn"
    }
  }

  variables {
    region            = "cn-north-1"
    stripe_secret_arn = "arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:stripe-AbCdEf"
  }

  assert {
    condition     = !strcontains(local.definition, "arn:aws:") && !strcontains(aws_iam_role_policy.state_machine.policy, "arn:aws:")
    error_message = "an ARN names the partition aws"
  }
  assert {
    condition     = alltrue([for policy in aws_iam_role_policy.function : !strcontains(policy.policy, "arn:aws:")])
    error_message = "an ARN in a function's policy names the partition aws"
  }
  assert {
    condition     = startswith(local.queue_url, "https://sqs.cn-north-1.amazonaws.com.cn/")
    error_message = "the queue's address is not that of the partition"
  }
}

run "own_key" {
  command = plan

  variables {
    customer_managed_key   = true
    include_execution_data = true
    kms_key_users          = ["arn:aws:iam::111122223333:role/operator"]
  }

  assert {
    condition     = one(aws_kms_key.orders).enable_key_rotation && one(aws_kms_key.orders).deletion_window_in_days == 30
    error_message = "the key turns, and can be saved for a month"
  }
  assert {
    condition     = aws_sfn_state_machine.orders.encryption_configuration[0].type == "CUSTOMER_MANAGED_KMS_KEY"
    error_message = "the machine's history is not under the key"
  }
  assert {
    condition     = alltrue([for table in aws_dynamodb_table.ledger : table.server_side_encryption[0].enabled])
    error_message = "a table is not under the key"
  }
  assert {
    condition     = aws_sfn_state_machine.orders.logging_configuration[0].include_execution_data
    error_message = "with a key of one's own the log may hold what customers wrote"
  }
}
