import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOrders, type Ran } from '../support/run-orders.js';
import { startAwsStub, type AwsStub } from '../support/sdk-stub.js';

/*
 * What CloudWatch Logs may have of an Express execution, as the served environment never leaves it: without an end, with
 * holes, with payloads that were cut, not there yet. The lines' times are reckoned back from now, since verdicts depend on age.
 */
const REGION = 'eu-central-1';
const MACHINE = `arn:aws:states:${REGION}:123456789012:stateMachine:quick`;
const UUID = '00000000-0000-4000-8000-000000000000';
const arn = (name: string): string => `${MACHINE.replace('stateMachine', 'express')}:${name}:${UUID}`;
const MINUTE = 60_000;

interface Line {
  readonly id: number;
  readonly type: string;
  readonly details?: object;
}

const entered = (id: number, name: string, input = '{}'): Line => ({
  id,
  type: 'PassStateEntered',
  details: { name, input, inputDetails: { truncated: 'false' } },
});
const START: Line = { id: 1, type: 'ExecutionStarted', details: { input: '{}' } };
const exited: Line = { id: 3, type: 'PassStateExited', details: { name: 'Look', output: '{}' } };
const END: Line = { id: 4, type: 'ExecutionSucceeded', details: { output: '{}' } };

/** Order -> how long ago its first line was written, in milliseconds, and its lines. */
const ORDERS: Readonly<Record<string, readonly [ago: number, lines: readonly Line[]]>> = {
  endless: [20 * MINUTE, [START, entered(2, 'Look'), exited]],
  young: [20_000, [START, entered(2, 'Look')]],
  holes: [20 * MINUTE, [START, exited, END]],
  cut: [
    20 * MINUTE,
    [
      START,
      { ...entered(2, 'Look'), details: { name: 'Look', input: '{"a":"x', inputDetails: { truncated: 'true' } } },
      exited,
      END,
    ],
  ],
};

/** Looks at the growing one: it runs when it is found and when it is first followed. */
let looks = 0;

function messages(order: string): { timestamp: number; message: string }[] {
  const [ago, lines] = ORDERS[order] ?? [
    20_000,
    looks++ < 3 ? [START, entered(2, 'Look')] : [START, entered(2, 'Look'), exited, END],
  ];
  const begun = Date.now() - ago;
  return lines.map(({ id, type, details = {} }) => ({
    timestamp: begun + id,
    message: JSON.stringify({
      id: String(id),
      type,
      details,
      previous_event_id: String(id - 1),
      event_timestamp: String(begun + id),
      execution_arn: arn(`order-${order}`),
      redrive_count: '0',
    }),
  }));
}

let stub: AwsStub;
beforeAll(async () => {
  stub = await startAwsStub({
    DescribeExecution: () => ({ error: 'StateMachineTypeNotSupported', message: 'express' }),
    DescribeStateMachine: () => ({
      output: {
        stateMachineArn: MACHINE,
        name: 'quick',
        type: 'EXPRESS',
        status: 'ACTIVE',
        roleArn: 'arn:aws:iam::123456789012:role/quick',
        creationDate: 1_790_000_000,
        definition: '{"StartAt":"Look","States":{"Look":{"Type":"Pass","End":true}}}',
        loggingConfiguration: {
          level: 'ALL',
          includeExecutionData: true,
          destinations: [
            { cloudWatchLogsLogGroup: { logGroupArn: `arn:aws:logs:${REGION}:123456789012:log-group:/quick:*` } },
          ],
        },
      },
    }),
    FilterLogEvents: ({ input }) => {
      const order = /:order-([a-z]+):/u.exec(String(input['filterPattern']))?.[1];
      const events = order === undefined ? [] : messages(order);
      return {
        output: {
          events: events.map((event, index) => ({ ...event, eventId: `${order}-${index}`, logStreamName: 's' })),
        },
      };
    },
    GetParameter: () => ({ error: 'ParameterNotFound', message: 'none' }),
    StartQuery: () => ({ output: { queryId: 'q' } }),
    GetQueryResults: () => ({ output: { status: 'Complete', results: [] } }),
  });
});
afterAll(async () => stub.finish());

const run = (...args: string[]): Promise<Ran> =>
  runOrders([...args, '--endpoint-url', stub.url, '--state-machine-arn', MACHINE]);

interface Answer {
  readonly status: string;
  readonly completeness: { readonly verdict: string; readonly missing: unknown; readonly truncated: unknown };
}

describe('the log of an Express execution', () => {
  it('without an end that would be there by now: UNKNOWN, and no script takes it for a success', async () => {
    const [text, json] = await Promise.all([
      run('status', 'endless', '--exit-status'),
      run('status', 'endless', '--exit-status', '--json'),
    ]);
    expect([text.code, json.code]).toEqual([13, 13]);
    expect(text.stdout).toContain('order endless  UNKNOWN');
    expect(text.stdout).toContain(
      'its end is not in the log, though no Express execution runs longer than five minutes',
    );
    expect(JSON.parse(json.stdout)).toMatchObject({ status: 'UNKNOWN', completeness: { verdict: 'gaps' } });
  });

  it('without an end is waited for no longer than it can run', async () => {
    expect(await run('status', 'endless', '--wait')).toMatchObject({ code: 13 });
  });

  it('of one that may still run is still arriving', async () => {
    const { stdout, code } = await run('status', 'young', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ status: 'RUNNING', completeness: { verdict: 'still-arriving' } });
    expect(code).toBe(0);
  });

  it('with holes names them, and knows the outcome', async () => {
    const [status, history, logs] = await Promise.all([
      run('status', 'holes', '--json'),
      run('history', 'holes'),
      run('logs', 'holes', '--json'),
    ]);
    const { completeness } = JSON.parse(status.stdout) as Answer;
    expect(completeness).toMatchObject({ verdict: 'gaps', missing: [[2, 2]] });
    expect(history.stdout + history.stderr).toMatch(/log {6}gaps: 3 events at level ALL\n.*\b2\b/u);
    const last = JSON.parse(logs.stdout.trimEnd().split('\n').at(-1) ?? '') as { end: object };
    expect(last.end).toMatchObject({ verdict: 'gaps', missing: [[2, 2]] });
  });

  it('with payloads that were cut names the events', async () => {
    const [text, json] = await Promise.all([run('status', 'cut'), run('status', 'cut', '--json')]);
    expect(text.stdout).toContain('payloads above 248 KiB are cut in the log: event 2');
    expect(JSON.parse(json.stdout)).toMatchObject({ status: 'SUCCEEDED', completeness: { truncated: [2] } });
  });

  it('is not asked to stop what runs: that cannot be done', async () => {
    const [text, json] = await Promise.all([run('stop', 'young', '--yes'), run('stop', 'young', '--yes', '--json')]);
    expect([text.code, json.code]).toEqual([2, 2]);
    expect(text.stderr).toContain('an Express execution cannot be stopped');
    expect(text.stderr).toContain('it ends by itself, after five minutes at the latest');
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 2 } });
  });

  it('that grows is followed to the end, with a word on completeness in the document', async () => {
    const { stdout, code } = await run('history', 'growing', '--follow', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'SUCCEEDED',
      completeness: { verdict: 'complete', events: 4 },
      events: [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }],
    });
    expect(code).toBe(0);
  });
});
