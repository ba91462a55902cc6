import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startActionStub, Refusal, type ActionStub } from '../support/action-stub.js';
import { runOrders, temporaryFolder, type Ran, type RunOptions } from '../support/run-orders.js';
import { serveOrders } from '../support/serve-orders.js';
import { arn, at, described, lines, MACHINE } from './fixed.js';

const order = (orderId: string, productId = 'mug-white'): string =>
  JSON.stringify({
    orderId,
    userId: 'u-1',
    items: [{ productId, quantity: 1 }],
    shippingAddress: { country: 'DE' },
  });
const many = (count: number): string => Array.from({ length: count }, (_, index) => order(`b${index + 1}`)).join('\n');
const sorted = (output: string): string[] => output.trim().split('\n').sort();
const AWS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' };

/** Runs against a service that answers by action. */
async function runBeside(
  answers: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => unknown>>,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran & { asked: ActionStub['asked'] }> {
  const stub = await startActionStub(answers);
  const env = { ORDERS_ENV: 'prod', ORDER_STATE_MACHINE_ARN: MACHINE, ...AWS };
  try {
    const ran = await runOrders([...args, '--endpoint-url', stub.url, '--region', 'eu-west-1'], { ...options, env });
    return { ...ran, asked: stub.asked };
  } finally {
    await stub.finish();
  }
}

describe('many orders over the network, with --wait', () => {
  it('are all started, followed, and told as they end', { timeout: 60_000 }, async () => {
    const [store, folder, cwd] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const served = await serveOrders(store);
    try {
      writeFileSync(
        join(cwd, 'orders.config.json'),
        JSON.stringify({ environments: { stage: { endpointUrl: served.url, region: 'us-east-1' } } }),
      );
      const run = (args: string[], input = ''): Promise<Ran> =>
        runOrders([...args, '-e', 'stage'], { folder, cwd, input, env: AWS });
      const mixed = [order('b1'), order('b2'), order('b3', 'nope')].join('\n');
      const first = await run(['start', '-f', '-', '--wait'], mixed);
      expect(first.code).toBe(12);
      expect(sorted(first.stdout)).toEqual([
        'started    b1  SUCCEEDED',
        'started    b2  SUCCEEDED',
        'started    b3  FAILED  LineItemRejectedError',
      ]);
      expect(first.stderr).toBe(
        lines('environment: stage', 'standard input: 3 orders', '2 of 3 orders went well; 1 FAILED'),
      );
      const redriven = await run(['redrive', '--error', 'LineItemRejectedError', '--force', '--yes', '--wait']);
      expect(redriven.stdout.split('\n').at(-2)).toBe('redriven  b3  FAILED  redrive 1');
      expect(redriven.code).toBe(3);
    } finally {
      await served.close();
    }
  });

  it('are left running when the time is over, and the same command looks at them again', async () => {
    const folder = temporaryFolder();
    const input = many(2);
    const startExecution = ({ name }: { name?: unknown }): object => ({
      executionArn: arn(String(name)),
      startDate: Date.now() / 1000,
    });
    const seen = (status: string) => ({
      DescribeExecution: ({ executionArn }: { executionArn?: unknown }): object => {
        const name = String(executionArn).split(':').at(-1) ?? '';
        return described({ executionArn, name, status, ...(status === 'RUNNING' ? { stopDate: undefined } : {}) });
      },
    });
    const first = await runBeside(
      { StartExecution: startExecution, ...seen('RUNNING') },
      ['start', '-f', '-', '--wait', '--timeout', '100ms'],
      { folder, input },
    );
    expect(first.code).toBe(6);
    expect(sorted(first.stdout)).toEqual(['started    b1  RUNNING', 'started    b2  RUNNING']);
    const second = await runBeside(seen('SUCCEEDED'), ['start', '-f', '-', '--wait'], { folder, input });
    expect(second.code).toBe(0);
    expect(sorted(second.stdout)).toEqual(['started    b1  SUCCEEDED', 'started    b2  SUCCEEDED']);
    expect(readdirSync(join(folder, 'bulk'))).toEqual(['input']);
  });
});

describe('a machine that is being deleted while many are worked on', () => {
  it.each([[[]], [['--json']]])('ends a start, which can go on %j', async (flags) => {
    const folder = temporaryFolder();
    let count = 0;
    const answers = {
      StartExecution: ({ name }: { name?: unknown }): object => {
        count += 1;
        if (count > 3) throw new Refusal('StateMachineDeleting');
        return { executionArn: arn(String(name)), startDate: Date.now() / 1000 };
      },
    };
    const { code, stdout, stderr } = await runBeside(answers, ['start', '-f', '-', ...flags], {
      folder,
      input: many(60),
    });
    expect(code).toBe(7);
    const said = flags.length > 0 ? stdout : stderr;
    expect(said).toContain(`the state machine ${MACHINE} is being deleted, after 3 of 60 orders`);
    expect(said).toContain('run the same command again: it goes on with those that are left');
    expect(said).not.toContain('    at ');
    expect(readdirSync(join(folder, 'bulk')).some((name) => name.endsWith('.journal'))).toBe(true);
  });

  it('is the fault of each execution that it refuses to redrive', async () => {
    const failed = (name: string): object =>
      described({ executionArn: arn(name), name, status: 'FAILED', redriveStatus: 'REDRIVABLE', error: 'Boom' });
    const ran = await runBeside(
      {
        DescribeExecution: ({ executionArn }) => {
          const name = String(executionArn).split(':').at(-1) ?? '';
          if (!/^order-\d$/u.test(name)) throw new Refusal('ExecutionDoesNotExist');
          return failed(name);
        },
        GetExecutionHistory: () => ({
          events: [{ id: 1, previousEventId: 0, type: 'ExecutionStarted', timestamp: at(0) }],
        }),
        DescribeStateMachine: () => {
          throw new Refusal('StateMachineDeleting', 'is being deleted');
        },
        RedriveExecution: () => {
          throw new Refusal('StateMachineDeleting', 'is being deleted');
        },
      },
      ['redrive', '7', '8', '--yes'],
    );
    expect(ran.code).not.toBe(0);
    expect(ran.stderr + ran.stdout).not.toContain('    at ');
    expect(ran.stderr + ran.stdout).toContain('is being deleted');
  });
});

describe('two processes at one work', () => {
  it('start one file: the second ends at once with exit 8, the first goes on', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'many.ndjson');
    writeFileSync(file, many(5));
    let second: Promise<Ran> | undefined;
    let secondEnded = false;
    const env = { ORDERS_ENV: 'prod', ORDER_STATE_MACHINE_ARN: MACHINE, ...AWS };
    const stub = await startActionStub({
      StartExecution: ({ name }) => {
        // The first is held here until the second has come and gone.
        second ??= runOrders(args, { folder, env }).finally(() => (secondEnded = true));
        if (!secondEnded) throw new Refusal('ThrottlingException', 'Rate exceeded');
        return { executionArn: arn(String(name)), startDate: Date.now() / 1000 };
      },
    });
    const args = ['start', '-f', file, '--endpoint-url', stub.url, '--region', 'eu-west-1'];
    const first = await runOrders(args, { folder, env });
    await stub.finish();
    expect(first.code).toBe(0);
    expect(sorted(first.stdout)).toHaveLength(5);
    const refused = await second;
    expect(refused).toMatchObject({ code: 8, stdout: '' });
    expect(refused?.stderr).toMatch(/another process is at work with the journal \S+\n/u);
    expect(stub.asked.filter(({ input }) => input['name'] === 'order-b1').length).toBeGreaterThan(0);
  });

  it('resume a redrive that is under way: exit 8, nothing done twice', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const redrives = new Map<string, number>();
    let second: Promise<Ran> | undefined;
    let secondEnded = false;
    const env = { ORDERS_ENV: 'prod', ORDER_STATE_MACHINE_ARN: MACHINE, ...AWS };
    const flags = (url: string): string[] => ['--endpoint-url', url, '--region', 'eu-west-1'];
    const stub = await startActionStub({
      DescribeExecution: ({ executionArn }) => {
        const name = String(executionArn).split(':').at(-1) ?? '';
        if (!/^order-\d$/u.test(name)) throw new Refusal('ExecutionDoesNotExist');
        const redriveCount = redrives.get(name) ?? 0;
        return described({
          executionArn,
          name,
          redriveCount,
          ...(redriveCount > 0
            ? { status: 'RUNNING', stopDate: undefined }
            : { status: 'FAILED', redriveStatus: 'REDRIVABLE', error: 'Boom' }),
        });
      },
      GetExecutionHistory: () => ({
        events: [{ id: 1, previousEventId: 0, type: 'ExecutionStarted', timestamp: at(0) }],
      }),
      DescribeStateMachine: () => {
        throw new Refusal('AccessDeniedException');
      },
      RedriveExecution: ({ executionArn }) => {
        second ??= runOrders(['redrive', '--resume', ...flags(stub.url)], { folder, env }).finally(
          () => (secondEnded = true),
        );
        if (!secondEnded) throw new Refusal('ThrottlingException', 'Rate exceeded');
        const name = String(executionArn).split(':').at(-1) ?? '';
        redrives.set(name, (redrives.get(name) ?? 0) + 1);
        return { redriveDate: Date.now() / 1000 };
      },
    });
    const first = await runOrders(['redrive', '7', '8', '--yes', ...flags(stub.url)], { folder, env });
    await stub.finish();
    expect(first.code).toBe(0);
    expect((await second)?.code).toBe(8);
    expect([...redrives]).toEqual(expect.arrayContaining([['order-7', 1], ['order-8', 1]])); // prettier-ignore
  });
});
