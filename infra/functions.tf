locals {
  # What each function calls, table by table: no more than its code asks for. Which tables it touches at all stands in
  # workflow.json, too, and the check below holds the two together. TransactWriteItems needs the actions of its parts.
  ledger_actions = {
    validate-order = {
      orders = ["ConditionCheckItem", "GetItem", "PutItem"]
    }
    process-line-item = {
      inventory = ["GetItem"]
    }
    aggregate-results = {
      orders = ["UpdateItem"]
    }
    check-inventory = {
      orders       = ["ConditionCheckItem", "GetItem"]
      inventory    = ["BatchGetItem", "UpdateItem"]
      reservations = ["GetItem", "PutItem"]
    }
    charge-payment = {
      orders   = ["ConditionCheckItem", "GetItem"]
      payments = ["GetItem", "PutItem", "UpdateItem"]
    }
    notify-payment-declined = {
      orders      = ["GetItem"]
      payments    = ["GetItem"]
      idempotency = ["GetItem", "PutItem"]
    }
    fulfill-order = {
      orders       = ["GetItem", "UpdateItem"]
      payments     = ["ConditionCheckItem", "GetItem"]
      inventory    = ["BatchGetItem", "UpdateItem"]
      reservations = ["GetItem", "UpdateItem"]
    }
    send-confirmation = {
      orders      = ["GetItem"]
      idempotency = ["GetItem", "PutItem"]
    }
    rollback-order = {
      orders       = ["GetItem", "UpdateItem"]
      payments     = ["GetItem", "UpdateItem"]
      inventory    = ["UpdateItem"]
      reservations = ["GetItem", "PutItem", "UpdateItem"]
    }
  }

  topic_variables = {
    confirmations    = "CONFIRMATION_TOPIC_ARN"
    customer-notices = "CUSTOMER_NOTICE_TOPIC_ARN"
  }

  functions = {
    for name, settings in local.workflow.functions : name => {
      name        = "${local.prefix}${name}"
      description = settings.description
      log_group   = "/aws/lambda/${local.prefix}${name}"
      alias_arn   = "arn:${local.partition}:lambda:${var.region}:${local.account_id}:function:${local.prefix}${name}:${local.workflow.alias}"
      zip         = "${var.functions_folder}/${name}.zip"
      timeout     = local.is_express ? settings.expressTimeoutSeconds : settings.timeoutSeconds
      memory      = settings.memoryMb

      variables = merge(
        { DEFAULT_CURRENCY = var.default_currency },
        { for table in settings.tables : "${upper(table)}_TABLE" => "${local.prefix}${table}" },
        { for topic in settings.topics : local.topic_variables[topic] => local.topic_arns[topic] },
        settings.stripe ? { STRIPE_SECRET_ARN = var.stripe_secret_arn, STRIPE_API_BASE = var.stripe_api_base } : {},
      )

      statements = concat(
        [
          for table in settings.tables : {
            Sid      = "Table${replace(title(table), "-", "")}"
            Effect   = "Allow"
            Action   = [for action in local.ledger_actions[name][table] : "dynamodb:${action}"]
            Resource = local.table_arns[table]
          }
        ],
        [
          for topic in settings.topics : {
            Sid      = "Topic${replace(title(replace(topic, "-", " ")), " ", "")}"
            Effect   = "Allow"
            Action   = ["sns:Publish"]
            Resource = local.topic_arns[topic]
          }
        ],
        [
          for secret in settings.stripe ? [var.stripe_secret_arn] : [] : {
            Sid      = "StripeSecret"
            Effect   = "Allow"
            Action   = ["secretsmanager:GetSecretValue"]
            Resource = secret
          }
        ],
        [
          for key in settings.stripe && var.stripe_secret_kms_key_arn != "" ? [var.stripe_secret_kms_key_arn] : [] : {
            Sid       = "StripeSecretKey"
            Effect    = "Allow"
            Action    = ["kms:Decrypt"]
            Resource  = key
            Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.${local.dns_suffix}" } }
          }
        ],
        [
          for queue in name == local.queue_consumer ? [local.queue_arn] : [] : {
            Sid      = "ConfirmationQueue"
            Effect   = "Allow"
            Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
            Resource = queue
          }
        ],
      )
    }
  }

  # Sends what QueueConfirmation had to put aside.
  queue_consumer = "send-confirmation"
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  name              = each.value.log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = local.kms_key_arn

  depends_on = [aws_kms_key_policy.orders]
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name        = each.value.name
  description = "Of the function ${each.value.name}."

  # Nothing but a Lambda function of this account can be given the role (iam:PassRole ends at the account), and Lambda does
  # not document aws:SourceArn or aws:SourceAccount for execution roles: without a condition.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name = "function"
  role = aws_iam_role.function[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:${local.partition}:logs:${var.region}:${local.account_id}:log-group:${each.value.log_group}:*"
      }],
      each.value.statements,
      var.tracing ? [local.tracing_statement] : [],
      local.key_use_statements,
    )
  })
}

resource "aws_lambda_function" "function" {
  for_each = local.functions

  function_name    = each.value.name
  description      = each.value.description
  role             = aws_iam_role.function[each.key].arn
  filename         = each.value.zip
  source_code_hash = filebase64sha256(each.value.zip)
  handler          = "index.handler"
  runtime          = "nodejs22.x"
  architectures    = [var.lambda_architecture]
  timeout          = each.value.timeout
  memory_size      = each.value.memory
  publish          = true
  kms_key_arn      = local.kms_key_arn

  environment {
    variables = each.value.variables
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.function[each.key].name
    application_log_level = var.function_log_level
    system_log_level      = "INFO"
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  timeouts {
    create = "10m"
    update = "10m"
    delete = "10m"
  }

  # Without its policy the first call would fail, and Lambda would make a log group of its own.
  depends_on = [aws_iam_role_policy.function]
}

resource "aws_lambda_alias" "live" {
  for_each = local.functions

  name             = local.workflow.alias
  description      = "What the workflow calls; a redrive finds a mended function behind it."
  function_name    = aws_lambda_function.function[each.key].function_name
  function_version = aws_lambda_function.function[each.key].version
}

resource "aws_lambda_event_source_mapping" "confirmation_retries" {
  event_source_arn        = aws_sqs_queue.confirmation_retries.arn
  function_name           = aws_lambda_alias.live[local.queue_consumer].arn
  batch_size              = 1
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 2
  }
}

check "ledger_actions" {
  assert {
    condition = alltrue([
      for name, settings in local.workflow.functions : toset(settings.tables) == toset(keys(try(local.ledger_actions[name], {})))
    ])
    error_message = "locals.ledger_actions and workflow.json differ in which tables a function touches."
  }
}
