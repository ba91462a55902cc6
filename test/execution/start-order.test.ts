import { describe, expect, it } from 'vitest';
import { planStart, startOrder, type StartResult } from '../../src/lib/execution/start-order.js';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:order-processing';
const ARN = 'arn:aws:states:eu-west-1:123456789012:execution:order-processing:order-7';
const order = { orderId: '7', attempt: 1, input: '{"items":[1],"userId":"u"}' };
const plan = planStart(MACHINE, order);
const NOW = 1_700_000_000_000;
const OURS = 'Root=1-01234567-89abcdef0123456789abcdef';
const before = new Date(NOW - 60_000);

function named(name: string): Error {
  return Object.assign(new Error(`${name} from the service`), { name });
}

interface Script {
  start: { startDate: Date } | Error;
  existing?:
    { status: string; input?: string; startDate?: Date; stopDate?: Date; error?: string; traceHeader?: string } | Error;
}

async function start(script: Script): Promise<StartResult> {
  return startOrder(
    {
      async startExecution(input) {
        expect(input).toEqual({ stateMachineArn: MACHINE, name: 'order-7', input: order.input, traceHeader: OURS });
        if (script.start instanceof Error) throw script.start;
        return { executionArn: ARN, startDate: script.start.startDate };
      },
      async describeExecution(input) {
        expect(input).toEqual({ executionArn: ARN });
        if (script.existing instanceof Error) throw script.existing;
        return {
          executionArn: ARN,
          stateMachineArn: MACHINE,
          name: 'order-7',
          startDate: before,
          ...script.existing,
        } as never;
      },
    },
    plan,
    order,
    { now: () => NOW, marker: '0123456789abcdef0123456789abcdef' },
  );
}

const EXISTS = named('ExecutionAlreadyExists');

describe('startOrder', () => {
  const running = { status: 'RUNNING', input: order.input };
  const absent = named('ExecutionDoesNotExist');
  const now = new Date(NOW);

  it('started: 200, and the execution bears our mark', async () => {
    const existing = { ...running, traceHeader: OURS, startDate: now };
    expect(await start({ start: { startDate: now }, existing })).toMatchObject({
      verdict: 'started',
      status: 'RUNNING',
      executionArn: ARN,
    });
  });

  it('running: 200, but somebody else began it a moment ago', async () => {
    const existing = { ...running, traceHeader: 'Root=1-other', startDate: now };
    expect(await start({ start: { startDate: now }, existing })).toMatchObject({
      verdict: 'running',
      status: 'RUNNING',
    });
  });

  it('goes by the time where nothing else tells', async () => {
    expect(await start({ start: { startDate: now }, existing: { ...running, startDate: now } })).toMatchObject({
      verdict: 'started',
    });
    expect(await start({ start: { startDate: before }, existing: running })).toMatchObject({
      verdict: 'running',
      startDate: before,
    });
    expect(await start({ start: { startDate: now }, existing: absent })).toMatchObject({
      verdict: 'started',
      startDate: now,
    });
    expect(await start({ start: { startDate: before }, existing: absent })).toMatchObject({ verdict: 'running' });
  });

  it('finished: the name is taken by this input, in whatever order its fields stand', async () => {
    const existing = {
      status: 'FAILED',
      input: '{ "userId": "u", "items": [1] }',
      stopDate: before,
      error: 'OutOfStockError',
    };
    expect(await start({ start: EXISTS, existing })).toMatchObject({
      verdict: 'finished',
      status: 'FAILED',
      error: 'OutOfStockError',
    });
  });

  it('started: the name is taken, but by this very call, whose first try was retried below us', async () => {
    const existing = { status: 'SUCCEEDED', input: order.input, traceHeader: OURS };
    expect(await start({ start: EXISTS, existing })).toMatchObject({ verdict: 'started', status: 'SUCCEEDED' });
  });

  it('conflict: another input, its personal fields hidden', async () => {
    const existing = { status: 'RUNNING', input: '{"items":[2,3],"userId":"someone","note":"x"}' };
    expect(await start({ start: EXISTS, existing })).toMatchObject({
      verdict: 'conflict',
      status: 'RUNNING',
      differences: [
        { field: 'items[0]', existing: '2', given: '1' },
        { field: 'items[1]', existing: '3' },
        { field: 'userId', existing: '(hidden)', given: '(hidden)' },
        { field: 'note', existing: '"x"' },
      ],
    });
  });

  it('says so when the service contradicts itself', async () => {
    await expect(start({ start: EXISTS, existing: named('ExecutionDoesNotExist') })).rejects.toMatchObject({
      exit: 'unreachable',
    });
  });

  it('names a machine that is gone or going', async () => {
    await expect(start({ start: named('StateMachineDoesNotExist') })).rejects.toMatchObject({
      exit: 'notFound',
      message: `there is no state machine ${MACHINE}`,
    });
    await expect(start({ start: named('StateMachineDeleting') })).rejects.toMatchObject({ exit: 'notFound' });
  });

  it('leaves other errors to those who know them', async () => {
    await expect(start({ start: named('ThrottlingException') })).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});
