# For trying things out: cheap, and gone without a trace when destroyed.
#
# orders deploy fills in environment, region and the folders; stripe_secret_arn is the one thing to be written here:
# stripe_secret_arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:orders/dev/stripe-AbCdEf"

deletion_protection    = false
point_in_time_recovery = false
log_retention_days     = 7
function_log_level     = "DEBUG"
