import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OrdersProcess } from '../durability/orders-process.js';
import { ROOT, temporaryFolder } from '../support/run-orders.js';
import { startAwsStub, type StubAnswers } from '../support/sdk-stub.js';

/*
 * A window that is closed while a command follows something (start is in test/durability/terminal.test.ts), and a reader that
 * has seen enough.
 */
const MACHINE = 'arn:aws:states:eu-central-1:123456789012:stateMachine:orders';
const EXECUTION = `${MACHINE.replace('stateMachine', 'execution')}:order-1`;

/** A running execution, a log that grows; `looked` is called at each description. */
function answers(looked: () => void): StubAnswers {
  return {
    DescribeExecution: () => {
      looked();
      return {
        output: {
          executionArn: EXECUTION,
          stateMachineArn: MACHINE,
          name: 'order-1',
          status: 'RUNNING',
          startDate: 1_790_000_000,
          redriveCount: 0,
        },
      };
    },
    GetExecutionHistory: () => {
      looked();
      const event = { id: 1, previousEventId: 0, type: 'ExecutionStarted', timestamp: 1_790_000_000 };
      return { output: { events: [event] } };
    },
    DescribeStateMachine: () => ({ error: 'AccessDeniedException', message: 'no' }),
    DescribeStateMachineForExecution: () => ({ error: 'AccessDeniedException', message: 'no' }),
    FilterLogEvents: () => ({ output: { events: [] } }),
  };
}

describe('a terminal that goes away', () => {
  it.each([
    ['status', '--wait'],
    ['status', '--watch'],
    ['history', '--follow'],
    ['logs', '--follow'],
  ])('%s %s: ends by the hang-up, and nothing was written to AWS', async (command, flag) => {
    let looks = 0;
    let second = (): void => {};
    const looked = new Promise<void>((resolve) => (second = resolve));
    const stub = await startAwsStub(
      answers(() => {
        looks += 1;
        if (looks === 2) second();
      }),
    );
    const env = { AWS_ENDPOINT_URL: stub.url, ORDER_STATE_MACHINE_ARN: MACHINE };
    const run = new OrdersProcess([command, EXECUTION, flag], { folder: temporaryFolder(), env });
    await Promise.race([looked, run.ended]);
    run.signal('SIGHUP');
    const { code, signal, stderr } = await run.ended;
    expect(code ?? signal, stderr).toBe('SIGHUP');
    expect(stderr).not.toMatch(/^ +at /mu);
    // Only what is answered above was asked for.
    await stub.finish();
  });
});

describe('a reader that leaves early', () => {
  const definition = join(ROOT, 'workflows/order-processing/order-processing.asl.json');

  it.each([
    [['cost-estimate', '--whole']],
    [['graph', '--format', 'mermaid']],
    [['validate', definition]],
    [['doctor']],
    [['audit', '--help']],
  ])('%j ends quietly', async (args) => {
    const shell = 'f() { "$@" | head -n 1 > /dev/null; exit "${PIPESTATUS[0]}"; }; f';
    const { stderr, code } = await new OrdersProcess(args, { folder: temporaryFolder(), shell }).ended;
    expect(stderr).not.toMatch(/EPIPE|^ +at /mu);
    expect(code).toBe(0);
  });
});
