import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { guardedChanges } from '../../src/lib/terraform/guard.js';
import { countsOf, doesNothing, readPlan, type Action, type Change } from '../../src/lib/terraform/plan.js';
import { screenOf } from '../../src/lib/cli/screen.js';
import { changeTable } from '../../src/lib/report/deploy-report.js';
import { addressText, kindText, nameText } from '../../src/lib/report/resource-name.js';
import { recording } from './fake.js';

const planOf = (name: string): ReturnType<typeof readPlan> =>
  readPlan(readFileSync(recording(`${name}.show.json`), 'utf8'));
const short = ({ address, action }: Change): string => `${action} ${address}`;

describe('a recorded plan', () => {
  test('of a new environment', () => {
    const plan = planOf('create');
    expect(plan.changes.map(short)).toEqual([
      'create aws_sfn_alias.live',
      'create aws_sfn_state_machine.orders',
      'create terraform_data.function["charge-payment"]',
      'create terraform_data.function["validate-order"]',
    ]);
    expect(plan.machine).toMatchObject({ action: 'create', type: 'STANDARD' });
    expect(JSON.parse(plan.machine?.definition ?? '')).toMatchObject({ StartAt: 'Wait' });
    expect(plan.priorOutputs).toEqual({});
    expect(plan.variables).toMatchObject({ environment: 'dev', region: 'us-east-1', seconds: 1 });
    expect(plan.terraformVersion).toBe('1.11.4');
  });

  test('of one that is up to date', () => {
    const plan = planOf('unchanged');
    expect(doesNothing(plan)).toBe(true);
    // The provider read tags back as {}, which is no drift.
    expect(plan.drift).toEqual([]);
    expect(plan.priorOutputs['deployment']).toMatchObject({ environment: 'dev', accountId: '000000000000' });
  });

  test('of a change of the machine tells what differs, and no value', () => {
    const plan = planOf('update');
    expect(countsOf(plan.changes)).toEqual({ added: 0, changed: 4, destroyed: 0, replaced: 0 });
    const machine = plan.changes.find(({ type }) => type === 'aws_sfn_state_machine');
    expect(machine?.attributes).toEqual(['definition', 'revision_id', 'state_machine_version_arn']);
    expect(JSON.stringify(plan.changes)).not.toContain('Seconds');
    expect(plan.machine?.arn).toBe('arn:aws:states:us-east-1:000000000000:stateMachine:orders-dev-order-processing');
  });

  test('of another type of machine says what forces a new one', () => {
    const plan = planOf('replace');
    const machine = plan.changes.find(({ type }) => type === 'aws_sfn_state_machine');
    expect(machine).toMatchObject({ action: 'replace', forcing: ['type'] });
    expect(guardedChanges(plan.changes)).toMatchObject([{ action: 'replace', loss: 'executions' }]);
  });

  test('after an apply that was stopped says what is made anew for that alone', () => {
    const document = JSON.parse(readFileSync(recording('replace.show.json'), 'utf8')) as {
      resource_changes: { type: string; action_reason?: string }[];
    };
    for (const resource of document.resource_changes) {
      if (resource.type === 'aws_sfn_state_machine') resource.action_reason = 'replace_because_tainted';
    }
    const { changes } = readPlan(JSON.stringify(document));
    const machine = changes.filter(({ type }) => type === 'aws_sfn_state_machine');
    expect(machine).toMatchObject([{ action: 'replace', incomplete: true }]);
    expect(planOf('replace').changes.some(({ incomplete }) => incomplete)).toBe(false);
    const { rows } = changeTable(machine, { paint: (_, text) => text, screen: screenOf({}, {}) });
    expect(rows).toEqual([['replace', 'state machine', 'orders', 'was not made completely']]);
  });

  test.each(['', '[]', '{}', '{"format_version":"2.0"}'])('in another format is refused: %s', (text) => {
    expect(() => readPlan(text)).toThrow(/^the plan cannot be read: its format is /);
  });
});

describe('guards', () => {
  const change = (type: string, action: Action): Change => ({
    address: `${type}.x`,
    type,
    name: 'x',
    action,
    attributes: [],
    forcing: [],
  });

  test.each([
    ['aws_dynamodb_table', 'data'],
    ['aws_kms_key', 'key'],
    ['aws_cloudwatch_log_group', 'logs'],
    ['aws_sqs_queue', 'messages'],
    ['aws_sfn_state_machine', 'executions'],
  ])('stand before %s', (type, loss) => {
    const all = (['create', 'update', 'delete', 'replace'] as const).map((action) => change(type, action));
    expect(guardedChanges(all).map((guarded) => [guarded.action, guarded.loss])).toEqual([
      ['delete', loss],
      ['replace', loss],
    ]);
  });

  test('do not stand before what can be made again', () => {
    const types = [
      'aws_lambda_function',
      'aws_iam_role',
      'aws_sns_topic',
      'aws_cloudwatch_metric_alarm',
      'aws_lambda_alias',
    ];
    expect(guardedChanges(types.map((type) => change(type, 'delete')))).toEqual([]);
  });
});

test('resources have names that people use', () => {
  expect(addressText('aws_lambda_function.function["charge-payment"]')).toBe('function charge-payment');
  expect(addressText('aws_kms_key.orders[0]')).toBe('key orders');
  expect(addressText('module.a.aws_sns_topic.topic["ops"]')).toBe('topic ops');
  expect(addressText('aws_cloudwatch_log_group.state_machine')).toBe('log group state-machine');
  expect(kindText('aws_s3_bucket')).toBe('s3 bucket');
  expect(nameText({ name: 'rule', key: '1' })).toBe('rule-1'.replace('-', ' '));
  expect(addressText('odd\u001b[31m')).toBe('odd\\x1b[31m');
});
