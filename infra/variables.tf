# ---- which environment, where ----

variable "environment" {
  description = "Name of the environment. It is part of every resource's name and of the published parameter's: /orders/<environment>/deployment."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", var.environment))
    error_message = "environment has to be 2 to 20 of a-z, 0-9 and -, begin with a letter and not end with -."
  }
  validation {
    condition     = var.environment != "local"
    error_message = "local is the name of the environment that is built into orders."
  }
}

variable "region" {
  description = "Region of every resource, e.g. us-east-1."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region has to be a region of AWS, e.g. us-east-1."
  }
}

variable "account_id" {
  description = "The account this environment belongs to. When set, credentials of any other account are refused before anything is read."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]{12})?$", var.account_id))
    error_message = "account_id has to have 12 digits."
  }
}

variable "tags" {
  description = "Tags of every resource, beside application, environment and managed-by."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 40
    error_message = "tags: a resource has 50 tags at most, three are ours; 40 may be given."
  }
  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:") && length(key) <= 128])
    error_message = "tags: a key must not begin with aws: and has 128 characters at most."
  }
}

# ---- the workflow ----

variable "workflow_type" {
  description = "STANDARD: up to 6 hours, exact history, redrive, billed by transition. EXPRESS: up to 5 minutes, at least once, no redrive, history in the log only, billed by time and memory. It cannot change in place (allow_type_change)."
  type        = string
  default     = "STANDARD"
  nullable    = false

  validation {
    condition     = contains(["STANDARD", "EXPRESS"], var.workflow_type)
    error_message = "workflow_type has to be STANDARD or EXPRESS."
  }
}

variable "allow_type_change" {
  description = "Agrees to a workflow_type other than the deployed one. The machine is deleted and made anew: running executions are stopped, histories are lost."
  type        = bool
  default     = false
  nullable    = false
}

variable "workflow_folder" {
  description = "Folder with workflow.json and order-processing.asl.json. Null: workflows/order-processing beside this module."
  type        = string
  default     = null

  validation {
    condition     = var.workflow_folder == null || try(fileexists("${var.workflow_folder}/workflow.json"), false)
    error_message = "workflow_folder has no workflow.json."
  }
}

variable "default_currency" {
  description = "ISO 4217 currency of orders that name none, lower case."
  type        = string
  default     = "usd"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{3}$", var.default_currency))
    error_message = "default_currency has to be three lower-case letters, e.g. usd."
  }
}

# ---- functions ----

variable "functions_folder" {
  description = "Folder with one <function>.zip for each function of workflow.json. They are read and hashed, never made here."
  type        = string
  nullable    = false

  validation {
    condition     = length(fileset(var.functions_folder, "*.zip")) > 0
    error_message = "functions_folder holds no .zip file; orders deploy makes them."
  }
}

variable "lambda_architecture" {
  description = "Processor of the functions: arm64 costs a fifth less a GB-second than x86_64."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.lambda_architecture)
    error_message = "lambda_architecture has to be arm64 or x86_64."
  }
}

variable "function_log_level" {
  description = "Lowest level of the functions' own log lines that is kept."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.function_log_level)
    error_message = "function_log_level has to be TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}

# ---- Stripe ----

variable "stripe_secret_arn" {
  description = "ARN of the Secrets Manager secret whose text is {\"apiKey\": \"...\"}, with the six characters at its end. The secret is made by hand: its value never passes through Terraform."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$", var.stripe_secret_arn))
    error_message = "stripe_secret_arn has to be the whole ARN of a secret: arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 characters>."
  }
  validation {
    condition     = try(split(":", var.stripe_secret_arn)[3], "") == var.region
    error_message = "stripe_secret_arn has to be in the environment's region: the functions ask the Secrets Manager of their own."
  }
}

variable "stripe_secret_kms_key_arn" {
  description = "ARN of the customer-managed key that the secret is encrypted with, if it is not aws/secretsmanager."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+)?$", var.stripe_secret_kms_key_arn))
    error_message = "stripe_secret_kms_key_arn has to be the ARN of a key (not of an alias): arn:aws:kms:<region>:<account>:key/<id>."
  }
}

variable "stripe_api_base" {
  description = "Another address than Stripe's, for tests. The functions follow it with a test key only."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(https?://[^[:space:]@]+)?$", var.stripe_api_base))
    error_message = "stripe_api_base has to be an http(s) address without a user's name in it."
  }
}

# ---- logs, traces, alarms ----

variable "log_level" {
  description = "What the machine logs: ALL, ERROR, FATAL or OFF. An EXPRESS machine always logs ALL: the log is its only history."
  type        = string
  default     = "ALL"
  nullable    = false

  validation {
    condition     = contains(["ALL", "ERROR", "FATAL", "OFF"], var.log_level)
    error_message = "log_level has to be ALL, ERROR, FATAL or OFF."
  }
}

variable "include_execution_data" {
  description = "Writes inputs and outputs into the machine's log. They hold what customers wrote, addresses among it."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.include_execution_data || var.customer_managed_key
    error_message = "include_execution_data puts personal data into the log: it needs customer_managed_key = true."
  }
}

variable "log_retention_days" {
  description = "Days after which log lines are deleted."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days: CloudWatch knows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 and 3653."
  }
}

variable "tracing" {
  description = "Traces of executions and functions in X-Ray."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarm_email" {
  description = "Address that the ops topic writes to; it has to confirm. Empty: nobody is subscribed by Terraform."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+)?$", var.alarm_email))
    error_message = "alarm_email has to be an e-mail address."
  }
}

variable "pager_topic_arn" {
  description = "ARN of a topic that wakes somebody up. Told of compensations that fail, beside the ops topic."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+)?$", var.pager_topic_arn))
    error_message = "pager_topic_arn has to be the ARN of a topic."
  }
}

variable "failed_executions_alarm" {
  description = "FAILED executions within 5 minutes that count as a burst. Refused orders (declined, out of stock) end FAILED too."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.failed_executions_alarm >= 1 && floor(var.failed_executions_alarm) == var.failed_executions_alarm
    error_message = "failed_executions_alarm has to be a whole number from 1."
  }
}

# ---- data and keys ----

variable "deletion_protection" {
  description = "Tables refuse to be deleted until this is off again. For every environment whose orders are real."
  type        = bool
  default     = true
  nullable    = false
}

variable "point_in_time_recovery" {
  description = "Continuous backups of the tables, back to any second of the last 35 days. Billed by stored GB."
  type        = bool
  default     = true
  nullable    = false
}

variable "customer_managed_key" {
  description = "One KMS key of the environment's own for machine, tables, logs, topics, queues and functions. Off: keys that AWS owns or manages."
  type        = bool
  default     = false
  nullable    = false
}

variable "kms_key_users" {
  description = "ARNs of roles that operate the environment (orders start, status, audit ...): with a customer-managed key they need it too. Empty: IAM policies of the account decide alone."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.kms_key_users : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "kms_key_users has to hold ARNs of IAM roles or users."
  }
}
