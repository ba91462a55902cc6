import { expect, test } from 'vitest';
import { parseDefinition } from '../../src/lib/definition/parse.js';
import type { ExecutionSetup, HistoryEvent, HistoryRecord } from '../../src/lib/engine/protocol.js';
import { readRecording, type RecordedRedrives, type RedriveEvent } from './recording.js';
import { VirtualDriver } from '../engine/virtual-driver.js';
import { WireTransport } from './wire-transport.js';

/**
 * The recorded machine had activities as tasks. What its workers answered, and when, is read off each history; everything
 * between the answers must come from the engine.
 */
const { histories } = readRecording<RecordedRedrives>('aws-recorded-redrives.json');

const ACTIVITY = 'arn:aws:states:us-west-2:111111111111:activity';
const LOCAL_ACTIVITY = 'arn:aws:states:us-east-1:000000000000:activity';
const ACTIVITIES = ['SuccessfulActivity', 'Work', 'SucceededSibling', 'FailedSibling', 'AbortedSibling'];
const task = (name: string, transition: object): object => ({
  Type: 'Task',
  Resource: `${ACTIVITY}:${name}`,
  ...transition,
});
const retry = { Retry: [{ ErrorEquals: ['Probe.Retry'], IntervalSeconds: 1, MaxAttempts: 1 }] };
const branch = (name: string): object => ({ StartAt: name, States: { [name]: task(name, { End: true }) } });

const MACHINE = {
  StartAt: 'Select',
  States: {
    Select: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.case', StringEquals: 'sequence', Next: 'SuccessfulPass' },
        { Variable: '$.case', StringEquals: 'parallel', Next: 'Parallel' },
      ],
      Default: 'ExplicitFailure',
    },
    SuccessfulPass: { Type: 'Pass', Next: 'SuccessfulActivity' },
    SuccessfulActivity: task('SuccessfulActivity', { Next: 'Work' }),
    Work: task('Work', { Next: 'OriginalFinish', ...retry }),
    OriginalFinish: { Type: 'Pass', End: true },
    Parallel: {
      Type: 'Parallel',
      Branches: [branch('SucceededSibling'), branch('FailedSibling'), branch('AbortedSibling')],
      End: true,
    },
    ExplicitFailure: { Type: 'Fail', Error: 'Probe.Explicit', Cause: 'asked to fail' },
  },
};

const CASES = [
  ['sequence', '01-sequence (fail, redrive, fail, redrive, succeed)'],
  ['parallel', '02-parallel (one branch ok, one failed, one running)'],
  ['fail', '08-explicit-fail'],
] as const;

test.each(CASES)('%s goes on after a redrive as AWS recorded it', async (name, key) => {
  const recorded = histories[key]!;
  const driver = new VirtualDriver(setupOf(name), { answer: () => [] }).start();
  await playAnswers(driver, recorded);
  expect(driver.records.map(outline)).toEqual(
    recorded.map(({ id, previousEventId, type }) => ({ id, previousEventId, type })),
  );
  expect(namesOf(driver.records)).toEqual(labelsOf(recorded));
});

test.each(CASES)(
  '%s goes on after a redrive as AWS recorded it, over the wire',
  { timeout: 30_000 },
  async (name, key) => {
    const recorded = histories[key]!;
    const wire = await WireTransport.open();
    try {
      const events = await playOverWire(wire, name, recorded);
      expect(events.map(({ id, previousEventId, type }) => ({ id, previousEventId, type }))).toEqual(
        recorded.map(({ id, previousEventId, type }) => ({ id, previousEventId, type })),
      );
      expect(namesOf(events.map((event) => ({ event: event as unknown as HistoryEvent })))).toEqual(labelsOf(recorded));
    } finally {
      await wire.close();
    }
  },
);

/** A worker that polls activities and answers, and a client that redrives, each when the recording says so. */
async function playOverWire(wire: WireTransport, name: string, recorded: readonly RedriveEvent[]) {
  for (const activity of ACTIVITIES) await wire.ask('CreateActivity', { name: activity });
  const definition = JSON.stringify(MACHINE).replaceAll(ACTIVITY, LOCAL_ACTIVITY);
  const roleArn = 'arn:aws:iam::000000000000:role/probe';
  const { stateMachineArn } = await wire.ask('CreateStateMachine', { name: 'probe', definition, roleArn });
  const input = JSON.stringify({ case: name });
  const started = await wire.ask('StartExecution', { stateMachineArn, name, input });
  const executionArn = started['executionArn'] as string;
  const schedules = new Map<number, number>();
  const tokens = new Map<number, unknown>();
  for (const { id, previousEventId, type } of recorded) {
    const scheduledId = type === 'ActivityScheduled' ? id : (schedules.get(previousEventId) ?? previousEventId);
    schedules.set(id, scheduledId);
    const taskToken = tokens.get(scheduledId);
    if (type === 'ActivityStarted') {
      await wire.untilEventCount(executionArn, id - 1);
      const events = await wire.history(executionArn, false);
      const scheduled = events.find((event) => event.id === scheduledId) as unknown as ActivityScheduled;
      const activityArn = scheduled.activityScheduledEventDetails.resource;
      tokens.set(scheduledId, (await wire.ask('GetActivityTask', { activityArn }))['taskToken']);
    } else if (type === 'ActivitySucceeded') {
      await wire.ask('SendTaskSuccess', { taskToken, output: '"done"' });
    } else if (type === 'ActivityFailed') {
      await wire.ask('SendTaskFailure', { taskToken, error: 'Probe.Retry' });
    } else if (type === 'ExecutionRedriven') {
      await wire.untilEventCount(executionArn, id - 1);
      await wire.ask('RedriveExecution', { executionArn });
    }
  }
  await wire.untilEventCount(executionArn, recorded.length);
  return wire.history(executionArn, false);
}

interface ActivityScheduled {
  readonly activityScheduledEventDetails: { readonly resource: string };
}

/** Every answer a worker gave, every redrive, and the second of back-off before the retry, in the recorded order. */
async function playAnswers(driver: VirtualDriver, recorded: readonly RedriveEvent[]): Promise<void> {
  const schedules = new Map<number, number>();
  for (const event of recorded) {
    const scheduledId = schedules.get(event.previousEventId) ?? event.previousEventId;
    const key = `task:${scheduledId}`;
    schedules.set(event.id, scheduledId);
    switch (event.type) {
      case 'ActivityScheduled':
        schedules.set(event.id, event.id);
        await driver.drive();
        break;
      case 'ActivityStarted':
        driver.send({ kind: 'task-started', key });
        break;
      case 'ActivitySucceeded':
        driver.send({ kind: 'task-succeeded', key, output: `"done by ${key}"` });
        break;
      case 'ActivityFailed':
        driver.send({ kind: 'task-failed', key, error: 'Probe.Retry' });
        break;
      case 'ExecutionRedriven':
        driver.send({ kind: 'redrive' });
        break;
      default:
    }
  }
}

function setupOf(name: string): ExecutionSetup {
  const prefix = 'arn:aws:states:us-west-2:111111111111';
  return {
    executionArn: `${prefix}:execution:probe:${name}`,
    name,
    stateMachineArn: `${prefix}:stateMachine:probe`,
    stateMachineName: 'probe',
    roleArn: 'arn:aws:iam::111111111111:role/probe',
    region: 'us-west-2',
    accountId: '111111111111',
    type: 'STANDARD',
    definition: parseDefinition(JSON.stringify(MACHINE)),
    input: JSON.stringify({ case: name }),
    startedAt: Date.parse('2026-09-24T10:00:00Z'),
  };
}

function outline({ event }: HistoryRecord): object {
  return { id: event.id, previousEventId: event.previousEventId, type: event.type };
}

/** The state that an event names, where the recording names it too. */
function labelsOf(recorded: readonly RedriveEvent[]): (string | undefined)[] {
  return recorded.map(({ type, detail }) => (/State(Entered|Exited)$/.test(type) ? detail?.split(',')[0] : undefined));
}

function namesOf(records: readonly HistoryRecord[]): (string | undefined)[] {
  return records.map(({ event }) => {
    const details = event['stateEnteredEventDetails'] ?? event['stateExitedEventDetails'];
    return details?.['name'] as string | undefined;
  });
}
