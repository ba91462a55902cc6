import type { OutcomeClass } from '../domain/errors.js';
import type { LogFields } from '../ports/log.js';

/**
 * Fields that make a log line count as a metric too, in CloudWatch's embedded metric format: calls and their duration, by
 * function and outcome. The line's own `function` field is the first dimension.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param duration milliseconds. @param now epoch milliseconds.
 */
export function outcomeMetric(outcome: OutcomeClass, duration: number, now: number): LogFields {
  const metric = {
    Namespace: 'Orders',
    Dimensions: [['function', 'outcome']],
    Metrics: [
      { Name: 'calls', Unit: 'Count' },
      { Name: 'durationMs', Unit: 'Milliseconds' },
    ],
  };
  return { outcome, calls: 1, durationMs: duration, _aws: { Timestamp: now, CloudWatchMetrics: [metric] } };
}
