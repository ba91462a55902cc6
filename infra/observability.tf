locals {
  # Alarms on one metric each: who is told, and from what on.
  alarms = {
    executions-timed-out = {
      description = "An execution ran out of time. orders list --status TIMED_OUT; orders redrive takes it up again."
      namespace   = "AWS/States"
      metric      = "ExecutionsTimedOut"
      dimensions  = { StateMachineArn = local.machine_arn }
      threshold   = 1
    }
    executions-aborted = {
      description = "Somebody stopped an execution: its order may hold stock or money. orders list --status ABORTED."
      namespace   = "AWS/States"
      metric      = "ExecutionsAborted"
      dimensions  = { StateMachineArn = local.machine_arn }
      threshold   = 1
    }
    executions-failed = {
      description = "Many executions failed within five minutes. orders list --status FAILED shows with what."
      namespace   = "AWS/States"
      metric      = "ExecutionsFailed"
      dimensions  = { StateMachineArn = local.machine_arn }
      threshold   = var.failed_executions_alarm
    }
    executions-throttled = {
      description = "The account's quota of state transitions or starts holds executions up."
      namespace   = "AWS/States"
      metric      = "ExecutionThrottled"
      dimensions  = { StateMachineArn = local.machine_arn }
      threshold   = 1
    }
    compensation-failed = {
      description = "An order could not be cancelled: its money or stock is not free. orders explain; orders redrive resumes the compensation."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = { FunctionName = local.functions["rollback-order"].name }
      threshold   = 1
      page        = true
    }
    confirmations-waiting = {
      description = "A confirmation waits to be sent for an hour by now."
      namespace   = "AWS/SQS"
      metric      = "ApproximateAgeOfOldestMessage"
      statistic   = "Maximum"
      dimensions  = { QueueName = "${local.prefix}${local.queue}" }
      threshold   = 3600
    }
    confirmations-lost = {
      description = "A confirmation could not be sent in ten tries and lies in the dead-letter queue."
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      statistic   = "Maximum"
      dimensions  = { QueueName = "${local.prefix}${local.dead_letters}" }
      threshold   = 1
    }
  }

  # The functions' log lines count their calls by outcome (adapters/outcome-metric.ts). A bug stays until somebody mends it.
  bug_alarms = {
    for name, function in local.functions : "bug-in-${name}" => {
      description = "${function.name} failed in a way that no retry mends. orders list --status FAILED; orders explain; mend, deploy, orders redrive."
      namespace   = local.call_namespace
      metric      = "calls"
      dimensions  = { function = function.name, outcome = "bug" }
      threshold   = 1
    }
  }

  call_namespace = "Orders"
}

resource "aws_cloudwatch_metric_alarm" "alarm" {
  for_each = merge(local.alarms, local.bug_alarms)

  alarm_name          = "${local.prefix}${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = try(each.value.statistic, "Sum")
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = 1
  # No executions, no numbers: that is no alarm.
  treat_missing_data = "notBreaching"

  alarm_actions = concat(
    [aws_sns_topic.topic["ops"].arn],
    try(each.value.page, false) ? compact([var.pager_topic_arn]) : [],
  )
  ok_actions = [aws_sns_topic.topic["ops"].arn]
}

# Express executions send no events: their alarms above are all there is.
resource "aws_cloudwatch_event_rule" "executions_ended_badly" {
  count = local.is_express ? 0 : 1

  name        = "${local.prefix}executions-ended-badly"
  description = "Executions of ${local.machine_name} that failed, timed out or were stopped."

  event_pattern = jsonencode({
    source      = ["aws.states"]
    detail-type = ["Step Functions Execution Status Change"]
    detail = {
      stateMachineArn = [local.machine_arn]
      status          = ["FAILED", "TIMED_OUT", "ABORTED"]
    }
  })
}

resource "aws_cloudwatch_event_target" "ops" {
  count = local.is_express ? 0 : 1

  rule = aws_cloudwatch_event_rule.executions_ended_badly[0].name
  arn  = aws_sns_topic.topic["ops"].arn

  # The event holds the execution's input, which is what the customer wrote; only this much leaves by mail.
  input_transformer {
    input_paths = {
      name   = "$.detail.name"
      status = "$.detail.status"
      arn    = "$.detail.executionArn"
      time   = "$.time"
    }
    input_template = <<-EOT
      "<name> of ${var.environment} is <status> since <time>."
      "orders explain --env ${var.environment} <arn>"
    EOT
  }

  depends_on = [aws_sns_topic_policy.topic]
}

resource "aws_cloudwatch_dashboard" "orders" {
  dashboard_name = "orders-${var.environment}"

  dashboard_body = jsonencode({
    widgets = [
      for index, widget in local.widgets : {
        type   = "metric"
        x      = 12 * (index % 2)
        y      = 6 * floor(index / 2)
        width  = 12
        height = 6
        properties = {
          title   = widget.title
          region  = var.region
          view    = "timeSeries"
          stat    = widget.stat
          period  = 300
          metrics = widget.metrics
        }
      }
    ]
  })
}

locals {
  function_names = [for name in sort(keys(local.functions)) : local.functions[name].name]

  outcome_titles = {
    business       = "Refusals of the business, by function"
    infrastructure = "Faults of what functions depend on"
    bug            = "Bugs, by function"
  }

  outcome_widgets = [
    for outcome, title in local.outcome_titles : {
      title   = title
      stat    = "Sum"
      metrics = [for name in local.function_names : [local.call_namespace, "calls", "function", name, "outcome", outcome]]
    }
  ]

  widgets = concat(local.outcome_widgets, [
    {
      title   = "Executions"
      stat    = "Sum"
      metrics = [for metric in ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted", "ExecutionThrottled"] : ["AWS/States", metric, "StateMachineArn", local.machine_arn]]
    },
    {
      title   = "Time to the end, 95th percentile (ms)"
      stat    = "p95"
      metrics = [["AWS/States", "ExecutionTime", "StateMachineArn", local.machine_arn]]
    },
    {
      title   = "Errors of the functions"
      stat    = "Sum"
      metrics = [for name in local.function_names : ["AWS/Lambda", "Errors", "FunctionName", name]]
    },
    {
      title   = "Duration of the functions, 95th percentile (ms)"
      stat    = "p95"
      metrics = [for name in local.function_names : ["AWS/Lambda", "Duration", "FunctionName", name]]
    },
    {
      title   = "Throttles of the functions"
      stat    = "Sum"
      metrics = [for name in local.function_names : ["AWS/Lambda", "Throttles", "FunctionName", name]]
    },
    {
      title   = "Confirmations put aside"
      stat    = "Maximum"
      metrics = [for queue in [local.queue, local.dead_letters] : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${local.prefix}${queue}"]]
    },
  ])
}
