# Who may do what. The policies are put together from names, so all of them are known in a plan.

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

  mock_resource "aws_kms_key" {
    defaults = {
      arn    = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000001"
      key_id = "00000000-0000-4000-8000-000000000001"
    }
  }
}

variables {
  environment       = "test"
  region            = "eu-west-1"
  functions_folder  = "tests/functions"
  stripe_secret_arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/stripe-AbCdEf"
}

run "functions" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for policy in aws_iam_role_policy.function : [
        for statement in jsondecode(policy.policy).Statement : [
          for action in statement.Action : can(regex("^[a-z]+:[A-Za-z]+$", action))
        ]
      ]
    ]))
    error_message = "a function's policy has an action with a wildcard"
  }
  assert {
    condition = alltrue(flatten([
      for policy in aws_iam_role_policy.function : [
        for statement in jsondecode(policy.policy).Statement :
        statement.Sid == "Tracing" ? statement.Resource == "*" : !strcontains(trimsuffix(jsonencode(statement.Resource), ":*\""), "*")
      ]
    ]))
    error_message = "a function's policy has a resource with a wildcard other than X-Ray's, or the streams of its log group"
  }
  assert {
    condition = alltrue([
      for name, policy in aws_iam_role_policy.function : toset(flatten([
        for statement in jsondecode(policy.policy).Statement : statement.Resource if anytrue([for action in statement.Action : startswith(action, "dynamodb:")])
        ])) == toset([
        for table in local.workflow.functions[name].tables : "arn:aws:dynamodb:eu-west-1:111122223333:table/orders-test-${table}"
      ])
    ])
    error_message = "a function may touch other tables than workflow.json says"
  }
  assert {
    condition = alltrue([
      for name, policy in aws_iam_role_policy.function : strcontains(policy.policy, "secretsmanager:GetSecretValue") == local.workflow.functions[name].stripe
    ])
    error_message = "who pays may read the secret, and nobody else"
  }
  assert {
    condition = alltrue([
      for name, policy in aws_iam_role_policy.function : toset(flatten([
        for statement in jsondecode(policy.policy).Statement : statement.Resource if contains(statement.Action, "sns:Publish")
        ])) == toset([
        for topic in local.workflow.functions[name].topics : "arn:aws:sns:eu-west-1:111122223333:orders-test-${topic}"
      ])
    ])
    error_message = "a function may publish to other topics than workflow.json says"
  }
  assert {
    condition     = [for name, policy in aws_iam_role_policy.function : name if strcontains(policy.policy, "sqs:")] == ["send-confirmation"]
    error_message = "one function reads the queue"
  }
  assert {
    condition     = !anytrue([for policy in aws_iam_role_policy.function : can(regex("dynamodb:(Scan|Query|Delete|BatchWrite|PartiQL)|iam:|sts:|kms:", policy.policy))])
    error_message = "a function's policy goes further than its code"
  }
  assert {
    condition = alltrue([
      for name, function in aws_lambda_function.function : toset([for variable in keys(function.environment[0].variables) : variable if endswith(variable, "_TABLE")]) == toset([
        for table in local.workflow.functions[name].tables : "${upper(table)}_TABLE"
      ])
    ])
    error_message = "a function is told of other tables than it may touch"
  }
  assert {
    condition     = alltrue([for role in aws_iam_role.function : jsondecode(role.assume_role_policy).Statement[0].Principal == { Service = "lambda.amazonaws.com" }])
    error_message = "somebody else than Lambda may take a function's role"
  }
}

run "state_machine" {
  command = plan

  assert {
    condition = toset(jsondecode(aws_iam_role_policy.state_machine.policy).Statement[0].Resource) == toset([
      for name in keys(local.workflow.functions) : "arn:aws:lambda:eu-west-1:111122223333:function:orders-test-${name}:live"
    ])
    error_message = "the machine invokes the nine aliases and nothing else"
  }
  assert {
    condition     = { for statement in jsondecode(aws_iam_role_policy.state_machine.policy).Statement : statement.Sid => length(statement.Action) if statement.Resource == "*" } == { LogDelivery = 10, Tracing = 4 }
    error_message = "a wildcard beside the documented ones"
  }
  assert {
    condition     = alltrue(flatten([for statement in jsondecode(aws_iam_role_policy.state_machine.policy).Statement : [for action in statement.Action : !strcontains(action, "*")]]))
    error_message = "an action with a wildcard"
  }
  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.state_machine.policy).Statement : statement.Resource if contains(statement.Action, "sqs:SendMessage")] == ["arn:aws:sqs:eu-west-1:111122223333:orders-test-confirmation-retries"]
    error_message = "the machine writes into one queue"
  }
  assert {
    condition = jsondecode(aws_iam_role.state_machine.assume_role_policy).Statement[0].Condition == {
      StringEquals = { "aws:SourceAccount" = "111122223333" }
      ArnLike      = { "aws:SourceArn" = ["arn:aws:states:eu-west-1:111122223333:stateMachine:orders-test-order-processing", "arn:aws:states:eu-west-1:111122223333:stateMachine:orders-test-order-processing:*"] }
    }
    error_message = "the machine's role is for this machine of this account"
  }
}

run "topics_and_queues" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for policy in aws_sns_topic_policy.topic : [
        for statement in jsondecode(policy.policy).Statement : statement.Effect == "Deny" || statement.Principal != "*" && length(statement.Condition) > 0
      ]
    ]))
    error_message = "a topic lets somebody in without a condition"
  }
  assert {
    condition     = alltrue([for policy in aws_sns_topic_policy.topic : jsondecode(policy.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"])
    error_message = "a topic takes messages over an open line"
  }
  assert {
    condition     = toset([for statement in jsondecode(aws_sns_topic_policy.topic["ops"].policy).Statement : try(statement.Principal.Service, "nobody")]) == toset(["nobody", "cloudwatch.amazonaws.com", "events.amazonaws.com"])
    error_message = "alarms and events, and nobody else, write to ops"
  }
  assert {
    condition = alltrue([
      for queue in [aws_sqs_queue.confirmation_retries, aws_sqs_queue.dead_letters] : alltrue([
        for statement in jsondecode(queue.policy).Statement : statement.Effect == "Deny"
      ])
    ])
    error_message = "a queue's own policy only forbids: roles are let in by theirs"
  }
}

run "key" {
  command = plan

  variables {
    customer_managed_key = true
    kms_key_users        = ["arn:aws:iam::111122223333:role/operator"]
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(one(aws_kms_key_policy.orders).policy).Statement : statement.Sid == "Account" || length(try(statement.Condition, {})) > 0
    ])
    error_message = "but for the account itself, the key is given with a condition"
  }
  assert {
    condition     = jsondecode(one(aws_kms_key_policy.orders).policy).Statement[0].Principal.AWS == "arn:aws:iam::111122223333:root"
    error_message = "without the account in it nobody could ever change the key again"
  }
  assert {
    condition = alltrue(flatten([
      for policy in concat([aws_iam_role_policy.state_machine], values(aws_iam_role_policy.function)) : [
        for statement in jsondecode(policy.policy).Statement : length(statement.Condition) > 0 if anytrue([for action in statement.Action : startswith(action, "kms:")])
      ]
    ]))
    error_message = "a role may use the key by itself"
  }
  assert {
    condition     = jsondecode(one(aws_kms_key_policy.orders).policy).Statement[4].Principal.AWS == ["arn:aws:iam::111122223333:role/operator"]
    error_message = "operators have the key too"
  }
}
