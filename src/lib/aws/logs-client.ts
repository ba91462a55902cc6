/** CloudWatch Logs' client, built into a file of its own: it is loaded when the first request is made. */
export { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
