locals {
  definition = templatefile("${local.workflow_folder}/order-processing.asl.json", merge(
    local.workflow.types[var.workflow_type],
    { for name, function in local.functions : "${replace(title(replace(name, "-", " ")), " ", "")}FunctionArn" => function.alias_arn },
    {
      Partition            = local.partition
      ConfirmationQueueUrl = local.queue_url
    },
  ))

  # X-Ray's actions know no resources. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
  tracing_statement = {
    Sid    = "Tracing"
    Effect = "Allow"
    Action = [
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]
    Resource = "*"
  }

  # Neither do those of log delivery. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
  log_delivery_statement = {
    Sid    = "LogDelivery"
    Effect = "Allow"
    Action = [
      "logs:CreateLogDelivery",
      "logs:CreateLogStream",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutLogEvents",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
    ]
    Resource = "*"
  }

  # An Express execution leaves no trace but its log.
  log_level = local.is_express ? "ALL" : var.log_level
}

# Under /aws/vendedlogs/ the account's resource policy for log delivery does not grow with every group.
resource "aws_cloudwatch_log_group" "state_machine" {
  name              = "/aws/vendedlogs/states/${local.machine_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = local.kms_key_arn

  depends_on = [aws_kms_key_policy.orders]
}

resource "aws_iam_role" "state_machine" {
  name        = local.machine_name
  description = "Of the state machine ${local.machine_name}."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account_id }
        ArnLike      = { "aws:SourceArn" = [local.machine_arn, "${local.machine_arn}:*"] }
      }
    }]
  })
}

resource "aws_iam_role_policy" "state_machine" {
  name = "state-machine"
  role = aws_iam_role.state_machine.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "Functions"
          Effect   = "Allow"
          Action   = ["lambda:InvokeFunction"]
          Resource = [for name in sort(keys(local.functions)) : local.functions[name].alias_arn]
        },
        {
          Sid      = "ConfirmationQueue"
          Effect   = "Allow"
          Action   = ["sqs:SendMessage"]
          Resource = local.queue_arn
        },
        local.log_delivery_statement,
      ],
      var.tracing ? [local.tracing_statement] : [],
      local.key_use_statements,
      local.machine_key_statements,
    )
  })
}

# What is deployed by now, if anything: an empty list on the first run, where reading one parameter would fail.
data "aws_ssm_parameters_by_path" "published" {
  path            = "/orders/${var.environment}"
  with_decryption = false
}

locals {
  # No secret: names, which a parameter of type String holds.
  published     = nonsensitive(zipmap(data.aws_ssm_parameters_by_path.published.names, data.aws_ssm_parameters_by_path.published.values))
  deployed_type = try(jsondecode(local.published[local.deployment_parameter]).stateMachine.type, var.workflow_type)
}

resource "aws_sfn_state_machine" "orders" {
  name       = local.machine_name
  type       = var.workflow_type
  role_arn   = aws_iam_role.state_machine.arn
  definition = local.definition
  publish    = true

  logging_configuration {
    level                  = local.log_level
    include_execution_data = var.include_execution_data
    log_destination        = "${aws_cloudwatch_log_group.state_machine.arn}:*"
  }

  tracing_configuration {
    enabled = var.tracing
  }

  dynamic "encryption_configuration" {
    for_each = local.keys

    content {
      type                              = "CUSTOMER_MANAGED_KMS_KEY"
      kms_key_id                        = encryption_configuration.value
      kms_data_key_reuse_period_seconds = 300
    }
  }

  timeouts {
    create = "10m"
    update = "10m"
    delete = "10m"
  }

  lifecycle {
    precondition {
      condition     = var.allow_type_change || local.deployed_type == var.workflow_type
      error_message = "the machine of ${var.environment} is of type ${local.deployed_type}, and workflow_type says ${var.workflow_type}. A type cannot change: the machine would be deleted with its running executions and their histories. allow_type_change = true agrees to that."
    }
  }

  depends_on = [aws_iam_role_policy.state_machine, aws_kms_key_policy.orders, aws_lambda_alias.live]
}

# Moves in the same run as the definition, so that a start right after a deployment runs what was deployed. Running
# executions stay with the version they began with. Nothing removes old versions: 1,000 are kept at most.
resource "aws_sfn_alias" "live" {
  name        = local.workflow.alias
  description = "What orders are started by."

  routing_configuration {
    state_machine_version_arn = aws_sfn_state_machine.orders.state_machine_version_arn
    weight                    = 100
  }

  timeouts {
    create = "10m"
    update = "10m"
    delete = "10m"
  }

  # An alias goes with its machine: changing it in place would fail where the machine was made anew.
  lifecycle {
    replace_triggered_by = [aws_sfn_state_machine.orders.creation_date]
  }
}
