import { startWireStub, type ScriptedCall } from '../support/wire-stub.js';
import { runOrders, type Ran, type RunOptions } from '../support/run-orders.js';

export const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:order-processing';
export const arn = (name: string): string => `arn:aws:states:eu-west-1:123456789012:execution:order-processing:${name}`;

/** Epoch seconds, as on the wire: 2026-11-20T10:00:00Z and the given number of seconds after it. */
export const at = (seconds: number): number => Date.parse('2026-11-20T10:00:00Z') / 1000 + seconds;

/** DescribeExecution's answer for an execution of order 7. */
export function described(members: Record<string, unknown> = {}): Record<string, unknown> {
  const name = (members['name'] as string | undefined) ?? 'order-7';
  return {
    executionArn: arn(name),
    stateMachineArn: MACHINE,
    name,
    status: 'SUCCEEDED',
    startDate: at(0),
    stopDate: at(2.5),
    input: '{}',
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
    ...members,
  };
}

export const missing = (name: string): ScriptedCall => ({
  action: 'DescribeExecution',
  input: { executionArn: arn(name) },
  error: { type: 'ExecutionDoesNotExist', message: `Execution Does Not Exist: '${arn(name)}'` },
});

/** Runs a command in environment "prod" against an AWS that follows a script to the letter. */
export async function runAgainst(
  script: readonly ScriptedCall[],
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  const stub = await startWireStub(script);
  const env = {
    ORDERS_ENV: 'prod',
    ORDER_STATE_MACHINE_ARN: MACHINE,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    ...options.env,
  };
  try {
    const ran = await runOrders([...args, '--endpoint-url', stub.url, '--region', 'eu-west-1'], { ...options, env });
    const named = (text: string): string => text.replaceAll(stub.url, STUB);
    return { ...ran, stdout: named(ran.stdout), stderr: named(ran.stderr) };
  } finally {
    await stub.finish();
  }
}

/** How the address of runAgainst's server stands in what it gives back. */
export const STUB = 'http://stub';

/** What is put behind a command that is to be run next: the flags of runAgainst. */
export const HERE = `--region eu-west-1 --endpoint-url ${STUB}`;

/** Lines as one text, with the newline at the end that every output has. */
export const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('');

/** One event on the wire. */
export function event(
  id: number,
  previousEventId: number,
  type: string,
  seconds: number,
  details: [string, unknown] | [] = [],
): object {
  const [key, value] = details;
  return { id, previousEventId, type, timestamp: at(seconds), ...(key === undefined ? {} : { [key]: value }) };
}

const CAUSE = JSON.stringify({
  errorType: 'TypeError',
  errorMessage: 'cannot read \u001b[31mtotal',
  trace: ['TypeError: ...'],
});

/** Check is retried and goes well, Charge fails for good. */
export const FAILED_HISTORY = [
  event(1, 0, 'ExecutionStarted', 0, [
    'executionStartedEventDetails',
    { input: '{"orderId":"7","userId":"u-1"}', roleArn: 'role' },
  ]),
  event(2, 0, 'TaskStateEntered', 0, [
    'stateEnteredEventDetails',
    { name: 'Check', input: '{"orderId":"7","userId":"u-1"}' },
  ]),
  event(3, 2, 'TaskScheduled', 0, [
    'taskScheduledEventDetails',
    { resourceType: 'lambda', resource: 'invoke', region: 'eu-west-1', parameters: '{"Payload":{"userId":"u-1"}}' },
  ]),
  event(4, 3, 'TaskFailed', 0.5, [
    'taskFailedEventDetails',
    { resourceType: 'lambda', resource: 'invoke', error: 'Lambda.ServiceException' },
  ]),
  event(5, 4, 'TaskScheduled', 1, [
    'taskScheduledEventDetails',
    { resourceType: 'lambda', resource: 'invoke', region: 'eu-west-1', parameters: '{}' },
  ]),
  event(6, 5, 'TaskSucceeded', 1.5, [
    'taskSucceededEventDetails',
    { resourceType: 'lambda', resource: 'invoke', output: '{}' },
  ]),
  event(7, 6, 'TaskStateExited', 1.5, ['stateExitedEventDetails', { name: 'Check', output: '{"total":1}' }]),
  event(8, 7, 'TaskStateEntered', 1.5, ['stateEnteredEventDetails', { name: 'Charge', input: '{"total":1}' }]),
  event(9, 8, 'TaskScheduled', 1.5, [
    'taskScheduledEventDetails',
    { resourceType: 'lambda', resource: 'invoke', region: 'eu-west-1', parameters: '{}' },
  ]),
  event(10, 9, 'TaskFailed', 2.5, [
    'taskFailedEventDetails',
    { resourceType: 'lambda', resource: 'invoke', error: 'TypeError', cause: CAUSE },
  ]),
  event(11, 10, 'ExecutionFailed', 2.5, ['executionFailedEventDetails', { error: 'TypeError', cause: CAUSE }]),
];

export const FAILED = described({ status: 'FAILED', error: 'TypeError', cause: CAUSE, redriveStatus: 'REDRIVABLE' });

/** What a failed execution's status asks for, after it has been found. */
export const READ_FAILED: readonly ScriptedCall[] = [
  {
    action: 'GetExecutionHistory',
    input: { executionArn: arn('order-7'), maxResults: 1000, includeExecutionData: false },
    output: { events: FAILED_HISTORY },
  },
  {
    action: 'DescribeStateMachineForExecution',
    output: {
      stateMachineArn: MACHINE,
      name: 'order-processing',
      definition: '{"then":1}',
      roleArn: 'role',
      updateDate: at(0),
    },
  },
  {
    action: 'DescribeStateMachine',
    output: {
      stateMachineArn: MACHINE,
      name: 'order-processing',
      definition: '{"now":1}',
      roleArn: 'role',
      type: 'STANDARD',
      creationDate: at(0),
    },
  },
];
