import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runOrders, temporaryFolder, type Ran, type RunOptions } from '../support/run-orders.js';
import { described, FAILED, FAILED_HISTORY, lines, missing, runAgainst } from './fixed.js';

const scratch = mkdtempSync(join(tmpdir(), 'orders-cost-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let files = 0;
function fileWith(content: unknown): string {
  const file = join(scratch, `${(files += 1)}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const cost = (args: string, options?: RunOptions): Promise<Ran> =>
  runOrders(['cost', ...args.split(' ').filter(Boolean)], options);

interface Answer {
  readonly standard?: {
    readonly transitions: number;
    readonly total: string;
    readonly rounded: string;
    readonly lines: { item: string; amount: string }[];
  };
  readonly express?: { readonly gbSeconds: number; readonly total: string; readonly rounded: string };
  readonly [member: string]: unknown;
}
async function json(args: string, options?: RunOptions): Promise<Answer> {
  const { stdout, stderr } = await cost(`${args} --json`, options);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Answer;
}

describe('orders cost', () => {
  it('answers offline, line by line, both types side by side', async () => {
    const folder = join(temporaryFolder(), 'none');
    const { stdout, stderr, code } = await cost('--executions 1M', { folder });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout.replace(/worst \d+/u, 'worst N')).toBe(
      lines(
        '1,000,000 orders a month in us-east-1',
        'Item                  Quantity        Price  Standard       Express',
        'transitions         14,000,000    $0.000025   $350.00',
        'requests             1,000,000    $0.000001                   $1.00',
        'GB-seconds to 3.6M     125,000  $0.00001667                   $2.08',
        'a month                                       $350.00         $3.08',
        '1,000 orders                                  $0.3500   $0.00308375',
        'an order                                     $0.00035  $0.000003084',
        'Express is cheaper by $346.92 a month',
        'break-even 335s (14 transitions, 64 MB), beyond the five minutes of Express',
        '',
        'paths    transitions by the definition: least 2, expected 14, worst N',
        'known    transitions an order 14',
        "computed memory 64MB, by AWS's formula",
        'assumed  region us-east-1 (--region), items a Map 3 (--items), start of an execution not counted (--count-start), duration 2s (--duration), payload 4000B (--payload), free tier left out (--free-tier)',
        'prices   table of 2026-11-22 that came with orders, us-east-1',
        '',
        'Standard: up to a year, each state once, history for 90 days, redrive',
        'Express:  up to five minutes, at least once, history only as logs (--logs 5KB)',
        '          no redrive, callbacks, .sync jobs, activities or distributed Maps',
      ),
    );
    expect(existsSync(folder)).toBe(false);
  });

  it('is the same command by its whole name, listed once', async () => {
    const whole = await runOrders(['cost-estimate', '--type', 'express']);
    expect(await cost('--type express')).toEqual(whole);
    const { stdout } = await runOrders(['--help']);
    expect(stdout.match(/^ +cost\b.*$/gmu)).toHaveLength(1);
    expect((await runOrders(['help', 'cost'])).stdout).toBe((await runOrders(['cost', '--help'])).stdout);
  });

  it('answers in JSON with exact texts, cents, and only the type that was asked for', async () => {
    const answer = await json('--executions 3000 --transitions 1 --type standard');
    expect(answer).toMatchObject({
      region: 'us-east-1',
      currency: 'USD',
      executions: 3_000,
      prices: { source: 'embedded', date: '2026-11-22', transition: '0.000025' },
      standard: {
        transitions: 3_000,
        total: '0.075',
        rounded: '0.08',
        lines: [{ item: 'transitions', quantity: 3_000, price: '0.000025', amount: '0.075', rounded: '0.08' }],
      },
      breakEvenSeconds: 23.035,
    });
    expect(answer.express).toBeUndefined();
    const other = await json('--executions 57.6M --duration 1s --memory 64 --type express');
    expect(other.express).toMatchObject({ gbSeconds: 3_600_000, total: '117.612', rounded: '117.61' });
    expect(other.standard).toBeUndefined();
  });

  it('takes what is used and what is free into account', async () => {
    expect((await json('--executions 1M --duration 1s --already-used 3580000')).express?.total).toBe('1.687425');
    expect((await json('--executions 4001 --transitions 1 --free-tier')).standard).toMatchObject({
      total: '0.000025',
      rounded: '0.00',
    });
    expect((await json('--executions 4001 --transitions 1 --free-tier --free-tier-used 4K')).standard?.total).toBe(
      '0.100025',
    );
    expect((await json('--executions 1000 --transitions 9 --count-start')).standard?.transitions).toBe(10_000);
    expect((await json('--executions 0')).standard).toMatchObject({ transitions: 0, total: '0' });
  });

  it('prices regions by their own table and marks what is taken over', async () => {
    const answer = await json('--executions 1M --transitions 10 --region ap-south-1');
    expect(answer.standard?.rounded).toBe('285.00');
    expect(answer['prices']).toMatchObject({ notes: ['Express prices of us-east-1 are taken for ap-south-1'] });
    expect((await json('--region us-east-1', { env: { AWS_REGION: 'eu-west-3' } }))['region']).toBe('us-east-1');
    expect((await json('', { env: { AWS_DEFAULT_REGION: 'eu-west-3' } }))['region']).toBe('eu-west-3');
    const gov = await cost('--region us-gov-west-1');
    expect(gov).toMatchObject({
      code: 0,
      stderr: 'warning: no express price is known for region us-gov-west-1: --prices live asks AWS\n',
    });
  });

  it('adds the rest of the bill to both types', async () => {
    const answer = await json(
      '--executions 1M --whole --lambda-duration 200ms --lambda-memory 512 --dynamodb-writes 10 --trace-rate 1',
    );
    const amounts = Object.fromEntries((answer.standard?.lines ?? []).map(({ item, amount }) => [item, amount]));
    expect(amounts).toMatchObject({
      transitions: '350',
      lambdaRequests: '2',
      lambdaDuration: '13.3334',
      dynamodbWrites: '6.25',
      dynamodbReads: '1.625',
      snsPublishes: '0.5',
      executionLogs: '2.5',
      functionLogs: '5',
      logStorage: '0.45',
      traces: '5',
    });
    expect((await json('--executions 1M --type express --logs 5KB')).express?.total).toBe('5.58375');
  });

  it('exits 13 above a budget, and prints its answer all the same', async () => {
    const over = await cost('--executions 1M --budget 349.99');
    expect(over).toMatchObject({ code: 13, stderr: 'above the budget of 349.99 USD: standard\n' });
    expect(over.stdout).toContain('$350.00');
    expect(await cost('--executions 1M --budget 350')).toMatchObject({ code: 0, stderr: '' });
    const { stdout, code } = await cost('--executions 1M --budget 3 --json');
    expect(code).toBe(13);
    expect(JSON.parse(stdout)).toMatchObject({ budget: { limit: '3', over: ['standard', 'express'] } });
  });

  it('tells what a change of the definition costs', async () => {
    const base = fileWith({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Succeed' } } });
    const longer = fileWith({
      StartAt: 'A',
      States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'C' }, C: { Type: 'Succeed' } },
    });
    const answer = await json(`--definition ${base} --compare ${longer} --executions 10`);
    expect(answer.standard?.transitions).toBe(20);
    expect(answer['compare']).toMatchObject({
      orders: 1_000_000,
      before: { definition: base, transitions: 2, standard: '50', express: '3.08375' },
      after: { definition: longer, transitions: 3, standard: '75', express: '3.08375' },
      difference: { standard: '25', express: '0' },
    });
    const { stdout } = await cost(`--definition ${base} --compare ${longer}`);
    expect(stdout).toMatch(/^change +\+1 +\+\$25\.00 +\$0\.00$/mu);
  });

  it('says what keeps a definition from Express', async () => {
    const definition = fileWith({
      StartAt: 'Ask',
      States: { Ask: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true } },
    });
    const { stderr } = await cost(`--definition ${definition}`);
    expect(stderr).toBe('warning: not possible as Express: Ask waits for a callback\n');
  });

  it('draws the crossing', async () => {
    const { stdout } = await cost('--executions 10K --transitions 5 --chart duration');
    expect(stdout).toContain('a month by duration: - Standard, * Express, X crossing at 1m 59s');
    expect(stdout.match(/X/gu)?.length).toBe(2);
    expect((await cost('--chart volume')).stdout).toContain('they do not cross');
  });

  it.each([
    ['--executions -1', '--executions "-1" is not a count'],
    ['--executions 1.5', '--executions "1.5" is not a whole number'],
    ['--duration 301s', 'an Express execution ends after 5 minutes (300 s), --duration 301s is longer'],
    ['--duration 2', 'the duration "2" is not a span of time'],
    ['--region mars-1', 'no price is known for region mars-1'],
    ['--region us-gov-east-1 --type express', 'no price of express workflows is known for region us-gov-east-1'],
    ['--items Nope=3', '--items names state Nope, which the definition does not have'],
    ['--branch EvaluateChecks:Nope=3%', '--branch names a way from EvaluateChecks to Nope, which does not exist'],
    [
      '--definition nowhere.json',
      "cannot read the definition nowhere.json: ENOENT: no such file or directory, open 'nowhere.json'",
    ],
    ['--limit 5', '--limit 5 goes with --since or --status'],
    [
      '--from 1 --sync-result x',
      '--sync-result says what was billed already: give it without --from, --since and --status',
    ],
    ['--budget lots', '--budget "lots" is not an amount of US dollars'],
  ])('refuses %s', async (args, message) => {
    const { stdout, stderr, code } = await cost(args);
    expect({ stdout, message: stderr.split('\n')[0], code }).toEqual({
      stdout: '',
      message: `Error: ${message}`,
      code: 2,
    });
  });
});

describe('orders cost, of real orders', () => {
  it('counts an order in the local environment', async () => {
    const folder = temporaryFolder();
    const cwd = join(import.meta.dirname, '../../workflows/order-processing/examples');
    await runOrders(
      [
        'start',
        '--file',
        'order.json',
        '--wait',
        '--inject',
        'AggregateResults:TransientDependencyError*2',
        '--fast-forward',
      ],
      { folder, cwd },
    );
    const answer = await json('--from 1001', { folder });
    expect(answer).toMatchObject({
      executions: 1,
      standard: { transitions: 16, total: '0.0004' },
      usage: { transitions: 16, measured: { executions: 1, transitions: 16, redrives: 0, running: 0, more: false } },
    });
    const selected = await json('--since 1h --status SUCCEEDED --executions 1M --type standard', { folder });
    expect(selected.standard).toMatchObject({ total: '400' });
    expect(await cost('--from nobody', { folder })).toMatchObject({ code: 7, stdout: '' });
    expect(await cost('--since 1h --status ABORTED', { folder })).toMatchObject({ code: 7, stdout: '' });
  });

  it('counts a failed order on AWS with its retry, in its own region', async () => {
    const script = [
      { action: 'DescribeExecution', output: FAILED },
      missing('order-7-a2'),
      { action: 'GetExecutionHistory', output: { events: FAILED_HISTORY.slice(0, 4), nextToken: 'two' } },
      { action: 'GetExecutionHistory', output: { events: FAILED_HISTORY.slice(4) } },
    ];
    const { stdout, code } = await runAgainst(script, ['cost', '--from', '7', '--prices', 'embedded', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      region: 'eu-west-1',
      executions: 1,
      standard: { transitions: 3 },
      usage: { duration: 2_500 },
    });
  });

  it('says what would not fit into five minutes', async () => {
    const script = [
      { action: 'DescribeExecution', output: described() },
      missing('order-7-a2'),
      {
        action: 'GetExecutionHistory',
        output: {
          events: [
            { id: 1, previousEventId: 0, type: 'ExecutionStarted', timestamp: 0 },
            {
              id: 2,
              previousEventId: 0,
              type: 'WaitStateEntered',
              timestamp: 0,
              stateEnteredEventDetails: { name: 'Wait' },
            },
            { id: 3, previousEventId: 2, type: 'ExecutionSucceeded', timestamp: 301 },
          ],
        },
      },
    ];
    const { stderr, stdout } = await runAgainst(script, ['cost', '--from', '7', '--prices', 'embedded']);
    expect(stderr).toContain(
      'warning: 1 execution longer than five minutes: as Express they would be cut off there, and are priced so\n',
    );
    expect(stdout).toMatch(/^GB-seconds to 3\.6M +18\.75 /mu);
  });

  it('takes what the service says it billed', async () => {
    const one = (billedDurationInMilliseconds: number, billedMemoryUsedInMB: number): object => ({
      executionArn: 'arn:aws:states:us-east-1:123456789012:express:m:n:1',
      billingDetails: { billedDurationInMilliseconds, billedMemoryUsedInMB },
    });
    const file = fileWith(`${JSON.stringify(one(200, 64))}\n${JSON.stringify(one(1_000, 128))}\n`);
    const answer = await json(`--sync-result ${file} --type express`);
    expect(answer).toMatchObject({
      executions: 2,
      express: { gbSeconds: 0.1375 },
      usage: { duration: 600, memoryMb: 128 },
    });
    const wrong = await cost(`--sync-result ${fileWith({ status: 'SUCCEEDED' })}`);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('no answer of StartSyncExecution with its billingDetails');
  });
});
