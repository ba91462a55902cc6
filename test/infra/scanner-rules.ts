import type { Json, PlannedResource } from './planned.js';

/** What a rule found: the rule, where, and nothing if all is well. */
export interface Finding {
  readonly rule: string;
  /** A resource's address, or a statement's Sid. */
  readonly resource: string;
}

interface Rule {
  readonly name: string;
  readonly type: string;
  /** True when the resource is as it should be. */
  readonly holds: (values: Record<string, Json>) => boolean;
}

const first = (values: Record<string, Json>, block: string): Record<string, Json> =>
  ((values[block] as readonly Record<string, Json>[] | undefined) ?? [])[0] ?? {};
const given = (value: Json | undefined): boolean => value !== undefined && value !== null && value !== '';
const ENCRYPTED_TOPIC = (values: Record<string, Json>) => given(values['kms_master_key_id']);

/** The rules of checkov, trivy and tfsec for the kinds of resources that we have; their numbers beside ours. */
const RULES: readonly Rule[] = [
  // CKV_AWS_28, AVD-AWS-0024
  { name: 'tables-have-backups', type: 'aws_dynamodb_table', holds: (v) => first(v, 'point_in_time_recovery')['enabled'] === true },
  // CKV_AWS_119, AVD-AWS-0025
  { name: 'tables-have-a-key', type: 'aws_dynamodb_table', holds: (v) => first(v, 'server_side_encryption')['enabled'] === true },
  { name: 'tables-are-protected', type: 'aws_dynamodb_table', holds: (v) => v['deletion_protection_enabled'] === true },
  // CKV_AWS_26, AVD-AWS-0095
  { name: 'topics-are-encrypted', type: 'aws_sns_topic', holds: ENCRYPTED_TOPIC },
  // CKV_AWS_27, AVD-AWS-0096
  {
    name: 'queues-are-encrypted',
    type: 'aws_sqs_queue',
    holds: (v) => v['sqs_managed_sse_enabled'] === true || given(v['kms_master_key_id']),
  },
  // CKV_AWS_50, AVD-AWS-0066
  { name: 'functions-are-traced', type: 'aws_lambda_function', holds: (v) => first(v, 'tracing_config')['mode'] === 'Active' },
  // CKV_AWS_116
  { name: 'functions-have-a-dead-letter-queue', type: 'aws_lambda_function', holds: (v) => given(first(v, 'dead_letter_config')['target_arn']) },
  // CKV_AWS_117
  { name: 'functions-run-in-a-vpc', type: 'aws_lambda_function', holds: (v) => given(first(v, 'vpc_config')['subnet_ids']) },
  // CKV_AWS_115
  {
    name: 'functions-have-reserved-concurrency',
    type: 'aws_lambda_function',
    holds: (v) => Number(v['reserved_concurrent_executions'] ?? -1) >= 0,
  },
  // CKV_AWS_272
  { name: 'functions-are-code-signed', type: 'aws_lambda_function', holds: (v) => given(v['code_signing_config_arn']) },
  // CKV_AWS_363
  { name: 'functions-run-on-a-supported-node', type: 'aws_lambda_function', holds: (v) => v['runtime'] === 'nodejs22.x' },
  // CKV_AWS_45
  {
    name: 'functions-hold-no-secret',
    type: 'aws_lambda_function',
    holds: (v) => !/(sk|rk)_(live|test)_|AKIA[0-9A-Z]{16}/u.test(JSON.stringify(v['environment'])),
  },
  // CKV_AWS_66
  { name: 'log-groups-forget', type: 'aws_cloudwatch_log_group', holds: (v) => Number(v['retention_in_days']) > 0 },
  // CKV_AWS_338
  { name: 'retention-of-a-year', type: 'aws_cloudwatch_log_group', holds: (v) => Number(v['retention_in_days']) >= 365 },
  // CKV_AWS_158, AVD-AWS-0017
  { name: 'log-groups-have-a-key', type: 'aws_cloudwatch_log_group', holds: (v) => given(v['kms_key_id']) },
  // CKV_AWS_285
  {
    name: 'machines-log-all',
    type: 'aws_sfn_state_machine',
    holds: (v) => first(v, 'logging_configuration')['level'] === 'ALL',
  },
  // CKV_AWS_284
  { name: 'machines-are-traced', type: 'aws_sfn_state_machine', holds: (v) => first(v, 'tracing_configuration')['enabled'] === true },
  { name: 'machines-log-no-payloads', type: 'aws_sfn_state_machine', holds: (v) => first(v, 'logging_configuration')['include_execution_data'] === false },
  // CKV_AWS_337
  { name: 'parameters-are-encrypted', type: 'aws_ssm_parameter', holds: (v) => v['type'] === 'SecureString' },
  // CKV_AWS_319
  { name: 'alarms-act', type: 'aws_cloudwatch_metric_alarm', holds: (v) => v['actions_enabled'] === true },
];

/** Policies by role: CKV_AWS_286 to 290, CKV_AWS_355, AVD-AWS-0057. */
export function policyFindings(resources: readonly PlannedResource[]): Finding[] {
  return resources
    .filter(({ type }) => type === 'aws_iam_role_policy')
    .flatMap(({ address, values }) =>
      statementsOf(values['policy']).flatMap(({ Sid, Action, Resource, Effect }) => {
        const actions = [Action].flat() as string[];
        const targets = [Resource].flat() as string[];
        return [
          ...(Effect === 'Allow' && actions.some((action) => action.includes('*')) ? ['no-wildcard-action'] : []),
          ...(targets.includes('*') ? ['no-wildcard-resource'] : []),
          ...(actions.some((action) => /^iam:|^sts:/u.test(action)) ? ['no-way-to-more-rights'] : []),
        ].map((rule) => ({ rule, resource: typeof Sid === 'string' ? Sid : address }));
      }),
    );
}

export function resourceFindings(resources: readonly PlannedResource[]): Finding[] {
  return resources.flatMap(({ address, type, values }) =>
    RULES.filter((rule) => rule.type === type && !rule.holds(values)).map(({ name }) => ({ rule: name, resource: address })),
  );
}

/** Every kind of resource that a rule is about. */
export const RULED_TYPES: readonly string[] = [...new Set(RULES.map(({ type }) => type))];

function statementsOf(policy: Json | undefined): readonly Record<string, Json>[] {
  return (JSON.parse(typeof policy === 'string' ? policy : '{}') as { Statement: readonly Record<string, Json>[] }).Statement;
}
