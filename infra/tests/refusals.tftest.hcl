# What is refused before anything is made.

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

# One plan for many: a variable that is not named below and fails, or is named and does not, fails the run.
run "malformed_values" {
  command = plan

  variables {
    environment               = "Prod"
    account_id                = "1234"
    tags                      = { "aws:mine" = "x" }
    workflow_type             = "FAST"
    lambda_architecture       = "riscv"
    function_log_level        = "LOUD"
    default_currency          = "USD"
    stripe_secret_arn         = "orders/stripe"
    stripe_secret_kms_key_arn = "alias/mine"
    stripe_api_base           = "stripe.test"
    log_level                 = "INFO"
    include_execution_data    = true # without customer_managed_key
    log_retention_days        = 8
    alarm_email               = "on-call"
    pager_topic_arn           = "pager"
    failed_executions_alarm   = 0
    kms_key_users             = ["*"]
  }

  expect_failures = [
    var.environment,
    var.account_id,
    var.tags,
    var.workflow_type,
    var.lambda_architecture,
    var.function_log_level,
    var.default_currency,
    var.stripe_secret_arn,
    var.stripe_secret_kms_key_arn,
    var.stripe_api_base,
    var.log_level,
    var.include_execution_data,
    var.log_retention_days,
    var.alarm_email,
    var.pager_topic_arn,
    var.failed_executions_alarm,
    var.kms_key_users,
  ]
}

run "values_out_of_bounds" {
  command = plan

  variables {
    environment             = "a-name-of-twenty-one-x"
    stripe_secret_arn       = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:stripe"
    stripe_api_base         = "https://me:secret@stripe.test"
    failed_executions_alarm = 1.5
    functions_folder        = "environments"
  }

  expect_failures = [
    var.environment,
    var.stripe_secret_arn,
    var.stripe_api_base,
    var.failed_executions_alarm,
    var.functions_folder,
  ]
}

run "values_of_somewhere_else" {
  command = plan

  variables {
    environment       = "local"
    stripe_secret_arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:stripe-AbCdEf"
    workflow_folder   = "tests"
  }

  expect_failures = [
    var.environment,
    var.stripe_secret_arn,
    var.workflow_folder,
  ]
}

run "region_that_is_none" {
  command = plan

  variables {
    region = "Frankfurt"
  }

  expect_failures = [
    var.region,
  ]
}

run "another_type_than_the_deployed_one" {
  command = plan

  override_data {
    target          = data.aws_ssm_parameters_by_path.published
    override_during = plan
    values = {
      names  = ["/orders/test/deployment"]
      values = ["{\"stateMachine\":{\"type\":\"STANDARD\"}}"]
    }
  }

  variables {
    workflow_type = "EXPRESS"
  }

  expect_failures = [aws_sfn_state_machine.orders]
}

run "another_type_agreed_to" {
  command = plan

  override_data {
    target          = data.aws_ssm_parameters_by_path.published
    override_during = plan
    values = {
      names  = ["/orders/test/deployment"]
      values = ["{\"stateMachine\":{\"type\":\"STANDARD\"}}"]
    }
  }

  variables {
    workflow_type     = "EXPRESS"
    allow_type_change = true
  }

  assert {
    condition     = aws_sfn_state_machine.orders.type == "EXPRESS"
    error_message = "agreed to, and not done"
  }
}

