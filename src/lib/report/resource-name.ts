import { sanitize } from '../cli/sanitize.js';
import type { Change } from '../terraform/plan.js';

/** What people call a resource of AWS. Others keep Terraform's word, without its prefix. */
const KINDS: Readonly<Record<string, string>> = {
  aws_cloudwatch_dashboard: 'dashboard',
  aws_cloudwatch_event_rule: 'event rule',
  aws_cloudwatch_event_target: 'event target',
  aws_cloudwatch_log_group: 'log group',
  aws_cloudwatch_metric_alarm: 'alarm',
  aws_dynamodb_table: 'table',
  aws_iam_role: 'role',
  aws_iam_role_policy: 'role policy',
  aws_kms_alias: 'key alias',
  aws_kms_key: 'key',
  aws_kms_key_policy: 'key policy',
  aws_lambda_alias: 'function alias',
  aws_lambda_event_source_mapping: 'queue reader',
  aws_lambda_function: 'function',
  aws_sfn_alias: 'machine alias',
  aws_sfn_state_machine: 'state machine',
  aws_sns_topic: 'topic',
  aws_sns_topic_policy: 'topic policy',
  aws_sns_topic_subscription: 'subscription',
  aws_sqs_queue: 'queue',
  aws_sqs_queue_policy: 'queue policy',
  aws_ssm_parameter: 'parameter',
};

export function kindText(type: string): string {
  return KINDS[type] ?? sanitize(type.replace(/^aws_/u, '').replaceAll('_', ' '));
}

/** Its key where there are several, else its name in the module: `charge-payment`, `orders`. A count's 0 tells nothing. */
export function nameText({ name, key }: Pick<Change, 'name' | 'key'>): string {
  const telling = key === undefined || key === '0' ? name : /^\d+$/u.test(key) ? `${name} ${key}` : key;
  return sanitize(telling).replaceAll('_', '-');
}

/** From an address: `aws_dynamodb_table.ledger["orders"]` is `table orders`. */
export function addressText(address: string): string {
  const [, type, name, key] = /([A-Za-z0-9_]+)\.([A-Za-z0-9_-]+)(?:\["?([^\]"]*)"?\])?$/u.exec(address) ?? [];
  if (type === undefined || name === undefined) return sanitize(address);
  return `${kindText(type)} ${nameText({ name, ...(key === undefined ? {} : { key }) })}`;
}
