# Real orders: nothing is deleted by mistake, and what customers wrote is under a key of our own.
#
# account_id        = "111122223333"
# stripe_secret_arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:orders/prod/stripe-AbCdEf"
# alarm_email       = "orders-on-call@example.com"
# pager_topic_arn   = "arn:aws:sns:us-east-1:111122223333:pager"
# kms_key_users     = ["arn:aws:iam::111122223333:role/orders-operator"]

deletion_protection    = true
point_in_time_recovery = true
customer_managed_key   = true
log_retention_days     = 90
function_log_level     = "INFO"
